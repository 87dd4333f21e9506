"""Camps that cannot be: cleared before they open, lived in by nobody, cleared of nobody."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.errors import Problem
from travesia.scenario.camps import Camp, facility_of
from travesia.scenario.checks.context import Context


def camp_dates(context: Context) -> Iterator[Problem]:
    """A camp is cleared before it opens, or outside the period."""
    settings = context.scenario.settings
    for i, camp in enumerate(context.scenario.camps):
        where = context.where("camps", i)
        if camp.closed is not None and camp.closed < camp.opened:
            yield Problem(
                f"camp '{camp.id}' is cleared on {camp.closed}, before it opens on {camp.opened}",
                where,
                "correct one of the dates",
            )
        elif camp.shut <= camp.opened:
            yield Problem(
                f"camp '{camp.id}' is emptied over {camp.clearing_days} days, from the day on "
                "which it opens or before: nobody ever lives in it",
                where,
                "shorten clearing_days, or correct a date",
            )
        elif context.period_known and (
            camp.opened > settings.period.end or camp.shut < settings.period.spin_up
        ):
            yield Problem(
                f"camp '{camp.id}' is never open within the period",
                where,
                "correct its dates, or remove it",
                "warning",
            )


def camp_ids(context: Context) -> Iterator[Problem]:
    """The camps of a town would have the name of a facility."""
    taken = {f.id for f in context.scenario.facilities}
    for i, camp in enumerate(context.scenario.camps):
        if facility_of(camp) in taken:
            yield Problem(
                f"facility '{facility_of(camp)}' has the name of the camps at {camp.place}",
                context.where("camps", i),
                "rename the facility",
            )


def camp_stays(context: Context) -> Iterator[Problem]:
    """Nobody can live in a camp: its stay gives no places, or leaves those without one nowhere."""
    if not context.complete("stays", "transitions"):
        return
    stays = context.scenario.stays
    for i, camp in enumerate(context.scenario.camps):
        mine = [s for s in stays if s.facility_kind == camp.kind]
        for stay in mine:
            if stay.queue or stay.facility_unit != "places" or not stay.overflow:
                yield Problem(
                    f"stay '{stay.id}' of those in camps of kind {camp.kind} is a queue, counts "
                    "no places, or has no overflow",
                    context.where("camps", i),
                    "give it the unit places, and a transition for those who find no camp",
                )
        if mine and camp.clearing:
            yield from _clearing(context, i, camp, frozenset(s.id for s in mine))


def _clearing(context: Context, i: int, camp: Camp, lived: frozenset[str]) -> Iterator[Problem]:
    """A camp is cleared by a transition of other people."""
    starts = {t.id: t.from_ids for t in context.scenario.transitions}
    wrong = set(starts.get(str(camp.clearing), ())) - lived
    if wrong:
        yield Problem(
            f"camp '{camp.id}' is cleared by '{camp.clearing}', which leaves "
            f"{' and '.join(sorted(wrong))}",
            context.where("camps", i),
            f"use a transition that leaves {' or '.join(sorted(lived))}",
        )


CHECKS = (camp_dates, camp_ids, camp_stays)
"""Every check of camps."""
