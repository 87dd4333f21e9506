"""Sums of money and unit costs: names that exist, wholes that hold their parts, no circles."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.errors import Problem
from travesia.scenario.checks.context import Context
from travesia.scenario.faults import suggest
from travesia.scenario.money import Money
from travesia.scenario.sums import total, wholes

SLACK = 1.0 + 1e-9
"""Parts may exceed their whole by rounding."""


def unknown_sums(context: Context) -> Iterator[Problem]:
    """A sum is part of, or overlaps with, one that does not exist, or itself."""
    known = context.known("money")
    for i, row in enumerate(context.scenario.money):
        named = [("part of", row.part_of)] if row.part_of is not None else []
        for how, other in [*named, *(("overlapping with", o) for o in row.overlaps)]:
            if known is not None and (other not in known or other == row.id):
                yield Problem(
                    f"sum '{row.id}' is {how} '{other}', which is not another sum",
                    context.where("money", i),
                    suggest(str(other), known - {row.id}),
                )


def circular_sums(context: Context) -> Iterator[Problem]:
    """Sums are parts of each other in a circle."""
    rows = context.scenario.money
    by_id = {r.id: r for r in rows}
    told: set[str] = set()
    for i, row in enumerate(rows):
        chain = [row, *wholes(row, by_id)]
        ids = [r.id for r in chain]
        last = chain[-1].part_of
        if row.part_of == row.id or last not in ids or set(ids) & told:
            continue
        circle = ids[ids.index(str(last)) :]
        if row.id not in circle:
            continue
        told |= set(circle)
        yield Problem(
            f"sums are parts of each other: {' in '.join([*circle, circle[0]])}",
            context.where("money", i),
            "blank part_of of the widest of them",
        )


def parts_beyond_whole(context: Context) -> Iterator[Problem]:
    """The parts of a sum are together larger than it."""
    rows = context.scenario.money
    parts: dict[str, list[Money]] = {}
    for row in rows:
        if row.part_of is not None and row.part_of != row.id:
            parts.setdefault(row.part_of, []).append(row)
    for i, row in enumerate(rows):
        mine = parts.get(row.id, [])
        sum_of_parts = total(mine)
        if mine and sum_of_parts > row.value * SLACK:
            names = ", ".join(p.id for p in mine)
            yield Problem(
                f"sum '{row.id}' is {row.value:,.0f} USD and its parts are {sum_of_parts:,.0f} USD",
                context.where("money", i),
                f"correct it, or change its parts too ({names})",
            )


def unknown_paid_policies(context: Context) -> Iterator[Problem]:
    """A sum pays for a policy that does not exist, or says how much without saying for what."""
    known = context.known("policies")
    for i, row in enumerate(context.scenario.money):
        if row.policy is None and row.full is not None:
            yield Problem(
                f"sum '{row.id}' gives `full` and names no policy",
                context.where("money", i),
                "name the policy whose strength it buys, or blank full",
            )
        if row.policy is not None and known is not None and row.policy not in known:
            yield Problem(
                f"sum '{row.id}' pays for an unknown policy '{row.policy}'",
                context.where("money", i),
                suggest(row.policy, known),
            )


def payments_that_differ(context: Context) -> Iterator[Problem]:
    """Two sums pay for one policy and say differently how its strength follows them."""
    first: dict[str, tuple[int, Money]] = {}
    for i, row in enumerate(context.scenario.money):
        if row.policy is None or row.full is None:
            continue
        at, other = first.setdefault(row.policy, (i, row))
        if (row.elasticity, row.own_share) != (other.elasticity, other.own_share):
            yield Problem(
                f"sums '{other.id}' and '{row.id}' pay for policy '{row.policy}' with another "
                "elasticity or own_share",
                context.where("money", i),
                f"give both the same numbers; the first is at {context.where('money', at)}",
            )


def unknown_costed(context: Context) -> Iterator[Problem]:
    """A unit cost is counted by something that does not exist, or by nothing."""
    stays = None if context.known("stays") is None else context.scenario.stays
    modes = context.known("modes")
    states = None
    ends = context.ends
    if stays is not None and modes is not None and ends is not None:
        moving = {f"travel_{m}" for m in modes}
        states = frozenset({s.state for s in stays} | moving | ends)
    known = {
        "event": ("transition", context.known("transitions")),
        "day": ("state", states),
        "fare": ("mode", modes),
        "crossing": ("mode", modes),
        "policy_day": ("policy", context.known("policies")),
    }
    for i, row in enumerate(context.scenario.costs):
        what, ids = known[row.per]
        if not row.of:
            yield Problem(
                f"cost '{row.id}' is counted by nothing",
                context.where("costs", i),
                f"name at least one {what} in column of",
            )
        for name in row.of:
            if ids is not None and name not in ids:
                yield Problem(
                    f"cost '{row.id}' is counted by an unknown {what} '{name}'",
                    context.where("costs", i),
                    suggest(name, ids),
                )


def drawn_amounts(context: Context) -> Iterator[Problem]:
    """Amounts are drawn that cannot be: of no event, or with a decile below the median."""
    for i, row in enumerate(context.scenario.costs):
        if row.p90 is None:
            continue
        where = context.where("costs", i)
        if row.per != "event":
            yield Problem(
                f"cost '{row.id}' has a p90 and is not counted by events",
                where,
                "only amounts per event are drawn: blank p90",
            )
        if not 0 < row.value <= row.p90:
            yield Problem(
                f"cost '{row.id}' has p90 {row.p90:g} and median {row.value:g}",
                where,
                "the median must be above zero and at most the ninth decile",
            )


CHECKS = (
    unknown_sums, circular_sums, parts_beyond_whole, unknown_paid_policies, payments_that_differ,
    unknown_costed, drawn_amounts,
)  # fmt: skip
"""Every check of the two tables, in the order in which faults are listed."""
