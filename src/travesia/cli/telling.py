"""What ``compare`` and ``ensemble`` print: tables, remarks, and where things lie."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.cli.common import say, say_table
from travesia.figures import count, signed

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison, Effect
    from travesia.ensembles.many import Ensemble


def summary(
    found: Comparison[Any], folder: Path, page: Path | None, files: Sequence[Path], seconds: float
) -> dict[str, Any]:
    """A comparison as plain values, for ``--json``."""
    return {
        "folder": str(folder),
        "page": None if page is None else str(page),
        "files": [str(f) for f in files],
        "seconds": seconds,
        **found.to_dict(),
        "answers": found.kind.answers(found),
    }


def tell(found: Comparison[Any], folder: Path, page: Path | None, seconds: float) -> None:
    """Print a comparison: a table for each of the others, answers, how sure it is, and where."""
    from travesia.reporting.answers import text
    from travesia.reporting.comparison_words import how_sure

    answers = found.kind.answers(found)
    for number, effect in enumerate(found.effects):
        say()
        say(f"{effect.scenario['title']}, compared with {found.baseline['title']}")
        say()
        say_table([row_of(r) for r in _shown(found, effect)])
        for line in found.kind.told_of(found, number):
            say(line)
        for remark in effect.remarks:
            say(f"Remark: {remark}")
    say()
    if answers:
        say(text(answers))
    tell_unknown(found.settings.verdicts)
    asked = {"members": found.settings.members, "sample": found.settings.sample}
    for line in [*found.remarks, *how_sure(asked, found.settings.note())]:
        say(line)
    say()
    say(f"Page:   {page.resolve().as_uri() if page else 'none'}")
    say(f"Tables: {folder}{os.sep}  ({seconds:.0f} s)")


def _shown(found: Comparison[Any], effect: Effect[Any]) -> list[dict[str, Any]]:
    """The headline outputs and what they cost; all outputs where none are named."""
    rows = {r["output"]: r for r in effect.outputs()}
    names = found.kind.headlines(found.source)
    costs = [name for name, row in rows.items() if row["kind"] == "money"]
    return [rows[n] for n in (*names, *costs) if n in rows] if names else list(rows.values())


def tell_unknown(verdicts: Iterable[Mapping[str, Any]]) -> None:
    """Which outputs did not reach the precision, and how many members that would take."""
    for verdict in verdicts:
        if not verdict["known"]:
            say(
                f"{verdict['scenario']}: {verdict['output']} is not known so well yet"
                f"{_more_members(verdict)}."
            )


def _more_members(verdict: Mapping[str, Any]) -> str:
    more, needed = verdict["members_more"], verdict["members_needed"]
    return "" if more is None else f": about {more:,} members more would do ({needed:,} in all)"


def row_of(row: Mapping[str, Any]) -> dict[str, str]:
    """An output as short text: the difference, how sure it is, and what pairing gained."""
    from travesia.reporting.comparison_words import named, signed_per_cent

    share = row["per_cent"]
    percent = "" if share is None else f" ({signed_per_cent(share)})"
    paired = row["high"] - row["low"]
    loose = (
        None
        if row["unpaired_low"] != row["unpaired_low"]
        else (row["unpaired_high"] - row["unpaired_low"])
    )
    ratio = "" if row["narrower"] is None or loose is None else f" ({row['narrower']:.3g} x)"
    return {
        "what": named(row),
        "without": count(row["base"]),
        "difference": f"{signed(row['difference'])}{percent}",
        "90 % of pairs": f"{signed(row['low'])} to {signed(row['high'])}",
        "error": f"± {count(row['error'])}",
        "width": count(paired),
        "width unpaired": "–" if loose is None else f"{count(loose)}{ratio}",
    }


def tell_ensemble(found: Ensemble, folder: Path, seconds: float) -> None:
    """Print an ensemble: its outputs, remarks, and where its tables lie."""
    many = len(found.scenarios) > 1
    say()
    say_table(
        [
            {
                **({"scenario": r["scenario"]} if many else {}),
                "output": r["title"],
                "median": count(r["median"]),
                "90 % of members": f"{count(r['low'])} to {count(r['high'])}",
                "error": f"± {count(r['error'])}",
            }
            for r in found.rows
        ]
    )
    say()
    tell_unknown(found.verdicts)
    for remark in found.remarks:
        say(remark)
    say(f"{found.members} members, each of {found.sample:g} of the people, seed {found.seed}.")
    say(f"Tables: {folder}{os.sep}  ({seconds:.0f} s)")
