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


def observed_series(result: Result) -> dict[str, list[dict[str, Any]]]:
    """Published monthly series by metric: name, source ids, role and values by month.

    Only series published by month are drawn; one target of each metric is enough.
    """
    out: dict[str, list[dict[str, Any]]] = {}
    if "targets" not in result.scenario_tables:
        return out
    for target in targets(result):
        metric = METRIC_OF.get(target.observable)
        if metric is None or metric in out or target.freq != "month":
            continue
        out[metric] = [_series(result, target)]
    return out


def _series(result: Result, target: Target) -> dict[str, Any]:
    totals = target.values.sum(axis=1)  # unknown if any of its parts is
    return {
        "name": target.publisher or target.id,
        "source": _sources(result, target),
        "role": role_of(target, "total", settings(result)).role,
        "values": {p: float(v) for p, v in zip(target.periods, totals, strict=True)
                   if not np.isnan(v)},
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
