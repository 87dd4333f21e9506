"""Charts for a notebook, drawn by matplotlib: axes come back, so that anybody can go on.

Every chart says what it shows, in which unit, and where it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from travesia.display.frames import needed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

RUN, OTHER, DOTS = "#1b6ca8", "#b5541c", "#6b6b6b"
"""Colours that can be told apart by everybody, on white and on black."""

ROW = 0.32
"""Inches that a row of a chart of intervals takes."""


@dataclass(frozen=True)
class Interval:
    """One row of a chart of intervals: its value, and the intervals around it, inner ones last."""

    label: str
    value: float
    outer: tuple[float, float]
    inner: tuple[float, float]


@dataclass(frozen=True)
class Pair:
    """One row of a chart of scores: the run's error and that of the best guess, if there is one."""

    label: str
    run: float
    guess: float | None = None


def over_time(
    title: str,
    unit: str,
    values: pd.Series,
    source: str,
    *,
    bands: Sequence[tuple[str, pd.Series, pd.Series]] = (),
    dots: Mapping[str, pd.Series] | None = None,
    label: str = "run",
    ax: Axes | None = None,
) -> Axes:
    """A line by month, with bands around it and published numbers as dots.

    Args:
        title: what is counted.
        unit: what the numbers are.
        values: numbers by date.
        source: where they come from, printed below.
        bands: name, lower and upper end by date, the widest first.
        dots: numbers by date, by who published them.
        label: name of the line.
        ax: axes to draw on; by default new ones.
    """
    ax = _axes(ax)
    for name, low, high in bands:
        ax.fill_between(low.index, low, high, color=RUN, alpha=0.2, linewidth=0, label=name)
    ax.plot(values.index, values, color=RUN, label=label)
    for name, published in (dots or {}).items():
        ax.plot(published.index, published, "o", color=DOTS, markersize=3, label=name)
    ax.set_ylabel(unit)
    ax.yaxis.set_major_formatter("{x:,.6g}")  # thousands apart
    _dates(ax)
    if bands or dots:
        ax.legend(frameon=False, fontsize="small")
    return _told(ax, title, source)


def intervals(
    title: str, unit: str, rows: Sequence[Interval], source: str, ax: Axes | None = None
) -> Axes:
    """Values with two intervals each, one row each, beside a line at zero."""
    ax = _axes(ax, len(rows))
    places = range(len(rows))
    for at, row in zip(places, rows, strict=True):
        ax.plot(row.outer, (at, at), color=RUN, linewidth=1)
        ax.plot(row.inner, (at, at), color=RUN, linewidth=4, alpha=0.6)
    ax.plot([row.value for row in rows], list(places), "o", color=RUN)
    ax.axvline(0, color=DOTS, linewidth=0.8)
    ax.set_xlabel(unit)
    return _told(_rows(ax, [row.label for row in rows]), title, source)


def pairs(title: str, unit: str, rows: Sequence[Pair], source: str, ax: Axes | None = None) -> Axes:
    """Errors of a run beside those of the best naive guess, one row each: left is better."""
    ax = _axes(ax, len(rows))
    for at, row in enumerate(rows):
        if row.guess is not None:
            ax.plot((row.run, row.guess), (at, at), color=DOTS, linewidth=0.8)
    guessed = [(row.guess, at) for at, row in enumerate(rows) if row.guess is not None]
    if guessed:
        xs, ys = zip(*guessed, strict=True)
        ax.plot(xs, ys, "o", color=OTHER, fillstyle="none", label="best naive guess")
    ax.plot([row.run for row in rows], range(len(rows)), "o", color=RUN, label="run")
    ax.set_xlabel(unit)
    ax.set_xlim(left=0)
    ax.legend(frameon=False, fontsize="small")
    return _told(_rows(ax, [row.label for row in rows]), title, source)


def _axes(ax: Axes | None, rows: int = 0) -> Axes:
    """The axes given, or new ones: so high that rows can be read."""
    if ax is not None:
        return ax
    pyplot = needed("matplotlib.pyplot", "plot")
    size = (8.0, 1.4 + ROW * rows) if rows else (8.0, 4.0)
    axes: Axes = pyplot.subplots(figsize=size, layout="constrained")[1]
    return axes


def _rows(ax: Axes, labels: Sequence[str]) -> Axes:
    """The first row on top."""
    ax.set_yticks(range(len(labels)), labels=labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    return ax


def _dates(ax: Axes) -> None:
    dates = needed("matplotlib.dates", "plot")
    locator = dates.AutoDateLocator()
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))


def _told(ax: Axes, title: str, source: str) -> Axes:
    """Title above, source below, no box around."""
    ax.set_title(title, loc="left")
    ax.spines[["top", "right"]].set_visible(False)
    below = ax.get_xlabel()
    ax.set_xlabel(f"{below}\n{source}" if below else source, loc="left", fontsize="small")
    return ax
