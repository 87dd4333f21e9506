"""Fitted rules on counts that the fit did not see, beside FLEE's rule and naive guesses.

Two ways to hold counts out: the fit sees the first third of a case and the days after it are
scored, or the fit sees other cases and the whole case is scored. Every row is the rescaled
averaged relative difference over the same days and against the same counts, sorted by date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from travesia.kinds.flee.compile import compile_case, starts_in_camps
from travesia.kinds.flee.counts import corrected
from travesia.kinds.flee.cut import (
    capacities_known,
    checked_cut,
    known_case,
    last_counts,
    with_capacities,
)
from travesia.kinds.flee.fit import Fit, Memory, fit_rule, resolution, simulate
from travesia.kinds.flee.instance import Instance
from travesia.kinds.flee.measures import TITLES, Floats, baselines, fixed_shares, mean_rescaled_ard
from travesia.kinds.flee.rules import RULES, with_rule

PEOPLE = 5000
"""About so many people stand for all people of a case while scoring."""

REPLICATES = 3

ROWS: Mapping[str, str] = {
    "flee31_input": "FLEE 3.1, capacities of the input (they hold the answer)",
    "flee31_blind": "FLEE 3.1, no capacities",
    "flee31_known": "FLEE 3.1, capacities by counts up to the cut",
    "flee31_recount": "FLEE 3.1, people as counted at the cut",
    "flee31_recount_known": "FLEE 3.1, people and capacities as counted at the cut",
    "flee_blind": "FLEE's rule fitted, no capacities",
    "flee_input": "FLEE's rule fitted, capacities of the input",
    "flee_known": "FLEE's rule fitted, capacities by counts up to the cut",
    "flee_recount": "FLEE's rule fitted, people as counted at the cut",
    "flee_recount_known": "FLEE's rule fitted, people and capacities as counted at the cut",
    "camps_blind": "known camps fitted, no capacities",
    "camps_input": "known camps fitted, capacities of the input",
    "camps_known": "known camps fitted, capacities by counts up to the cut",
    "camps_recount": "known camps fitted, people as counted at the cut",
    "camps_recount_known": "known camps fitted, people and capacities as counted at the cut",
    **TITLES,
}
"""What the rows of a trial are, in the order in which they are shown."""


@dataclass(frozen=True)
class Trial:
    """Errors of one case by row (:data:`ROWS`), and the fits behind them."""

    case: str
    held_out: str
    days: int
    fitted_on: tuple[str, ...]
    fits: dict[str, Fit]
    errors: dict[str, float | None]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the trials of the fits."""
        fits = {k: {**asdict(f), "trials": len(f.trials)} for k, f in self.fits.items()}
        return {**asdict(self), "fits": fits}


def trial_after_cut(
    case: Instance,
    cut: dt.date | None = None,
    *,
    seed: int = 0,
    people: int = PEOPLE,
    replicates: int = REPLICATES,
    search: Mapping[str, Any] | None = None,
) -> Trial:
    """Fit on what was counted up to a cut (default: a third), score the days after it.

    Args:
        case: the whole case.
        cut: last date that the fit knows.
        seed: of fits and runs.
        people: people that stand for those of the case while scoring.
        replicates: runs behind each error, with different random numbers.
        search: arguments for :func:`travesia.kinds.flee.fit.fit_rule`.
    """
    cut = checked_cut(case, cut)
    first = (cut - case.start).days + 1
    past = known_case(case, cut)
    fits = {rule: fit_rule([past], rule, seed=seed, **(search or {})) for rule in RULES}
    capacity, last = capacities_known(case, cut), last_counts(case, cut)
    recount = (first, np.array(list(last.values()), np.float64))
    known = with_capacities(case, capacity)
    how: dict[str, Any] = {
        "seed": seed,
        "replicates": replicates,
        "hasten": resolution(case, people),
    }
    errors = {"flee31_input": _error(case, first, blind=False, compatible=True, **how)}
    rules: dict[str, dict[str, Any]] = {"flee31": {}, **{k: f.values for k, f in fits.items()}}
    for name, values in rules.items():
        how["compatible"] = name == "flee31"
        free, held = with_rule(case, values), with_rule(known, values)
        errors[f"{name}_blind"] = _error(free, first, **how)
        errors[f"{name}_known"] = _error(held, first, blind=False, **how)
        errors[f"{name}_recount"] = _error(free, first, recount=recount, **how)
        errors[f"{name}_recount_known"] = _error(held, first, recount=recount, blind=False, **how)
    truth, scored = _truth(case)
    naive = _naive(case, first)
    for row, weight in (("cut_capacity_shares", capacity), ("cut_shares", last)):
        numbers = np.array(list(weight.values()), np.float64)[scored]
        naive[row] = fixed_shares(numbers, truth[first:])
    naive.pop("first_shares")
    return Trial(
        case.name,
        f"after {cut}",
        case.days - first,
        (f"{case.name} up to {cut}",),
        fits,
        _in_order({**errors, **naive}),
    )


def trial_of_others(
    case: Instance,
    fits: Mapping[str, Fit],
    *,
    seed: int = 0,
    people: int = PEOPLE,
    replicates: int = REPLICATES,
) -> Trial:
    """Score the whole of a case under fits on other cases; see :func:`trial_after_cut`.

    Raises:
        ValueError: a fit has seen the case.
    """
    if any(case.name in f.cases for f in fits.values()):
        raise ValueError(f"{case.name} is among the cases of a fit")
    how: dict[str, Any] = {
        "seed": seed,
        "replicates": replicates,
        "hasten": resolution(case, people),
    }
    errors = {
        "flee31_input": _error(case, 0, blind=False, compatible=True, **how),
        "flee31_blind": _error(case, 0, compatible=True, **how),
    }
    for name, found in fits.items():
        errors[f"{name}_blind"] = _error(found.applied(case), 0, **how)
        errors[f"{name}_input"] = _error(found.applied(case), 0, blind=False, **how)
    others = next(iter(fits.values())).cases
    return Trial(
        case.name,
        "the whole case",
        case.days,
        others,
        dict(fits),
        _in_order({**errors, **_naive(case, 0)}),
    )


def fits_of_others(
    cases: Sequence[Instance], rule: str, *, seed: int = 0, **search: Any
) -> dict[str, Fit]:
    """By case, the fit of a rule on all the others; by ``""`` the fit on all.

    Errors of points that several fits try are computed once.
    """
    memory: Memory = {}
    found = {
        left.name: fit_rule(
            [c for c in cases if c is not left], rule, seed=seed, memory=memory, **search
        )
        for left in cases
    }
    return {**found, "": fit_rule(cases, rule, seed=seed, memory=memory, **search)}


def _error(case: Instance, first: int, **how: Any) -> float | None:
    simulated, truth = simulate(case, **how)
    return mean_rescaled_ard(simulated[:, first:], truth[first:])


def _truth(case: Instance) -> tuple[Floats, Any]:
    """Counts [days, camps] of the camps that have some, and which these are."""
    model = compile_case(case, compatible=False, hasten=1)
    return model.observed.astype(np.float64)[:, model.scored], model.scored


def _naive(case: Instance, first: int) -> dict[str, float | None]:
    truth, scored = _truth(case)
    size = {p.name: p.capacity for p in case.places}
    names = [n for n, s in zip(case.camps, scored, strict=True) if s]
    rows = {c.series: corrected(c) for c in case.counts}
    published = {
        i: [((d - case.start).days, p) for d, p in rows[name]] for i, name in enumerate(names)
    }
    limit = np.array([size[name] for name in names], np.float64)
    return baselines(
        truth, limit, published, after=slice(first, None), day0=starts_in_camps(case.settings)
    )


def _in_order(errors: Mapping[str, float | None]) -> dict[str, float | None]:
    return {row: errors[row] for row in ROWS if row in errors}


__all__ = ["ROWS", "Trial", "fits_of_others", "trial_after_cut", "trial_of_others"]
