"""Published monthly totals, as the dots that a report draws beside the simulated line."""

from __future__ import annotations

from typing import Any

import numpy as np

from travesia.observe.roles import role_of, settings
from travesia.observe.targets import Target, targets
from travesia.results.result import Result

METRIC_OF = {
    "us_encounters_by_sector": "us_encounters",
    "mx_detentions_by_nationality": "mx_detentions",
    "mx_returns_by_nationality": "mx_returns",
    "us_expulsions_by_nationality": "us_expulsions",
}
"""Metric of the report to which each observable adds up."""

BY_YEAR = {
    "mx_asylum_applications": ("asylum_mexico", ""),
    "mx_detentions": ("mx_detentions", ""),
    "us_deaths_by_sector": ("deaths", " (at the US border only)"),
}
"""Metrics that are published by year, with what a series leaves out."""


def observed_series(result: Result) -> dict[str, list[dict[str, Any]]]:
    """Published series by metric: name, source ids, role, frequency and values by period.

    One series by month is enough for each metric, and is drawn; those by year are only told.
    """
    out: dict[str, list[dict[str, Any]]] = {}
    if "targets" not in result.scenario_tables:
        return out
    for target in targets(result):
        by_month = target.freq == "month"
        metric, part = METRIC_OF.get(target.observable, ""), ""
        if not by_month:
            metric, part = BY_YEAR.get(target.observable, ("", ""))
        one = _series(result, target, part) if metric else {}
        same = ("frequency",) if by_month else ("frequency", "name")
        held = out.setdefault(metric, [])
        if metric and all(any(o[k] != one[k] for k in same) for o in held):
            held.append(one)
    out.pop("", None)
    return {m: sorted(o, key=lambda one: one["frequency"] != "month") for m, o in out.items()}


def published_by_month(result: Result) -> dict[str, dict[str, dict[str, float]]]:
    """Published totals by quantity, publisher and month."""
    return {
        quantity: {str(one["name"]): one["values"] for one in told if one["frequency"] == "month"}
        for quantity, told in observed_series(result).items()
    }


def _series(result: Result, target: Target, part: str) -> dict[str, Any]:
    totals = target.values.sum(axis=1)  # unknown if any of its parts is
    return {
        "name": (target.publisher or target.id) + part,
        "frequency": target.freq,
        "source": _sources(result, target),
        "role": role_of(target, "total", settings(result)).role,
        "values": {
            p: float(v) for p, v in zip(target.periods, totals, strict=True) if not np.isnan(v)
        },
    }


def _sources(result: Result, target: Target) -> list[str]:
    """Ids of the sources named in the published table."""
    frame = result.scenario_table("targets")
    row = frame[frame["id"] == target.id].iloc[0]
    stem = str(row["file"]).rsplit("/", 1)[-1].removesuffix(".csv")
    table = result.scenario_tables.get(f"observed/{stem}")
    if table is None or "source" not in table.columns:
        return []
    ids = {s for cell in table["source"].dropna().unique() for s in str(cell).split(";")}
    return sorted(ids)
