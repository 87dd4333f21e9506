"""Rows that contradict each other or do nothing: doubles, idle policies, layers that lose rows."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from pathlib import Path

from travesia.errors import Problem
from travesia.scenario.checks.context import Context
from travesia.scenario.checks.grouping import listed
from travesia.scenario.faults import suggest
from travesia.scenario.geography import FORWARD_ROLES, Leg
from travesia.scenario.settings import PolicyEntry
from travesia.scenario.tables import TABLES, TableSpec


def doubled_legs(context: Context) -> Iterator[Problem]:
    """Two legs are the same way by the same mode at the same time: it is chosen twice as often."""
    seen: dict[tuple[str, ...], list[int]] = defaultdict(list)
    legs = context.scenario.legs
    doubles = []
    for i, leg in enumerate(legs):
        if leg.role not in FORWARD_ROLES:
            continue
        twins = seen[(leg.from_, leg.to, leg.mode, leg.requires)]
        for j in twins:
            if _meet(leg, legs[j]):
                doubles.append((i, f"{legs[j].id} and {leg.id}"))
        twins.append(i)
    if doubles:
        yield Problem(
            f"legs are given twice, from and to the same places by the same mode: "
            f"{listed(name for _, name in doubles)}",
            context.places("legs", [i for i, _ in doubles]),
            "remove one of them, or let their dates not overlap",
            "warning",
        )


def _meet(one: Leg, other: Leg) -> bool:
    first = max(one.start or dt.date.min, other.start or dt.date.min)
    return first <= min(one.end or dt.date.max, other.end or dt.date.max)


def doubled_places(context: Context) -> Iterator[Problem]:
    """Two places of one kind have one name and country: people are split between them."""
    seen: dict[tuple[str, str, str], str] = {}
    for i, p in enumerate(context.scenario.places):
        twin = seen.setdefault((p.name.casefold(), p.country, p.kind), p.id)
        if twin != p.id:
            yield Problem(
                f"places '{twin}' and '{p.id}' have the same name, '{p.name}'",
                context.where("places", i),
                "remove one, or rename it",
                "warning",
            )


def doubled_cohorts(context: Context) -> Iterator[Problem]:
    """Two cohorts are the same people: published shares can go to one of them only."""
    seen: dict[tuple[str, str], str] = {}
    for i, c in enumerate(context.scenario.cohorts):
        twin = seen.setdefault((c.nationality, c.family_type), c.id)
        if twin != c.id:
            yield Problem(
                f"cohorts '{twin}' and '{c.id}' are both {c.nationality} {c.family_type}",
                context.where("cohorts", i),
                "join them, or correct nationality or family_type",
                "warning",
            )


def likely_slips(context: Context) -> Iterator[Problem]:
    """A free name is used once and is all but equal to one that is used more often."""
    for table, column in (("cohorts", "group"), ("places", "zones"), ("stays", "state")):
        rows: dict[str, list[int]] = defaultdict(list)
        for i, value in context.column(table, column):
            for name in value if isinstance(value, tuple) else (value,):
                rows[name].append(i)
        often = [name for name, found in rows.items() if len(found) > 1]
        for name, found in rows.items():
            cure = suggest(name, often) if len(found) == 1 and often else ""
            if cure.startswith("did you mean") and _alike(name, cure.split("'")[1]):
                yield Problem(
                    f"{column} '{name}' is used once",
                    context.where(table, found[0]),
                    cure,
                    "warning",
                )


def _alike(one: str, other: str) -> bool:
    """Whether one of two names is the other with a letter or two wrong."""
    longest = max(len(one), len(other))
    start = _shared(one, other)
    end = _shared(one[start:][::-1], other[start:][::-1])
    return longest >= 4 and start + end >= longest - 2


def _shared(one: str, other: str) -> int:
    """How many letters two names have in common at their beginning."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def agencies_without_causes(context: Context) -> Iterator[Problem]:
    """A stop has no agency, so effort and saturation do not touch it."""
    idle = [
        i
        for i, c in enumerate(context.scenario.causes)
        if c.kind in ("stop", "apprehension") and not c.agency
    ]
    if idle:
        yield Problem(
            f"stops have no agency: {listed(context.scenario.causes[i].id for i in idle)}; effort "
            "and capacity do not touch them",
            context.places("causes", idle),
            "name the agency",
            "warning",
        )


def families_of_nobody(context: Context) -> Iterator[Problem]:
    """A cohort never sets out in the whole period, or has no aims where others have."""
    scenario = context.scenario
    if not context.complete("departures", "aims", "cohorts"):
        return
    people: dict[str, float] = defaultdict(float)
    for name, number in zip(
        scenario.departures.text("cohort"), scenario.departures.column("people"), strict=True
    ):
        people[name] += number
    rows = {c.id: i for i, c in enumerate(scenario.cohorts)}
    nobody = [i for name, i in rows.items() if name in people and people[name] <= 0]
    if nobody:
        yield Problem(
            f"nobody of {listed(scenario.cohorts[i].id for i in nobody)} ever sets out",
            context.places("cohorts", nobody),
            "give them departures, or remove them",
            "warning",
        )
    aims = {key[1:] for key in context.aim_sums}
    lacking = [
        i for i, c in enumerate(scenario.cohorts) if (c.nationality, c.family_type) not in aims
    ]
    if aims and lacking:
        yield Problem(
            f"{listed(scenario.cohorts[i].id for i in lacking)} have no aims: they aim at all "
            "sectors alike",
            context.places("cohorts", lacking),
            "add their shares to aims.csv",
            "warning",
        )


def idle_policies(context: Context) -> Iterator[Problem]:
    """An enabled policy changes nothing: at scale 0, by neutral numbers, or for want of a leg."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    zones = {p.id: frozenset(p.zones) for p in context.scenario.places}
    nowhere = frozenset[str]()
    ways = [
        (g, zones.get(g.from_, nowhere) | zones.get(g.to, nowhere))
        for g in context.scenario.legs
        if g.role in FORWARD_ROLES
    ]
    for i, policy in enumerate(context.scenario.policies):
        why = _idle(policy, ways) if policy.enabled and _named(context, policy) else ""
        if why:
            found[why].append((i, policy.id))
    for why, rows in found.items():
        yield Problem(
            f"policies are in force and change nothing, as {why}: {listed(n for _, n in rows)}",
            context.places("policies", [i for i, _ in rows]),
            "correct them, or switch them off with enabled: false",
            "warning",
        )


def _named(context: Context, policy: PolicyEntry) -> bool:
    """Whether all legs and modes that a policy names exist: else that is the fault."""
    named = ((policy.where.legs, "legs"), (policy.where.modes, "modes"))
    return all(set(names) <= (context.known(table) or frozenset()) for names, table in named)


def _idle(policy: PolicyEntry, ways: Sequence[tuple[Leg, frozenset[str]]]) -> str:
    if policy.scale == 0:
        return "their scale is 0"
    neutral = [
        (1.0 if p.unit == "factor" else 0.0) == p.value
        for p in policy.parameters.values()
        if isinstance(p.value, int | float) and not isinstance(p.value, bool)
    ]
    if neutral and all(neutral) and len(neutral) == len(policy.parameters):
        return "all their numbers are neutral"
    where = policy.where
    named = where.modes or where.legs
    if named and not any(_touches(policy, leg, zones) for leg, zones in ways):
        return "no leg lies in all that they name"
    return ""


def _touches(policy: PolicyEntry, leg: Leg, zones: frozenset[str]) -> bool:
    where = policy.where
    return (
        (not where.modes or leg.mode in where.modes)
        and (not where.legs or leg.id in where.legs)
        and (
            not (where.regions or where.zones)
            or leg.region in where.regions
            or not zones.isdisjoint(where.zones)
        )
        and (not where.places or leg.from_ in where.places or leg.to in where.places)
    )


def lost_rows(context: Context) -> Iterator[Problem]:
    """A table of an extending scenario lacks rows of the base's table that it replaces."""
    folders = context.scenario.folders
    for spec in TABLES:
        whole = not spec.has_ids
        if not whole and len(spec.record.key) == 1:
            continue
        with_file = [f for f in folders if (f / spec.file).is_file()]
        for below, above in pairwise(with_file):
            lost = _lost(spec, below / spec.file, above / spec.file, whole=whole)
            if lost:
                kept = (
                    "the rest of the base's rows do not hold here"
                    if whole
                    else ("of the same id, the others do not hold here")
                )
                yield Problem(
                    f"it replaces the table of '{below.name}' and lacks {len(lost):,} of its rows: "
                    f"{listed(lost, 5)}; {kept}",
                    f"{above.name}/{spec.file}",
                    "copy the rows that shall still hold, or change single cells in a patch",
                    "warning",
                )


def _lost(spec: TableSpec, below: Path, above: Path, *, whole: bool) -> list[str]:
    """Keys of rows of a table below that the table above does not give again."""
    old, new = _keys(spec, below), _keys(spec, above)
    ids = {key[0] for key in new}
    gone = [key for key in old if key not in new and (whole or key[0] in ids)]
    return ["/".join(part for part in key if part) for key in gone]


def _keys(spec: TableSpec, path: Path) -> dict[tuple[str, ...], None]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            header = [name.strip() for name in next(reader, [])]
            at = [header.index(name) if name in header else -1 for name in spec.record.key]
            rows = ((r, tuple(_key(r, i) for i in at)) for r in reader)
            return {key: None for r, key in rows if any(r)}
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}


def _key(row: list[str], at: int) -> str:
    text = row[at].strip() if 0 <= at < len(row) else ""
    return "" if text == "*" else text


CHECKS = (
    doubled_legs, doubled_places, doubled_cohorts, likely_slips, agencies_without_causes,
    families_of_nobody, idle_policies, lost_rows,
)  # fmt: skip
"""Every check for doubles and for what has no effect."""
