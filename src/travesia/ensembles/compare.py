"""Runs cases with shared luck and measures what changes between them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any, TypeVar

import numpy as np

from travesia.ensembles.align import View, align
from travesia.ensembles.comparison import Comparison, Effect, Made
from travesia.ensembles.growing import Totals, grow, opened
from travesia.ensembles.plan import Plan
from travesia.ensembles.settings import Settings
from travesia.ensembles.stats import Paired, known_well, unpaired
from travesia.ensembles.store import MemberStore
from travesia.ensembles.summary import Floats
from travesia.errors import InputError, Problem
from travesia.kind import Case, Kind, label

C = TypeVar("C", bound=Case)

BLOCK_NUMBERS = 1 << 19
"""Numbers that are in memory at once while members are compared (4 MiB)."""

TITLE = "The comparison was not started"


def compare(kind: Kind[C], given: Sequence[C | str], settings: Settings) -> Comparison[C]:
    """What changes for people between the first case and each of the others.

    ``given`` are two or more cases, loaded or by name; pairs of runs share people, draws and luck,
    and a precision is asked of the median differences.

    Raises:
        InputError: fewer than two cases, numbers out of range, cases that share no month, members
            that failed.
        StoreError: the folder belongs to another plan or version.
        OutputError: the folder cannot be written.
    """
    asked = settings.checked(TITLE, kind)
    if len(given) < 2:
        cure = "name a scenario and at least one what-if"
        raise InputError(TITLE, [Problem(f"{len(given)} scenarios to compare", "", cure)])
    cases = kind.cases(given)
    seed = kind.seed(cases[0]) if asked.seed is None else asked.seed
    plan = Plan(kind, tuple(cases), seed, asked.sample or 1.0, asked.draws, coarse=asked.coarse)
    coarse = kind.coarseness(cases[0]) if asked.coarse else {}
    with opened(plan, asked.folder) as store:
        pairs = _pairs(plan, store)
        shared = [m for m in pairs[0].base.metrics if all(m in p.base.metrics for p in pairs)]
        outputs = asked.named(TITLE, kind.precise(cases[0]), shared)
        totals = Totals(plan, store, [v for p in pairs for v in ((0, p.base), (p.number, p.other))])

        def judge(found: Totals) -> list[dict[str, Any]]:
            return [
                {
                    "scenario": label(plan.scenarios[pair.number]),
                    "output": name,
                    **known_well(
                        found.output(2 * i, name),
                        found.output(2 * i + 1, name),
                        asked.precision or 1.0,
                    ).to_dict(),
                }
                for i, pair in enumerate(pairs)
                for name in outputs
            ]

        count, verdicts = grow(plan, store, asked, totals, judge)
        effects = tuple(_effect(plan, store, pair, count) for pair in pairs)
        remarks = [*store.remarks, *kind.remarks(cases, plan.sample)]
        remarks = [coarse["remark"], *remarks] if coarse else remarks
    made = Made(
        count, plan.sample, plan.seed, plan.draws, asked.precision, tuple(verdicts), coarse or None
    )
    return Comparison(kind, kind.describe(cases[0]), effects, made, tuple(remarks), cases[0])


@dataclass(frozen=True)
class _Pair:
    """The baseline and another case of a plan, and what they share."""

    number: int
    base: View
    other: View
    remarks: list[str]


def _pairs(plan: Plan, store: MemberStore) -> list[_Pair]:
    layouts = [store.layouts[key] for key in plan.keys]
    known = [plan.kind.outputs(case) for case in plan.scenarios]
    pairs = [
        _Pair(n, *align(layouts[0], layouts[n], {**known[n], **known[0]}))
        for n in range(1, len(layouts))
    ]
    apart = [p for p in pairs if not p.base.months]
    if apart:
        title = "These scenarios cannot be compared"
        raise InputError(title, [Problem(p.remarks[0]) for p in apart])
    return pairs


def _effect(plan: Plan, store: MemberStore, pair: _Pair, members: int) -> Effect[Any]:
    """Reduce the members of a pair: first each to what is compared, then column by column."""
    kind, (first, second) = plan.kind, (plan.scenarios[0], plan.scenarios[pair.number])
    changed = kind.changes(first, second)
    acts = kind.in_force(changed, pair.base.months)
    window = acts or _differing(plan, store, pair, members)
    pair = replace(
        pair, base=replace(pair.base, window=window), other=replace(pair.other, window=window)
    )
    size, n_metrics = pair.base.size, len(pair.base.metrics)
    with _scratch(plan, store, pair, members) as stream:
        width = max(1, BLOCK_NUMBERS // (2 * members))
        parts = []
        for start in range(0, size, width):
            stop = min(size, start + width)
            parts.append(Paired.of(*_columns(stream, members, size, start, stop)))
        base, other = _columns(stream, members, size, 0, n_metrics)
    loose = [unpaired(base[:, i], other[:, i]) for i in range(n_metrics)]
    return Effect(
        kind.describe(second),
        changed,
        tuple(pair.remarks),
        pair.base,
        Paired.joined(parts),
        tuple(loose),
        kind.outputs(first),
        second,
    )


def _differing(plan: Plan, store: MemberStore, pair: _Pair, members: int) -> tuple[str, str]:
    """First month in which the runs of some pair differ, and the last month; blank if none do."""
    first = len(pair.base.months)
    for n in range(members):
        base = pair.base.series(store.read(plan.member(0, n).id))
        other = pair.other.series(store.read(plan.member(pair.number, n).id))
        apart = np.flatnonzero((base != other).any(axis=0))
        first = min(first, *apart[:1].tolist()) if len(apart) else first
    months = pair.base.months
    return (months[first], months[-1]) if first < len(months) else ("", "")


@contextmanager
def _scratch(plan: Plan, store: MemberStore, pair: _Pair, members: int) -> Iterator[IO[bytes]]:
    """A temporary file [members, 2, size] of what is compared, so that memory stays small."""
    with tempfile.TemporaryFile(prefix="travesia-compare-") as stream:
        for n in range(members):
            for number, view in ((0, pair.base), (pair.number, pair.other)):
                vector = view.reduce(store.read(plan.member(number, n).id))
                stream.write(np.ascontiguousarray(vector, dtype="<f8").tobytes())
        stream.flush()
        yield stream


def _columns(
    stream: IO[bytes], members: int, size: int, start: int, stop: int
) -> tuple[Floats, Floats]:
    """Columns ``start`` to ``stop`` of both scenarios, each [members, stop - start]."""
    out = np.zeros((2, members, stop - start))
    for n in range(members):
        for side in (0, 1):
            stream.seek(8 * ((2 * n + side) * size + start))
            out[side, n] = np.frombuffer(stream.read(8 * (stop - start)), dtype="<f8")
    return out[0], out[1]
