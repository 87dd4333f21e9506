"""What all commands share: options, output, progress and errors for people."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from travesia.cli import completing
from travesia.cli.words import json_text, one_line, plain
from travesia.figures import cell

if TYPE_CHECKING:
    from travesia.kind import Progress

ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", help="A shipped scenario, or a scenario folder.",
        autocompletion=completing.scenarios,
    ),
]  # fmt: skip
PatchOption = Annotated[
    list[str] | None,
    typer.Option(
        "--patch", "-p", metavar="NAME", autocompletion=completing.what_ifs,
        help="Apply a what-if (or the number of its question, W7); may be repeated.",
    ),
]  # fmt: skip
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", autocompletion=completing.values,
        help="Change one value, e.g. policies.remain_in_mexico.start=2019-04-25.",
    ),
]  # fmt: skip
CoarseOption = Annotated[
    bool,
    typer.Option("--coarse", help="A first answer in seconds, with its measured error beside it."),
]
SeedOption = Annotated[
    int | None, typer.Option("--seed", metavar="N", help="Seed (default: the scenario's).")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no prose.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Replace an earlier run or report of that name.")
]

SPEED_SECONDS = 1800.0
"""Seconds over which the speed is taken for the time left: one run of many may take minutes."""

SPOKEN_SECONDS = 60.0
"""Seconds between two lines of progress where no bar can be drawn."""

PADDED = 48
"""Width to which the columns of a table are filled up where it is not on a terminal."""

LEAST = 20
"""Width that a column of words needs on a terminal."""

LONGEST_NAME = 80
"""Characters of a scenario's name and its changes that go into the name of a run's folder."""


def say(text: str = "") -> None:
    """Print a line for people or machines on standard output."""
    sys.stdout.write(plain(text) + "\n")


def note(text: str) -> None:
    """Print a remark on standard error, if anybody is there to read it."""
    with suppress(OSError, ValueError):
        sys.stderr.write(plain(text) + "\n")


def say_json(value: Any) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json_text(value, _plain) + "\n")


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)


def say_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """Print rows as a table: wrapped to the width of a terminal, one line a row elsewhere.

    Numbers stand on the right. Elsewhere a cell that is longer than :data:`PADDED` shifts what
    follows it instead of widening every row.
    """
    if not rows:
        return
    names = list(columns or rows[0])
    numbers = [
        all(isinstance(v, (int, float, type(None))) and not isinstance(v, bool) for v in column)
        and any(v is not None for v in column)
        for column in ([row.get(n) for row in rows] for n in names)
    ]
    cells = [[one_line(cell(row.get(n))) for n in names] for row in rows]
    if sys.stdout.isatty():
        _say_wrapped(names, cells, numbers)
        return
    wide = [max(len(n), *(len(c[i]) for c in cells)) for i, n in enumerate(names)]
    widths = [min(w, PADDED) for w in wide]
    for line in [names, *cells]:
        padded = (
            c.rjust(w) if right else c.ljust(w)
            for c, w, right in zip(line, widths, numbers, strict=True)
        )
        say("  ".join(padded).rstrip())


def _say_wrapped(names: list[str], cells: list[list[str]], numbers: list[bool]) -> None:
    """A table no wider than the terminal: long cells go on below."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False)
    wide = [max(len(n), *(len(c[i]) for c in cells)) for i, n in enumerate(names)]
    words = [any(" " in c[i] for c in cells) for i in range(len(names))]
    least = sum(min(w, LEAST) if text else w for w, text in zip(wide, words, strict=True))
    whole = least + 2 * (len(names) - 1) <= console.width  # else ids and dates break, too
    sober = "NO_COLOR" in os.environ  # rich would still print bold
    table = Table(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="" if sober else "bold"
    )
    for name, right, text in zip(names, numbers, words, strict=True):
        table.add_column(
            name, justify="right" if right else "left", overflow="fold", no_wrap=whole and not text
        )
    for line in cells:
        table.add_row(*(Text(c) for c in line))
    console.print(table)


def progress_line(what: str, done: int, total: int, since: float, found: int, now: float) -> str:
    """Progress as a line of a log: ``found`` steps were done at the time ``since``."""
    line = f"{what}: {done:,} of {total:,} ({100 * done // max(total, 1)} %)"
    if done <= found:
        return line
    minutes = (total - done) * (now - since) / (done - found) / 60
    left = f"{minutes / 60:.1f} h" if minutes >= 90 else f"{minutes:.0f} min"
    return f"{line}, {left} left"


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress]:
    """A progress callback that draws bars with the time left on standard error."""
    if quiet:
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=False,
        refresh_per_second=4,
        speed_estimate_period=SPEED_SECONDS,
    ) as bars:
        tasks: dict[str, Any] = {}
        begun: dict[str, tuple[float, int]] = {}
        last = spoken = time.monotonic()

        def tell(what: str, done: int, total: int) -> None:
            nonlocal last, spoken
            now = time.monotonic()
            if what in tasks and done < total and now - last < 0.2:
                return
            last = now
            if what not in tasks:  # what was found done says nothing about the speed
                tasks[what] = bars.add_task(what, total=total, completed=done)
                begun[what] = (now, done)
            bars.update(tasks[what], completed=done, total=total)
            if not bars.console.is_terminal and now - spoken >= SPOKEN_SECONDS:
                spoken = now
                note(progress_line(what, done, total, *begun[what], now))

        yield tell


@contextmanager
def free_folder(
    parent: Path, name: str, *, avoid: Callable[[Path], bool] = lambda _: False
) -> Iterator[Path]:
    """Hold the first of ``parent/name-1``, ``parent/name-2``, ... that nobody has or holds.

    What cannot stand in the name of a folder everywhere becomes ``_``, and long names are cut.
    """
    from travesia.results.store import claim_free

    with claim_free(parent, re.sub(r"[^\w.=-]+", "_", name)[:LONGEST_NAME], avoid=avoid) as folder:
        yield folder


@contextmanager
def folder_of(out: Path | None, name: str) -> Iterator[Path]:
    """The folder that was asked for, or the next free one of ``runs/`` (and nobody else's)."""
    if out is not None:
        yield out
    else:
        with free_folder(Path("runs"), name) as folder:
            yield folder
