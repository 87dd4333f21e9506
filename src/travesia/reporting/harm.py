"""What the journey did to people: deaths, kidnapping, robbery, extortion, violence, injury."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from travesia.ensembles.categories import transitions_of
from travesia.reporting.facts import Facts, Floats, tidy, tidy_row
from travesia.reporting.names import DEATHS, HARMS, region_name
from travesia.reporting.payload import Figures, Grid, Harm, HarmKind
from travesia.reporting.timelines import in_mexico
from travesia.results.bands import read_band

LEAST_PASSAGES = 1000.0
"""Fewer passages than this give no rate: chance alone would move it by half."""


LEAST_EVENTS = 10.0
"""Fewer person-events in the sample than this give no rate."""


def harm(facts: Facts, bands: Mapping[str, Mapping[str, Any]]) -> Harm:
    """Harm by kind, cause of death, region, year and means of travel, with rates."""
    set_out = float(facts.departures.sum())
    harms = transitions_of(facts.scenario.transitions, tuple(HARMS))
    deaths = transitions_of(facts.scenario.transitions, tuple(DEATHS))
    every_death = facts.tagged("death")
    kinds = [_kind(facts, bands, "deaths", "Died", every_death, set_out)]
    kinds += [_kind(facts, bands, c, HARMS[c], ts, set_out) for c, ts in harms.items()]
    columns = {"deaths": every_death, **harms}
    names = ["Deaths", *(HARMS[c] for c in harms)]
    return {
        "text": "Robbery, kidnapping and violence are mostly not reported, so these rates rest on "
        "surveys and on judgement. All but deaths are person-events: somebody robbed twice counts "
        "twice. Read them as orders of magnitude and compare places, years "
        "and means of travel rather than single numbers.",
        "kinds": kinds,
        "deaths": sorted(
            (_kind(facts, bands, c, DEATHS[c], ts, set_out) for c, ts in deaths.items()),
            key=lambda d: -d["value"],
        ),
        "by_region": _by_region(facts, columns, names),
        "by_year": _by_year(facts, columns, names),
        "by_mode": _by_mode(facts, columns, names),
    }


def _kind(
    facts: Facts,
    bands: Mapping[str, Mapping[str, Any]],
    key: str,
    name: str,
    transitions: list[str],
    set_out: float,
) -> HarmKind:
    value = float(facts.monthly(transitions).sum())
    band = read_band(bands.get(key), facts.months, value)
    return {
        "id": key,
        "name": name,
        "value": tidy(value),
        "low": None if band.low is None else tidy(band.low),
        "median": None if band.median is None else tidy(band.median),
        "high": None if band.high is None else tidy(band.high),
        "per_1000": tidy(1000 * value / set_out, 3) if set_out else None,
    }


def _by_region(facts: Facts, columns: Mapping[str, list[str]], names: list[str]) -> Grid:
    """Person-events by where it happened: Mexican states, other countries, US sectors."""
    labels = [
        region_name(p.admin1)
        if p.country == "MEX"
        else p.name
        if p.kind == "sector"
        else region_name(p.country)
        for p in facts.scenario.places
    ]
    order = list(dict.fromkeys(labels))
    member = np.asarray([order.index(label) for label in labels])
    counts = np.stack(
        [
            np.bincount(member, weights=facts.by_place(ts), minlength=len(order))
            for ts in columns.values()
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


def _by_year(facts: Facts, columns: Mapping[str, list[str]], names: list[str]) -> Grid:
    """Person-events per 1,000 people who set out in the year."""
    set_out = facts.yearly(facts.departures.sum(axis=0))
    rates = [_per_thousand(facts.yearly(facts.monthly(ts)), set_out) for ts in columns.values()]
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


def _by_mode(facts: Facts, columns: Mapping[str, list[str]], names: list[str]) -> Grid:
    """Harm per 1,000 passages of a leg in Mexico, by mode, from the stored journeys.

    The tables of events do not know the leg, so the mode is that of the last leg before the
    event in a stored journey.
    """
    table = facts.result.journeys
    if table is None or len(table) == 0:
        return {"columns": names, "rows": [], "rate": True, "note": ""}
    mode_of = {leg.id: leg.mode for leg in facts.legs}
    mexican = dict(zip(facts.place_ids, in_mexico(facts).tolist(), strict=True))
    start = {f"leg:{leg.id}": leg.mode for leg in facts.legs if mexican[leg.from_]}
    table = table.sort_values(["journey", "step"])
    event = table["event"].astype(str)
    mode = event.map({f"leg:{leg}": m for leg, m in mode_of.items()})
    mode = mode.groupby(table["journey"]).ffill()
    size = table["size"].astype(float)
    inside = table["place"].astype(str).map(mexican).fillna(False).astype(bool)
    passages = size.groupby(event.map(start)).sum()
    rows: list[Figures] = []
    for m in facts.scenario.modes:
        total = float(passages.get(m.id, 0.0))
        if total < LEAST_PASSAGES:
            continue
        hits = [
            float(size[event.isin(ts) & (mode == m.id) & inside].sum()) for ts in columns.values()
        ]
        values = [tidy(1000 * h / total, 3) if h >= LEAST_EVENTS else None for h in hits]
        rows.append({"name": m.name, "values": values})
    return {
        "columns": names,
        "rows": rows,
        "rate": True,
        "note": "Person-events per 1,000 passages of a stretch in Mexico, by the means of "
        "travel that came before, in the sample of journeys that the run stored. A blank means "
        "fewer than ten in the sample.",
    }
