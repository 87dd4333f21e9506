"""An ensemble of cases without a baseline: what is known about each, and how well."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import numpy as np

from travesia.display.html import card
from travesia.ensembles.align import View, align
from travesia.ensembles.growing import Totals, grow, opened
from travesia.ensembles.plan import Plan
from travesia.ensembles.settings import Settings
from travesia.ensembles.stats import known_itself, mean_error, median_error, quantiles
from travesia.ensembles.store import MemberStore, for_people, write_whole
from travesia.ensembles.summary import Floats
from travesia.figures import count
from travesia.kind import Case, Kind, label

if TYPE_CHECKING:
    import pandas as pd

C = TypeVar("C", bound=Case)

TITLE = "The ensemble was not started"

ROW_MEMBERS = 256
"""Members in one part of the table of members."""


@dataclass(frozen=True, repr=False)
class Ensemble:
    """Rows of the named outputs of every scenario, over its whole period.

    ``rows``: scenario, output, title, kind, median, low50, high50, low, high (90 %), mean, error
    (standard error of the median), mean_error. ``plan`` has one row per member; ``verdicts`` tell
    which outputs reached the precision, if one was asked; ``coarse`` how far coarse runs are off,
    where members are such.
    """

    kind: str
    rows: tuple[dict[str, Any], ...]
    plan: tuple[dict[str, Any], ...]
    scenarios: tuple[dict[str, Any], ...]
    members: int
    sample: float
    seed: int
    remarks: tuple[str, ...] = ()
    verdicts: tuple[dict[str, Any], ...] = ()
    coarse: dict[str, Any] | None = None

    def __repr__(self) -> str:
        """What was run, in a line."""
        named = ", ".join(str(s["label"]) for s in self.scenarios)
        return (
            f"<Ensemble of {named}: {self.members} members, sample {self.sample:g}, "
            f"seed {self.seed}>"
        )

    def _repr_html_(self) -> str:
        head = ("scenario", "", "median", "90 % of members")
        rows = [
            (row["scenario"], row["title"], count(row["median"]), _between(row))
            for row in self.rows
        ]
        facts = {"": f"{self.members} members", "sample": f"{self.sample:g}", "seed": self.seed}
        return card(", ".join(str(s["label"]) for s in self.scenarios), facts, head, rows)

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a frame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "format": "travesia-ensemble/1",
            "kind": self.kind,
            "members": self.members,
            "sample": self.sample,
            "seed": self.seed,
            "scenarios": list(self.scenarios),
            "outputs": list(self.rows),
            "remarks": list(self.remarks),
            "verdicts": list(self.verdicts),
            "coarse": self.coarse,
        }


def _between(row: Mapping[str, Any]) -> str:
    return f"{count(row['low'])} to {count(row['high'])}"


def ensemble(kind: Kind[C], given: Sequence[C | str], settings: Settings) -> Ensemble:
    """Run many members of some cases, and say what they tell about each.

    ``given`` are cases, loaded or by name; a precision asks that half the 95 % interval of chance
    of the median of each output be at most that share of it. With a folder the tables
    ``outputs.csv``, ``plan.csv`` and ``members.parquet`` (every member, output and month) are
    written there. Raises what :func:`travesia.ensembles.compare.compare` raises.
    """
    asked = settings.checked(TITLE, kind)
    cases = kind.cases(given)
    seed = kind.seed(cases[0]) if asked.seed is None and cases else asked.seed or 0
    plan = Plan(kind, tuple(cases), seed, asked.sample or 1.0, asked.draws, coarse=asked.coarse)
    coarse = kind.coarseness(cases[0]) if asked.coarse and cases else {}
    with opened(plan, asked.folder) as store:
        views = [_view(plan, store, n) for n in range(len(cases))]
        shared = [m for m in views[0].metrics if all(m in v.metrics for v in views)]
        outputs = asked.named(TITLE, kind.precise(cases[0]) if cases else (), shared)

        def judge(found: Totals) -> list[dict[str, Any]]:
            return [
                {
                    "scenario": label(case),
                    "output": name,
                    **known_itself(found.output(n, name), asked.precision or 1.0).to_dict(),
                }
                for n, case in enumerate(cases)
                for name in outputs
            ]

        totals = Totals(plan, store, list(enumerate(views)))
        count, verdicts = grow(plan, store, asked, totals, judge)
        rows = [r for n in range(len(cases)) for r in _rows(plan, views[n], n, totals.of(n))]
        found = Ensemble(
            kind.id,
            tuple(rows),
            tuple(plan.table(count)),
            tuple(kind.describe(case) for case in cases),
            count,
            plan.sample,
            plan.seed,
            (
                *([coarse["remark"]] if coarse else []),
                *store.remarks,
                *kind.remarks(cases, plan.sample),
            ),
            tuple(verdicts),
            coarse or None,
        )
        if asked.folder is not None:
            _write(found, plan, store, asked.folder)
    return found


def _view(plan: Plan, store: MemberStore, case: int) -> View:
    layout = store.layouts[plan.keys[case]]
    return align(layout, layout, plan.kind.outputs(plan.scenarios[case]))[0]


def _rows(plan: Plan, view: View, number: int, totals: Floats) -> list[dict[str, Any]]:
    five, known = quantiles(totals), plan.kind.outputs(plan.scenarios[number])
    errors, means = median_error(totals), mean_error(totals)
    name = label(plan.scenarios[number])
    rows = []
    for i, metric in enumerate(view.metrics):
        if not totals[:, i].any():
            continue
        low, low50, median, high50, high = (float(v) for v in five[:, i])
        rows.append(
            {
                "scenario": name,
                "output": metric,
                "title": known[metric].titled,
                "kind": known[metric].measure,
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
                view, name = _view(plan, store, n), label(scenario)
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
