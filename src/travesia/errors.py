"""Exceptions and problem lists: every fault of an input is reported at once, with its cure.

The whole exception tree lives here, so that a caller can see in one place what may be raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input: what is wrong, where, and what to do about it.

    ``where`` names the file and the line, row or key; ``severity`` is ``error`` or ``warning``.
    What an input holds may be quoted: characters that print nothing or steer a terminal become
    escapes such as ``\\x1b``.
    """

    what: str
    where: str = ""
    cure: str = ""
    severity: str = "error"

    def __post_init__(self) -> None:
        for name in ("what", "where", "cure"):
            text = getattr(self, name)
            if not text.isprintable():
                object.__setattr__(self, name, "".join(map(_shown, text)))

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        cure = f" → {self.cure}" if self.cure else ""
        return f"{place}{self.what}{cure}"


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else ascii(character)[1:-1]


@dataclass(slots=True, repr=False)
class ProblemList:
    """Collects problems so that one check reports all of them."""

    items: list[Problem] = field(default_factory=list)

    def error(self, what: str, where: str = "", cure: str = "") -> None:
        """Add a fault that stops the run."""
        self.items.append(Problem(what, where, cure))

    def warn(self, what: str, where: str = "", cure: str = "") -> None:
        """Add a remark that does not stop the run."""
        self.items.append(Problem(what, where, cure, "warning"))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add problems found elsewhere."""
        self.items.extend(problems)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop a run."""
        return tuple(p for p in self.items if p.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that do not stop a run."""
        return tuple(p for p in self.items if p.severity == "warning")

    def raise_if_any(self, title: str) -> None:
        """Raise :class:`InputError` with every error, if there is one."""
        if self.errors:
            raise InputError(title, self.errors)

    def __repr__(self) -> str:
        return f"<ProblemList: {len(self.errors)} faults, {len(self.warnings)} remarks>"

    def __str__(self) -> str:
        return "\n".join(map(str, self.items)) or "nothing to remark"

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class TravesiaError(Exception):
    """Base of everything that Travesía raises on purpose."""


class InputError(TravesiaError):
    """The user's input is wrong; carries every problem found. Exit status 2."""

    def __init__(self, title: str, problems: Iterable[Problem] = ()) -> None:
        self.title = title
        self.problems = tuple(problems)
        super().__init__(self.__str__())

    def __str__(self) -> str:
        lines = [self.title]
        lines += [f"  {n}. {p}" for n, p in enumerate(self.problems, 1)]
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        return (InputError, (self.title, self.problems))


class UnknownNameError(InputError, KeyError):
    """Something was asked for by a name that nothing has; the nearest names are the cure."""

    def __reduce__(self) -> tuple[object, ...]:
        return (UnknownNameError, (self.title, self.problems))


class OutputError(TravesiaError):
    """A result could not be written (folder unreadable, disk full, path taken). Exit status 2."""


class StoreError(InputError):
    """A stored run cannot be read: it is missing, incomplete or written by another version."""


class EngineError(TravesiaError):
    """The engine met a state that the checks should have excluded: a bug, please report it."""
