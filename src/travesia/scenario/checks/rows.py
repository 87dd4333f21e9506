"""Faults of single rows: ranges, dates, repeated ids, legs that lead nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from travesia.errors import Problem
from travesia.scenario.checks.context import Context
from travesia.scenario.checks.intervals import ENDS
from travesia.scenario.columns import Columns
from travesia.scenario.tables import TABLES

DATED = (
    "legs", "facilities", "hazards", "stay_hazards", "effort", "outcomes", "actions", "policies",
    "money", "costs", "stay_lengths", "accidents",
)  # fmt: skip


def duplicate_ids(context: Context) -> Iterator[Problem]:
    """Two rows of a table have the same key."""
    for spec in TABLES:
        rows = context.scenario.table(spec.name)
        keys = rows.keys() if isinstance(rows, Columns) else (r.key_values() for r in rows)
        yield from _repeats(context, spec.name, spec.record.key, keys)
    policies = ((p.id,) for p in context.scenario.policies)
    yield from _repeats(context, "policies", ("id",), policies)


def _repeats(
    context: Context, table: str, columns: tuple[str, ...], keys: Iterable[tuple[object, ...]]
) -> Iterator[Problem]:
    keys = list(keys)
    if len(set(keys)) == len(keys):
        return
    seen: dict[tuple[object, ...], int] = {}
    for i, key in enumerate(keys):
        if key not in seen:
            seen[key] = i
            continue
        shown = ", ".join(
            f"{c} '{k}'" for c, k in zip(columns, key, strict=True) if k not in (None, "*")
        )
        yield Problem(
            f"{shown or 'the same key'} is given twice",
            context.where(table, i),
            f"remove or rename one; the first is at {context.where(table, seen[key])}",
        )


def leg_to_itself(context: Context) -> Iterator[Problem]:
    """A leg ends where it begins."""
    for i, leg in enumerate(context.scenario.legs):
        if leg.from_ == leg.to:
            yield Problem(
                f"leg '{leg.id}' leads from '{leg.from_}' to itself",
                context.where("legs", i),
                "let it end at another place, or remove it",
            )


def cost_order(context: Context) -> Iterator[Problem]:
    """The cost with papers is above the cost without."""
    for i, leg in enumerate(context.scenario.legs):
        if leg.cost_low_usd > leg.cost_high_usd:
            yield Problem(
                f"leg '{leg.id}' costs {leg.cost_low_usd:g} USD with papers and "
                f"{leg.cost_high_usd:g} without",
                context.where("legs", i),
                "put the smaller number into cost_low_usd",
            )


def speed_order(context: Context) -> Iterator[Problem]:
    """The paces of a mode are out of order."""
    for i, mode in enumerate(context.scenario.modes):
        if not mode.speed_km_day_low <= mode.speed_km_day <= mode.speed_km_day_high:
            yield Problem(
                f"the paces of mode '{mode.id}' are out of order",
                context.where("modes", i),
                "write them from low to high",
            )


def crossing_ends(context: Context) -> Iterator[Problem]:
    """A crossing does not end in a sector, or a leg of another role does."""
    kinds = {p.id: p.kind for p in context.scenario.places}
    for i, leg in enumerate(context.scenario.legs):
        kind = kinds.get(leg.to)
        if kind is None or leg.role == "return":
            continue
        wanted = {"sector": "crossing", "port_group": "port"}.get(kind, "travel")
        if leg.role != wanted:
            yield Problem(
                f"leg '{leg.id}' has the role {leg.role} and ends at '{leg.to}', a {kind}",
                context.where("legs", i),
                f"give it the role {wanted}, or return if it leads back",
            )


def stay_clocks(context: Context) -> Iterator[Problem]:
    """A stay with a clock lacks its days, or its ninth decile is below its median."""
    for i, stay in enumerate(context.scenario.stays):
        where = context.where("stays", i)
        if stay.distribution != "none" and stay.median_days is None:
            yield Problem(
                f"stay '{stay.id}' has a {stay.distribution} clock and no median_days",
                where,
                "give median_days, or use the distribution none",
            )
        if stay.distribution == "lognormal" and stay.p90_days is None:
            yield Problem(
                f"stay '{stay.id}' has a lognormal clock and no p90_days",
                where,
                "give p90_days, or use the distribution geometric",
            )
        median, p90 = stay.median_days, stay.p90_days
        if median is not None and p90 is not None and p90 < median:
            yield Problem(
                f"stay '{stay.id}' has p90_days {p90:g} below its median {median:g}",
                where,
                "nine in ten must take longer than half: correct one number",
            )


def queues_complete(context: Context) -> Iterator[Problem]:
    """A queue does not say what follows when served or which office serves it."""
    stays = context.scenario.stays
    served = {s.served for s in stays if s.queue and s.facility_unit == "places"}
    for i, stay in enumerate(stays):
        where = context.where("stays", i)
        if stay.queue and (stay.served is None or stay.facility_kind is None):
            yield Problem(
                f"stay '{stay.id}' is a queue without facility_kind or served",
                where,
                "name the kind of office and the stay that follows",
            )
        limited = not stay.queue and stay.facility_kind is not None and stay.id not in served
        if limited and stay.overflow is None:
            yield Problem(
                f"stay '{stay.id}' has limited places and no overflow",
                where,
                "name the transition that happens when no place is free",
            )


def ranges(context: Context) -> Iterator[Problem]:
    """A number lies outside its own range."""
    for table, column in ENDS.items():
        names = (column, "low", "high")
        cells = zip(*(context.values(table, name) for name in names), strict=True)
        for i, (value, low, high) in enumerate(cells):
            yield from _range(context, table, i, column, value, low, high)
    for i, (name, parameter) in enumerate(context.scenario.parameters.items()):
        yield from _range(
            context, "parameters", i, name, parameter.value, parameter.low, parameter.high
        )
    for i, policy in enumerate(context.scenario.policies):
        for name, entry in policy.parameters.items():
            label = f"{policy.id}.{name}"
            yield from _range(context, "policies", i, label, entry.value, entry.low, entry.high)


def _range(
    context: Context,
    table: str,
    i: int,
    name: str,
    value: object,
    low: float | None,
    high: float | None,
) -> Iterator[Problem]:
    if low is not None and high is not None and low > high:
        yield Problem(
            f"the range of {name} runs from {low:g} down to {high:g}",
            context.where(table, i),
            "put the smaller number into low",
        )
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    if (low is None or value >= low) and (high is None or value <= high):
        return
    shown = f"{'…' if low is None else f'{low:g}'} to {'…' if high is None else f'{high:g}'}"
    # A what-if may leave the plausible range on purpose; the tables themselves may not.
    severity = "warning" if context.trace(table, i).changed_by else "error"
    yield Problem(
        f"{name} is {value:g}, outside its range {shown}",
        context.where(table, i),
        "widen the range or correct the value",
        severity,
    )


def end_before_start(context: Context) -> Iterator[Problem]:
    """A row ends before it starts."""
    for table, i, start, end in _dates(context):
        if start is not None and end is not None and end < start:
            yield Problem(
                f"it ends on {end}, before it starts on {start}",
                context.where(table, i),
                "correct one of the dates",
            )


def outside_period(context: Context) -> Iterator[Problem]:
    """A row is never in force within the period.

    Such a row is a slip of the pen, unless the period was changed by an extending scenario, a patch
    or on the command line: then it is simply not simulated.
    """
    if not context.period_known:
        return
    period = context.scenario.settings.period
    own = context.trace("settings", 0)
    for table, i, start, end in _dates(context):
        if table == "money":  # what was paid before the period belongs into its ledger
            continue
        late = start is not None and start > period.end
        early = end is not None and end < period.spin_up
        if start is not None and end is not None and end < start:
            continue  # reported as such
        if not late and not early:
            continue
        if own.changed_by or own.folder != context.trace(table, i).folder:
            continue
        yield Problem(
            f"it {f'starts on {start}' if late else f'ends on {end}'}, outside the period "
            f"{period.spin_up} to {period.end}",
            context.where(table, i),
            "correct the date, or remove what never holds",
        )


def _dates(context: Context) -> Iterator[tuple[str, int, dt.date | None, dt.date | None]]:
    for table in DATED:
        pairs = zip(context.values(table, "start"), context.values(table, "end"), strict=True)
        for i, (start, end) in enumerate(pairs):
            if start is not None or end is not None:
                yield table, i, start, end
