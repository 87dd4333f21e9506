"""Accidents: where they may happen, whom they strike, and how many."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.errors import Problem
from travesia.scenario.checks.context import Check, Context


def accident_places(context: Context) -> Iterator[Problem]:
    """An accident happens on legs and in stays at once, or in neither, or where nobody can be."""
    stays = context.scenario.stays
    unfit = {s.id: "is a queue" for s in stays if s.queue}
    unfit |= {s.id: "branches at once" for s in stays if s.distribution == "none"}
    for i, row in enumerate(context.scenario.accidents):
        where = context.where("accidents", i)
        if bool(row.mode) == bool(row.stay):
            given = "both mode and stay" if row.mode else "neither mode nor stay"
            yield Problem(f"accident '{row.id}' has {given}", where, "fill in one of the two")
        for stay in row.stay:
            if stay in unfit:
                yield Problem(
                    f"accident '{row.id}' cannot happen in stay '{stay}', which {unfit[stay]}",
                    where,
                    "name a stay with a clock that is no queue",
                )


def accident_tolls(context: Context) -> Iterator[Problem]:
    """An accident has more dead at least than at most, or its transition kills nobody."""
    scenario = context.scenario
    known = {t.id: t for t in scenario.transitions}
    for i, row in enumerate(scenario.accidents):
        where = context.where("accidents", i)
        if row.least > row.most:
            yield Problem(
                f"accident '{row.id}' has at least {row.least} dead and at most {row.most}",
                where,
                "let most be no less than least",
            )
        toll = known.get(row.transition)
        if toll is None:
            continue
        if "lose_one" not in toll.sets:
            yield Problem(
                f"accident '{row.id}' strikes one person after another, and transition "
                f"'{toll.id}' does not set lose_one",
                where,
                "name a transition that befalls one person of a party",
            )
        if row.mode and all(c.transition != toll.id for c in scenario.causes):
            yield Problem(
                f"accident '{row.id}' happens on legs, and no cause has transition '{toll.id}'",
                where,
                "add a row to causes.csv; it needs no hazard",
            )


CHECKS: tuple[Check, ...] = (accident_places, accident_tolls)
