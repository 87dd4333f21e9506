"""An ensemble of scenarios without a baseline: what is known about each, and how well."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from travesia.ensembles.align import View, align
from travesia.ensembles.collect import Function, Progress, collect, opened
from travesia.ensembles.comparison import KINDS, TITLES, described
from travesia.ensembles.draws import default_executor
from travesia.ensembles.executors import Executor
from travesia.ensembles.gate import numbers, passed
from travesia.ensembles.metrics import METRICS
from travesia.ensembles.plan import Plan
from travesia.ensembles.rough import sample_remarks
from travesia.ensembles.stats import known_itself, mean_error, median_error, quantiles
from travesia.ensembles.store import MemberStore, for_people, write_whole
from travesia.ensembles.summary import Floats
from travesia.scenario.scenario import Scenario

STEP = 8
"""Members between two checks of a precision."""

ROW_MEMBERS = 256
"""Members in one part of the table of members."""


@dataclass(frozen=True, repr=False)
class Ensemble:
    """Rows of the named outputs of every scenario, over its whole period.

    ``rows``: scenario, output, title, kind, median, low50, high50, low, high (90 %), mean, error
    (standard error of the median), mean_error. ``plan`` has one row per member; ``verdicts`` tell
    which outputs reached the precision, if one was asked.
    """

    rows: tuple[dict[str, Any], ...]
    plan: tuple[dict[str, Any], ...]
    scenarios: tuple[dict[str, Any], ...]
    members: int
    sample: float
    seed: int
    remarks: tuple[str, ...] = ()
    verdicts: tuple[dict[str, Any], ...] = ()

    def __repr__(self) -> str:
        """What was run, in a line."""
        named = ", ".join(str(s["label"]) for s in self.scenarios)
        return (
            f"<Ensemble of {named}: {self.members} members, sample {self.sample:g}, "
            f"seed {self.seed}>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "format": "travesia-ensemble/1",
            "members": self.members,
            "sample": self.sample,
            "seed": self.seed,
            "scenarios": list(self.scenarios),
            "outputs": list(self.rows),
            "remarks": list(self.remarks),
            "verdicts": list(self.verdicts),
        }


def ensemble(
    scenarios: Sequence[Scenario | str],
    members: int,
    *,
    sample: float = 0.02,
    seed: int | None = None,
    draws: bool = True,
    folder: Path | str | None = None,
    executor: Executor | None = None,
    precision: float | None = None,
    outputs: Sequence[str] = ("us_encounters", "mx_detentions", "harm"),
    progress: Progress | None = None,
    function: Function | None = None,
) -> Ensemble:
    """Run many members of some scenarios, and say what they tell about each.

    Arguments are those of :func:`travesia.ensembles.compare.compare`, but one scenario is enough,
    and ``precision`` asks that half the 95 % interval of chance of the median of each of
    ``outputs`` be at most that share of it. With a ``folder`` the tables ``outputs.csv``,
    ``plan.csv`` and ``members.parquet`` (every member, output and month) are written there.

    Raises:
        InputError, StoreError, OutputError: see there.
    """
    asked = numbers(
        "The ensemble was not started",
        members,
        sample=sample,
        seed=seed,
        draws=draws,
        precision=precision,
        outputs=outputs,
    )
    loaded = passed(scenarios)
    members, sample, precision = asked.members, asked.sample, asked.precision
    seed = loaded[0].settings.seed if asked.seed is None and loaded else asked.seed or 0
    plan = Plan(tuple(loaded), seed, sample, draws)
    executor = executor or default_executor(loaded[0], members * len(loaded))
    with opened(plan, None if folder is None else Path(folder)) as store:
        count, verdicts = 0, list[dict[str, Any]]()
        totals = [np.zeros((0, len(METRICS))) for _ in loaded]
        while count < members:
            start, count = count, members if precision is None else min(members, count + STEP)
            _grow(plan, store, start, count, members, executor, progress, function)
            news = [_totals(plan, store, n, start, count) for n in range(len(loaded))]
            totals = [np.concatenate(pair) for pair in zip(totals, news, strict=True)]
            if precision is not None:
                verdicts = _verdicts(plan, store, totals, outputs, precision)
                if all(v["known"] for v in verdicts):
                    break
        rows = [r for n in range(len(loaded)) for r in _rows(plan, store, n, totals[n])]
        found = Ensemble(
            tuple(rows),
            tuple(plan.table(count)),
            tuple(described(s) for s in loaded),
            count,
            sample,
            seed,
            (*store.remarks, *sample_remarks(loaded, sample)),
            tuple(verdicts),
        )
        if folder is not None:
            _write(found, plan, store, Path(folder))
    return found


def _grow(
    plan: Plan,
    store: MemberStore,
    start: int,
    stop: int,
    in_all: int,
    executor: Executor,
    progress: Progress | None,
    function: Function | None,
) -> None:
    width = len(plan.scenarios)

    def tell(done: int, _: int) -> None:
        if progress is not None:
            progress(start * width + done, in_all * width)

    collect(plan, store, start, stop, executor, tell, function)


def _view(plan: Plan, store: MemberStore, scenario: int) -> View:
    layout = store.layouts[plan.keys[scenario]]
    return align(layout, layout)[0]


def _totals(plan: Plan, store: MemberStore, scenario: int, start: int, stop: int) -> Floats:
    """Totals of the named outputs of some members [members, metrics]."""
    view, names = _view(plan, store, scenario), range(start, stop)
    return np.stack([view.totals(store.read(plan.member(scenario, n).id)) for n in names])


def _verdicts(
    plan: Plan,
    store: MemberStore,
    totals: Sequence[Floats],
    outputs: Sequence[str],
    precision: float,
) -> list[dict[str, Any]]:
    """How well each of some outputs of each scenario is known."""
    out = []
    for n, values in enumerate(totals):
        view, name = _view(plan, store, n), described(plan.scenarios[n])["label"]
        for output in outputs:
            known = known_itself(values[:, view.metrics.index(output)], precision)
            out.append({"scenario": name, "output": output, **known.to_dict()})
    return out


def _rows(plan: Plan, store: MemberStore, scenario: int, totals: Floats) -> list[dict[str, Any]]:
    view, five = _view(plan, store, scenario), quantiles(totals)
    errors, means = median_error(totals), mean_error(totals)
    name = described(plan.scenarios[scenario])["label"]
    rows = []
    for i, metric in enumerate(view.metrics):
        if not totals[:, i].any():
            continue
        low, low50, median, high50, high = (float(v) for v in five[:, i])
        rows.append(
            {
                "scenario": name,
                "output": metric,
                "title": TITLES[metric],
                "kind": KINDS[metric],
                "median": median,
                "low50": low50,
                "high50": high50,
                "low": low,
                "high": high,
                "mean": float(totals[:, i].mean()),
                "error": _or_none(errors[i]),
                "mean_error": _or_none(means[i]),
            }
        )
    return rows


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _write(found: Ensemble, plan: Plan, store: MemberStore, folder: Path) -> None:
    import pandas as pd

    with for_people(folder):
        text = json.dumps(found.to_dict(), ensure_ascii=False, indent=1)
        write_whole(folder / "outputs.json", text.encode())
        for name, rows in (("outputs", found.rows), ("plan", found.plan)):
            write_whole(folder / f"{name}.csv", pd.DataFrame(rows).to_csv(index=False).encode())
        _write_members(found.members, plan, store, folder / "members.parquet")


def _write_members(members: int, plan: Plan, store: MemberStore, path: Path) -> None:
    """Every member, output and month as one Parquet file, a few members in memory at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [
            ("scenario", pa.string()),
            ("member", pa.int32()),
            ("output", pa.string()),
            ("month", pa.string()),
            ("value", pa.float64()),
        ]
    )

    def write(stream: IO[bytes]) -> None:
        with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
            for n, scenario in enumerate(plan.scenarios):
                view, name = _view(plan, store, n), described(scenario)["label"]
                for start in range(0, members, ROW_MEMBERS):
                    numbers = range(start, min(members, start + ROW_MEMBERS))
                    values = [view.series(store.read(plan.member(n, m).id)) for m in numbers]
                    writer.write_table(_part(schema, name, numbers, view, np.stack(values)))

    write_whole(path, write)


def _part(schema: Any, name: str, members: range, view: View, values: Floats) -> Any:
    """Members as rows of a table; values [members, metrics, months]."""
    import pyarrow as pa

    n, n_metrics, n_months = values.shape

    def coded(codes: Any, words: Sequence[str]) -> Any:
        return pa.array(np.array(words, dtype=object)[codes], pa.string())

    return pa.table(
        [
            pa.array([name] * values.size, pa.string()),
            pa.array(np.repeat(np.array(members, np.int32), n_metrics * n_months)),
            coded(np.tile(np.repeat(np.arange(n_metrics), n_months), n), view.metrics),
            coded(np.tile(np.arange(n_months), n * n_metrics), view.months),
            pa.array(values.ravel()),
        ],
        schema=schema,
    )
