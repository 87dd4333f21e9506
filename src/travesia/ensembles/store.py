"""The folder of an ensemble: one file for each finished member, written whole or not at all.

``ensemble.json`` says what the members are, ``layouts/`` what their numbers mean, and
``members/`` holds the numbers. A run that is cut off at any moment leaves complete members behind;
the next run with the same folder reads which exist and computes the rest. Members are found by a
hash of all that decides their result, so none can be counted twice. One process at a time works in
a folder; a second one is told so.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from travesia.durable import CURES, held, read_json, write_whole
from travesia.ensembles.plan import FORMAT, Plan
from travesia.ensembles.summary import Floats, Layout
from travesia.errors import OutputError, Problem, StoreError
from travesia.kind import label

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "ensemble.json"
_MAGIC = b"travesia-member\x01"
_HEADER = len(_MAGIC) + 32 + 32
MANIFEST_BYTES = 16 * 2**20
"""Size from which a file is no manifest of an ensemble."""

_RESUME = "what was finished is kept: the same command goes on from there"


class MemberStore:
    """Finished members of a plan. Use :meth:`open`.

    ``remarks`` says what was found damaged when the store was opened (and is computed again).
    """

    def __init__(self, folder: Path, layouts: Mapping[str, Layout]) -> None:
        self.folder = folder
        self.layouts = dict(layouts)
        self.remarks: list[str] = []
        self._done: set[str] = set()

    @classmethod
    def open(cls, folder: Path, plan: Plan, layouts: Mapping[str, Layout]) -> MemberStore:
        """Open or begin the store of a plan.

        ``layouts`` holds the layout of each scenario by its SHA-256. Raises :class:`StoreError`
        if the folder holds something else, members of another version or of another plan;
        :class:`OutputError` if it cannot be written.
        """
        store = cls(folder, layouts)
        with for_people(folder):
            _check_ours(folder)
        store._check_identity(plan)
        with for_people(folder):
            (folder / "members").mkdir(parents=True, exist_ok=True)
            (folder / "layouts").mkdir(exist_ok=True)
            store._write_manifest(plan)
            for layout in layouts.values():
                path = folder / "layouts" / f"{layout.digest[:16]}.json"
                if not path.exists():
                    write_whole(path, json.dumps(layout.to_dict(), ensure_ascii=False).encode())
            store._take_stock()
        return store

    def __contains__(self, member: str) -> bool:
        return member in self._done

    def __len__(self) -> int:
        return len(self._done)

    def write(self, member: str, values: Floats) -> None:
        """Keep a finished member. Raises :class:`OutputError`; then nothing of it is left."""
        payload = np.ascontiguousarray(values, dtype="<f8").tobytes()
        name = member.encode().ljust(32)
        with for_people(self.folder):
            data = _MAGIC + name + hashlib.sha256(name + payload).digest() + payload
            write_whole(self._path(member), data)
        self._done.add(member)

    def read(self, member: str) -> Floats:
        """All numbers of a member. Raises :class:`StoreError` if it is missing or damaged."""
        found = self._sound(self._path(member))
        if found is None:
            problem = Problem(
                "the member is missing or damaged", str(self._path(member)), "run again"
            )
            raise StoreError("an ensemble cannot be read", [problem])
        return found

    # -- opening -------------------------------------------------------------------------------

    def _path(self, member: str) -> Path:
        return self.folder / "members" / f"{member}.member"

    def _check_identity(self, plan: Plan) -> None:
        path = self.folder / MANIFEST
        if not path.exists():
            return
        try:
            found = {"coarse": False, **read_json(path, MANIFEST_BYTES)}  # older ones say nothing
            known = {k: found[k] for k in plan.identity()}
            listed = {key: told["layout"] for key, told in found["scenarios"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _refused(
                self.folder, f"its {MANIFEST} is damaged ({error})", "delete it"
            ) from error
        wanted = plan.identity()
        if known["format"] != FORMAT or known["travesia"] != wanted["travesia"]:
            raise _refused(
                self.folder,
                f"its members were written by travesia {known['travesia']} (format "
                f"{known['format']}), this is {wanted['travesia']} (format {FORMAT})",
                "choose another folder, or use that version",
            )
        for key, scenario in zip(plan.keys, plan.scenarios, strict=True):
            digest = self.layouts[key].digest[:16]
            if listed.get(key, digest) != digest:
                raise _refused(
                    self.folder,
                    f"its members of {label(scenario)} hold other outputs than this version counts",
                    "choose another folder, or use that version",
                )
        other = [k for k in wanted if known[k] != wanted[k]]
        if other:
            told = ", ".join(f"{k} {known[k]} (not {wanted[k]})" for k in other)
            raise _refused(
                self.folder,
                f"it belongs to another plan: {told}",
                "choose another folder, or ask for the same plan",
            )

    def _write_manifest(self, plan: Plan) -> None:
        """Say what is in the folder; scenarios of earlier runs stay listed."""
        path = self.folder / MANIFEST
        listed: dict[str, Any] = {}
        if path.exists():
            listed = read_json(path, MANIFEST_BYTES).get("scenarios", {})
        for key, scenario in zip(plan.keys, plan.scenarios, strict=True):
            layout = self.layouts[key]
            listed[key] = {"name": label(scenario), "layout": layout.digest[:16]}
        data = {**plan.identity(), "scenarios": listed}
        write_whole(path, json.dumps(data, indent=2, ensure_ascii=False).encode() + b"\n")

    def _take_stock(self) -> None:
        """See which members are there and sound; damaged ones and leftovers are cleared away."""
        for path in (self.folder / "members").iterdir():
            if path.suffix == ".member" and self._sound(path) is not None:
                self._done.add(path.stem)
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            if path.suffix == ".member":
                self.remarks.append(f"{path.name} was damaged and is computed again")

    def _sound(self, path: Path) -> Floats | None:
        """The numbers of a member file, or None if it is missing or damaged."""
        try:
            data = path.read_bytes() if path.is_file() else b""
        except OSError:
            return None
        name = data[len(_MAGIC) : len(_MAGIC) + 32]
        digest = data[len(_MAGIC) + 32 : _HEADER]
        named = name.rstrip() == path.stem.encode() and data.startswith(_MAGIC)
        if not named or hashlib.sha256(name + data[_HEADER:]).digest() != digest:
            return None
        return np.frombuffer(data, dtype="<f8", offset=_HEADER).astype(np.float64)


@contextmanager
def alone(folder: Path, plan: Plan, layouts: Mapping[str, Layout]) -> Iterator[MemberStore]:
    """The store of a plan, for this process alone: see :meth:`MemberStore.open`.

    Raises :class:`OutputError` too if another process works in the folder.
    """
    with ExitStack() as stack:
        with for_people(folder):
            _check_ours(folder)
            absolute = folder.absolute()
            stack.enter_context(held(absolute / MANIFEST, absolute / ".lock"))
        yield MemberStore.open(folder, plan, layouts)


def _check_ours(folder: Path) -> None:
    """Refuse a folder that holds something else, before anything is written into it."""
    if not folder.exists() or (folder / MANIFEST).is_file():
        return
    if any(not path.name.startswith(".") for path in folder.iterdir()):
        raise _refused(folder, "it holds something else", "choose a folder that is free")


def write_comparison(
    folder: Path, payload: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
) -> list[Path]:
    """Write ``comparison.json``, and each table as CSV and Parquet; returns the paths.

    Each file is written whole or not at all. Raises :class:`OutputError`.
    """
    text = json.dumps(payload, ensure_ascii=False, indent=1, allow_nan=False)
    files = {"comparison.json": text.encode()}
    for name, table in tables.items():
        files[f"{name}.csv"] = table.to_csv(index=False).encode()
        stream = io.BytesIO()
        table.to_parquet(stream, index=False)
        files[f"{name}.parquet"] = stream.getvalue()
    with for_people(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            write_whole(folder / name, data)
    return [folder / name for name in files]


@contextmanager
def for_people(folder: Path) -> Iterator[None]:
    """Turn a failed write into an :class:`OutputError` that says what to do."""
    try:
        yield
    except ValueError as error:  # a NUL in the name
        raise OutputError(f"cannot write {folder!r}: {error} → choose another folder") from error
    except OSError as error:
        cure = CURES.get(error.errno or 0, "look at the disk")
        raise OutputError(
            f"cannot write {folder}: {error.strerror or error} → {cure}; {_RESUME}"
        ) from error


def _refused(folder: Path, what: str, cure: str) -> StoreError:
    return StoreError(
        "The store of the ensemble cannot be used", [Problem(what, str(folder), cure)]
    )


__all__ = ["MemberStore", "alone", "for_people", "write_comparison", "write_whole"]
