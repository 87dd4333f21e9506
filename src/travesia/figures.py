"""Numbers as people read them, the same on the command line, in tables and in reports.

Three ways, by what a number is:

- :func:`exact`: a number that somebody wrote (a capacity, a rate, a published figure) keeps its
  figures: ``1,890``, ``0.8``, ``1,234.5``;
- :func:`count`: a number that was simulated stands in a table: whole from 100 on, three figures
  below, ``65,500,000``, ``12.5``, ``0.0031``; sums of 100 million and more as :func:`words`;
- :func:`words`: the same in a sentence: three figures, ``65.5 million``, ``84,300``, ``12``; two
  below ten, ``2.5``.

Thousands are always apart, decimals stand only where they mean something, and there are no powers
of ten.
"""

from __future__ import annotations

import math
from typing import Any

FIGURES = 3
"""Figures that a simulated number can stand for."""

WRITTEN = 10
"""Figures of a written number that are kept: more of them come from binary arithmetic."""

FEW = 2
TENS = 10.0
"""In a sentence, numbers below this one have two figures, and those above it no decimals."""

WHOLE = 100.0
"""Counts from here on are written without decimals."""

MILLIONS = 1e8
"""Numbers from here on (US dollars, never people) are written in millions in tables, too."""

UNKNOWN = "–"
_SCALES = ((1e9, "billion"), (1e6, "million"))


def exact(value: float | None) -> str:
    """A number as it was written: ``1,890``, ``0.8``, ``1,234.5``."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return _figures(value, WRITTEN)


def count(value: float | None) -> str:
    """A simulated number in a table: ``65,500,000``, ``12.5``, ``0.0031``, ``1.23 billion``."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if abs(value) >= MILLIONS:
        return words(value)
    return f"{value:,.0f}" if abs(value) >= WHOLE else _figures(value, FIGURES)


def signed(value: float | None) -> str:
    """A difference in a table, with its sign and a true minus: ``+1,890``, ``−0.5``, ``0``."""
    text = count(value)
    return text.replace("-", "−") if value is None or not value > 0 else f"+{text}"


def words(value: float) -> str:
    """A number in a sentence: ``11.2 million``, ``84,300``, ``170``, ``2.5``."""
    if not math.isfinite(value):
        return UNKNOWN
    rounded = float(f"{value:.{FIGURES}g}")
    for size, name in _SCALES:
        if abs(rounded) >= size:
            return f"{_figures(rounded / size, FIGURES)} {name}"
    return _figures(value, FEW) if abs(value) < TENS else f"{round(rounded):,}"


def cell(value: Any, nothing: str = UNKNOWN) -> str:
    """Any plain value as a cell of a table: numbers as :func:`exact`, yes or no, parts joined."""
    if value is None or value == ():
        return nothing
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return exact(value)
    if type(value) in (list, tuple):
        return ", ".join(cell(part, nothing) for part in value) or nothing
    return str(value)


def _figures(value: float, figures: int) -> str:
    """So many significant figures at most, thousands apart, without idle zeros."""
    rounded = float(f"{value:.{figures}g}")
    if rounded == int(rounded):
        return f"{int(rounded):,}"
    decimals = max(0, figures - 1 - math.floor(math.log10(abs(rounded))))
    return f"{rounded:,.{decimals}f}".rstrip("0").rstrip(".")
