"""What publishers count: a quantity and the axes by which a published table breaks it down.

An observable has an id such as ``deaths_by_place_nationality``.
"""

from __future__ import annotations

from collections.abc import Iterable

from travesia.likeness import did_you_mean
from travesia.quantities.quantity import AXES, TIMES, Quantity
from travesia.quantities.register import Register

SPELLINGS = {"family": "family_type", "state": "region"}
"""Other names that axes have in published tables and ids."""

DIMENSIONS = frozenset({*AXES, *SPELLINGS, "sector"} - {*TIMES})
"""Columns by which published tables are usually broken down."""


class UnknownObservableError(ValueError):
    """An observable that has no twin; ``cure`` says what to write."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.cure = cure


def resolve(register: Register, observable: str, by: str = "") -> tuple[Quantity, tuple[str, ...]]:
    """The quantity and the axes that an observable id and a ``by`` column mean.

    ``deaths_by_place`` is the same as ``deaths`` by ``place``.

    Raises:
        UnknownObservableError: an unknown quantity or axis, or two that contradict.
    """
    base, tail = _split(register, observable)
    if base not in register or (base != observable and not tail):
        cure = did_you_mean(base, register.names, 1)
        raise UnknownObservableError(f"unknown observable '{observable}'", cure)
    quantity = register[base]
    known = register.axes_of(quantity)
    written = _dims(w.strip() for w in by.replace(",", ";").split(";") if w.strip())
    named = _dims(_words(tail, {*known, *SPELLINGS}))
    if written and named and set(written) != set(named):
        raise UnknownObservableError(
            f"observable '{observable}' and by '{by}' contradict each other", "keep one of the two"
        )
    dims = written or named
    wrong = [d for d in dims if d not in known]
    if wrong:
        what = f"unknown dimension '{wrong[0]}': {base} cannot be broken down by it"
        raise UnknownObservableError(what, f"use {', '.join(a for a in known if a != 'month')}")
    if len(set(dims)) < len(dims):
        raise UnknownObservableError(f"a dimension is given twice in '{by}'", "keep one of them")
    return quantity, dims


def _split(register: Register, observable: str) -> tuple[str, str]:
    """The id of a quantity, which may hold ``_by_`` itself, and the axes after it."""
    parts = observable.split("_by_")
    for n in range(len(parts), 0, -1):
        base = "_by_".join(parts[:n])
        if base in register:
            return base, "_by_".join(parts[n:])
    return parts[0], "_by_".join(parts[1:])


def _dims(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(d for w in words if (d := SPELLINGS.get(w, w)) not in ("month", "period"))


def _words(tail: str, known: Iterable[str]) -> list[str]:
    """``sector_family_type`` as ``sector`` and ``family_type``."""
    names, out = sorted(known, key=len, reverse=True), []
    while tail:
        first = next((n for n in names if f"{tail}_".startswith(f"{n}_")), tail.partition("_")[0])
        out.append(first)
        tail = tail[len(first) + 1 :]
    return out
