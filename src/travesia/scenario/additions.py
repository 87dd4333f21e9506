"""What stands beside a scenario and adds to it: ``instruments.yaml`` (data), ``instruments.py``.

Code is run only in a scenario that is trusted. Its text travels with the scenario, so that worker
processes need no file; what it defines as ``INSTRUMENTS`` and ``QUANTITIES`` is added.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from travesia.errors import InputError, Problem, ProblemList
from travesia.textfile import MAX_YAML_BYTES, is_there, read_text, shorten

TEMPLATES, CODE = "instruments.yaml", "instruments.py"
NAMES = ("INSTRUMENTS", "QUANTITIES")
"""What a file of code may define."""


@dataclass(frozen=True, slots=True)
class Addition:
    """One such file: folder and name, and its text."""

    label: str
    text: str

    @property
    def file(self) -> str:
        """Its name, without the folder."""
        return self.label.rpartition("/")[2]

    @property
    def is_code(self) -> bool:
        """Whether it must be trusted."""
        return self.label.endswith(".py")

    @property
    def sha256(self) -> str:
        """Hash of its text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_additions(folders: Iterable[Path], problems: ProblemList) -> tuple[Addition, ...]:
    """The files of all folders of a chain, the base first; nothing is run."""
    found = []
    for folder in folders:
        for name in (TEMPLATES, CODE):
            if is_there(folder / name):
                label = f"{folder.name}/{name}"
                text = read_text(folder / name, label, problems, MAX_YAML_BYTES)
                if text is not None:
                    found.append(Addition(label, text))
    return tuple(found)


def defined(additions: Iterable[Addition], trusted: bool, name: str) -> list[tuple[Any, str]]:
    """What the files of code define under a name of :data:`NAMES`, each with its file.

    Raises:
        InputError: code that is not trusted, or that raises; it names the file and the line.
    """
    code = [a for a in additions if a.is_code]
    if code and not trusted:
        raise InputError("The scenario brings code", [untrusted(a) for a in code])
    found = [(_run(addition).get(name, ()), addition.label) for addition in code]
    return [
        (one, label)
        for things, label in found
        for one in (things if isinstance(things, list | tuple) else (things,))
    ]


def untrusted(addition: Addition) -> Problem:
    """That a file of code was not run."""
    cure = "read it; then say --trust (in Python trust=True) if you want it to run"
    return Problem("the scenario brings code, which was not run", addition.label, cure)


@lru_cache(maxsize=16)
def _run(addition: Addition) -> Mapping[str, Any]:
    """The names that a file of code defines."""
    module = ModuleType(f"travesia_added_{addition.sha256[:16]}")
    module.__file__ = addition.label
    sys.modules[module.__name__] = module  # classes look up their module there
    try:
        exec(compile(addition.text, addition.label, "exec"), module.__dict__)
    except (Exception, SystemExit) as error:  # whatever their code raises
        line = getattr(error, "lineno", None) or _line(error.__traceback__, addition.label)
        where = f"{addition.label}, line {line}" if line else addition.label
        what = f"it raised {type(error).__name__}: {shorten(str(error), 200)}"
        raise InputError("The code of the scenario failed", [Problem(what, where)]) from error
    if not any(name in module.__dict__ for name in NAMES):
        what = f"it defines neither {' nor '.join(NAMES)}"
        cure = "write INSTRUMENTS = [...] with what it adds"
        raise InputError("The code adds nothing", [Problem(what, addition.label, cure)])
    return module.__dict__


def _line(trace: TracebackType | None, file: str) -> int:
    """The last line of a file that a traceback passes through."""
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
