"""Published totals, as the dots that a report draws beside the simulated line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from travesia.observe.roles import role_of, settings
from travesia.observe.targets import Target, targets
from travesia.results.result import Result


def observed_series(
    result: Result, found: Sequence[Target] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Published series by quantity: name, source ids, role, frequency and values by period.

    One series by month is enough for each quantity, and is drawn; totals by year are only told.
    A quantity that is published as a part of another is told beside it. ``found`` are the targets
    of the run where they have been read.
    """
    out: dict[str, list[dict[str, Any]]] = {}
    if "targets" not in result.scenario_tables:
        return out
    charts = {q.id for q in result.quantities.listed("charts")}
    for target in targets(result) if found is None else found:
        quantity, by_month = target.quantity, target.freq == "month"
        charted = quantity.beside or quantity.id
        told = by_month or not target.dims or bool(quantity.beside)
        if charted not in charts or not told or (by_month and quantity.beside):
            continue
        one = _series(result, target)
        same = ("frequency",) if by_month else ("frequency", "name")
        held = out.setdefault(charted, [])
        if all(any(o[k] != one[k] for k in same) for o in held):
            held.append(one)
    return {m: sorted(o, key=lambda one: one["frequency"] != "month") for m, o in out.items()}


def published_by_month(
    result: Result, found: Sequence[Target]
) -> dict[str, dict[str, dict[str, float]]]:
    """Published totals of the targets ``found`` by quantity, publisher and month."""
    return {
        quantity: {str(one["name"]): one["values"] for one in told if one["frequency"] == "month"}
        for quantity, told in observed_series(result, found).items()
    }


def _series(result: Result, target: Target) -> dict[str, Any]:
    totals = target.values.sum(axis=1)  # unknown if any of its parts is
    part = f" ({target.quantity.note})" if target.quantity.beside else ""
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
