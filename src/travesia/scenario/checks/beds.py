"""Lines for a bed, dated lengths of stays, and families that are parted."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.errors import Problem
from travesia.scenario.checks.context import Context
from travesia.scenario.checks.grouping import listed


def lines_for_beds(context: Context) -> Iterator[Problem]:
    """A line for beds leads to a stay without them, or its beds are given in another way too."""
    if not context.complete("stays", "transitions", "facilities"):
        return
    scenario = context.scenario
    of = {s.id: s for s in scenario.stays}
    for i, line in enumerate(scenario.stays):
        bed = of.get(line.served or "")
        if not line.queue or bed is None or line.facility_unit != "places":
            continue
        where = context.where("stays", i)
        if bed.queue or bed.facility_kind != line.facility_kind:
            yield Problem(
                f"stay '{line.id}' is a line for places of the kind {line.facility_kind}, and "
                f"'{bed.id}', which follows, does not hold one",
                where,
                f"write {line.facility_kind} as facility_kind of '{bed.id}', and no as queue",
            )
        users = {s.id for s in scenario.stays if s.facility_kind == line.facility_kind}
        others = sorted(users - {line.id, bed.id})
        direct = sorted(t.id for t in scenario.transitions if t.to == bed.id)
        if others or direct:
            yield Problem(
                f"places of the kind {line.facility_kind} have a line ('{line.id}'), and are asked "
                f"for past it by {listed(others + direct)}",
                where,
                f"lead them to '{line.id}'",
            )
        for at, facility in enumerate(scenario.facilities):
            if facility.kind == line.facility_kind and facility.lottery_share > 0:
                yield Problem(
                    f"facility '{facility.id}' gives beds by lot to people who wait in line",
                    context.where("facilities", at),
                    "leave lottery_share at 0: beds are given by turn",
                )


def lengths_of_stays(context: Context) -> Iterator[Problem]:
    """A dated length is given to a stay without a clock."""
    of = {s.id: s for s in context.scenario.stays}
    for i, row in enumerate(context.scenario.stay_lengths):
        stay = of.get(row.stay)
        if stay is not None and stay.distribution == "none":
            yield Problem(
                f"stay '{row.stay}' has no clock, so it has no length",
                context.where("stay_lengths", i),
                "remove the row, or give the stay a distribution",
            )


def parted_families(context: Context) -> Iterator[Problem]:
    """Families are parted, and the children have no stay, or no cohort of their own."""
    if not context.complete("stays", "transitions", "cohorts"):
        return
    scenario = context.scenario
    rows = [i for i, t in enumerate(scenario.transitions) if "parted" in t.sets]
    for i in rows:
        if "lose_one" in scenario.transitions[i].sets:
            yield Problem(
                f"transition '{scenario.transitions[i].id}' parts a family and takes one of it",
                context.where("transitions", i),
                "let it do one of the two",
            )
    alone = [(i, s) for i, s in enumerate(scenario.stays) if s.role == "alone"]
    if rows and not alone:
        yield Problem(
            "families are parted, and no stay has the role alone",
            context.where("transitions", rows[0]),
            "add the stay in which their children are then, with the role alone",
        )
    for i, stay in alone:
        if stay.queue or stay.facility_kind or stay.distribution == "none":
            yield Problem(
                f"stay '{stay.id}' of children alone is limited, a line or without a clock",
                context.where("stays", i),
                "give it a clock and no facility; a branch may ask for a place",
            )
    types: dict[str, set[str]] = {}
    for cohort in scenario.cohorts:
        types.setdefault(cohort.nationality, set()).add(cohort.family_type)
    lacking = sorted(n for n, t in types.items() if "family" in t and len(t) < 3)
    if rows and lacking:
        yield Problem(
            f"families of {listed(lacking)} cannot be parted: no cohort of adults or of children",
            context.trace("cohorts", 0).file,
            "add the cohorts, or expect that these families stay together",
            "warning",
        )


CHECKS = (lines_for_beds, lengths_of_stays, parted_families)
