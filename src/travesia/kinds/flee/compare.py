"""Ensembles and paired comparisons of imported FLEE cases.

The plan, the store, the executors and the statistics are those of every other ensemble; only
what a member keeps (:mod:`travesia.kinds.flee.members`) is the cases' own.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from travesia.ensembles.collect import Progress, collect
from travesia.ensembles.comparison import Settings
from travesia.ensembles.executors import Executor, Processes, Serial, usable_cores
from travesia.ensembles.gate import Numbers, numbers
from travesia.ensembles.plan import Plan
from travesia.ensembles.stats import Paired, known_well, mean_error, median_error, quantiles
from travesia.ensembles.stats import unpaired as unpaired_interval
from travesia.ensembles.store import MemberStore, alone, for_people, write_comparison, write_whole
from travesia.ensembles.summary import Floats
from travesia.errors import InputError, Problem
from travesia.kinds.flee.changes import changes
from travesia.kinds.flee.members import (
    COUNTS,
    ERRORS,
    TITLES,
    FleeRunner,
    FleeScenario,
    title_of,
)
from travesia.kinds.flee.view import Shared, shared
from travesia.likeness import check_known

if TYPE_CHECKING:
    import pandas as pd

    from travesia.scenario.scenario import Scenario

NAMED = ("ard_rescaled", "in_camps")
"""Outputs that a precision is asked of unless others are named."""

STEP = 8
"""Members between two checks of a precision."""

LIGHT_WORK = 100_000_000
"""Person-days in all below which worker processes cost more than they save."""

_LOW, _LOW50, _MEDIAN, _HIGH50, _HIGH = range(5)


@dataclass(frozen=True, repr=False)
class FleeEffect:
    """What one case changes against the baseline; columns of ``paired`` are those of ``view``."""

    source: FleeScenario
    changes: Mapping[str, Any]
    view: Shared
    paired: Paired
    unpaired: tuple[tuple[float, float], ...]

    def column(self, j: int) -> dict[str, float]:
        """The numbers of one column."""
        p = self.paired
        five = zip(
            ("low", "low50", "difference", "high50", "high"), p.difference[:, j], strict=True
        )
        return {
            "base": float(p.base[_MEDIAN, j]),
            "other": float(p.other[_MEDIAN, j]),
            **{name: float(v) for name, v in five},
            "mean": float(p.mean[j]),
            "error": float(p.error[j]),
            "share_more": float(p.share_more[j]),
        }

    def __repr__(self) -> str:
        return f"<FleeEffect of {self.source.label}: {len(self.view.outputs)} outputs>"

    def outputs(self) -> list[dict[str, Any]]:
        """One row per output that occurs."""
        rows = []
        for i, output in enumerate(self.view.outputs):
            if not (self.paired.base[:, i].any() or self.paired.other[:, i].any()):
                continue
            numbers, (low, high) = self.column(i), self.unpaired[i]
            width, base = numbers["high"] - numbers["low"], numbers["base"]
            rows.append(
                {
                    "output": output,
                    "title": title_of(output),
                    "kind": "count" if output in COUNTS else "mean",
                    **numbers,
                    "per_cent": 100 * numbers["difference"] / base if base else None,
                    "unpaired_low": low,
                    "unpaired_high": high,
                    "narrower": (high - low) / width if width > 0 else None,
                }
            )
        return rows

    def series(self, output: str) -> dict[str, list[float]]:
        """An output by month: medians of both sides, and the bands of the difference."""
        check_known([output], self.view.outputs, "output")
        n, i = len(self.view.months), self.view.outputs.index(output)
        columns = slice(len(self.view.outputs) + i * n, len(self.view.outputs) + (i + 1) * n)
        names = ("low", "low50", "difference", "high50", "high")
        rows = {
            "base": self.paired.base[_MEDIAN],
            "other": self.paired.other[_MEDIAN],
            **dict(zip(names, self.paired.difference, strict=True)),
        }
        return {k: [float(f"{v:.5g}") for v in row[columns]] for k, row in rows.items()}

    def flows(self) -> list[dict[str, Any]]:
        """One row per road and direction that anybody takes."""
        first = len(self.view.outputs) * (1 + len(self.view.months))
        return [
            {"leg": leg, **self.column(j)}
            for j, leg in enumerate(self.view.legs, first)
            if self.paired.base[:, j].any() or self.paired.other[:, j].any()
        ]


@dataclass(frozen=True, repr=False)
class FleeComparison:
    """A baseline and the effects of the other cases."""

    baseline: FleeScenario
    effects: tuple[FleeEffect, ...]
    settings: Settings
    remarks: tuple[str, ...]

    def __repr__(self) -> str:
        """What was compared, in a line."""
        others, made = ", ".join(e.source.label for e in self.effects), self.settings
        return (
            f"<FleeComparison of {self.baseline.label} with {others}: {made.members} pairs, "
            f"sample {made.sample:g}, seed {made.seed}>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything but the months and the roads, ready for JSON."""
        return cast(
            "dict[str, Any]",
            json.loads(
                json.dumps(
                    {
                        "format": "travesia-flee-comparison/1",
                        "kind": "flee",
                        "baseline": self.baseline.label,
                        "settings": asdict(self.settings),
                        "note": self.settings.note(),
                        "remarks": list(self.remarks),
                        "scenarios": [
                            {
                                "label": e.source.label,
                                "remarks": list(e.view.remarks),
                                "changes": e.changes,
                                "outputs": [
                                    {k: None if v != v else v for k, v in r.items()}
                                    for r in e.outputs()
                                ],
                            }
                            for e in self.effects
                        ],
                    }
                )
            ),
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """``outputs``, ``months`` and ``flows``, one row per case and cell."""
        import pandas as pd

        rows: dict[str, list[dict[str, Any]]] = {"outputs": [], "months": [], "flows": []}
        for e in self.effects:
            name = {"scenario": e.source.label}
            rows["outputs"] += [{**name, **r} for r in e.outputs()]
            rows["flows"] += [{**name, **r} for r in e.flows()]
            for output in e.view.outputs:
                series = e.series(output)
                rows["months"] += [
                    {
                        **name,
                        "output": output,
                        "month": month,
                        **{k: v[t] for k, v in series.items()},
                    }
                    for t, month in enumerate(e.view.months)
                ]
        return {k: pd.DataFrame(v) for k, v in rows.items()}

    def write(self, folder: Path) -> list[Path]:
        """Write ``comparison.json``, and each table as CSV and Parquet; returns the paths."""
        return write_comparison(folder, self.to_dict(), self.tables())


def compare_cases(
    cases: Sequence[FleeScenario],
    members: int,
    *,
    sample: float = 0.1,
    seed: int | None = None,
    folder: Path | None = None,
    executor: Executor | None = None,
    precision: float | None = None,
    outputs: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> FleeComparison:
    """What changes between the first case and each of the others, over pairs with shared luck.

    Arguments and errors are those of :func:`travesia.ensembles.compare.compare`.
    """
    if len(cases) < 2:
        cure = "name a case and another one, or a variant such as `compatible`"
        raise InputError(
            "The comparison was not started", [Problem(f"{len(cases)} case to compare", "", cure)]
        )
    views = [shared(cases[0], other) for other in cases[1:]]
    asked, outputs = _checked(members, sample, seed, precision, outputs, [v.outputs for v in views])
    members, sample, seed = asked.members, asked.sample, asked.seed
    plan = _plan(cases, seed, sample)
    with _opened(plan, cases, folder) as store:
        count, verdicts = 0, list[dict[str, Any]]()
        while count < members:
            start, count = count, members if precision is None else min(members, count + STEP)
            _grow(plan, cases, store, start, count, members, executor, progress)
            if precision is not None:
                verdicts = _verdicts(plan, store, views, count, precision, outputs)
                if all(v["known"] for v in verdicts):
                    break
        effects = tuple(
            _effect(plan, store, n, view, count, cases) for n, view in enumerate(views, 1)
        )
        settings = Settings(count, sample, plan.seed, False, precision, tuple(verdicts))
        remarks = (*store.remarks, *_unscored(cases))
        return FleeComparison(cases[0], effects, settings, remarks)


def ensemble_cases(
    cases: Sequence[FleeScenario],
    members: int,
    *,
    sample: float = 0.1,
    seed: int | None = None,
    folder: Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """What many runs tell about each case: rows of outputs as medians, 90 % and 50 % intervals.

    With a ``folder`` the tables ``outputs.csv`` and ``outputs.json`` are written there.
    """
    asked, _ = _checked(members, sample, seed)
    members, sample, seed = asked.members, asked.sample, asked.seed
    plan = _plan(cases, seed, sample)
    with _opened(plan, cases, folder) as store:
        _grow(plan, cases, store, 0, members, members, executor, progress)
        rows = [r for n, case in enumerate(cases) for r in _rows(plan, store, n, case, members)]
        found = {
            "format": "travesia-flee-ensemble/1",
            "kind": "flee",
            "members": members,
            "sample": sample,
            "seed": plan.seed,
            "scenarios": [c.label for c in cases],
            "outputs": rows,
            "remarks": [*store.remarks, *_unscored(cases)],
        }
        if folder is not None:
            import pandas as pd

            with for_people(folder):
                text = json.dumps(found, ensure_ascii=False, indent=1)
                write_whole(folder / "outputs.json", text.encode())
                write_whole(folder / "outputs.csv", pd.DataFrame(rows).to_csv(index=False).encode())
    return found


def _unscored(cases: Sequence[FleeScenario]) -> list[str]:
    """Which cases have no errors, as there is nothing to measure them by."""
    return [
        f"{c.label}: no camp has a count in the period, so there are no errors to give."
        for c in cases
        if not ERRORS & set(c.titles)
    ]


def _checked(
    members: int,
    sample: float,
    seed: int | None,
    precision: float | None = None,
    outputs: Sequence[str] | None = None,
    known: Sequence[Sequence[str]] = (),
) -> tuple[Numbers, tuple[str, ...]]:
    """The numbers of a call, and the outputs that a precision is asked of."""
    usual = tuple(name for name in NAMED if all(name in k for k in known))
    wanted = tuple(outputs) if outputs is not None else usual
    common = [name for name in known[0] if all(name in k for k in known)] if known else wanted
    asked = numbers(
        "The cases were not run",
        members,
        sample=sample,
        seed=seed,
        precision=precision,
        outputs=wanted,
        known=common,
    )
    return asked, wanted


def _plan(cases: Sequence[FleeScenario], seed: int | None, sample: float) -> Plan:
    # A plan reads of its scenarios only the name, what was applied and the hash of the contents.
    first = cases[0].case.seed if seed is None else seed
    return Plan(cast("tuple[Scenario, ...]", tuple(cases)), first, sample, draws=False)


@contextmanager
def _opened(
    plan: Plan, cases: Sequence[FleeScenario], folder: Path | None
) -> Iterator[MemberStore]:
    layouts = {key: case.layout for key, case in zip(plan.keys, cases, strict=True)}
    if folder is not None:
        with alone(folder, plan, layouts) as store:
            yield store
        return
    with tempfile.TemporaryDirectory(prefix="travesia-ensemble-") as name:
        yield MemberStore.open(Path(name), plan, layouts)


def _grow(
    plan: Plan,
    cases: Sequence[FleeScenario],
    store: MemberStore,
    start: int,
    stop: int,
    in_all: int,
    executor: Executor | None,
    progress: Progress | None,
) -> None:
    width = len(cases)

    def tell(done: int, _: int) -> None:
        if progress is not None:
            progress(start * width + done, in_all * width)

    runner = FleeRunner(dict(zip(plan.keys, cases, strict=True)))
    where = executor or _executor(plan, cases, stop - start)
    collect(plan, store, start, stop, where, tell, runner)


def _executor(plan: Plan, cases: Sequence[FleeScenario], members: int) -> Executor:
    """This process for light work, else one worker process per core."""
    days = sum(
        c.case.days * max((max(s.people) for s in c.case.counts), default=0.0) for c in cases
    )
    cores = min(usable_cores(), members * len(cases))
    light = days * plan.sample * members < LIGHT_WORK
    return Serial() if light or cores < 2 else Processes(cores)


def _sides(
    plan: Plan, store: MemberStore, number: int, view: Shared, members: int
) -> tuple[Floats, Floats]:
    """What is compared of both cases, each [members, columns]."""
    rows = [
        [view.reduce(store.read(plan.member(s, n).id), side) for n in range(members)]
        for side, s in enumerate((0, number))
    ]
    return np.array(rows[0]), np.array(rows[1])


def _effect(
    plan: Plan,
    store: MemberStore,
    number: int,
    view: Shared,
    members: int,
    cases: Sequence[FleeScenario],
) -> FleeEffect:
    base, other = _sides(plan, store, number, view, members)
    loose = [unpaired_interval(base[:, i], other[:, i]) for i in range(len(view.outputs))]
    return FleeEffect(
        cases[number], changes(cases[0], cases[number]), view, Paired.of(base, other), tuple(loose)
    )


def _verdicts(
    plan: Plan,
    store: MemberStore,
    views: Sequence[Shared],
    members: int,
    precision: float,
    outputs: Sequence[str],
) -> list[dict[str, Any]]:
    out = []
    for number, view in enumerate(views, 1):
        base, other = _sides(plan, store, number, view, members)
        for name in outputs:
            i = view.outputs.index(name)
            known = known_well(base[:, i], other[:, i], precision)
            label = cast("FleeScenario", plan.scenarios[number]).label
            out.append({"scenario": label, "output": name, **known.to_dict()})
    return out


def _rows(
    plan: Plan, store: MemberStore, number: int, case: FleeScenario, members: int
) -> list[dict[str, Any]]:
    view = shared(case, case)
    values = np.array(
        [view.totals(store.read(plan.member(number, n).id), 0) for n in range(members)]
    )
    five, errors, means = quantiles(values), median_error(values), mean_error(values)
    names = ("low", "low50", "median", "high50", "high")
    return [
        {
            "scenario": case.label,
            "output": output,
            "title": title_of(output),
            "kind": "count" if output in COUNTS else "mean",
            **{k: float(v) for k, v in zip(names, five[:, i], strict=True)},
            "mean": float(values[:, i].mean()),
            "error": None if errors[i] != errors[i] else float(errors[i]),
            "mean_error": None if means[i] != means[i] else float(means[i]),
        }
        for i, output in enumerate(view.outputs)
        if output in TITLES or values[:, i].any()
    ]
