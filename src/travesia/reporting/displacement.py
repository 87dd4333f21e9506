"""How people travelled, and which stretches of the way gained and lost."""

from __future__ import annotations

import numpy as np

from travesia.reporting.facts import Facts, Floats, tidy_row
from travesia.reporting.names import MODE_SHORT
from travesia.reporting.payload import Displacement, ModeShare, Panel, Route

PERIODS = (("2013–14", "2013-01", "2014-06"), ("2015–16", "2014-07", "2016-12"),
           ("2017–19", "2017-01", "2019-12"), ("2020–23", "2020-01", "2023-12"))  # fmt: skip
_LABELS = ("Jan 2013 – Jun 2014", "Jul 2014 – 2016", "2017 – 2019", "2020 – 2023")
ROUTES_SHOWN = 15
SOUTH = frozenset({"MX-CHP", "MX-TAB", "MX-CAM", "MX-ROO", "MX-OAX", "MX-VER"})
"""States of Mexico through which everyone who comes from the south must pass."""

LEAST_PEOPLE = 50.0


def displacement(facts: Facts) -> Displacement:
    """Shares of the distance by mode and month, and the stretches that changed most."""
    people = facts.flows.sum(axis=0)
    country = {p.id: p.country for p in facts.scenario.places}
    admin1 = {p.id: p.admin1 for p in facts.scenario.places}
    panels = [
        _panel(facts, people, "mexico", "Mexico", [country[g.from_] == "MEX" for g in facts.legs]),
        _panel(
            facts,
            people,
            "south",
            "southern Mexico",
            [admin1[g.from_] in SOUTH for g in facts.legs],
        ),
        _panel(
            facts,
            people,
            "upstream",
            "Central America and the Darién",
            [country[g.from_] not in ("MEX", "USA") for g in facts.legs],
        ),
    ]
    panels = [p for p in panels if p["series"]]
    if not panels:
        panels = [_panel(facts, people, "all", "the corridor", [True] * len(facts.legs))]
    routes, labels = _routes(facts, people)
    return {
        "text": "When one way is watched or closed, people take another. Shares are of the "
        "distance that people travelled in the month, so a long ride weighs more than a short "
        "walk.",
        "years": facts.year_names,
        "panels": panels,
        "routes": routes,
        "route_periods": labels,
        "routes_text": "Average number of people a month on the stretches in Mexico whose use "
        "changed most between the periods.",
    }


def _panel(facts: Facts, people: Floats, key: str, name: str, inside: list[bool]) -> Panel:
    mask = np.asarray(inside, dtype=bool)
    km = np.asarray([leg.distance_km for leg in facts.legs], dtype=np.float64)
    mode = np.asarray([leg.mode for leg in facts.legs])
    distance = people * km[:, None]
    series: list[ModeShare] = []
    total = facts.yearly(distance[mask].sum(axis=0))
    for m in facts.scenario.modes:
        values = distance[mask & (mode == m.id)].sum(axis=0)
        if not values.any():
            continue
        share = np.divide(facts.yearly(values), total, out=np.zeros_like(total), where=total > 0)
        series.append(
            {
                "id": m.id,
                "name": m.name,
                "short": MODE_SHORT.get(m.id, m.name),
                "values": tidy_row(values),
                "by_year": [round(float(s), 4) for s in share],
            }
        )
    return {"id": key, "name": name, "series": series}


def _routes(facts: Facts, people: Floats) -> tuple[list[Route], list[str]]:
    """Stretches in Mexico ranked by the spread of their monthly mean over the periods."""
    months = np.asarray(facts.months)
    means, labels = [], []
    for (_, first, last), label in zip(PERIODS, _LABELS, strict=True):
        keep = (months >= first) & (months <= last)
        if keep.any():
            means.append(people[:, keep].mean(axis=1))
            labels.append(label)
    if len(means) < 2:
        return [], []
    table = np.stack(means, axis=1)
    spread = table.max(axis=1) - table.min(axis=1)
    place = {p.id: p for p in facts.scenario.places}
    mode = {m.id: m.name for m in facts.scenario.modes}
    order = np.argsort(-spread, kind="stable")
    chosen = [
        n
        for n in order
        if place[facts.legs[n].from_].country == "MEX" and spread[n] >= LEAST_PEOPLE
    ][:ROUTES_SHOWN]
    rows: list[Route] = []
    for n in chosen:
        leg = facts.legs[int(n)]
        rows.append(
            {
                "name": f"{place[leg.from_].name} → {place[leg.to].name}",
                "mode": mode[leg.mode],
                "values": tidy_row(table[n]),
            }
        )
    return rows, labels
