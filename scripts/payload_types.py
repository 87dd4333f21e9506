"""Write the front end's types of the pages' payload from the schemas of pages in Python.

With ``--check`` nothing is written: exit status 1 if web/src/payload.d.ts is not what the schema
gives. Needs no Node.
"""

from __future__ import annotations

import inspect
import sys
import types
import typing
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from travesia.kinds.flee import payload as camps
from travesia.reporting import payload

SCHEMAS = (payload, camps)
"""What every page and the report carry, then what pages of other kinds add."""

TARGET = Path(__file__).resolve().parents[1] / "web" / "src" / "payload.d.ts"
HEAD = (
    "// Written by scripts/payload_types.py from the schemas that it names; change those instead.\n"
)
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", object: "unknown"}


def typescript(kind: Any, names: dict[Any, str]) -> str:
    """A type as TypeScript says it; ``names`` are those of aliases. TypeError for others."""
    if kind in names:
        return names[kind]
    if typing.is_typeddict(kind):
        return str(kind.__name__)
    if kind in PLAIN:
        return PLAIN[kind]
    if kind is type(None):
        return "null"
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " | ".join(f"'{part}'" for part in parts)
    told = [typescript(part, names) for part in parts]
    if origin in (Union, types.UnionType):
        return " | ".join(dict.fromkeys(told))
    if origin is list:
        return f"({told[0]})[]" if " | " in told[0] else f"{told[0]}[]"
    if origin is tuple:
        return f"[{', '.join(told)}]"
    if origin is dict:
        return f"Record<{told[0]}, {told[1]}>"
    raise TypeError(f"{kind} has no word in TypeScript")


def interface(kind: Any, names: dict[Any, str]) -> str:
    """A mapping with fixed keys as an interface, its docstring before it."""
    lines = [f"export interface {kind.__name__} {{"]
    for key, hint in typing.get_type_hints(kind).items():
        lines.append(f"  {key}: {typescript(hint, names)};")
    said = inspect.cleandoc(vars(kind).get("__doc__") or "").partition("\n")[0]
    return "\n".join([*([f"/** {said} */"] if said else []), *lines, "}\n"])


def declarations() -> str:
    """The whole file: aliases and interfaces in the order of the schemas."""
    held = [(n, k) for m in SCHEMAS for n, k in vars(m).items() if not n.startswith("_")]
    modules = {m.__name__ for m in SCHEMAS}
    own = {n: k for n, k in held if getattr(k, "__module__", "") in modules}
    aliases = {n: k for n, k in held if get_origin(k) is not None}
    names: dict[Any, str] = {}
    out = [HEAD]
    for name, kind in {**aliases, **own}.items():
        if typing.is_typeddict(kind):
            out.append(interface(kind, names))
        else:
            out.append(f"export type {name} = {typescript(kind, names)};\n")
            names[kind] = name
    return "\n".join(out)


def main() -> int:
    """Write the file, or say whether it is up to date."""
    text = declarations()
    if "--check" not in sys.argv:
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
        print(f"{TARGET.name} is not what the schema gives\ncure: python scripts/payload_types.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
