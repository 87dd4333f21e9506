"""The only bridge from names to numbers: a checked scenario becomes a compiled model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from travesia.calendar import Calendar, parse_month
from travesia.errors import InputError, Problem, ProblemList
from travesia.model import compiled as cm
from travesia.model import dated, parts
from travesia.model.accidents import compile_accidents
from travesia.model.attraction import solve_attraction
from travesia.model.book import EditBook
from travesia.model.camps import compile_camps
from travesia.model.caravans import compile_caravans
from travesia.model.codes import Codes
from travesia.model.effects import EffectCompiler
from travesia.model.layout import ROOM
from travesia.model.sampling import Sampler
from travesia.model.waiting import compile_harms, compile_stay_hazards
from travesia.policy.build import effects_of
from travesia.policy.effects import Label
from travesia.policy.instruments.registry import instruments_of
from travesia.policy.names import policy_names
from travesia.scenario.scenario import Scenario
from travesia.scenario.sums import paid_policies


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled model with what was noticed on the way."""

    model: cm.CompiledModel
    labels: tuple[Label, ...]
    warnings: ProblemList


def compile_model(
    scenario: Scenario, *, draw: int | None = None, sample: float = 1.0, seed: int = 0
) -> Compiled:
    """Turn a checked scenario into arrays.

    ``draw`` takes one plausible version of all numbers that carry a range (``None`` = as
    written); ``sample`` is the share of the population to simulate.
    Raises :class:`travesia.errors.InputError` for faults of the policies, and if there are more
    places, legs, stays, cohorts or papers than a party's record can tell apart.
    """
    calendar = scenario.calendar
    sampler = Sampler(draw, seed)
    codes = Codes(scenario)
    _fit(codes)
    book = EditBook(calendar)
    machine = parts.compile_machine(scenario, codes)
    base = {
        **dated.compile_legs(scenario, codes, book),
        **dated.compile_hazards(scenario, codes, book, sampler),
        **dated.compile_effort(scenario, codes, book, sampler),
        **dated.compile_outcomes(scenario, codes, machine, book, sampler),
        **dated.compile_actions(scenario, codes, machine, book, sampler),
        **dated.compile_capacities(scenario, codes, book, sampler),
        **dated.compile_lengths(scenario, codes, book, sampler),
        **dated.compile_others(scenario, codes, sampler),
        **compile_stay_hazards(scenario, codes, book, sampler),
    }
    policies = dated.sampled_policies({p.id: p for p in paid_policies(scenario)}, sampler)
    instruments = instruments_of(scenario)
    effects, problems = effects_of(policies, calendar, policy_names(scenario), instruments)
    problems.raise_if_any(f"The policies of scenario {scenario.name!r} have faults:")
    agencies = [c.agency for c in scenario.causes]
    tags: dict[str, list[str]] = {}
    for row in scenario.transitions:
        for tag in row.counts_as:
            tags.setdefault(tag, []).append(row.id)
    compiler = EffectCompiler(codes, machine, base, book, agencies, tags)
    compiler.write(effects)
    walks, gatherings = compile_caravans(scenario, codes, machine, book, sampler, calendar)
    clearings = compile_camps(scenario, codes, machine, book, sampler, calendar)
    recalls = [
        r for r in (*compiler.recalls, *gatherings, *clearings) if 0 <= r.day < calendar.n_days
    ]
    aims = _aims(scenario, codes, calendar)
    cohorts = parts.compile_cohorts(scenario, codes, calendar, sampler)
    edits = book.edits()
    model = cm.CompiledModel(
        names=_names(codes),
        n_days=calendar.n_days,
        first_day=calendar.first_day,
        month_of_day=np.array(calendar.month_index(), np.int32),
        graph=parts.compile_graph(scenario, codes),
        cohorts=cohorts,
        machine=machine,
        risk=parts.compile_risk(scenario, codes, sampler),
        facilities=parts.compile_facilities(scenario, codes),
        stay_harms=compile_harms(scenario, codes, machine, base, edits, cohorts.largest),
        parameters={
            name: sampler.value(f"parameter:{name}", p.value, p.low, p.high)
            for name, p in scenario.parameters.items()
        },
        base=base,
        edits=edits,
        recalls=tuple(recalls),
        caravans=walks,
        attraction=np.zeros((*aims.shape[:2], 2, aims.shape[2])),
        learning=scenario.settings.learning,
        demand_response=scenario.settings.demand_response,
        sample=sample,
        controls=tuple(compiler.controls),
        accidents=compile_accidents(scenario, codes, machine, book, sampler),
    )
    begins = [max(0, calendar.day(parse_month(m[:7]))) for m in calendar.months()]
    middles = [min(d + 14, calendar.n_days - 1) for d in begins]
    model = replace(model, attraction=solve_attraction(model, aims, middles))
    return Compiled(model, tuple(compiler.labels), problems)


def _fit(codes: Codes) -> None:
    problems = [
        Problem(
            f"{count} {what}, of which the engine can tell {most} apart", f"{what}.csv", "merge"
        )
        for what, most in ROOM.items()
        if (count := len(getattr(codes, what))) > most
    ]
    if problems:
        raise InputError("The scenario is too large", problems)


def _names(codes: Codes) -> cm.Names:
    return cm.Names(
        places=codes.places,
        legs=codes.legs,
        cohorts=codes.cohorts,
        stays=codes.stays,
        transitions=codes.transitions,
        states=codes.states,
        causes=codes.causes,
        regions=codes.regions,
        facilities=codes.facilities,
        groups=codes.groups,
        modes=codes.modes,
        sectors=codes.sectors,
        papers=codes.papers,
        agencies=codes.agencies,
        natives=codes.natives,
    )


def _aims(scenario: Scenario, codes: Codes, calendar: Calendar) -> cm.Floats:
    """Target shares [months, C, X]; a month without rows takes the nearest one with rows."""
    months = calendar.months()
    position = calendar.inputs_of()
    n_x = max(1, len(codes.sectors))
    aims = np.full((len(months), len(codes.cohorts), n_x), np.nan)
    cohort = {
        (n, f): i for i, (n, f) in enumerate(zip(codes.nationality, codes.family_type, strict=True))
    }
    table = scenario.aims
    columns = ("month", "nationality", "family_type", "sector", "share")
    for month, nation, family, sector, share in zip(*map(table.column, columns), strict=True):
        c = cohort.get((nation, family))
        if c is not None and sector in codes.sector:
            for at in position.get(month, ()):
                aims[at, c, codes.sector[sector]] = share
    known = ~np.isnan(aims).any(2)  # [months, C]
    for c in range(aims.shape[1]):
        have = np.flatnonzero(known[:, c])
        if not len(have):
            aims[:, c] = 1.0 / n_x
            continue
        nearest = have[np.abs(np.arange(len(months))[:, None] - have[None, :]).argmin(1)]
        aims[:, c] = aims[nearest, c]
    aims = np.maximum(aims, 1e-4)
    return np.asarray(aims / aims.sum(2, keepdims=True))
