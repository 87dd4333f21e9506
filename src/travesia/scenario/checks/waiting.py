"""Harms to those who stay: what they may lead to, and rows that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.errors import Problem
from travesia.scenario.base import ANY
from travesia.scenario.checks.context import Context
from travesia.scenario.checks.grouping import listed
from travesia.scenario.procedures import REMAIN, Transition
from travesia.scenario.risks import StayHazard

TOLD_TO_A_QUEUE = ("poor", "not_guided", "no_papers", "lose_one")
"""What may change about a party that goes on waiting in a queue: its ticket holds these."""


def harms_of_moments(context: Context) -> Iterator[Problem]:
    """Something strikes by the day in a stay without days, or where parted children are put."""
    stays = context.scenario.stays
    moments = {s.id: "branches at once" for s in stays if s.distribution == "none"}
    moments |= {s.id: "is that of children just parted" for s in stays if s.role == "alone"}
    for i, row in enumerate(context.scenario.stay_hazards):
        for stay in row.stay:
            if stay in moments:
                yield Problem(
                    f"stay '{stay}' {moments[stay]}: nothing can happen there by the day",
                    context.where("stay_hazards", i),
                    "name the stay that follows, or give it a clock",
                )


def remaining(context: Context) -> Iterator[Problem]:
    """A transition after which a stay goes on is used elsewhere, moves people or gives papers."""
    scenario = context.scenario
    going_on = {t.id: (i, t) for i, t in enumerate(scenario.transitions) if t.to == REMAIN}
    for name, (i, row) in going_on.items():
        if row.where != "here" or row.grants:
            yield Problem(
                f"transition '{name}' leads to {REMAIN}, and moves people or gives them a paper",
                context.where("transitions", i),
                "let it lead to a stay or to continue, or leave where and grants blank",
            )
    uses = [
        *(("outcomes", i, t) for i, t in context.column("outcomes", "transition")),
        *(("actions", i, row.transition) for i, row in enumerate(scenario.actions)),
        *(("causes", i, row.transition) for i, row in enumerate(scenario.causes)),
        *(("stays", i, t) for i, s in enumerate(scenario.stays) for t in (s.overflow, s.on_match)),
    ]
    for table, i, name in uses:
        if name in going_on:
            yield Problem(
                f"transition '{name}' leads to {REMAIN}, and no stay goes on after it",
                context.where(table, i),
                "only harms of stay_hazards.csv leave people where they stay",
            )


def untold_queues(context: Context) -> Iterator[Problem]:
    """A harm changes something about those in a queue that their ticket cannot hold."""
    scenario = context.scenario
    queues = {s.id for s in scenario.stays if s.queue}
    known = {t.id: t for t in scenario.transitions}
    for i, row in enumerate(scenario.stay_hazards):
        harm, lines = known.get(row.transition), queues & set(row.stay)
        if harm is None or not lines or not _waits_on(harm):
            continue
        untold = [s for s in harm.sets if s not in TOLD_TO_A_QUEUE]
        if untold:
            yield Problem(
                f"people go on waiting in the queue '{min(lines)}' after '{harm.id}', which sets "
                f"{listed(untold)}",
                context.where("stay_hazards", i),
                f"in a queue a harm may only set {', '.join(TOLD_TO_A_QUEUE)}, or end the wait",
            )


def _waits_on(harm: Transition) -> bool:
    return harm.to == REMAIN or "lose_one" in harm.sets


def first_days_that_differ(context: Context) -> Iterator[Problem]:
    """Rows of one harm in one stay disagree for how long the beginning is worse."""
    seen: dict[tuple[str, str], tuple[float, int]] = {}
    for i, row in enumerate(context.scenario.stay_hazards):
        for stay in row.stay:
            days, first = seen.setdefault((stay, row.transition), (row.first_days, i))
            if days != row.first_days:
                yield Problem(
                    f"'{row.transition}' in stay '{stay}' has first_days {row.first_days:g} here "
                    f"and {days:g} at {context.where('stay_hazards', first)}",
                    context.where("stay_hazards", i),
                    "give both rows the same first_days",
                )


def doubled_harms(context: Context) -> Iterator[Problem]:
    """Two rows give the same harm to the same stay, places, people and days."""
    seen: dict[tuple[object, ...], int] = {}
    for i, row in enumerate(context.scenario.stay_hazards):
        rest = row.key_values()[1:]
        for stay in row.stay:
            first = seen.setdefault((stay, *rest), i)
            if first != i and context.scenario.stay_hazards[first].stay != row.stay:
                yield Problem(
                    f"'{row.transition}' in stay '{stay}' is given twice for the same people, "
                    "places and days",
                    context.where("stay_hazards", i),
                    f"remove the stay from one; the first is at "
                    f"{context.where('stay_hazards', first)}",
                )


def harms_nowhere(context: Context) -> Iterator[Problem]:
    """A row selects no place."""
    if not context.complete("places"):
        return
    places = context.scenario.places
    idle = [
        i
        for i, row in enumerate(context.scenario.stay_hazards)
        if not any(_holds(row, p.id, p.region, p.kind) for p in places)
    ]
    if idle:
        yield Problem(
            "harms hold at no place: their place, region and kind of place exclude each other",
            context.places("stay_hazards", idle),
            "correct them, or remove the rows",
            "warning",
        )


def _holds(row: StayHazard, place: str, region: str, kind: str) -> bool:
    return (
        row.place in (ANY, place) and row.region in (ANY, region) and row.place_kind in (ANY, kind)
    )


CHECKS = (
    harms_of_moments, remaining, untold_queues, first_days_that_differ, doubled_harms,
    harms_nowhere,
)  # fmt: skip
