"""Runs scenarios with shared luck and measures what changes between them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np

from travesia.ensembles.align import View, align
from travesia.ensembles.changes import changes, in_force
from travesia.ensembles.collect import Function, Progress, collect, opened
from travesia.ensembles.comparison import Comparison, Effect, Settings, described
from travesia.ensembles.draws import default_executor
from travesia.ensembles.executors import Executor
from travesia.ensembles.gate import numbers, passed
from travesia.ensembles.plan import Plan
from travesia.ensembles.rough import sample_remarks
from travesia.ensembles.stats import Paired, known_well, unpaired
from travesia.ensembles.store import MemberStore
from travesia.ensembles.summary import Floats
from travesia.errors import InputError, Problem
from travesia.scenario.scenario import Scenario

MEMBERS = 40
SAMPLE = 0.02

FIRST_LOOK = 8
"""Members after which a precision is first checked, and between checks."""

BLOCK_NUMBERS = 1 << 19
"""Numbers that are in memory at once while members are compared (4 MiB)."""

NAMED = ("us_encounters", "mx_detentions", "waiting_mexico", "harm", "in_us", "returned")
"""Outputs that a precision is asked of unless others are named."""


def compare(
    scenarios: Sequence[Scenario | str],
    members: int = MEMBERS,
    *,
    sample: float = SAMPLE,
    seed: int | None = None,
    draws: bool = True,
    folder: Path | str | None = None,
    executor: Executor | None = None,
    precision: float | None = None,
    outputs: Sequence[str] = NAMED,
    progress: Progress | None = None,
    function: Function | None = None,
) -> Comparison:
    """What changes for people between the first scenario and each of the others.

    Args:
        scenarios: two or more; names are read by :func:`travesia.ensembles.plan.resolve`.
        members: pairs of runs (with ``precision``: at most so many).
        sample: share of the population that each member simulates.
        seed: of draws and chance; by default the seed of the first scenario.
        draws: draw the numbers that carry a range; else members differ by chance alone.
        folder: where finished members are kept, so that a run that was cut off goes on; by
            default nowhere.
        executor: where members run; by default worker processes, or this process for small work.
        precision: stop as soon as the median differences of ``outputs`` are known to this share
            of themselves (see :func:`travesia.ensembles.stats.known_well`). Checked every eight
            members in the order of the plan, so that the answer does not depend on the executor.
        outputs: named outputs that ``precision`` is asked of.
        progress: called with (members done, members in all).
        function: replaces the simulation of a member, for tests.

    Raises:
        InputError: fewer than two scenarios, no members, numbers out of range, scenarios that
            share no month, members that failed.
        StoreError: the folder belongs to another plan or version.
        OutputError: the folder cannot be written.
    """
    title = "The comparison was not started"
    asked = numbers(
        title, members, sample=sample, seed=seed, draws=draws, precision=precision, outputs=outputs
    )
    if len(scenarios) < 2:
        cure = "name a scenario and at least one what-if"
        raise InputError(title, [Problem(f"{len(scenarios)} scenarios to compare", "", cure)])
    loaded = passed(scenarios)
    members, sample, precision = asked.members, asked.sample, asked.precision
    seed = loaded[0].settings.seed if asked.seed is None else asked.seed
    plan = Plan(tuple(loaded), seed, sample, draws)
    executor = executor or default_executor(loaded[0], members * len(loaded))
    with opened(plan, None if folder is None else Path(folder)) as store:
        pairs = _pairs(plan, store)
        collector = _Collector(plan, store, executor, progress, function)
        if precision is None:
            collector.up_to(members, members)
            count, verdicts = members, list[dict[str, object]]()
        else:
            count, verdicts = _until_known(collector, pairs, members, precision, outputs)
        effects = tuple(_effect(plan, store, pair, count) for pair in pairs)
        remarks = [*store.remarks, *sample_remarks(loaded, sample)]
    settings = Settings(count, sample, seed, draws, precision, tuple(verdicts))
    return Comparison(described(loaded[0]), effects, settings, tuple(remarks), loaded[0])


@dataclass(frozen=True)
class _Pair:
    """The baseline and another scenario of a plan, and what they share."""

    number: int
    base: View
    other: View
    remarks: list[str]


@dataclass(frozen=True)
class _Collector:
    plan: Plan
    store: MemberStore
    executor: Executor
    progress: Progress | None
    function: Function | None

    def up_to(self, members: int, in_all: int, start: int = 0) -> None:
        """Compute members ``start`` to ``members``; progress counts to ``in_all`` members."""
        width = len(self.plan.scenarios)

        def tell(done: int, _: int) -> None:
            if self.progress is not None:
                self.progress(start * width + done, in_all * width)

        collect(self.plan, self.store, start, members, self.executor, tell, self.function)


def _pairs(plan: Plan, store: MemberStore) -> list[_Pair]:
    layouts = [store.layouts[key] for key in plan.keys]
    pairs = [_Pair(n, *align(layouts[0], layouts[n])) for n in range(1, len(layouts))]
    apart = [p for p in pairs if not p.base.months]
    if apart:
        title = "These scenarios cannot be compared"
        raise InputError(title, [Problem(p.remarks[0]) for p in apart])
    return pairs


def _until_known(
    collector: _Collector, pairs: list[_Pair], most: int, precision: float, outputs: Sequence[str]
) -> tuple[int, list[dict[str, object]]]:
    """Add members until every named output of every scenario is known well enough."""
    plan, store = collector.plan, collector.store
    totals: list[list[tuple[Floats, Floats]]] = [[] for _ in pairs]
    count = 0
    while True:
        start, count = count, min(most, count + FIRST_LOOK)
        collector.up_to(count, most, start)
        verdicts: list[dict[str, object]] = []
        for found, pair in zip(totals, pairs, strict=True):
            for n in range(start, count):
                base = store.read(plan.member(0, n).id)
                other = store.read(plan.member(pair.number, n).id)
                found.append((pair.base.totals(base), pair.other.totals(other)))
            verdicts += _verdicts(plan, pair, found, precision, outputs)
        if all(v["known"] for v in verdicts) or count == most:
            return count, verdicts


def _verdicts(
    plan: Plan,
    pair: _Pair,
    found: list[tuple[Floats, Floats]],
    precision: float,
    outputs: Sequence[str],
) -> list[dict[str, object]]:
    base = np.stack([b for b, _ in found])
    other = np.stack([o for _, o in found])
    label = described(plan.scenarios[pair.number])["label"]
    out: list[dict[str, object]] = []
    for name in outputs:
        column = pair.base.metrics.index(name)
        found_so = known_well(base[:, column], other[:, column], precision)
        out.append({"scenario": label, "output": name, **found_so.to_dict()})
    return out


def _effect(plan: Plan, store: MemberStore, pair: _Pair, members: int) -> Effect:
    """Reduce the members of a pair: first each to what is compared, then column by column."""
    first, second = plan.scenarios[0], plan.scenarios[pair.number]
    changed = changes(first, second)
    window = in_force(changed, pair.base.months) or _differing(plan, store, pair, members)
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
        described(second),
        changed,
        tuple(pair.remarks),
        pair.base,
        Paired.joined(parts),
        tuple(loose),
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


def parse_precision(text: str) -> float:
    """Read ``5%`` or ``0.05``. Raises :class:`InputError` if it is neither."""
    try:
        body = text.strip()
        return float(body.removesuffix("%")) / (100.0 if body.endswith("%") else 1.0)
    except ValueError as error:
        cure = "write a share such as 5% or 0.05"
        raise InputError(
            "The precision cannot be read", [Problem(f"'{text}'", "--precision", cure)]
        ) from error
