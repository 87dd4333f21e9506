"""Imported FLEE cases as members of a plan: what is run, and which numbers of a run are kept.

A member keeps, month by month, the people in each camp, in all camps, under way and elsewhere on
an average day, those who set out, and the errors against the counts; and how many entered each
road. Members differ by chance alone, as no number of a FLEE case carries a range.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from travesia.ensembles.summary import Floats, Layout, Summary
from travesia.errors import ProblemList
from travesia.kind import Member
from travesia.kinds.flee.compile import compile_case
from travesia.kinds.flee.instance import Instance
from travesia.kinds.flee.model import FleeModel
from travesia.kinds.flee.reach import counted_camps
from travesia.kinds.flee.simulation import FleeResult, run_flee
from travesia.quantities.quantity import Quantity
from travesia.quantities.reading import read_register
from travesia.quantities.register import Declaration, Register

CAMP = "camp:"

ERRORS = (
    Quantity(
        "ard_rescaled",
        "errors of all camps, rescaled, as a share of the people counted",
        "share",
        over="mean",
    ),
    Quantity("ard", "errors of all camps, as a share of the people counted", "share", over="mean"),
)
"""Outputs that need a count in the period."""

CAMPS = ("camp", "idp_camp")
ROAD = "travel"


def _on_a_day(title: str, where: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "kind": "people", "table": "stocks", "over": "mean", "where": where}


def declared(case: Instance) -> Declaration:
    """The quantities of the tables of a run: people on an average day, and who set out."""
    quantities = {
        "in_camps": _on_a_day("people in camps", {"state": list(CAMPS)}),
        "under_way": _on_a_day("people on the road", {"state": ROAD}),
        "elsewhere": _on_a_day("people at other places", {"not": {"state": [*CAMPS, ROAD]}}),
        "set_out": {"title": "people who set out", "kind": "people", "table": "departures"},
        **{CAMP + n: _on_a_day(f"people in {n}", {"place": n}) for n in case.camps},
    }
    return Declaration({"quantities": quantities}, lambda _: case.name)


def register_of(case: Instance) -> Register:
    """The outputs of a member: quantities, and errors where a count lies in the period."""
    problems = ProblemList()
    counted = read_register([declared(case)], problems)
    problems.raise_if_any(f"The quantities of {case.name!r} have faults")
    errors = {q.id: q for q in ERRORS} if counted_camps(case) else {}
    return replace(counted, quantities={**errors, **counted.quantities})


def roads_of(case: Instance) -> tuple[str, ...]:
    """Every road in both directions, once each."""
    pairs = ((r.name1, r.name2) for r in case.routes)
    return tuple(dict.fromkeys(f"{a} → {b}" for p in pairs for a, b in (p, p[::-1])))


def layout_of(case: Instance) -> Layout:
    """The arrays of a member."""
    months = tuple(dict.fromkeys(d[:7] for d in case.dates))
    return Layout(
        {"metric": tuple(register_of(case)), "month": months, "leg": roads_of(case)},
        {"monthly": ("metric", "month"), "flows": ("leg",)},
        partial=_partial(case),
    )


def _partial(case: Instance) -> dict[str, tuple[str, str]]:
    """First and last day of the months that are simulated in part."""
    spans: dict[str, list[str]] = {}
    for date in case.dates:
        spans.setdefault(date[:7], []).append(date)
    return {m: (d[0], d[-1]) for m, d in spans.items() if not _whole(d[0], d[-1])}


def _whole(first: str, last: str) -> bool:
    after = dt.date.fromisoformat(last) + dt.timedelta(days=1)
    return first.endswith("-01") and after.day == 1


def opened(case: Instance) -> Callable[[Member], Floats]:
    """A function that simulates members of a case, compiled once for each resolution."""
    models: dict[int, FleeModel] = {}

    def simulate(member: Member) -> Floats:
        share = hasten_of(member.sample)
        if share not in models:
            models[share] = compile_case(case, hasten=share)
        run = run_flee(models[share], member.seed, replicate=member.replicate)
        return _reduce(case, models[share], run, float(share))

    return simulate


def _reduce(case: Instance, model: FleeModel, run: FleeResult, share: float) -> Floats:
    camps = run.people[:, model.camps].astype(np.float64)
    scored = model.scored
    truth, mine = model.observed[:, scored].astype(np.float64), camps[:, scored]
    daily = {
        "ard_rescaled": _relative(_scaled(mine, truth), truth),
        "ard": _relative(mine, truth),
        "in_camps": camps.sum(axis=1) * share,
        "under_way": run.under_way * share,
        "elsewhere": (run.people.sum(axis=1) - camps.sum(axis=1)) * share,
        "set_out": run.set_out.sum(axis=1) * share,
    }
    outputs, layout = register_of(case), layout_of(case)
    rows = [daily[name] for name in outputs if name in daily]
    flows = _entered(case, model, run) * share
    series = np.concatenate([np.array(rows), camps.T * share])
    monthly = _by_month(case, series, [q.over == "mean" for q in outputs.values()])
    return Summary.of(layout, {"monthly": monthly, "flows": flows}).vector


def _by_month(case: Instance, daily: Floats, means: list[bool]) -> Floats:
    """Rows by day [outputs, days] as means or sums of months [outputs, months]."""
    dates = case.dates
    starts = [i for i, d in enumerate(dates) if i == 0 or d[:7] != dates[i - 1][:7]]
    sums = np.add.reduceat(daily, starts, axis=1)
    days = np.diff([*starts, len(dates)])
    return np.asarray(np.where(np.array(means)[:, None], sums / days, sums))


def _entered(case: Instance, model: FleeModel, run: FleeResult) -> Floats:
    """People who entered each road in each direction over the whole run [roads]."""
    names, roads = [p.name for p in case.places], roads_of(case)
    where = {road: i for i, road in enumerate(roads)}
    ends = zip(model.link_start, model.link_end, strict=True)
    at = np.array([where[f"{names[a]} → {names[b]}"] for a, b in ends], int)
    return np.bincount(at, run.entered.sum(axis=0), len(roads)).astype(np.float64)


def _scaled(people: Floats, truth: Floats) -> Floats:
    """People [t, c] scaled to the counted total of each day."""
    total = people.sum(axis=1, keepdims=True)
    shape = np.zeros_like(total)
    factor = np.divide(truth.sum(axis=1, keepdims=True), total, out=shape, where=total > 0)
    return np.asarray(people * factor)


def _relative(people: Floats, truth: Floats) -> Floats:
    """FLEE's relative difference of each day: summed errors over the people counted, at least 1."""
    return np.asarray(np.abs(people - truth).sum(axis=1) / np.maximum(truth.sum(axis=1), 1.0))


def hasten_of(sample: float) -> int:
    """How many people one simulated person stands for."""
    return max(1, round(1 / sample))
