"""Common random numbers: what a change does not touch stays as it was, to the bit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from bench.worlds import STAYS, random_world

from travesia.engine.record import RawResult
from travesia.engine.run import run
from travesia.model import compiled as cm
from travesia.rng import name_key

Journeys = dict[int, list[tuple[int, ...]]]


def free_world(seed: int) -> cm.CompiledModel:
    """Nobody learns, nobody queues, no agency tires: parties cannot affect each other."""
    w = random_world(seed, n_days=70, rate=8.0, learning=False, limited=False)
    machine = replace(w.machine, stay_facility=np.full_like(w.machine.stay_facility, -1))
    risk = replace(w.risk, capacity=np.full_like(w.risk.capacity, np.inf))
    # A controller reads everybody's counts, so it would tie all parties to each other.
    edits = tuple(e for e in w.edits if e.control < 0)
    return replace(w, machine=machine, risk=risk, demand_response=False, controls=(), edits=edits)


def with_cohort_in_front(w: cm.CompiledModel) -> cm.CompiledModel:
    """One more cohort, before all others, so that every number of a cohort shifts."""

    def grown(array: np.ndarray, axis: int = 0) -> np.ndarray:
        first = np.take(array, [0], axis=axis)
        return np.concatenate([first, array], axis=axis)

    c = w.cohorts
    names = replace(w.names, cohorts=("newcomers", *w.names.cohorts))
    cohorts = cm.Cohorts(
        key=np.concatenate([np.array([name_key("newcomers")], np.uint64), c.key]),
        group=grown(c.group),
        profile=grown(c.profile),
        means=grown(c.means),
        release_weight=grown(c.release_weight),
        train_constant=grown(c.train_constant),
        size_cum=grown(c.size_cum),
        mean_size=grown(c.mean_size),
        origin_place=grown(c.origin_place),
        origin_cum=grown(c.origin_cum),
        people_per_day=grown(c.people_per_day, 1),
        parted=np.where(grown(c.parted) >= 0, grown(c.parted) + 1, -1).astype(np.int32),
    )
    by_cohort = (
        "leg_utility", "outcome", "action", "demand", "guided", "release_signal", "match",
        "stay_hazard", "stay_hazard_first",
    )  # fmt: skip
    base = w.base | {name: grown(w.base[name]) for name in by_cohort}
    recalls = tuple(replace(r, cohorts=np.concatenate([[True], r.cohorts])) for r in w.recalls)
    edits = tuple(
        replace(e, index=e.index + w.base[e.target][0].size) if e.target in by_cohort else e
        for e in w.edits
    )
    return replace(
        w,
        names=names,
        cohorts=cohorts,
        machine=replace(w.machine, rest_branch=grown(w.machine.rest_branch)),
        base=base,
        recalls=recalls,
        edits=edits,
        attraction=grown(w.attraction, 1),
    )


def by_party(result: RawResult) -> Journeys:
    """Whole journeys by party key."""
    out: Journeys = defaultdict(list)
    for key, row in zip(result.journey_keys.tolist(), result.journeys.tolist(), strict=True):
        out[key].append(tuple(row))
    return out


def edit(target: str, op: str, index: list[int], value: float) -> cm.Edit:
    """A policy from day 15 on."""
    return cm.Edit(target, op, np.array(index), value, 15, origin="elsewhere")


@pytest.mark.parametrize("seed", [1, 7])
def test_another_cohort_changes_no_cell_of_the_others(seed: int) -> None:
    """Every event, flow and stock of the three old cohorts is unchanged."""
    w = free_world(seed)
    before, after = run(w, seed), run(with_cohort_in_front(w), seed)
    for name, column in (("events", 3), ("flows", 2), ("departures", 1), ("repeats", 2)):
        rows = getattr(after, name).copy()
        rows = rows[rows[:, column] > 0]
        rows[:, column] -= 1
        assert rows.tolist() == getattr(before, name).tolist(), name
    assert after.departures[:, 2].sum() > before.departures[:, 2].sum()


def test_more_parties_change_no_journey() -> None:
    """With higher demand every old party makes the same journey, step by step."""
    w = free_world(3)
    before = by_party(run(w, 5, journeys=1.0))
    more = replace(w, base=w.base | {"demand": np.array([1.0, 1.7, 1.0])})
    after = by_party(run(more, 5, journeys=1.0))
    assert set(before) < set(after)
    assert all(after[key] == journey for key, journey in before.items())


def test_a_policy_for_one_cohort_leaves_the_others_alone() -> None:
    """Utilities, outcomes, guides and actions of cohort 2 change; cells of 0 and 1 do not."""
    w = free_world(4)
    n_l, n_b = len(w.names.legs), len(w.machine.branch_transition)
    third = range(2 * 3 * n_b, 3 * 3 * n_b)
    policy = (
        edit("leg_utility", "add", list(range(2 * n_l, 3 * n_l)), -1.0),
        edit("outcome", "factor", list(third), 0.5),
        edit("guided", "set", [2], 0.9),
    )
    before, after = run(w, 6), run(replace(w, edits=(*w.edits, *policy)), 6)
    for name, column in (("events", 3), ("flows", 2), ("repeats", 2)):
        old, new = getattr(before, name), getattr(after, name)
        assert new[new[:, column] < 2].tolist() == old[old[:, column] < 2].tolist()
        if name != "repeats":
            assert new[new[:, column] == 2].tolist() != old[old[:, column] == 2].tolist()


def test_a_policy_at_a_place_leaves_alone_whoever_does_not_pass() -> None:
    """Hazards of one leg rise: all who never took that leg make the same journey."""
    w = free_world(9)
    leg, n_l = 3, len(w.names.legs)
    raised = edit("hazard", "factor", [leg, n_l + leg, 2 * n_l + leg], 5.0)
    before = by_party(run(w, 8, journeys=1.0))
    after = by_party(run(replace(w, edits=(*w.edits, raised)), 8, journeys=1.0))
    assert set(before) == set(after)
    passed = {key for key, steps in before.items() if any(s[2] == leg for s in steps)}
    changed = {key for key in before if before[key] != after[key]}
    assert changed
    assert changed <= passed
    assert len(passed) < len(before)
    for key in changed:  # and those who pass are the same until they pass under the policy
        at = next(i for i, s in enumerate(before[key]) if s[2] == leg and s[0] // 96 >= 12)
        assert before[key][: at + 1] == after[key][: at + 1]


def test_a_longer_stay_elsewhere_changes_no_one_else() -> None:
    """Clocks of the shelter double: parties that never enter it are unchanged."""
    w = free_world(2)
    n_regions = len(w.names.regions)
    shelter = STAYS.index("shelter") * n_regions
    doubled = edit("clock", "factor", list(range(shelter, shelter + n_regions)), 2.0)
    before = by_party(run(w, 8, journeys=1.0))
    after = by_party(run(replace(w, edits=(*w.edits, doubled)), 8, journeys=1.0))
    asks = len(w.names.legs) + w.names.transitions.index("ask_bed")
    for key, steps in before.items():
        if all(s[2] != asks for s in steps):
            assert after[key] == steps


def test_pairing_cuts_the_variance_of_a_difference() -> None:
    """With learning, queues and saturation on, paired differences vary far less than unpaired."""
    w = random_world(11, n_days=90, rate=8.0)
    n_l = len(w.names.legs)
    policy = edit("hazard", "factor", list(range(n_l)), 1.3)  # more stops
    other = replace(w, edits=(*w.edits, policy))
    people = {"stopped": [], "evaded": []}  # type: ignore[var-annotated]
    for seed in range(24):
        pair = run(w, seed).events_daily.sum(0), run(other, seed).events_daily.sum(0)
        for name, rows in people.items():
            t = w.names.transitions.index(name)
            rows.append([int(x[t]) for x in pair])
    for name, rows in people.items():
        table = np.array(rows, float)
        paired = np.var(table[:, 1] - table[:, 0], ddof=1)
        unpaired = np.var(table[:, 0], ddof=1) + np.var(table[:, 1], ddof=1)
        assert unpaired / paired > 2.0, (name, unpaired / paired)
