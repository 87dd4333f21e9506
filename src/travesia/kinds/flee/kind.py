"""The kind of run that an imported FLEE case is. Heavy imports happen when they are used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.errors import InputError, Problem, ProblemList
from travesia.kind import Asked, Kind, Option, Output, Scores, Simulate

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison
    from travesia.ensembles.summary import Layout
    from travesia.kinds.flee.instance import Instance
    from travesia.reporting.payload import ComparisonParts, Page
    from travesia.results.result import Result

LIGHT_WORK = 100_000_000
"""Person-days in all below which worker processes cost more than they save."""

TITLE = "The run was not started"


class Flee(Kind["Instance"]):
    """A case of FLEE: where people who flee a conflict find refuge."""

    id = "flee"
    title = "an imported FLEE case"
    options = (
        Option(
            "compatible", "FLEE 3.1 with its quirks (default: as the case says).", bool, off="sane"
        ),
        Option(
            "rule",
            "The case's settings (given); FLEE's rule with numbers fitted on its published cases "
            "(fitted), or our rule of known camps, fitted likewise (camps).",
            choices=("given", "fitted", "camps"),
        ),
        Option("seeds", "Runs with different random numbers.", int, least=1),
        Option("cut", "Last date whose counts a run may know (default: a third)."),
    )
    keys = ("scenario", "compatible", "people", "seed", "sample", "cut")

    # -- reading -------------------------------------------------------------------------------

    def owns(self, path: str) -> bool:
        """Whether a path is a scenario folder of an imported case (no name of a shipped one)."""
        from travesia.kinds.flee.store import is_flee_scenario
        from travesia.scenario.layers import is_scenario, shipped_names

        folder = Path(path)
        return path not in shipped_names() and is_scenario(folder) and is_flee_scenario(folder)

    def holds(self, case: object) -> bool:
        """Whether something is a loaded case."""
        from travesia.kinds.flee.instance import Instance

        return isinstance(case, Instance)

    def load(
        self, path: str, versions: Sequence[str] = (), set: Mapping[str, Any] | None = None
    ) -> Instance:
        """Read the scenario folder of a case, as some of its versions."""
        from travesia.kinds.flee.store import is_flee_scenario, load_scenario
        from travesia.kinds.flee.versions import TITLE as NOT_RUN
        from travesia.kinds.flee.versions import varied

        if set:
            problem = Problem("a FLEE case has no values to set by path", path, "change its files")
            raise InputError(TITLE, [problem])
        if not is_flee_scenario(Path(path)):
            cure = "import it first: travesia import flee DIR -o SCENARIO"
            what = "it is not the scenario folder of an imported FLEE case"
            raise InputError(NOT_RUN, [Problem(what, path, cure)])
        return varied(load_scenario(Path(path)), versions, path)

    def check(
        self,
        given: str | Instance,
        versions: Sequence[str] = (),
        set: Mapping[str, Any] | None = None,
    ) -> ProblemList:
        """Every fault and remark about a case."""
        from travesia.kinds.flee.compile import compile_case
        from travesia.kinds.flee.reach import remarks_of

        problems = ProblemList()
        try:
            case = self.load(given, versions, set) if isinstance(given, str) else given
            compile_case(case)
        except InputError as error:
            problems.extend(error.problems)
            return problems
        for remark in remarks_of(case):
            problems.warn(remark)
        return problems

    def cases(self, given: Sequence[str | Instance]) -> list[Instance]:
        """Cases by folder, versions of the first, or loaded; named by their folders."""
        from travesia.kind import label

        found = super().cases(given)
        names = [n.split("+")[0] if isinstance(n, str) else "" for n in given]
        names = [n if self.owns(n) else names[0] for n in names]
        called = [
            replace(c, name=Path(n).resolve().name) if n else c
            for c, n in zip(found, names, strict=True)
        ]
        labels = [label(c) for c in called]
        return [  # cases whose folders have one name are called by their paths
            replace(c, name=n) if n and labels.count(label(c)) > 1 else c
            for c, n in zip(called, names, strict=True)
        ]

    def versions(self, case: Instance) -> Mapping[str, str]:  # noqa: ARG002
        """FLEE 3.1, blind, and fitted rules."""
        from travesia.kinds.flee.versions import VERSIONS

        return VERSIONS

    def seed(self, case: Instance) -> int:
        """The seed that the case gives."""
        return case.seed

    def facts(self, case: Instance) -> dict[str, Any]:
        """Size, settings and what the import left out."""
        from travesia.kinds.flee.compile import compile_case
        from travesia.kinds.flee.importing import facts

        return {"paths": len(compile_case(case).path_dest), **facts(case)}

    def day(self) -> tuple[tuple[str, str], ...]:
        """The order of a day under FLEE's rule."""
        from travesia.kinds.flee.simulation import DAY_ORDER

        return DAY_ORDER

    def listing(self, what: str, case: Instance) -> list[dict[str, Any]] | None:
        """Places, roads, settings, versions and quantities."""
        from travesia.kinds.flee.listing import listing

        return listing(what, case)

    def faults(self, options: Mapping[str, Any]) -> list[Problem]:
        """As of every kind; FLEE 3.1 goes with no other rule."""
        out, rule = super().faults(options), options.get("rule", "given")
        if not out and options.get("compatible") and rule != "given":
            cure = "leave one of the options out"
            what = f"FLEE 3.1 goes without the rule {rule!r}"
            out.append(Problem(what, "--compatible", cure))
        return out

    # -- one run -------------------------------------------------------------------------------

    def run(self, case: Instance, asked: Asked) -> Result:
        """Simulate a case, with and without its capacities."""
        from travesia.kinds.flee.tables import run_case
        from travesia.kinds.flee.versions import varied

        options = asked.options
        rule, strict = options.get("rule"), options.get("compatible")
        if asked.draws == 1:
            problem = Problem("1 draw gives no range", "--draws", "use 0 (none), or 2 or more")
            raise InputError(TITLE, [problem])
        case = case if rule in (None, "given") else varied(case, [str(rule)])
        return run_case(
            case,
            seed=asked.seed,
            compatible=strict,
            seeds=options.get("seeds") or 1,
            hasten=round(1 / asked.sample) if asked.sample < 1 else None,
            threads=asked.threads or 1,
            cut=_date(options.get("cut")),
            draws=asked.draws,
            checkpoint=asked.checkpoint,
            every=asked.every,
            resume=asked.resume,
            progress=asked.progress,
        )

    def score(self, result: Result, draws: Sequence[Result] | None = None) -> Scores:  # noqa: ARG002
        """FLEE's measures, naive guesses, and blind."""
        from travesia.kinds.flee.score import score_flee

        return score_flee(result)

    def summary(self, result: Result) -> dict[str, Any]:
        """How it was run, what it cost, and its scores."""
        keys = (
            "seeds",
            "compatible",
            "cut",
            "rule",
            "numbers",
            "cpu_seconds",
            "bytes_per_person",
            "people_still_waiting",
        )
        score = self.scores(result)
        told = {key: result.manifest.get(key) for key in keys}
        return {**told, "score": None if score is None else score.to_dict()}

    def told(self, result: Result, bands: Mapping[str, Any] | None = None) -> list[str]:  # noqa: ARG002
        """The scores, or why there are none."""
        score = self.scores(result)
        none = "No camp has a count in the period: nothing was scored."
        return [none if score is None else score.to_text()]

    def scores(self, result: Result) -> Scores | None:
        """Scores of a run, or None where no camp has a count in the period."""
        table = result.scenario_tables["camps"]
        counted = table.groupby("camp", observed=True)["observed"].min() >= 0
        return self.score(result) if counted.any() else None

    def page(
        self,
        result: Result,
        bands: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> tuple[Page, str]:
        """Camps over time beside the published counts."""
        from travesia.kinds.flee.page import build_camps

        return build_camps(result, self.scores(result)), "camps"

    # -- many runs -----------------------------------------------------------------------------

    def outputs(self, case: Instance) -> Mapping[str, Output]:
        """Errors of all camps, people in camps, on the road and elsewhere, and in each camp."""
        from travesia.kinds.flee.member import register_of

        return register_of(case)

    def layout(self, case: Instance) -> Layout:
        """The arrays of a member."""
        from travesia.kinds.flee.member import layout_of

        return layout_of(case)

    def opened(self, case: Instance) -> Simulate:
        """Simulates members of a case."""
        from travesia.kinds.flee.member import opened

        return opened(case)

    def light(self, case: Instance, members: int, sample: float) -> bool:
        """Few people for few days are simulated before a worker has started."""
        most = max((max(s.people) for s in case.counts), default=0.0)
        return case.days * most * sample * members < LIGHT_WORK

    def changes(self, base: Instance, other: Instance) -> dict[str, Any]:
        """Rows and settings that differ between the files of two cases."""
        from travesia.kinds.flee.changes import changes

        return changes(base, other)

    def remarks(self, cases: Iterable[Instance], sample: float) -> list[str]:  # noqa: ARG002
        """Which cases have no errors, as there is nothing to measure them by."""
        from travesia.kind import label
        from travesia.kinds.flee.reach import counted_camps

        told = "no camp has a count in the period, so there are no errors to give."
        return [f"{label(c)}: {told}" for c in cases if not counted_camps(c)]

    def geography(self, cases: Sequence[Instance]) -> dict[str, Any]:
        """Places with coordinates and roads in both directions, of all cases."""
        from travesia.kinds.flee.sections import geography

        return geography(cases)

    def sections(self, comparison: Comparison[Instance]) -> ComparisonParts:
        """Camp by camp, on a map of the region."""
        from travesia.kinds.flee.sections import sections

        return sections(comparison)


def _date(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError as error:
        problem = Problem(f"{text!r} is not a date that exists", "--cut", "write YYYY-MM-DD")
        raise InputError(TITLE, [problem]) from error
