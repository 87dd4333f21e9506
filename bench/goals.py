"""The figures that have a goal, beside it: met, or the distance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Goal(NamedTuple):
    """A figure by its key in the JSON, and its goal."""

    key: str
    goal: float
    unit: str
    name: str
    more: bool = False
    """Whether more is better."""
    absent: str = "not measured"
    step: str = ""
    """The measurement that it comes from, of which the load is told."""

    def row(self, found: Mapping[str, Any]) -> str:
        """A row of the table."""
        name, value = self.name.format(**found), found[self.key]
        if value is None:
            return f"| {name} | {self.absent} | {self.goal:,g} {self.unit} | – | – |"
        load = found.get("load_after", {}).get(self.step, "–")
        distance = self.goal / value if self.more else value / self.goal
        verdict = "met" if distance <= 1.0 else f"missed by a factor of {distance:.2f}"
        shown = f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"
        return f"| {name} | {shown} {self.unit} | {self.goal:,g} {self.unit} | {load} | {verdict} |"


GOALS = (
    Goal("corridor_cpu_seconds", 60, "s",
         "corridor 2013–2023, every person, from files to tables: CPU seconds", step="corridor"),
    Goal("before_over_now", 2, "times",
         "CPU seconds of that at commit {before_commit} over ours, one after the other "
         "(stretch 2.3)", more=True, step="before"),
    Goal("cold_run_cpu_seconds", 5, "s",
         "1 % of the corridor from a cold shell to its report: CPU seconds", step="cold_run"),
    Goal("warm_what_if_cpu_seconds", 2.5, "s",
         "a what-if of 1 % that differs from the first day, asked of a warm worker: CPU seconds "
         "from the files to quantities by month", step="held"),
    Goal("branched_what_if_cpu_seconds", 1.2, "s",
         "the same of one that goes on from the baseline's state: CPU seconds", step="held"),
    Goal("coarse_run_cpu_seconds", 1.5, "s",
         "a coarse run, asked of a warm worker: CPU seconds", step="held"),
    Goal("thousand_coarse_runs_minutes", 15, "minutes",
         "1,000 coarse runs with drawn numbers on two cores: half the CPU minutes of one, times "
         "1,000", step="held"),
    Goal("threads_speedup", 1.5, "times",
         "two threads over one, corridor, every person, by the clock (stretch 1.7)", more=True,
         step="threads"),
    Goal("first_run_seconds", 60, "s", "the README's first run after set-up, by the clock",
         step="first_run"),
    Goal("cost_of_all_policies", 1.25, "times",
         "the corridor with all policies on that agree, over the corridor with none",
         step="policies"),
    Goal("help_cpu_seconds", 0.15, "s", "`travesia --help`: CPU seconds", step="help"),
    Goal("c_loop_ratio", 1.7, "times",
         "kernel over a plain C loop, time per record of the reduced corridor",
         absent="no C compiler", step="yardstick"),
    Goal("kernel_million_person_days", 100, "million",
         "person-days per CPU second of the kernel, corridor's rules in full", more=True,
         step="corridor"),
    Goal("bytes_per_person", 56, "bytes", "memory per person", step="corridor"),
    Goal("flee_cpu_ratio", 300, "times",
         "FLEE's CPU seconds over ours, first days of its case in turns", more=True, step="flee"),
    Goal("flee_whole_cpu_ratio", 300, "times", "the same, whole case in turns", more=True,
         step="flee"),
    Goal("flee_case_cpu_seconds", 1, "s",
         "FLEE's case, whole and at full resolution, after compiling: CPU seconds", step="flee"),
    Goal("flee_million_people_megabytes", 64, "MB", "a million people on the graph of that case",
         step="flee"),
)  # fmt: skip
