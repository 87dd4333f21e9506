"""The score table in plain words: what fits, what does not, beside naive guesses.

A row of scores is a mapping with ``target`` (or ``name``), ``role`` (input, fit or prediction) and
an error of the model, beside those of naive guesses. Two spellings are read: ``error`` with
``baselines`` (name to error), or one measure per column with ``baseline_<name>`` columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

BASELINES: Mapping[str, str] = {
    "seasonal_naive": "the same month a year before",
    "last_year": "last year's shares",
    "last_year_shares": "last year's shares",
    "last_six_months": "shares of the six months before",
    "equal_shares": "equal shares",
    "equal": "equal shares",
    "population": "shares by population",
    "persistence": "the month before",
}
MEASURES: Mapping[str, str] = {
    "relative_error": "relative error",
    "ard": "averaged relative difference",
    "wis": "weighted interval score",
    "mase": "mean absolute scaled error",
    "mae": "mean absolute error",
    "error": "error",
}
VERDICTS: Mapping[str, str] = {
    "better": "Better than a simple guess.",
    "level": "No better than a simple guess.",
    "worse": "Worse than a simple guess.",
    "alone": "No simple guess to compare with.",
    "given": "Given to the model: agreement proves nothing.",
}
LEVEL = 0.05
"""Differences below this share of the simple guess count as a draw."""

EXPECTED_FAILURES: tuple[str, ...] = (
    "Early 2017: departures fell within weeks on the news of a change of government. The model "
    "learns from what befalls people, so it reacts too late and too little.",
    "El Paso in 2019: people arrived in numbers at a sector that few had used before. Which "
    "sector people aim for is taken from the six months before, so the shift comes late.",
    "Tucson in 2023: the same, for another sector and other nationalities.",
    "The timing of surges: departures are given month by month, so the model does not foresee a "
    "surge, and within one its month-to-month shape is copied rather than explained.",
)


def score_section(scores: Iterable[Mapping[str, Any]] | None) -> dict[str, Any]:
    """The section on right and wrong, from the rows of a score table."""
    table = [_row(row) for row in scores or ()]
    order = {"prediction": 0, "fit": 1, "input": 2}
    table.sort(key=lambda r: (order.get(r["role"], 3), r["name"]))
    values = [v for r in table for v in (r["error"], r["best"]) if v is not None]
    return {
        "rows": table,
        "scale": max(0.01, min(max(values, default=1.0), 2.0)),
        "text": _summary(table),
        "legend": "The bar is the model's error; each black tick is a simple guess that needs no "
        "model. “Given to the model” marks figures from which the departures were built: "
        "agreement there proves nothing. Departures come from published counts, so only shares "
        "and ratios are evidence of skill.",
        "failures": list(EXPECTED_FAILURES),
    }


def _summary(table: list[dict[str, Any]]) -> str:
    judged = [r for r in table if r["role"] != "input" and r["verdict"] in ("better", "level",
                                                                          "worse")]  # fmt: skip
    if not judged:
        return "A model deserves trust only where it beats a guess that needs no model."
    better = sum(r["verdict"] == "better" for r in judged)
    worse = sum(r["verdict"] == "worse" for r in judged)
    held = [r for r in judged if r["role"] == "prediction"]
    text = (
        "A model deserves trust only where it beats a guess that needs no model. Of "
        f"{len(judged)} figures that can be judged, it beats the best simple guess on {better} "
        f"and does worse on {worse}."
    )
    if held:
        won = sum(r["verdict"] == "better" for r in held)
        text += f" Of the {len(held)} that it was not fitted to, it beats it on {won}."
    return text


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    measure, error = _error(row)
    guesses = sorted(_baselines(row), key=lambda g: float(g["value"]))
    best = guesses[0] if guesses else None
    role = str(row.get("role") or "")
    verdict = _verdict(role, error, None if best is None else float(best["value"]))
    start, end = row.get("start"), row.get("end")
    span = f"{start} to {end}" if start and end else ""
    return {
        "name": str(row.get("title") or row.get("name") or row.get("target") or "?"),
        "measure": measure,
        "role": role,
        "window": str(row.get("window") or span),
        "error": error,
        "best": None if best is None else best["value"],
        "best_name": "" if best is None else best["name"],
        "baselines": guesses,
        "verdict": verdict,
        "verdict_name": VERDICTS[verdict],
        "note": str(row.get("note") or row.get("reading") or ""),
    }


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return None
    return float(f"{float(value):.4g}")


def _error(row: Mapping[str, Any]) -> tuple[str, float | None]:
    for key, name in MEASURES.items():
        value = _number(row.get(key))
        if value is not None:
            return str(row.get("measure") or name), value
    return str(row.get("measure") or row.get("metric") or ""), _number(row.get("value"))


def _baselines(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: dict[str, Any] = dict(row.get("baselines") or {})
    for key, value in row.items():
        if str(key).startswith("baseline_"):
            found[str(key).removeprefix("baseline_")] = value
    return [
        {"name": BASELINES.get(name, name.replace("_", " ")), "value": number}
        for name, value in found.items()
        if (number := _number(value)) is not None
    ]


def _verdict(role: str, error: float | None, best: float | None) -> str:
    if role == "input":
        return "given"
    if error is None or best is None:
        return "alone"
    if error < best * (1 - LEVEL):
        return "better"
    return "worse" if error > best * (1 + LEVEL) else "level"
