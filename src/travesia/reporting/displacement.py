"""How people travelled, and which stretches of the way gained and lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from travesia.reporting.facts import Facts, Floats, tidy_row
from travesia.reporting.payload import Displacement, ModeShare, Panel, Route
from travesia.scenario.pages import Part

ROUTES_SHOWN = 15
LEAST_PEOPLE = 50.0


def displacement(facts: Facts) -> Displacement:
    """Shares of the distance by mode and month, and the stretches that changed most."""
    people = facts.flows.sum(axis=0)
    whole = Part(id="all", name="the corridor", where=())
    panels = [_panel(facts, people, part) for part in facts.scenario.pages.parts]
    panels = [p for p in panels if p["series"]] or [_panel(facts, people, whole)]
    routes, labels = _routes(facts, people)
    return {
        "text": "When one way is watched or closed, people take another. Shares are of the "
        "distance that people travelled in the month, so a long ride weighs more than a short "
        "walk.",
        "years": facts.year_names,
        "panels": panels,
        "routes": routes,
        "route_periods": labels,
        "routes_text": f"Average number of people a month on the stretches in {panels[0]['name']} "
        "whose use changed most between the periods.",
    }


def _inside(facts: Facts, part: Part | None) -> NDArray[np.bool_]:
    """Legs that begin in a part of the way; all of them, where no part is named."""
    codes = {p.id: {p.country, p.admin1} for p in facts.scenario.places}
    where = set(part.where) if part else set()
    return np.asarray([not where or bool(codes[g.from_] & where) for g in facts.legs], dtype=bool)


def _panel(facts: Facts, people: Floats, part: Part) -> Panel:
    mask = _inside(facts, part)
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
                "short": facts.words.short("mode", m.id, m.name),
                "values": tidy_row(values),
                "by_year": [round(float(s), 4) for s in share],
            }
        )
    return {"id": part.id, "name": part.name, "series": series}


def _routes(facts: Facts, people: Floats) -> tuple[list[Route], list[str]]:
    """Stretches of the first part, ranked by the spread of their monthly mean over the periods."""
    months = np.asarray(facts.months)
    means, labels = [], []
    for period in facts.scenario.pages.periods:
        keep = (months >= period.first) & (months <= period.last)
        if keep.any():
            means.append(people[:, keep].mean(axis=1))
            labels.append(period.name)
    if len(means) < 2:
        return [], []
    table = np.stack(means, axis=1)
    spread = table.max(axis=1) - table.min(axis=1)
    place = {p.id: p for p in facts.scenario.places}
    mode = {m.id: m.name for m in facts.scenario.modes}
    order = np.argsort(-spread, kind="stable")
    kept = _inside(facts, next(iter(facts.scenario.pages.parts), None)) & (spread >= LEAST_PEOPLE)
    rows: list[Route] = []
    for n in order[kept[order]][:ROUTES_SHOWN]:
        leg = facts.legs[int(n)]
        rows.append(
            {
                "name": f"{place[leg.from_].name} → {place[leg.to].name}",
                "mode": mode[leg.mode],
                "values": tidy_row(table[n]),
            }
        )
    return rows, labels
