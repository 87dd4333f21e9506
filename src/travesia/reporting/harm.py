"""What the journey did to people: deaths, kidnapping, robbery, extortion, violence, injury."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from travesia.quantities.quantity import Quantity
from travesia.reporting.facts import Facts, Floats, tidy, tidy_row
from travesia.reporting.payload import Figures, Grid, Harm, HarmKind
from travesia.results.bands import read_band

LEAST_PASSAGES = 1000.0
"""Fewer passages than this give no rate: chance alone would move it by half."""


LEAST_EVENTS = 10.0
"""Fewer person-events in the sample than this give no rate."""


def harm(facts: Facts, bands: Mapping[str, Mapping[str, Any]]) -> Harm:
    """Harm by kind, cause of death, region, year and means of travel, with rates."""
    set_out = facts.total("departures")
    harms = facts.quantities.listed("harms")
    columns = [facts.quantities["deaths"], *harms]
    names = ["Deaths", *(_titled(q) for q in harms)]
    kinds = [_kind(facts, bands, q, set_out) for q in columns]
    kinds[0]["name"] = "Died"
    return {
        "text": "Robbery, kidnapping and violence are mostly not reported, so these rates rest on "
        "surveys and on judgement. All but deaths are person-events: somebody robbed twice counts "
        "twice. Read them as orders of magnitude and compare places, years "
        "and means of travel rather than single numbers.",
        "kinds": kinds,
        "deaths": sorted(
            (_kind(facts, bands, q, set_out) for q in facts.quantities.listed("causes")),
            key=lambda d: -d["value"],
        ),
        "by_region": _by_region(facts, columns, names),
        "by_year": _by_year(facts, columns, names),
        "by_mode": _by_mode(facts, columns, names),
    }


def _titled(quantity: Quantity) -> str:
    return f"{quantity.title[:1].upper()}{quantity.title[1:]}"


def _kind(
    facts: Facts, bands: Mapping[str, Mapping[str, Any]], quantity: Quantity, set_out: float
) -> HarmKind:
    value = facts.total(quantity.id)
    band = read_band(bands.get(quantity.id), facts.months, value)
    return {
        "id": quantity.id,
        "name": _titled(quantity),
        "value": tidy(value),
        "low": None if band.low is None else tidy(band.low),
        "median": None if band.median is None else tidy(band.median),
        "high": None if band.high is None else tidy(band.high),
        "per_1000": tidy(1000 * value / set_out, 3) if set_out else None,
    }


def _by_region(facts: Facts, columns: Sequence[Quantity], names: list[str]) -> Grid:
    """Person-events by where it happened: divisions on the way, other countries, sectors."""
    labels = [
        facts.words.region(p.admin1 or p.country)
        if p.country in facts.scenario.transit
        else p.name
        if p.kind == "sector"
        else facts.words.country(p.country)
        for p in facts.scenario.places
    ]
    order = list(dict.fromkeys(labels))
    member = np.asarray([order.index(label) for label in labels])
    counts = np.stack(
        [
            np.bincount(
                member, weights=facts.count(q.id, "place").sum(axis=-1), minlength=len(order)
            )
            for q in columns
        ]
    )
    rank = sorted(range(len(order)), key=lambda n: (-counts[:, n].sum(), order[n]))
    rows: list[Figures] = [
        {"name": order[n], "values": [*tidy_row(counts[:, n])]} for n in rank if counts[:, n].any()
    ]
    return {
        "columns": names,
        "rows": rows[:20],
        "rate": False,
        "note": "Person-events over the whole period, at the place where it happened or towards "
        "which they were travelling. Busy regions have more of everything.",
    }


def _by_year(facts: Facts, columns: Sequence[Quantity], names: list[str]) -> Grid:
    """Person-events per 1,000 people who set out in the year."""
    set_out = facts.yearly(facts.count("departures"))
    rates = [_per_thousand(facts.yearly(facts.count(q.id)), set_out) for q in columns]
    rows: list[Figures] = [
        {"name": year, "values": [tidy(float(r[n]), 3) for r in rates]}
        for n, year in enumerate(facts.year_names)
        if set_out[n] > 0
    ]
    return {
        "columns": names,
        "rows": rows,
        "rate": True,
        "note": "Person-events in the year per 1,000 people who set out in it.",
    }


def _per_thousand(part: Floats, whole: Floats) -> Floats:
    return np.asarray(1000 * np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))


def _by_mode(facts: Facts, columns: Sequence[Quantity], names: list[str]) -> Grid:
    """Harm per 1,000 passages of a leg on the way, by mode, from the stored journeys.

    The tables of events do not know the leg, so the mode is that of the last leg before the
    event in a stored journey.
    """
    table = facts.result.journeys
    if table is None or len(table) == 0:
        return {"columns": names, "rows": [], "rate": True, "note": ""}
    mode_of = {leg.id: leg.mode for leg in facts.legs}
    on_the_way = dict(zip(facts.place_ids, facts.in_transit.tolist(), strict=True))
    start = {f"leg:{leg.id}": leg.mode for leg in facts.legs if on_the_way[leg.from_]}
    table = table.sort_values(["journey", "step"])
    event = table["event"].astype(str)
    mode = event.map({f"leg:{leg}": m for leg, m in mode_of.items()})
    mode = mode.groupby(table["journey"]).ffill()
    size = table["size"].astype(float)
    inside = table["place"].astype(str).map(on_the_way).fillna(False).astype(bool)
    passages = size.groupby(event.map(start)).sum()
    counted = [facts.transitions(q.id) for q in columns]
    rows: list[Figures] = []
    for m in facts.scenario.modes:
        total = float(passages.get(m.id, 0.0))
        if total < LEAST_PASSAGES:
            continue
        hits = [float(size[event.isin(ids) & (mode == m.id) & inside].sum()) for ids in counted]
        values = [tidy(1000 * h / total, 3) if h >= LEAST_EVENTS else None for h in hits]
        rows.append({"name": m.name, "values": values})
    return {
        "columns": names,
        "rows": rows,
        "rate": True,
        "note": f"Person-events per 1,000 passages of a stretch in {_transit(facts)}, by the means "
        "of travel that came before, in the sample of journeys that the run stored. A blank means "
        "fewer than ten in the sample.",
    }


def _transit(facts: Facts) -> str:
    """The countries through which the way leads, in words."""
    named = sorted(facts.words.country(code) for code in facts.scenario.transit)
    return " or ".join(named) or "the countries on the way"
