"""Fits FLEE's cases and scores what the fits did not see; writes a page, and a rule for new cases.

    python scripts/fit_flee.py FOLDER_OF_CASES [--settings FILE] [--seed 0] [--jobs 2]
        [--page docs/flee-fits.md] [--json FILE] [--state FOLDER]
        [--profile src/travesia/kinds/flee/fitted.yml]

Every folder with ``input_csv`` is a case. Each is fitted on its first third and scored on the
rest, and fitted on all the others and scored as a whole. With ``--profile`` the rules fitted on all
cases are written as the settings of ``travesia run SCENARIO --rule fitted`` and ``--rule camps``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Any

from travesia.kinds.flee import read_instance
from travesia.kinds.flee.fit import Fit
from travesia.kinds.flee.instance import Instance
from travesia.kinds.flee.rules import RULES
from travesia.kinds.flee.trial import ROWS, fits_of_others, trial_after_cut, trial_of_others

SEARCH: dict[str, Any] = {"points": 64, "rounds": 4}
"""The search on the first third of a case."""

COARSE: dict[str, Any] = {**SEARCH, "people": 2000}
"""The search where whole cases are fitted together."""

COMMAND = "python scripts/fit_flee.py FOLDER_OF_CASES --page docs/flee-fits.md"


Job = tuple[str, Path, Path | None, int]
"""What is to be done, the folder of cases, the settings, the seed."""


def cases_of(folder: Path, settings: Path | None) -> list[Instance]:
    """Every case in a folder."""
    found = sorted(p.parent for p in folder.glob("*/input_csv"))
    return [read_instance(p, settings) for p in found]


def after_cut(job: Job) -> dict[str, Any]:
    """The trial of one case after its first third."""
    name, folder, settings, seed = job
    case = read_instance(folder / name, settings)
    return trial_after_cut(case, seed=seed, search=SEARCH).to_dict()


def of_others(job: Job) -> dict[str, Any]:
    """The fits of one rule on all cases but one, by that one, and on all."""
    rule, folder, settings, seed = job
    found = fits_of_others(cases_of(folder, settings), rule, seed=seed, **COARSE)
    return {name: {**asdict(f), "trials": []} for name, f in found.items()}


def kept(
    state: Path | None, kind: str, work: Callable[[Job], Any], jobs: list[Job], processes: int
) -> list[Any]:
    """Results of jobs; each is kept in a folder as soon as it is there, and not done again."""
    found: dict[Job, Any] = {}
    for job in jobs:
        path = state / f"{kind}-{job[0]}-{job[3]}.json" if state else None
        if path is not None and path.exists():
            found[job] = json.loads(path.read_text("utf-8"))
    for job, result in _results(work, [j for j in jobs if j not in found], processes):
        found[job] = result
        print(f"{kind}: {job[0]}", file=sys.stderr, flush=True)
        if state is not None:
            (state / f"{kind}-{job[0]}-{job[3]}.json").write_text(json.dumps(result), "utf-8")
    return [found[job] for job in jobs]


def _results(
    work: Callable[[Job], Any], jobs: list[Job], processes: int
) -> Iterator[tuple[Job, Any]]:
    if processes == 1:
        yield from ((job, work(job)) for job in jobs)
        return
    with ProcessPoolExecutor(processes) as pool:
        waiting = {pool.submit(work, job): job for job in jobs}
        for future in as_completed(waiting):
            yield waiting[future], future.result()


def table(trials: list[dict[str, Any]]) -> list[str]:
    """Rows by columns of cases; the least error of each case that is no answer is bold."""
    names = [t["case"] for t in trials]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    rows = [r for r in ROWS if any(r in t["errors"] for t in trials)]
    told = {"flee31_input", "flee_input", "camps_input", "capacity_shares", "last_observed_shares"}
    least = [
        min(v for r, v in t["errors"].items() if r not in told and v is not None) for t in trials
    ]
    for row in rows:
        cells = []
        for trial, best in zip(trials, least, strict=True):
            value = trial["errors"].get(row)
            shown = "–" if value is None else f"{value:.3f}".lstrip("0")
            cells.append(f"**{shown}**" if value == best else shown)
        mark = " †" if row in told else ""
        lines.append(f"| {ROWS[row]}{mark} | " + " | ".join(cells) + " |")
    return lines


def fits_table(trials: list[dict[str, Any]], rule: str) -> list[str]:
    """Fitted numbers by case."""
    names = [r.setting for r in RULES[rule].ranges]
    lines = [
        "| case | " + " | ".join(f"`{n}`" for n in names) + " | error before | fitted |",
        "|---" * (len(names) + 3) + "|",
    ]
    for trial in trials:
        fit = trial["fits"][rule]
        cells = [f"{fit['values'][n]:.4g}" for n in names]
        cells += [f"{fit['error_before']:.3f}", f"{fit['error']:.3f}"]
        lines.append(f"| {trial['case']} | " + " | ".join(cells) + " |")
    return lines


def page(after: list[dict[str, Any]], others: list[dict[str, Any]]) -> str:
    """The page of results."""
    lines = [
        "# FLEE's cases: rules fitted without the answer",
        "",
        f"<!-- Made by scripts/fit_flee.py: {COMMAND} -->",
        "",
        "Rescaled averaged relative difference (0 is perfect); every row is told the total of the "
        "day and is scored over the same days against the same counts. How the rules work and what "
        "to make of this is told in [Coming from FLEE](coming-from-flee.md). Rows with † use "
        "counts of the scored days, in their capacities or day by day, and are shown for "
        "comparison; the least error of the other rows is bold.",
        "",
        "## Fitted on the first third of a case, scored on the rest",
        "",
        *table(after),
        "",
        "Scored days: "
        + ", ".join(f"{t['case']} {t['days']} {t['held_out']}" for t in after)
        + ".",
        "",
    ]
    if others:
        lines += ["## Fitted on the other cases, scored on the whole case", "", *table(others), ""]
    for rule, title in (("flee", "FLEE's rule"), ("camps", "known camps")):
        lines += [
            f"## Fitted numbers of {title}",
            "",
            "On the first third:",
            "",
            *fits_table(after, rule),
            "",
        ]
        if others:
            lines += ["On the other cases (error: theirs):", "", *fits_table(others, rule), ""]
    return "\n".join(lines)


def profile(fits: dict[str, dict[str, Any]]) -> str:
    """The rules fitted on all cases, as settings."""
    cases = next(iter(fits.values()))["cases"]
    lines = [
        f"# Rules fitted on {', '.join(cases)}",
        "# (whole cases, without capacities) by scripts/fit_flee.py. How such fits do on a case",
        "# that they have not seen is told in docs/flee-fits.md. Errors are means of rescaled",
        "# averaged relative differences; with the cases' own settings: "
        f"{next(iter(fits.values()))['error_before']:.3f}.",
    ]
    for rule, found in fits.items():
        lines += [
            f"{rule}:  # error {found['error']:.3f}",
            *(f"  {k}: {json.dumps(v)}" for k, v in found["values"].items()),
        ]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of FLEE's cases")
    parser.add_argument("--settings", type=Path, help="FLEE's settings (default: beside the cases)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes; never changes a result")
    parser.add_argument("--page", type=Path, help="write the tables to this page")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--state", type=Path, help="keep what is done here, and go on from there")
    parser.add_argument("--profile", type=Path, help="write the rules fitted on all cases here")
    a = parser.parse_args(arguments)
    cases = cases_of(a.folder, a.settings)
    if len(cases) < 2:
        parser.error(f"{a.folder} holds {len(cases)} cases; two or more are needed")
    if a.state:
        a.state.mkdir(parents=True, exist_ok=True)
    rest = (a.folder, a.settings, a.seed)
    rules = kept(a.state, "others", of_others, [(r, *rest) for r in RULES], a.jobs)
    after = kept(a.state, "after", after_cut, [(c.name, *rest) for c in cases], a.jobs)
    fits = dict(zip(RULES, rules, strict=True))
    others = [
        trial_of_others(c, {r: Fit(**f[c.name]) for r, f in fits.items()}, seed=a.seed).to_dict()
        for c in cases
    ]
    text = page(after, others)
    print(text)
    if a.page:
        a.page.write_text(text, "utf-8")
    if a.json:
        found = {"after_cut": after, "other_cases": others}
        a.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    if a.profile:
        a.profile.write_text(profile({r: f[""] for r, f in fits.items()}), "utf-8")


if __name__ == "__main__":
    main()
