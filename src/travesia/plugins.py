"""What others add: instruments, quantities, importers, kinds of runs and sections of pages.

An installed distribution offers things by entry points (``travesia.instruments``, ...); a program
registers them in its own process with :func:`register`. Either gives one thing or a list of them.
What a thing must be, says the part of Travesía that asks for its group; here it is only found, and
told where it came from. Nothing is looked for before somebody asks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from travesia.errors import InputError, Problem, ProblemList

if TYPE_CHECKING:
    from types import TracebackType

GROUPS = ("instruments", "quantities", "importers", "kinds", "sections")
"""What can be added; the entry points of a group are those of ``travesia.<group>``."""

CURE = "repair the plug-in, or uninstall it"


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """One thing that somebody adds, and where it comes from (distribution or file)."""

    group: str
    thing: Any
    origin: str
    distribution: str = ""


_REGISTERED: list[Offer] = []
_TRUSTED: ContextVar[bool] = ContextVar("trusted", default=False)


class Registration:
    """What :func:`register` added; :meth:`undo`, or the end of a ``with``, takes it away."""

    def __init__(self, offers: list[Offer]) -> None:
        self._offers = offers

    def undo(self) -> None:
        """Take away what was added; safe to call twice."""
        _REGISTERED[:] = [o for o in _REGISTERED if o not in self._offers]

    def __enter__(self) -> Registration:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.undo()


def register(
    *,
    instruments: object = (),
    quantities: object = (),
    importers: object = (),
    kinds: object = (),
    sections: object = (),
) -> Registration:
    """Add things to this process: one or a list for each group.

    ``instruments`` are :class:`travesia.extend.Instrument` or the path of a file of templates,
    ``quantities`` what a ``quantities.yaml`` holds, or its path. What was added is there at once;
    as a context manager it is taken away again at the end. Worker processes get it, too; so what
    they run must stand in a module that they can import.
    """
    frame = sys._getframe(1)
    origin = f"{frame.f_code.co_filename}, line {frame.f_lineno}"
    given = (instruments, quantities, importers, kinds, sections)
    offers = [
        Offer(group, thing, origin)
        for group, things in zip(GROUPS, given, strict=True)
        for thing in _listed(things)
    ]
    _REGISTERED.extend(offers)
    return Registration(offers)


def offered(group: str, problems: ProblemList) -> list[Offer]:
    """Everything that is added to a group: installed, then registered.

    An entry point that cannot be loaded is a fault that names its distribution.
    """
    found, faults = installed(group)
    problems.extend(faults)
    return [*found, *(o for o in _REGISTERED if o.group == group)]


def checked(group: str, sorts: tuple[type, ...], what: str, problems: ProblemList) -> list[Offer]:
    """What is offered to a group and is of the right sort; the rest are faults."""
    out = []
    for offer in offered(group, problems):
        if isinstance(offer.thing, sorts):
            out.append(offer)
        else:
            problems.error(f"{offer.thing!r:.80} is not {what}", offer.origin, CURE)
    return out


def twice(name: str, what: str, first: str, second: str) -> Problem:
    """That two of a kind have one id; ``first`` and ``second`` say where they come from."""
    other = first or "Travesía"
    return Problem(f"there are two {what} {name!r}: the other is of {other}", second, "rename one")


@cache
def installed(group: str) -> tuple[tuple[Offer, ...], tuple[Problem, ...]]:
    """What installed distributions offer to a group, and what could not be loaded."""
    from importlib.metadata import entry_points

    offers: list[Offer] = []
    faults: list[Problem] = []
    for point in sorted(entry_points(group=f"travesia.{group}"), key=lambda p: p.name):
        named = f"{point.dist.name} {point.dist.version}" if point.dist else "a distribution"
        origin = f"{named} (entry point {point.name} = {point.value})"
        try:
            thing = point.load()
        except Exception as error:  # whatever their code raises
            told = f"it cannot be loaded: {type(error).__name__}: {error}"
            faults.append(Problem(told[:300], origin, CURE))
            continue
        offers += [Offer(group, one, origin, named) for one in _listed(thing)]
    return tuple(offers), tuple(faults)


@cache
def distributions() -> tuple[str, ...]:
    """Installed distributions that can change a result, with their versions; none is loaded."""
    from importlib.metadata import entry_points

    groups = (entry_points(group=f"travesia.{g}") for g in ("instruments", "quantities", "kinds"))
    dists = [point.dist for group in groups for point in group if point.dist]
    return tuple(sorted({f"{dist.name} {dist.version}" for dist in dists}))


def _listed(things: object) -> tuple[Any, ...]:
    return tuple(things) if isinstance(things, list | tuple) else (things,)


def packed() -> bytes:
    """What is registered in this process, for the processes that work for it.

    Raises:
        InputError: something that is made in a script or a notebook, which they cannot import.
    """
    import pickle

    faults = []
    for offer in _REGISTERED:
        try:
            stays = b"__main__" in pickle.dumps(offer)
        except Exception:  # whatever it holds
            stays = True
        if stays:
            what = f"{offer.thing!r:.80} cannot be sent to worker processes"
            cure = "put it into a module or beside the scenario, or use one worker (workers=1)"
            faults.append(Problem(what, offer.origin, cure))
    if faults:
        raise InputError("The runs cannot be shared out", faults)
    return pickle.dumps(_REGISTERED)


def unpack(data: bytes) -> None:
    """Take over what :func:`packed` gave, in place of what is registered here."""
    import pickle

    _REGISTERED[:] = pickle.loads(data)


def trusted() -> bool:
    """Whether code beside scenarios may run."""
    return _TRUSTED.get()


@contextmanager
def trusting(trust: bool) -> Iterator[None]:
    """Scenarios that are loaded meanwhile may bring code, if ``trust`` is true.

    A scenario remembers it, also in worker processes. Without ``trust`` it stays as it is.
    """
    token = _TRUSTED.set(trust or trusted())
    try:
        yield
    finally:
        _TRUSTED.reset(token)
