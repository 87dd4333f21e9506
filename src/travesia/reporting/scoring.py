"""The score table in plain words: what fits, what does not, beside naive guesses.

A row is what :meth:`travesia.observe.table.ScoreRow.to_dict` gives: ``title`` (or ``target``),
``by``, ``window``, ``role``, ``measure``, ``error``, ``baselines`` (name to error), ``verdict``,
``against``, ``primary``, ``expected`` and ``note``. Only ``title`` or ``target`` is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from travesia.observe.baselines import TITLES
from travesia.observe.stock_checks import Held, published
from travesia.observe.table import verdict as compare
from travesia.quantities.expected import ExpectedFailure
from travesia.reporting.payload import Failure, Guess, ScoreLine, Scores, StockLine

VERDICTS: Mapping[str, str] = {
    "better": "Beats every simple guess.",
    "some": "Beats some simple guesses, not the best.",
    "worse": "Worse than every simple guess.",
    "alone": "No simple guess to compare with.",
    "input": "Given to the model: agreement proves nothing.",
    "coverage": "Share of the published figures inside the range.",
}
_ROLES = {"prediction": 0, "fit": 1, "input": 2}


def score_section(
    scores: Iterable[Mapping[str, Any]] | None,
    announced: Sequence[ExpectedFailure] = (),
    held: Iterable[Held] = (),
) -> Scores:
    """The section on right and wrong, from the rows of a score table.

    ``announced`` are failures that were expected, ``held`` published numbers of people on a day.
    """
    table = [_row(row) for row in scores or ()]
    table.sort(key=lambda r: (_ROLES.get(r["role"], 3), r["name"], r["window"], not r["primary"]))
    return {
        "rows": table,
        "text": _summary([r for r in table if r["primary"] and not r["expected"]]),
        "legend": "The bar is the model's error, the black ticks are guesses that need no model; "
        "each row has its own scale. “Given” marks figures from which the departures were built: "
        "agreement there proves nothing. Departures come from published counts, so only shares "
        "and ratios are evidence of skill.",
        "failures": [_failure(f, table) for f in announced],
        "stocks": (stocks := [_stock(one) for one in held]),
        "stocks_text": _counted(stocks),
    }


def _stock(held: Held) -> StockLine:
    """A published number of people on a day, beside the run."""
    check = held.check
    return {
        "date": check.date,
        "what": check.what,
        "published": published(check),
        "people": round(held.people),
        "inside": held.inside,
        "why": check.reason,
        "source": [s for s in check.source.split(";") if s],
    }


def _counted(stocks: Sequence[StockLine]) -> str:
    inside = sum(s["inside"] for s in stocks)
    return (
        f"{inside} of {len(stocks)} numbers lie inside what was published. Most are one statement "
        "on one day; none was used to set anything."
    )


def _summary(table: list[ScoreLine]) -> str:
    start = "A model deserves trust only where it beats a guess that needs no model."
    parts = []
    for role, what in (("prediction", "was not fitted to"), ("fit", "was fitted to")):
        judged = [
            r for r in table if r["role"] == role and r["verdict"] in ("better", "some", "worse")
        ]
        if not judged:
            continue
        won = sum(r["verdict"] == "better" for r in judged)
        lost = sum(r["verdict"] == "worse" for r in judged)
        parts.append(
            f"Of the figures that it {what}, it beats every simple guess on {won} of "
            f"{len(judged)} and is worse than all of them on {lost}."
        )
    return " ".join([start, *parts])


def _failure(failure: Any, table: list[ScoreLine]) -> Failure:
    """An announced failure, with what this run shows of it."""
    rows = [r for r in table if r["expected"] == failure.id and r["error"] is not None]
    shown = [
        f"{r['name']}, {r['measure']}: {r['error']:.2g}"
        + (f" against {r['best']:.2g} for {r['best_name']}" if r["best"] is not None else "")
        for r in rows
    ]
    return {"title": failure.title, "why": failure.why, "shown": shown}


def _row(row: Mapping[str, Any]) -> ScoreLine:
    error = _number(row.get("error"))
    guesses: list[Guess] = [
        {"name": TITLES.get(name, name.replace("_", " ")), "value": number}
        for name, value in (row.get("baselines") or {}).items()
        if (number := _number(value)) is not None
    ]
    guesses.sort(key=lambda g: g["value"])
    best = guesses[0] if guesses else None
    verdict = _verdict(row, error, {g["name"]: g["value"] for g in guesses})
    return {
        "name": _sentence(row.get("title") or row.get("target") or "?"),
        "measure": str(row.get("measure") or ""),
        "by": str(row.get("by") or ""),
        "role": str(row.get("role") or ""),
        "window": str(row.get("window") or ""),
        "error": error,
        "best": None if best is None else best["value"],
        "best_name": "" if best is None else best["name"],
        "baselines": guesses,
        "verdict": verdict,
        "verdict_name": _reading(verdict, str(row.get("against") or "")),
        "primary": bool(row.get("primary", True)),
        "expected": str(row.get("expected") or ""),
        "note": _sentence(row.get("note") or ""),
    }


def _reading(verdict: str, against: str) -> str:
    """A verdict in words; what was given still shows how it compares."""
    words = VERDICTS[verdict]
    if verdict == "input" and against in ("better", "some", "worse"):
        compared = VERDICTS[against]
        return f"{words} Against simple guesses: {compared[:1].lower()}{compared[1:]}"
    return words


def _sentence(text: Any) -> str:
    """Text with a capital at its start."""
    words = str(text)
    return words[:1].upper() + words[1:]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return None
    return float(f"{float(value):.4g}")


def _verdict(row: Mapping[str, Any], error: float | None, guesses: Mapping[str, float]) -> str:
    if row.get("role") == "input":
        return "input"
    if str(row.get("metric") or "").startswith("coverage"):
        return "coverage"
    given = str(row.get("verdict") or "")
    if given in VERDICTS:
        return given
    return "alone" if error is None else compare(error, guesses)
