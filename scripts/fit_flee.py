"""Fits FLEE's cases and scores what the fits did not see; writes a page, and a rule for new cases.

    python scripts/fit_flee.py FOLDER_OF_CASES [--settings FILE] [--seed 0] [--jobs 2]
        [--page docs/flee-fits.md] [--json FILE] [--profile src/travesia/importers/flee/fitted.yml]

Every folder with ``input_csv`` is a case. Each is fitted on its first third and scored on the
rest, and fitted on all the others and scored as a whole. With ``--profile`` the known-camps rule is
fitted on all cases and written as the settings of ``travesia run SCENARIO --rule fitted``.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from travesia.importers.flee import read_instance
from travesia.importers.flee.instance import Instance
from travesia.importers.flee.rules import RULES
from travesia.observe.flee_fit import fit_rule
from travesia.observe.flee_trial import ROWS, trial_after_cut, trial_of_others

COMMAND = "python scripts/fit_flee.py FOLDER_OF_CASES --page docs/flee-fits.md"


def cases_of(folder: Path, settings: Path | None) -> list[Instance]:
    """Every case in a folder."""
    found = sorted(p.parent for p in folder.glob("*/input_csv"))
    return [read_instance(p, settings) for p in found]


def first_third(job: tuple[Path, Path | None, int, int]) -> dict[str, Any]:
    """The trial of one case after its first third."""
    folder, settings, which, seed = job
    return trial_after_cut(cases_of(folder, settings)[which], seed=seed).to_dict()


def from_others(job: tuple[Path, Path | None, int, int]) -> dict[str, Any]:
    """The trial of one case after a fit on all others."""
    folder, settings, which, seed = job
    cases = cases_of(folder, settings)
    others = [c for i, c in enumerate(cases) if i != which]
    search = {"points": 64, "rounds": 4, "people": 2000}
    return trial_of_others(cases[which], others, seed=seed, **search).to_dict()


def table(trials: list[dict[str, Any]]) -> list[str]:
    """Rows by columns of cases; the least error of each case that is no answer is bold."""
    names = [t["case"] for t in trials]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    rows = [r for r in ROWS if any(r in t["errors"] for t in trials)]
    told = {"flee31_input", "flee_input", "camps_input", "capacity_shares", "last_observed_shares"}
    least = [min(v for r, v in t["errors"].items() if r not in told and v is not None)
             for t in trials]  # fmt: skip
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
    lines = ["| case | " + " | ".join(f"`{n}`" for n in names) + " | error before | fitted |",
             "|---" * (len(names) + 3) + "|"]  # fmt: skip
    for trial in trials:
        fit = trial["fits"][rule]
        cells = [f"{fit['values'][n]:.4g}" for n in names]
        cells += [f"{fit['error_before']:.3f}", f"{fit['error']:.3f}"]
        lines.append(f"| {trial['case']} | " + " | ".join(cells) + " |")
    return lines


def page(after: list[dict[str, Any]], others: list[dict[str, Any]], seconds: float) -> str:
    """The page of results."""
    lines = [
        "# FLEE's cases: rules fitted without the answer", "",
        f"<!-- Made by scripts/fit_flee.py: {COMMAND} -->", "",
        "Rescaled averaged relative difference (0 is perfect); every row is told the total of the "
        "day and is scored over the same days against the same counts. How the rules work and what "
        "to make of this is told in [Coming from FLEE](coming-from-flee.md). Rows with † use "
        "counts of the scored days, in their capacities or day by day, and are shown for "
        "comparison; the least error of the other rows is bold.", "",
        "## Fitted on the first third of a case, scored on the rest", "", *table(after), "",
        "Scored days: " + ", ".join(f"{t['case']} {t['days']} {t['held_out']}" for t in after)
        + ".", "",
        "## Fitted on the other cases, scored on the whole case", "", *table(others), "",
    ]  # fmt: skip
    for rule, title in (("flee", "FLEE's rule"), ("camps", "Known camps")):
        lines += [f"## Fitted numbers: {title}", "", "On the first third:", "",
                  *fits_table(after, rule), "", "On the other cases (error: theirs):", "",
                  *fits_table(others, rule), ""]  # fmt: skip
    lines += [f"All fits and scores took {seconds / 60:.0f} minutes on two busy cores.", ""]
    return "\n".join(lines)


def profile(cases: list[Instance], seed: int) -> str:
    """The known-camps rule fitted on all cases, as settings."""
    found = fit_rule(cases, "camps", seed=seed, points=64, rounds=4, people=2000)
    names = ", ".join(found.cases)
    lines = [
        f"# The rule of known camps, fitted on {names}", "# (whole cases, without capacities) by "
        "scripts/fit_flee.py; mean rescaled averaged relative", f"# difference {found.error:.3f}, "
        f"with the settings of these cases {found.error_before:.3f}. How such a fit does on a case "
        "that", "# it has not seen is told in docs/flee-fits.md.",
    ]  # fmt: skip
    return "\n".join([*lines, *(f"{k}: {json.dumps(v)}" for k, v in found.values.items()), ""])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of FLEE's cases")
    parser.add_argument("--settings", type=Path, help="FLEE's settings (default: beside the cases)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes; never changes a result")
    parser.add_argument("--page", type=Path, help="write the tables to this page")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--profile", type=Path, help="fit all cases and write the rule here")
    a = parser.parse_args()
    clock = time.perf_counter()
    cases = cases_of(a.folder, a.settings)
    if len(cases) < 2:
        parser.error(f"{a.folder} holds {len(cases)} cases; two or more are needed")
    jobs = [(a.folder, a.settings, i, a.seed) for i in range(len(cases))]
    if a.page or a.json:
        with ProcessPoolExecutor(a.jobs) as pool:
            after = list(pool.map(first_third, jobs))
            others = list(pool.map(from_others, jobs))
        text = page(after, others, time.perf_counter() - clock)
        if a.page:
            a.page.write_text(text, "utf-8")
        if a.json:
            found = {"after_cut": after, "other_cases": others}
            a.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        print(text)
    if a.profile:
        a.profile.write_text(profile(cases, a.seed), "utf-8")


if __name__ == "__main__":
    main()
