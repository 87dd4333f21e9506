"""How journeys ended, and a few whole journeys."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pandas as pd

from travesia.reporting.facts import Facts, Floats, tidy, tidy_row
from travesia.reporting.names import FAMILIES, UNDER_WAY
from travesia.reporting.payload import Journey, Outcomes, Piece, Stacked
from travesia.reporting.view import Cohort
from travesia.scenario.lands import OTHER

JOURNEYS_SHOWN = 10
STEPS_SHOWN = 60
LEAST_JOURNEYS = 40
"""Fewer stored journeys than this that began in a year give no shares for it."""


def outcomes(facts: Facts) -> Outcomes:
    """Ends of journeys by the year they ended in, by nationality and by company.

    Everyone who set out has ended a journey or is still under way, so the last part is what is
    left of the departures; people who were already under way at the start are set against it.
    """
    ends = facts.scenario.ends
    parts, into = list(ends), facts.names("to")
    counted, people = facts.count("transitions", "to"), facts.count("transitions", "to", "cohort")
    monthly = {end: counted[into.index(end)] for end in ends if end in into}
    cohorts = {end: people[into.index(end)].sum(axis=-1) for end in monthly}
    by_year = _rows(
        facts.year_names, [facts.yearly(monthly[e]) if e in monthly else None for e in parts]
    )
    set_out = facts.count("departures", "cohort").sum(axis=-1)
    left = np.maximum(set_out - sum(cohorts.values(), np.zeros_like(set_out)), 0.0)
    per_cohort = [cohorts.get(e, left) for e in parts]
    nationality = [facts.words.country(c.nationality) for c in facts.scenario.cohorts]
    family = [FAMILIES[c.family_type] for c in facts.scenario.cohorts]
    return {
        "parts": [{"id": e, "name": ends[e]} for e in parts],
        "by_year": by_year,
        "by_group": _grouped(nationality, per_cohort),
        "by_departure": _by_departure(facts),
        "by_family": _grouped(family, per_cohort),
        "text": "Every journey in the model ends in one of four ways. "
        f"“{ends[parts[0]]}” includes people released to wait for a court as well as those who "
        "were not seen.",
        "note": "By year: journeys that ended in that year, whenever they began. By nationality "
        "and company: everyone who set out in the period, with those still on the way at its "
        "end. By year of setting out: the journeys that the run stored whole, a sample with chance "
        "error, in people of the sample. People sent back who set out again are counted by how "
        "the last attempt ended.",
    }


def _by_departure(facts: Facts) -> list[Stacked]:
    """Ends of the stored journeys by the year in which they began, in people of the sample."""
    table = facts.result.journeys
    if table is None or len(table) == 0:
        return []
    table = table.assign(journey=table["journey"].astype(str)).sort_values(["journey", "step"])
    groups = table.groupby("journey", sort=True)
    first, last = groups.first(), groups.last()
    ends = facts.scenario.ends
    end_of = {t.id: t.to for t in facts.scenario.transitions if t.to in ends}
    end = last["event"].astype(str).map(end_of).fillna(UNDER_WAY)
    year = first["date"].astype(str).str[:4]
    size = first["size"].astype(float)
    counts = size.groupby([year, end]).sum().unstack(fill_value=0)
    counts = counts.reindex(index=facts.years, columns=list(ends), fill_value=0.0)
    enough = year.value_counts().reindex(facts.years, fill_value=0) >= LEAST_JOURNEYS
    kept = counts[enough]
    named = dict(zip(facts.years, facts.year_names, strict=True))
    return _rows([named[str(y)] for y in kept.index], [kept[e].to_numpy() for e in ends])


def _rows(names: list[str], parts: list[Floats | None]) -> list[Stacked]:
    rows: list[Stacked] = []
    for n, name in enumerate(names):
        values = [0.0 if part is None else float(part[n]) for part in parts]
        if sum(values) > 0:
            rows.append({"name": name, "values": tidy_row(values), "total": tidy(sum(values))})
    return rows


def _grouped(labels: list[str], parts: list[Floats]) -> list[Stacked]:
    names = list(dict.fromkeys(labels))
    member = np.asarray([names.index(label) for label in labels])
    sums: list[Floats | None] = [
        np.asarray(np.bincount(member, weights=part, minlength=len(names)), dtype=np.float64)
        for part in parts
    ]
    return sorted(_rows(names, sums), key=lambda r: -r["total"])


def journeys(facts: Facts, shown: int = JOURNEYS_SHOWN) -> list[Journey]:
    """A few of the stored journeys, spread evenly over the sample in order of their id."""
    table = facts.result.journeys
    if table is None or len(table) == 0:
        return []
    dates = pd.to_datetime(table["date"].astype(str))
    table = table.assign(date=dates, journey=table["journey"].astype(str))
    first = table.groupby("journey")["date"].min()
    start = pd.Timestamp(facts.scenario.period.start)
    ids = np.asarray(sorted(first[first >= start].index))
    chosen = ids[np.linspace(0, len(ids) - 1, min(shown, len(ids))).round().astype(int)]
    rows = table[table["journey"].isin(chosen)]
    return [_journey(facts, str(j), part) for j, part in rows.groupby("journey", sort=True)]


def _journey(facts: Facts, identity: str, rows: pd.DataFrame) -> Journey:
    rows = rows.sort_values("step")
    steps = [
        (date.date(), str(event), str(place))
        for date, event, place in zip(rows["date"], rows["event"], rows["place"], strict=True)
    ]
    end = _end(facts, steps[-1][1])
    told = facts.scenario.ends[end]
    begin, finish = steps[0][0], steps[-1][0]
    cohort = {c.id: c for c in facts.scenario.cohorts}[str(rows["cohort"].iloc[0])]
    return {
        "id": identity,
        "who": _who(facts, cohort, int(rows["size"].iloc[0])),
        "start": begin.isoformat(),
        "days": (finish - begin).days,
        "end_id": end,
        "outcome": f"{told[:1].lower()}{told[1:]}",
        "pieces": _pieces(facts, steps),
        "steps": [
            {"date": d.isoformat(), "text": _text(facts, e, p)} for d, e, p in steps[:STEPS_SHOWN]
        ],
        "cut": max(0, len(steps) - STEPS_SHOWN),
    }


def _who(facts: Facts, cohort: Cohort, size: int) -> str:
    place = facts.words.country(cohort.nationality)
    if cohort.nationality == OTHER:
        place = "another country"
    if cohort.family_type == "child":
        return f"A child alone from {place}" if size < 2 else f"{size} children from {place}"
    if cohort.family_type == "family":
        return f"A family of {size} from {place}"
    return f"An adult from {place}" if size < 2 else f"{size} adults from {place}"


def _end(facts: Facts, event: str) -> str:
    to = {t.id: t.to for t in facts.scenario.transitions}.get(event, "")
    return to if to in facts.scenario.ends else UNDER_WAY


def _pieces(facts: Facts, steps: list[tuple[dt.date, str, str]]) -> list[Piece]:
    """Stretches of the strip: by a mode while on a leg, waiting after any other event."""
    mode_of = {leg.id: leg.mode for leg in facts.scenario.legs}
    pieces: list[Piece] = []
    for (date, event, _), (after, _, _) in pairwise(steps):
        mode = mode_of.get(event.removeprefix("leg:")) if event.startswith("leg:") else None
        days = (after - date).days
        if pieces and pieces[-1]["mode"] == mode:
            pieces[-1]["days"] += days
        elif days or mode:
            pieces.append({"mode": mode, "days": days})
    return pieces


def _text(facts: Facts, event: str, place: str) -> str:
    names = {p.id: p.name for p in facts.scenario.places}
    if event.startswith("leg:"):
        leg = {x.id: x for x in facts.scenario.legs}.get(event.removeprefix("leg:"))
        if leg is None:
            return event
        mode = {m.id: m.name for m in facts.scenario.modes}.get(leg.mode, leg.mode)
        return f"{names.get(leg.from_, leg.from_)} → {names.get(leg.to, leg.to)}: {mode.lower()}"
    told = {t.id: t.description for t in facts.scenario.transitions}.get(event) or event
    return f"{names.get(place, place)}: {told}"
