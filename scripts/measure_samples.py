"""Measure whether results and differences depend on the share of people simulated.

    python scripts/measure_samples.py run FOLDER --seeds 8 --what-if-seeds 4 --processes 2
    python scripts/measure_samples.py table FOLDER --page docs/samples.md --csv docs/samples.csv

The first command runs the corridor and ten what-ifs with everybody and with samples of 2 % and
1 %; what is finished stays in FOLDER, so it may be stopped and started again. It takes about
45 CPU seconds for a run of everybody and 10 for a sample: some 25 CPU minutes with the numbers
above. The second writes the table.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from travesia.engine.run import run
from travesia.ensembles.reducer import Reducer
from travesia.kinds.corridor.resolve import resolve
from travesia.model.compile import compile_model
from travesia.scenario.scenario import Scenario

SAMPLES = (0.02, 0.01)
BASE = "corridor"
WHAT_IFS = (
    "detention_doubled", "seats_doubled", "more_shelter", "no_metering", "no_remain_in_mexico",
    "no_mexican_enforcement", "no_southern_border_program", "no_pandemic_expulsions",
    "no_train_raids", "regional_offices",
)  # fmt: skip
DOUBLED = {"detention_doubled": "detention", "seats_doubled": "removal"}
"""What-ifs that are no patch: the capacity of a kind of facility, twice as large."""

OUTPUTS = (
    "departures", "us_encounters", "us_expulsions", "us_removals", "us_release", "port_entry",
    "evasion", "mx_detentions", "mx_returns", "asylum_mexico", "visa_issued", "waiting_mexico",
    "harm", "deaths", "in_us", "returned", "settled_mx",
)  # fmt: skip
"""The outputs compared: all of the headline; ``waiting_mexico`` as the mean of the days."""

FULL_SEEDS = 2
TOLERANCE = 0.02


@dataclass(frozen=True)
class Job:
    """One run of the plan."""

    scenario: str
    sample: float
    seed: int

    def path(self, folder: Path) -> Path:
        """Where its numbers are kept."""
        return folder / f"{self.scenario}-{self.sample:g}-{self.seed}.npz"


def scenario_of(name: str) -> Scenario:
    """The corridor, a what-if of it, or the corridor with a kind of facility twice as large."""
    if name in DOUBLED:
        base = resolve([BASE])[0]
        facilities = tuple(
            f.model_copy(update={"capacity": 2 * f.capacity}) if f.kind == DOUBLED[name] else f
            for f in base.facilities
        )
        return replace(base, facilities=facilities)
    return resolve([BASE] if name == BASE else [BASE, name])[-1]


def numbers(job: Job) -> dict[str, float]:
    """Simulate a job; its outputs, in people of the whole population."""
    scenario = scenario_of(job.scenario)
    model = compile_model(scenario, sample=job.sample).model
    raw = run(model, 0, replicate=job.seed)
    summary = Reducer(scenario).reduce(raw, job.sample)
    monthly = summary["monthly"][:, summary.layout.spin_up_months :]
    rows = dict(zip(summary.layout.axes["metric"], monthly, strict=True))
    register = scenario.quantities
    out = {
        k: float(rows[k].sum() if register[k].over == "sum" else rows[k].mean()) for k in OUTPUTS
    }
    kinds = {f.id: f.kind for f in scenario.facilities}
    table = np.zeros((len(model.names.facilities), raw.facilities.shape[1]))
    np.add.at(table, raw.facilities[:, 1], raw.facilities)
    for f, name in enumerate(model.names.facilities):
        for column, what in ((5, "admitted"), (6, "refused"), (4, "waiting")):
            key = f"{kinds[name]}: {what}"
            out[key] = out.get(key, 0.0) + table[f, column] / job.sample
    return out


def work(job: Job, folder: Path) -> None:
    """Run a job unless its numbers are there."""
    path = job.path(folder)
    if path.exists():
        return
    found = numbers(job)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, allow_pickle=False, **{what: np.array(n) for what, n in found.items()})
    partial.replace(path)


def plan(seeds: int, what_if_seeds: int) -> Iterator[Job]:
    """All jobs, the most telling first."""
    yield Job(BASE, 1.0, 0)
    first = min(2, seeds, what_if_seeds)
    yield from (Job(BASE, sample, seed) for seed in range(first + 1) for sample in SAMPLES)
    for name in WHAT_IFS:
        yield Job(name, 1.0, 0)
        yield from (Job(name, sample, seed) for seed in range(first) for sample in SAMPLES)
    for seed in range(first, max(seeds, what_if_seeds)):
        for sample in SAMPLES:
            if seed < seeds:
                yield Job(BASE, sample, seed)
            if seed < what_if_seeds:
                yield from (Job(name, sample, seed) for name in WHAT_IFS)
    for seed in range(1, FULL_SEEDS):
        yield Job(BASE, 1.0, seed)


def read(folder: Path, scenario: str, sample: float) -> dict[int, dict[str, float]]:
    """Numbers of the finished runs of a scenario at a sample, by seed."""
    out = {}
    for path in folder.glob(f"{scenario}-{sample:g}-*.npz"):
        if not path.name.endswith(".partial.npz"):
            with np.load(path) as stored:
                out[int(path.stem.rsplit("-", 1)[1])] = {k: float(stored[k]) for k in stored.files}
    return out


@dataclass(frozen=True)
class Row:
    """One output at one sample beside that of everybody."""

    question: str
    output: str
    sample: float
    base: float
    full: float
    sampled: float
    error: float
    runs: int

    @property
    def scale(self) -> float:
        """What deviations are relative to."""
        return abs(self.full) or 1.0

    @property
    def verdict(self) -> str:
        """Whether the sample agrees with everybody."""
        gap = abs(self.sampled - self.full)
        if gap <= TOLERANCE * self.scale:
            return "within 2 %"
        return "within the error" if gap <= 2.0 * self.error else "differs"


def rows_of(folder: Path) -> list[Row]:
    """The table: results of the corridor, then differences of every what-if."""
    out = []
    base = {s: read(folder, BASE, s) for s in (1.0, *SAMPLES)}
    level = {k: float(np.mean([r[k] for r in base[1.0].values()])) for k in base[1.0][0]}
    for question in (BASE, *WHAT_IFS):
        found = {s: read(folder, question, s) for s in (1.0, *SAMPLES)}
        for output in level:
            values = {
                s: np.array(
                    [
                        runs[seed][output] - (0.0 if question == BASE else base[s][seed][output])
                        for seed in sorted(runs)
                        if seed in base[s]
                    ]
                )
                for s, runs in found.items()
            }
            full = values[1.0]
            for sample in SAMPLES:
                x = values[sample]
                if len(full) and len(x) > 1:
                    spread = float(x.std(ddof=1))
                    # The chance of a run of everybody: that of the sample, less by its root.
                    error = spread * math.sqrt(1.0 / len(x) + sample / len(full))
                    out.append(
                        Row(
                            question,
                            output,
                            sample,
                            level[output],
                            float(full.mean()),
                            float(x.mean()),
                            error,
                            len(x),
                        )
                    )
    return out


NOTABLE = 0.01
"""Differences below this share of the output itself are left out: chance is larger than they."""


def page_of(rows: list[Row]) -> str:
    """The table as a page."""
    lines = [
        "# What a sample changes",
        "",
        "<!-- Made by scripts/measure_samples.py -->",
        "",
        "Results of the corridor with everybody and with samples of 2 % and 1 %, and differences "
        "that what-ifs make, each taken within one seed. How samples are served is in "
        "[how a run is computed](engine.md#samples-and-draws). `±` is one standard error. "
        "*Differs* means by more than 2 % and by more than two errors; from two or three runs the "
        "error itself is rough, and such a mark may be chance. All numbers are in "
        "[samples.csv](samples.csv). How far a sampled run looks back when it guesses how many ask "
        "was chosen on the requests of this corridor, so the table is no independent test of that "
        "one number; the tests on the example are.",
        "",
    ]
    lines += [*_summary(rows), ""]
    for question in dict.fromkeys(r.question for r in rows):
        mine = [r for r in rows if r.question == question and r.full]
        difference = question != BASE
        if difference:
            mine = [r for r in mine if abs(r.full) >= NOTABLE * abs(r.base)]
        title = f"Differences made by `{question}`" if difference else "Results"
        runs = " and ".join(
            str(max((r.runs for r in mine if r.sample == s), default=0)) for s in SAMPLES
        )
        lines += [
            f"## {title}",
            "",
            f"Runs of each sample: {runs}.",
            "",
            "| output | everybody | 2 % | 1 % |",
            "|---|---|---|---|",
        ]
        for output in dict.fromkeys(r.output for r in mine):
            cells = {r.sample: r for r in mine if r.output == output}
            shown = [_cell(cells.get(sample)) for sample in SAMPLES]
            full = next(iter(cells.values())).full
            lines.append(
                f"| {output} | {full:+,.0f} |".replace("+", "+" if difference else "")
                + f" {shown[0]} | {shown[1]} |"
            )
        lines.append("")
    return "\n".join(lines)


LARGE = 0.1
"""Differences of at least this share of the output itself are counted in the summary."""


def _summary(rows: list[Row]) -> list[str]:
    """How many numbers agree, and which results do not."""
    results = [r for r in rows if r.question == BASE and r.full]
    differ = [f"{r.output} at {r.sample:.0%}" for r in results if r.verdict == "differs"]
    large = [r for r in rows if r.question != BASE and abs(r.full) >= LARGE * abs(r.base) > 0]
    marked = sum(r.verdict == "differs" for r in large)
    return [
        f"Of {len(results)} results {len(results) - len(differ)} agree; not: "
        f"{', '.join(differ) or 'none'}. Of {len(large)} differences that are at least "
        f"{LARGE:.0%} of the output itself {marked} are marked; with five runs about one in ten "
        "would be by chance alone.",
    ]


def _cell(row: Row | None) -> str:
    if row is None:
        return "–"
    gap, error = (row.sampled - row.full) / row.scale, row.error / row.scale
    mark = " **differs**" if row.verdict == "differs" else ""
    return f"{100 * gap:+.1f} ± {100 * error:.1f} %{mark}"


def write_csv(rows: list[Row], path: Path) -> None:
    """All numbers, one row an output and sample."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(
            ["question", "output", "sample", "everybody", "sampled", "error", "runs", "verdict"]
        )
        for r in rows:
            out.writerow(
                [
                    r.question,
                    r.output,
                    f"{r.sample:g}",
                    f"{r.full:.0f}",
                    f"{r.sampled:.0f}",
                    f"{r.error:.0f}",
                    r.runs,
                    r.verdict,
                ]
            )


def main() -> None:
    """Read the command line and measure, or write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", choices=["run", "table"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--what-if-seeds", type=int, default=4)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--csv", type=Path)
    options = parser.parse_args()
    if options.what == "run":
        options.folder.mkdir(parents=True, exist_ok=True)
        jobs = list(plan(options.seeds, options.what_if_seeds))
        with ProcessPoolExecutor(options.processes) as pool:
            for done in [pool.submit(work, job, options.folder) for job in jobs]:
                done.result()
        return
    rows = rows_of(options.folder)
    if options.page:
        options.page.write_text(page_of(rows), "utf-8")
    if options.csv:
        write_csv(rows, options.csv)


if __name__ == "__main__":
    main()
