"""No number without a source; a judgement says so, with a reason and a range."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.errors import Problem, TravesiaError
from travesia.scenario.base import ASSUMPTION, REST
from travesia.scenario.checks.context import Context, Resolver
from travesia.scenario.checks.intervals import ENDS
from travesia.scenario.faults import suggest
from travesia.scenario.tables import BY_NAME, TABLES

NAME_A_SOURCE = "name a source of the ledger, or write assumption with a reason and a range"


def _sourced_tables() -> list[str]:
    return [spec.name for spec in TABLES if "source" in spec.record.columns()]


def rows_without_source(context: Context) -> Iterator[Problem]:
    """A row, parameter or policy names no source."""
    for table in _sourced_tables():
        for i, source in context.column(table, "source"):
            if not source:
                yield Problem("no source is given", context.where(table, i), NAME_A_SOURCE)
    for i, (name, parameter) in enumerate(context.scenario.parameters.items()):
        if not parameter.source:
            yield Problem(
                f"parameter '{name}' has no source", context.where("parameters", i), NAME_A_SOURCE
            )
    for i, policy in enumerate(context.scenario.policies):
        if not policy.source and not policy.claims:
            yield Problem(
                f"policy '{policy.id}' has no source", context.where("policies", i), NAME_A_SOURCE
            )


def assumptions_without_reason(context: Context) -> Iterator[Problem]:
    """A judgement does not say why."""
    for table in _sourced_tables():
        columns = BY_NAME[table].record.columns()
        told_by = next((c for c in ("reason", "note") if c in columns), None)
        if told_by is None:
            continue
        pairs = zip(context.values(table, "source"), context.values(table, told_by), strict=True)
        for i, (source, reason) in enumerate(pairs):
            if ASSUMPTION in source and not reason:
                yield Problem(
                    "it is an assumption without a reason",
                    context.where(table, i),
                    f"say why in column {told_by}",
                )
    for i, (name, parameter) in enumerate(context.scenario.parameters.items()):
        if ASSUMPTION in parameter.source and not parameter.reason:
            yield Problem(
                f"parameter '{name}' is an assumption without a reason",
                context.where("parameters", i),
                "say why under reason",
            )
    for i, policy in enumerate(context.scenario.policies):
        if ASSUMPTION in policy.source and not (policy.reason or policy.note):
            yield Problem(
                f"policy '{policy.id}' is an assumption without a reason",
                context.where("policies", i),
                "say why under reason",
            )


def assumptions_without_range(context: Context) -> Iterator[Problem]:
    """A number that is a judgement does not say how far off it may be."""
    cure = "fill in low and high"
    for table, column in ENDS.items():
        names = (column, "low", "high", "source")
        cells = zip(*(context.values(table, n) for n in names), strict=True)
        for i, (value, low, high, source) in enumerate(cells):
            if value is None or value == REST or ASSUMPTION not in source:
                continue
            if low is None or high is None:
                yield Problem(
                    f"{column} is an assumption without a range", context.where(table, i), cure
                )
    for i, (name, parameter) in enumerate(context.scenario.parameters.items()):
        if ASSUMPTION in parameter.source and None in (parameter.low, parameter.high):
            yield Problem(
                f"parameter '{name}' is an assumption without a range",
                context.where("parameters", i),
                cure,
            )
    for i, policy in enumerate(context.scenario.policies):
        for name, entry in policy.parameters.items():
            number = isinstance(entry.value, int | float) and not isinstance(entry.value, bool)
            judged = ASSUMPTION in (entry.source or policy.source)
            if judged and number and None in (entry.low, entry.high):
                yield Problem(
                    f"{policy.id}.{name} is an assumption without a range",
                    context.where("policies", i),
                    cure,
                )


def unknown_sources(context: Context) -> Iterator[Problem]:
    """A source or claim is not in the ledger (checked only where a ledger is given)."""
    ledger = context.ledger
    if ledger is None:
        return
    first: dict[str, tuple[str, int, int]] = {}
    for table, i, refs in _references(context):
        for ref in refs:
            if ref != ASSUMPTION:
                at = first.get(ref, (table, i, 0))
                first[ref] = (at[0], at[1], at[2] + 1)
    known = [str(k) for k in getattr(ledger, "ids", lambda: ())()]
    for ref, (table, i, count) in first.items():
        if not _resolves(ledger, ref):
            more = f" (and {count - 1} more rows)" if count > 1 else ""
            cure = suggest(ref, known) if known else "add it to the ledger or correct the id"
            yield Problem(f"the ledger has no source '{ref}'{more}", context.where(table, i), cure)


def _resolves(ledger: Resolver, ref: str) -> bool:
    try:
        return ledger.resolve(ref) is not None
    except (KeyError, LookupError, TravesiaError):
        return False


def _references(context: Context) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    for table in _sourced_tables():
        for i, refs in context.column(table, "source"):
            yield table, i, refs
    for i, row in enumerate(context.scenario.transitions):
        yield "transitions", i, row.claims
    for table in ("money", "costs"):
        for i, claims in context.column(table, "claims"):
            yield table, i, claims
    for i, parameter in enumerate(context.scenario.parameters.values()):
        yield "parameters", i, parameter.source
    for i, policy in enumerate(context.scenario.policies):
        parts = [policy.source, policy.claims, *(p.source for p in policy.parameters.values())]
        for refs in parts:
            yield "policies", i, refs
