"""Plants faults in effects and their folding, and sees whether the tests find them.

    python -m tests.policy.plant            # all of them
    python -m tests.policy.plant ramp_lost  # some

Each fault is one small edit of a copy of the package. The tests of :data:`TESTS` must fail on it
within :data:`SECONDS` of CPU time and name the effect (or the rule) that is broken.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 10.0
TESTS = ("tests/policy/test_writes.py", "tests/policy/test_conflicts.py")
EFFECTS, MODEL, FOLDING, TABLES, CONFLICTS = (
    "policy/effects.py", "model/effects.py", "model/folding.py", "policy/tables.py",
    "policy/conflicts.py",
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One edit of one file, and a word that the failing test must contain."""

    name: str
    file: str
    old: str
    new: str
    names: str


@dataclass(frozen=True)
class Finding:
    """What the tests said of a fault."""

    fault: Fault
    failed: bool
    seconds: float
    output: str

    @property
    def found(self) -> bool:
        """Whether a test failed in time and named the effect."""
        failures = [line for line in self.output.splitlines() if line.startswith("FAILED")]
        named = any(self.fault.names in line for line in failures)
        return self.failed and named and self.seconds <= SECONDS


def _value(kind: str, name: str, old: str, new: str) -> Fault:
    return Fault(name, EFFECTS, old, new, kind)


FAULTS: tuple[Fault, ...] = (
    # values and signs
    _value("leg_availability", "leg_open_flipped", 'float(self.open)', 'float(not self.open)'),
    _value("leg_utility", "leg_utility_sign", '"add", self.delta', '"add", -self.delta'),
    _value("leg_utility", "leg_utility_as_factor", '"leg_utility", "add"',
           '"leg_utility", "factor"'),
    _value("leg_cost", "leg_cost_inverse", '"leg_cost", "factor", self.factor',
           '"leg_cost", "factor", 1 / self.factor'),
    _value("leg_cost", "leg_cost_sum_lost", "if self.add_usd:", "if False:"),
    _value("leg_cost", "leg_cost_sum_in_factor", '"leg_cost_add", "add"', '"leg_cost", "add"'),
    _value("leg_time", "leg_days_sign", '"add", self.add_days', '"add", -self.add_days'),
    _value("leg_time", "leg_days_factor_lost",
           'yield "leg_days", "factor", self.factor', 'yield "leg_days", "factor", 1.0'),
    _value("hazard_factor", "hazard_inverse", '"hazard", "factor", self.factor',
           '"hazard", "factor", 1 / self.factor'),
    _value("hazard_factor", "hazard_as_sum", '"hazard", "factor", self.factor',
           '"hazard", "add", self.factor'),
    _value("stay_hazard_factor", "stay_hazard_first_lost",
           'yield "stay_hazard_first", "factor", self.factor', "return"),
    _value("stay_hazard_factor", "stay_hazard_inverse", '"stay_hazard", "factor", self.factor',
           '"stay_hazard", "factor", 1 / self.factor'),
    Fault("stay_hazard_of_all_stays", MODEL, "(stays is None or stay in stays) and ", "",
          "stay_hazard_factor"),
    _value("effort_factor", "effort_modes_ignored", '"hazard" if self.modes else "effort"',
           '"effort"'),
    _value("effort_factor", "effort_inverse", 'else "effort", "factor", self.factor',
           'else "effort", "factor", 2.0 - self.factor'),
    _value("boarding", "guard_sign", '"boarding_guard", "add", self.guard_add',
           '"boarding_guard", "add", -self.guard_add'),
    _value("boarding", "speed_dropped", "if self.speed_kmh is not None:", "if False:"),
    _value("boarding", "speed_factor_dropped", "if self.speed_factor != 1.0:", "if False:"),
    _value("outcome_set", "outcome_complement", '"outcome", "set", self.probability',
           '"outcome", "set", 1 - self.probability'),
    _value("outcome_factor", "outcome_inverse", '"outcome", "factor", self.factor',
           '"outcome", "factor", 1 / self.factor'),
    _value("action_set", "action_set_as_factor", '"action", "set", self.probability',
           '"action", "factor", self.probability'),
    _value("action_factor", "action_factor_squared", '"action", "factor", self.factor',
           '"action", "factor", self.factor**2'),
    _value("stay_clock", "clock_inverse", '"clock", "factor", self.factor',
           '"clock", "factor", 1 / self.factor'),
    _value("stay_clock", "clock_set_lost", "if self.median_days is not None:", "if False:"),
    _value("capacity", "capacity_always_set", 'yield "capacity", self.op',
           'yield "capacity", "set"'),
    _value("papers_rule", "paper_days_lost", "if self.max_days is not None:", "if False:"),
    _value("papers_rule", "papers_stop_lost", "if self.stop_factor is not None:", "if False:"),
    _value("paper_validity", "paper_valid_flipped", "float(self.valid)", "float(not self.valid)"),
    _value("register_query", "query_dropped", 'yield "match", "set", self.probability',
           'yield "match", "set", 0.4'),
    _value("demand", "demand_sign", '"demand", "factor", self.factor',
           '"demand", "factor", -self.factor'),
    _value("signal", "signal_sign", '"add", self.shift', '"add", -self.shift'),
    _value("signal", "signal_other_belief", 'f"{self.belief}_signal"', '"release_signal"'),
    # selectors
    Fault("cohorts_ignored", TABLES, '"outcome": Table(("cohort", "region", "branch")',
          '"outcome": Table(("region", "branch", "branch")', "outcome"),
    Fault("outcome_all_regions", MODEL, '"region": lambda w: _some(c.region, w.get("region"))',
          '"region": lambda w: _some(c.region, None)', "outcome"),
    Fault("all_cohorts", MODEL, '"cohort": lambda w: _some(c.cohort, w.get("cohort"))',
          '"cohort": lambda w: _some(c.cohort, None)', "demand"),
    Fault("all_places", MODEL, '_some(c.place, w.get("place"))', "_some(c.place, None)", "action"),
    Fault("all_facilities", MODEL, '_some(c.facility, w.get("facility"))',
          "_some(c.facility, None)", "capacity"),
    Fault("all_sectors", MODEL, '_some(c.sector, w.get("region"))', "_some(c.sector, None)",
          "signal"),
    Fault("leg_regions_ignored", MODEL, 'if "region" in where:', "if False:", "hazard_factor"),
    Fault("leg_modes_ignored", MODEL, 'if "mode" in where:', "if False:", "hazard_factor"),
    Fault("legs_ignored", MODEL, 'if "leg" in where:', "if False:", "leg_availability"),
    Fault("agencies_ignored", MODEL, 'if "agency" not in where:', "if True:", "effort_factor"),
    Fault("nothing_means_all", MODEL, "    if ids is None:", "    if not ids:", "of no cause"),
    Fault("query_leads_nowhere", MODEL, 'if write.table == "match":', "if False:",
          "query that leads nowhere"),
    Fault("selector_dropped", EFFECTS, "if wanted or field.default is MISSING:",
          "if wanted and field.name != 'modes':", "hazard_factor"),
    # time, rank and control
    Fault("ramp_lost", MODEL, "ramp=effect.ramp_days", "ramp=0", "grows_in_weekly_steps"),
    Fault("ramp_without_steps", FOLDING, "// 7 * 7 + 7", "+ 1", "grows_in_weekly_steps"),
    Fault("end_lost", MODEL, "end=NEVER if effect.end is None else effect.end",
          "end=NEVER", "leg_availability"),
    Fault("end_one_day_late", MODEL, "end=NEVER if effect.end is None else effect.end",
          "end=NEVER if effect.end is None else effect.end + 1", "leg_availability"),
    Fault("start_lost", MODEL, "start=effect.start,", "start=0,", "leg_availability"),
    Fault("priority_lost", MODEL, "rank=(effect.priority, wins)", "rank=(0, wins)",
          "higher_priority_wins"),
    Fault("open_beats_closed", MODEL, "rank=(effect.priority, wins)",
          "rank=(effect.priority, -wins)", "closed_beats_open"),
    Fault("half_set_is_whole", FOLDING, "value if level >= 1.0 else", "value if level > 0.0 else",
          "grows_in_weekly_steps"),
    Fault("factor_whole_at_once", FOLDING, "1.0 + (value - 1.0) * level", "value",
          "grows_in_weekly_steps"),
    Fault("addition_whole_at_once", FOLDING, "table[at] += value * level", "table[at] += value",
          "grows_in_weekly_steps"),
    Fault("cap_is_floor", FOLDING, "np.maximum(table[at] - value, 0.0)",
          "np.minimum(table[at] - value, 0.0)", "capacity"),
    Fault("control_lost", MODEL, "control=control,",
          "control=-1,", "controller"),
    Fault("controlled_always", FOLDING, "in_force &= np.isin(controls, [-1, *driven])", "pass",
          "controller"),
    Fault("controller_level_lost", FOLDING, "driven.get(c, 1.0)", "1.0", "controller"),
    Fault("recall_whole", MODEL, "places, cohorts, e.policy, e.share",
          "places, cohorts, e.policy, 1.0", "recall"),
    Fault("recall_everywhere", MODEL, "_some(c.region, e.regions or None)", "_some(c.region, None)",
          "recall"),
    Fault("recall_everybody", MODEL, "_some(c.cohort, e.cohorts or None)", "_some(c.cohort, None)",
          "recall"),
    Fault("label_lost", MODEL, "self.labels.append(effect)", "pass", "label"),
    # contradictions
    Fault("conflict_ignores_time", CONFLICTS, "if _at_one_time(a, b) and", "if", "later"),
    Fault("conflict_ignores_cells", CONFLICTS, "and _on_one_cell(left, right)", "and True",
          "cohort"),
    Fault("conflict_ignores_priority", CONFLICTS, "or a.priority != b.priority", "", "priority"),
    Fault("conflict_never", CONFLICTS, 'if write.op == "set":', "if False:", "equal_priority"),
)  # fmt: skip


def plant(fault: Fault, package: Path) -> Finding:
    """Edit a copy of the package, run the tests on it, and restore the file."""
    path = package / "travesia" / fault.file
    sound = path.read_text("utf-8")
    if sound.count(fault.old) != 1:
        raise ValueError(f"{fault.name}: its text stands {sound.count(fault.old)} times in {path}")
    path.write_text(sound.replace(fault.old, fault.new), "utf-8")
    before = _cpu()
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "--tb=no",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
                *TESTS,
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        path.write_text(sound, "utf-8")
    return Finding(fault, done.returncode == 1, _cpu() - before, done.stdout)


def _cpu() -> float:
    """CPU seconds of all child processes so far; the clock on the wall tells of other work too."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def copy_of_the_package(folder: Path) -> Path:
    """A copy of ``src`` that faults can be planted in."""
    target = folder / "src"
    shutil.copytree(ROOT / "src", target, ignore=shutil.ignore_patterns("static"))
    return target


def main(wanted: list[str]) -> int:
    """Plant the faults and print what was found; 1 if one was missed."""
    chosen = [f for f in FAULTS if not wanted or f.name in wanted]
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        package = copy_of_the_package(Path(folder))
        for fault in chosen:
            finding = plant(fault, package)
            verdict = "found" if finding.found else "MISSED"
            sys.stdout.write(f"{verdict:7} {finding.seconds:5.1f} s  {fault.name}\n")
            sys.stdout.flush()
            if not finding.found:
                missed += 1
                sys.stdout.write("\n".join(finding.output.splitlines()[-6:]) + "\n")
    sys.stdout.write(f"{len(chosen) - missed} of {len(chosen)} faults found\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
