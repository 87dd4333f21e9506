"""Fits a few numbers of a FLEE case's rule to counts, without capacities, and never beyond a cut.

Two rules can be fitted: FLEE's own in its sane version (people go from place to place), and one
where everyone knows the camps and goes to one of them by the shortest way (``known_camps``).
Capacities are switched off while fitting, since in most cases they hold the answer.

The search is a fixed sequence of evenly spread points and then steps around the best one that
become smaller; it uses nothing but the seed, so the same counts give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from travesia.kinds.flee.compile import compile_case, without_capacity
from travesia.kinds.flee.instance import Instance
from travesia.kinds.flee.measures import Floats, flee_ard, rescaled
from travesia.kinds.flee.rules import RULES, Rule, spread_points, with_rule
from travesia.kinds.flee.simulation import Recount, run_flee

PEOPLE = 4000
"""About so many people stand for all people of a case while fitting."""

FIRST_STEP, SHRINK, STEPS_PER_ROUND = 0.15, 0.7, 10
"""Size of the first steps in parts of a range, the factor from round to round, steps per round."""


Memory = dict[tuple[str, str, tuple[float, ...]], float]


@dataclass(frozen=True)
class Fit:
    """What was found: settings by name, their mean error, and the error of the case's own."""

    rule: str
    values: dict[str, Any]
    error: float
    error_before: float
    cases: tuple[str, ...]
    evaluations: int
    trials: tuple[tuple[float, dict[str, Any]], ...] = field(repr=False, default=())

    def applied(self, case: Instance) -> Instance:
        """A case under the fitted rule."""
        return with_rule(case, self.values)


def resolution(case: Instance, people: int = PEOPLE) -> int:
    """How many people one simulated person stands for, so that about ``people`` are simulated."""
    model = compile_case(case, compatible=False, hasten=1)
    everyone = int(model.start_people.sum() + model.new_people.sum())
    return max(1, everyone // people)


def simulate(
    case: Instance,
    *,
    seed: int = 0,
    hasten: int | None = None,
    blind: bool = True,
    compatible: bool = False,
    replicates: int = 1,
    recount: tuple[int, Floats] | None = None,
) -> tuple[Floats, Floats]:
    """Simulated people in the camps that have counts, and these counts.

    Args:
        case: what is run.
        seed: the seed.
        hasten: one person stands for so many; default about :data:`PEOPLE` people.
        blind: without capacities.
        compatible: FLEE 3.1 with its quirks; the counts are those of the sane version all the same.
        replicates: runs with different random numbers.
        recount: day, and people counted in each camp by then; everyone is put there.

    Returns:
        [replicates, days, camps] and [days, camps] people.
    """
    hasten = hasten or resolution(case)
    model = compile_case(case, compatible=compatible, hasten=hasten)
    full = compile_case(case, compatible=False, hasten=1)
    truth, scored = full.observed.astype(np.float64), full.scored
    model = without_capacity(model) if blind else model
    new = None
    if recount is not None:
        people = np.zeros(model.n_places, np.int64)
        people[model.camps] = np.asarray(recount[1]) // hasten
        new = Recount(recount[0], people)
    runs = [
        run_flee(model, seed, replicate=r, recount=new).people[:, model.camps]
        for r in range(replicates)
    ]
    return np.array(runs, np.float64)[:, :, scored] * hasten, truth[:, scored]


def error_of(case: Instance, *, seed: int = 0, hasten: int | None = None) -> float:
    """Rescaled averaged relative difference of a case, without capacities, over all its days."""
    simulated, truth = simulate(case, seed=seed, hasten=hasten)
    return flee_ard(rescaled(simulated[0], truth), truth)


def fit_rule(
    cases: Sequence[Instance],
    rule: str | Rule = "camps",
    *,
    seed: int = 0,
    points: int = 96,
    rounds: int = 6,
    people: int = PEOPLE,
    memory: Memory | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Fit:
    """Find the settings under which the camps of all cases fill as counted.

    Minimised is the mean over cases of the rescaled averaged relative difference of runs without
    capacities. To keep counts out, give cases that do not hold them
    (:func:`travesia.kinds.flee.cut.known_case`).

    Args:
        cases: each counts the same, however long it is.
        rule: one of :data:`travesia.kinds.flee.rules.RULES`, or one of your own.
        seed: of the search and of the runs.
        points: evenly spread points that are tried first.
        rounds: rounds of smaller and smaller steps around the best point.
        people: people that stand for those of a case.
        memory: errors already known, by case name, rule and numbers; may be shared between fits
            on some of the same cases.
        progress: called with (points tried, points in all).
    """
    chosen, name = (RULES[rule], rule) if isinstance(rule, str) else (rule, repr(rule))
    known = {} if memory is None else memory
    share = {c.name: resolution(c, people) for c in cases}
    tried: dict[tuple[float, ...], float] = {}
    total = 1 + points + rounds * STEPS_PER_ROUND

    def error(parts: Floats) -> float:
        numbers = chosen.numbers(parts)
        values = chosen.values(numbers)
        errors = []
        for case in cases:
            key = (case.name, name, numbers)
            if key not in known:
                known[key] = error_of(with_rule(case, values), seed=seed, hasten=share[case.name])
            errors.append(known[key])
        tried[numbers] = float(np.mean(errors))
        if progress is not None:
            progress(len(tried), total)
        return tried[numbers]

    best = chosen.numbers(_search(error, chosen.parts(cases[0]), seed, points, rounds))
    before = float(np.mean([error_of(c, seed=seed, hasten=share[c.name]) for c in cases]))
    ranked = sorted((e, n) for n, e in tried.items())
    return Fit(
        name,
        chosen.values(best),
        tried[best],
        before,
        tuple(c.name for c in cases),
        len(tried),
        tuple((e, chosen.values(n)) for e, n in ranked),
    )


def _search(
    error: Callable[[Floats], float], start: Floats, seed: int, points: int, rounds: int
) -> Floats:
    """Spread points, then smaller and smaller steps around the best one."""
    best, least = start, error(start)
    for candidate in spread_points(points, len(start), seed):
        found = error(candidate)
        if found < least:
            best, least = candidate, found
    generator = np.random.default_rng([seed, 1])
    for turn in range(rounds):
        size = FIRST_STEP * SHRINK**turn
        for _ in range(STEPS_PER_ROUND):
            candidate = np.clip(best + size * generator.standard_normal(len(start)), 0.0, 1.0)
            found = error(candidate)
            if found < least:
                best, least = candidate, found
    return best


__all__ = ["Fit", "error_of", "fit_rule", "resolution", "simulate"]
