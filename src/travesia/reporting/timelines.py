"""Series by month: what the model says, its likely range, and what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from travesia.quantities.quantity import Quantity
from travesia.reporting.facts import Facts, Floats, tidy, tidy_row
from travesia.reporting.payload import Line, Observed, Timeline, Waiting
from travesia.results.bands import Band, read_band

STATES_SHOWN = 8


def timelines(
    facts: Facts,
    bands: Mapping[str, Mapping[str, Any]],
    observed: Mapping[str, Sequence[Mapping[str, Any]]],
) -> list[Timeline]:
    """Charts of every metric that this run or the record knows."""
    charts: list[Timeline] = []
    for quantity in facts.quantities.listed("charts"):
        simulated = facts.count(quantity.id)
        known = observed.get(quantity.id, ())
        by_month = [one for one in known if one.get("frequency", "month") == "month"]
        by_year = [one for one in known if one not in by_month]
        published = [_observed(facts, one) for one in by_month]
        if not simulated.any() and not known:
            continue
        band = read_band(bands.get(quantity.id), facts.months, facts.total(quantity.id))
        chart = _chart(quantity, simulated, band, published, facts.partial_note)
        chart["unpublished"] = "" if published else unpublished(by_year)
        charts.append(chart)
    return charts


def unpublished(by_year: Sequence[Mapping[str, Any]]) -> str:
    """What is said below a chart without published months; yearly statistics are not hidden."""
    if not by_year:
        return "No monthly statistic is published for this."
    named = []
    for one in by_year:
        years = sorted(one["values"])
        named.append(f"{one['name']}, {years[0]} to {years[-1]}")
    return f"Published by year only: {'; '.join(named)}. The scores hold the run against them."


def _chart(
    quantity: Quantity, simulated: Floats, band: Band, published: list[Observed], note: str
) -> Timeline:
    return {
        "id": quantity.id,
        "title": f"{quantity.title[:1].upper()}{quantity.title[1:]}",
        "text": f"{quantity.text} {note}".strip(),
        "role": "input" if quantity.given else published[0]["role"] if published else "",
        "simulated": tidy_row(simulated),
        "low": band.low_by_month and _tidy_gaps(band.low_by_month),
        "high": band.high_by_month and _tidy_gaps(band.high_by_month),
        "observed": published,
        "unpublished": "",
        "verdict": verdict(simulated, published[0]["values"]) if published else "",
    }


def _tidy_gaps(values: Sequence[float | None]) -> list[float | None]:
    return [None if v is None else tidy(v) for v in values]


def _observed(facts: Facts, one: Mapping[str, Any]) -> Observed:
    values = one["values"]
    return {
        "name": str(one["name"]),
        "role": str(one.get("role") or ""),
        "source": [str(s) for s in one.get("source") or ()],
        "values": _tidy_gaps([None if m in facts.partial else values.get(m) for m in facts.months]),
    }


def verdict(simulated: Floats, published: Sequence[float | None]) -> str:
    """One sentence on how far the months are from the published ones."""
    pairs = [(s, o) for s, o in zip(simulated.tolist(), published, strict=True) if o]
    if len(pairs) < 6:
        return ""
    model, record = np.asarray(pairs).T
    error = float(np.abs(model - record).sum() / record.sum())
    total = float(model.sum() / record.sum() - 1)
    if abs(total) < 0.005:
        side = "The total is within half a per cent of the published one"
    else:
        side = (
            f"The total is {abs(total):.0%} {'above' if total > 0 else 'below'} the published one"
        )
    return f"{side}; the average month is off by {error:.0%}."


def waiting(facts: Facts) -> Waiting:
    """People waiting by region: the fullest regions, then the rest."""
    charted = facts.quantities.listed("charts")
    quantity = next((q for q in charted if q.measure == "stock"), None)
    if quantity is None:
        return {"title": "", "items": []}
    counted = facts.count(quantity.id, "region")
    by_region = dict(zip(facts.names("region"), counted, strict=True))
    order = sorted(by_region, key=lambda s: (-by_region[s].sum(), s))
    order = [s for s in order if by_region[s].any()]
    items: list[Line] = [
        {"id": s, "title": facts.words.region(s), "simulated": tidy_row(by_region[s])}
        for s in order[:STATES_SHOWN]
    ]
    rest = order[STATES_SHOWN:]
    if rest:
        total = np.sum([by_region[s] for s in rest], axis=0)
        items.append({"id": "rest", "title": "Other states", "simulated": tidy_row(total)})
    title = f"{quantity.title[:1].upper()}{quantity.title[1:]}, by state"
    return {"title": title, "items": items}
