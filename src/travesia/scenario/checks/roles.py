"""Places, causes, papers, columns and posts must fit the role that other tables give them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from travesia.errors import Problem
from travesia.scenario.base import ANY
from travesia.scenario.checks.context import Context
from travesia.scenario.checks.grouping import listed
from travesia.scenario.geography import TERMINAL_KINDS
from travesia.scenario.procedures import Transition
from travesia.units import great_circle_km

LONGEST_STAGE_KM = 1_200.0
"""Between two places of a caravan's route; a longer stage is a place left out or exchanged."""


ROLES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("stays", ("rest", "crossing", "custody"), ()),
    ("transitions", ("exit", "border", "stuck"), ("release",)),
)
"""Table, the roles that one row of it must play, and those that several may play."""


def places_of_the_line(context: Context) -> Iterator[Problem]:
    """A sector or port group lies outside the countries of destination."""
    destination = context.scenario.settings.destination
    for i, place in enumerate(context.scenario.places):
        if destination and place.kind in TERMINAL_KINDS and place.country not in destination:
            yield Problem(
                f"place '{place.id}' is a {place.kind} in {place.country}",
                context.where("places", i),
                "correct its kind or its country",
            )


def origins_of_others(context: Context) -> Iterator[Problem]:
    """People set out from a sector, or from a home town of another country."""
    at = {p.id: p for p in context.scenario.places}
    abroad = []
    for i, row in enumerate(context.scenario.origins):
        place = at.get(row.place)
        if place is None:
            continue
        if place.kind in TERMINAL_KINDS:
            yield Problem(
                f"{row.nationality} set out from '{place.id}', a {place.kind}",
                context.where("origins", i),
                "name a place from which a way leads on",
            )
        elif place.kind == "origin" and row.nationality != place.country:
            abroad.append(i)
    homes = {p.country for p in at.values() if p.kind == "origin"}
    rows = context.scenario.origins
    odd = [i for i in abroad if rows[i].nationality in homes]
    if odd:
        yield Problem(
            "people set out from a home town of another country, though theirs has some: "
            f"{listed(f'{rows[i].nationality} from {rows[i].place}' for i in odd)}",
            context.places("origins", odd),
            "correct the place or the nationality",
            "warning",
        )


def causes_and_their_ends(context: Context) -> Iterator[Problem]:
    """A cause of death does not kill, or another cause does; deaths are not counted."""
    if context.ends is None:
        return
    ends = {t.id: t for t in context.scenario.transitions}
    for i, cause in enumerate(context.scenario.causes):
        row = ends.get(cause.transition)
        if row is None:
            continue
        if _kills(context, row) != (cause.kind == "death"):
            what = "does not lead to death" if cause.kind == "death" else "leads to death"
            yield Problem(
                f"cause '{cause.id}' is of the kind {cause.kind}, and its transition '{row.id}' "
                f"{what}",
                context.where("causes", i),
                "correct the kind or the transition",
            )
    odd = [
        i
        for i, t in enumerate(context.scenario.transitions)
        if _kills(context, t) != ("death" in t.counts_as)
    ]
    if odd:
        names = listed(context.scenario.transitions[i].id for i in odd)
        yield Problem(
            f"transitions lead to death and do not count as one, or the other way round: {names}",
            context.places("transitions", odd),
            "correct to or counts_as",
            "warning",
        )


def _kills(context: Context, transition: Transition) -> bool:
    """Whether all of a party die, or one of it."""
    return transition.to == context.scenario.settings.ends.dead or "lose_one" in transition.sets


def grants_beyond_papers(context: Context) -> Iterator[Problem]:
    """A paper is granted for longer than it can be valid."""
    longest = {p.id: p.max_days for p in context.scenario.papers}
    odd = []
    for i, row in enumerate(context.scenario.transitions):
        most = longest.get(row.grants) if row.grants else None
        if most is not None and row.grant_days is not None and row.grant_days > most:
            odd.append((i, f"{row.id} ({row.grants}, {row.grant_days:g} of {most:g} days)"))
    if odd:
        yield Problem(
            f"papers are granted for longer than they hold: {listed(name for _, name in odd)}",
            context.places("transitions", [i for i, _ in odd]),
            "correct grant_days or max_days",
            "warning",
        )


def actions_nowhere(context: Context) -> Iterator[Problem]:
    """An action is for a kind of place that no place has, or for another kind than its place."""
    kinds = {p.id: p.kind for p in context.scenario.places}
    if not context.complete("places"):
        return
    there = set(kinds.values())
    rows = context.scenario.actions
    odd = [
        i
        for i, row in enumerate(rows)
        if row.place_kind != ANY
        and (
            row.place_kind not in there
            or (row.place in kinds and kinds[row.place] != row.place_kind)
        )
    ]
    if odd:
        yield Problem(
            f"actions are for places that do not exist: "
            f"{listed(f'{rows[i].transition} at {rows[i].place_kind}' for i in odd)}",
            context.places("actions", odd),
            "correct place or place_kind, or remove them",
            "warning",
        )


def chances_of_nobody(context: Context) -> Iterator[Problem]:
    """A row of chances is for a nationality and family type that no cohort has together."""
    if not context.complete("cohorts"):
        return
    cohorts = {(c.nationality, c.family_type) for c in context.scenario.cohorts}
    nations = {n for n, _ in cohorts}
    for table in ("outcomes", "actions"):
        pairs = zip(
            context.values(table, "nationality"), context.values(table, "family_type"), strict=True
        )
        odd = [
            i
            for i, pair in enumerate(pairs)
            if ANY not in pair and pair not in cohorts and pair[0] in nations
        ]
        if odd:
            nation, family = (context.values(table, c) for c in ("nationality", "family_type"))
            yield Problem(
                f"rows are for people of no cohort: "
                f"{listed(f'{nation[i]} {family[i]}' for i in odd)}",
                context.places(table, odd),
                "correct them, or add the cohort",
                "warning",
            )


def caravan_routes(context: Context) -> Iterator[Problem]:
    """A caravan walks nowhere, leaps, or walks outside the period or backwards in time."""
    at = {p.id: p for p in context.scenario.places}
    for i, row in enumerate(context.scenario.caravans):
        where = context.where("caravans", i)
        if row.end is not None and row.end < row.start:
            yield Problem(
                f"caravan '{row.id}' ends on {row.end}, before it starts on {row.start}",
                where,
                "correct one of the dates",
            )
        elif context.period_known and not _within(context, row.start, "caravans", i):
            yield Problem(
                f"caravan '{row.id}' starts on {row.start}, outside the period",
                where,
                "correct the date, or remove it",
                "warning",
            )
        if len(row.route) < 2 or len(set(row.route)) < len(row.route):
            yield Problem(
                f"the route of caravan '{row.id}' has one place, or one twice",
                where,
                "name its places in the order of the walk, each once",
            )
        for one, other in pairwise(p for p in row.route if p in at):
            a, b = at[one], at[other]
            km = great_circle_km(a.lat, a.lon, b.lat, b.lon)
            if km > LONGEST_STAGE_KM:
                yield Problem(
                    f"caravan '{row.id}' walks from '{one}' to '{other}', {km:,.0f} km apart",
                    where,
                    "name the places between, in the order of the walk",
                    "warning",
                )


def _within(context: Context, day: dt.date, table: str = "settings", row: int = 0) -> bool:
    """Whether a day lies in the period; of rows of a base under another period nothing is said."""
    period = context.scenario.settings.period
    own = context.trace("settings", 0)
    other = own.changed_by or own.folder != context.trace(table, row).folder
    return bool(other) or period.spin_up <= day <= period.end


def posts_off_the_way(context: Context) -> Iterator[Problem]:
    """A post stands on a railway or a road where no train or no other leg passes."""
    modes: dict[str, set[str]] = defaultdict(set)
    for leg in context.scenario.legs:
        modes[leg.from_].add(leg.mode)
        modes[leg.to].add(leg.mode)
    trains = {m.id for m in context.scenario.modes if m.kind == "train"}
    odd = []
    for i, post in enumerate(context.scenario.checkpoints):
        rail = modes[post.place] & trains
        passing = rail if post.way == "rail" else modes[post.place] - rail
        if modes[post.place] and not passing:
            odd.append((i, f"{post.place} ({post.way})"))
    if odd:
        yield Problem(
            f"posts stand where nobody passes that way: {listed(name for _, name in odd)}",
            context.places("checkpoints", [i for i, _ in odd]),
            "correct the place or the way",
            "warning",
        )


def effort_without_legs(context: Context) -> Iterator[Problem]:
    """The effort or the capacity of an agency is given for a region without legs."""
    if not context.complete("legs"):
        return
    regions = {g.region for g in context.scenario.legs} | {ANY}
    for table in ("effort", "agencies"):
        odd = [i for i, region in context.column(table, "region") if region not in regions]
        if odd:
            names = listed(context.values(table, "region")[i] for i in odd)
            yield Problem(
                f"no leg lies in {names}, so these rows do nothing",
                context.places(table, odd),
                "correct the region, or remove them",
                "warning",
            )


def extrapolation_outside(context: Context) -> Iterator[Problem]:
    """Inputs are called extrapolated from a day outside the period."""
    day = context.scenario.settings.extrapolated_from
    if day is not None and context.period_known and not _within(context, day):
        yield Problem(
            f"extrapolated_from is {day}, outside the period",
            context.where("settings", 0),
            "correct the date, or remove it",
            "warning",
        )


def roles_without_players(context: Context) -> Iterator[Problem]:
    """A role that the engine needs is played by no stay or transition, or by two."""
    for table, needed, repeated in ROLES:
        if not context.complete(table):
            continue
        rows = tuple(context.scenario.table(table))
        played = defaultdict[str, list[int]](list)
        for i, row in enumerate(rows):
            if row.role and row.role not in repeated:
                played[row.role].append(i)
        for role in needed:
            if role not in played:
                yield Problem(
                    f"no row of {table} has the role {role}",
                    context.trace(table, 0).file,
                    f"write {role} in the column role of the one that plays it",
                )
        for role, odd in played.items():
            if len(odd) > 1:
                yield Problem(
                    f"{listed(rows[i].id for i in odd)} have the same role {role}",
                    context.places(table, odd),
                    "leave it to one of them",
                )


CHECKS = (
    places_of_the_line, roles_without_players, origins_of_others, causes_and_their_ends,
    grants_beyond_papers, actions_nowhere, chances_of_nobody, caravan_routes, posts_off_the_way,
    effort_without_legs, extrapolation_outside,
)  # fmt: skip
"""Every check of roles."""
