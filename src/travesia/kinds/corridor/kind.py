"""The kind of run that a scenario of a corridor is. Heavy imports happen when they are used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from travesia.errors import InputError, ProblemList
from travesia.kind import Answer, Asked, Kind, Member, Output, Scores, Simulate
from travesia.kinds.corridor.coarse import SAMPLE

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison
    from travesia.ensembles.summary import Floats, Layout
    from travesia.reporting.payload import ComparisonParts, Page
    from travesia.results.result import Result
    from travesia.scenario.scenario import Scenario

DRAW_SAMPLE = 0.01
"""Share of the population simulated in each draw behind the ranges of a run."""

LIGHT_WORK = 1_000_000
"""Days x legs x cohorts below which starting worker processes costs more than it saves."""


class Corridor(Kind["Scenario"]):
    """Journeys of people through a migration corridor under dated policies."""

    id = "corridor"
    title = "a scenario of a corridor"
    claims = True
    drawn = True
    draws = 10
    sample = 0.02
    coarse = SAMPLE

    # -- reading -------------------------------------------------------------------------------

    def owns(self, path: str) -> bool:  # noqa: ARG002
        """Whatever no other kind owns: what is wrong with it, loading says."""
        return True

    def holds(self, case: object) -> bool:
        """Whether something is a loaded scenario."""
        from travesia.scenario.scenario import Scenario

        return isinstance(case, Scenario)

    def load(
        self, path: str, versions: Sequence[str] = (), set: Mapping[str, Any] | None = None
    ) -> Scenario:
        """Load a shipped scenario by name, or a folder, with what-ifs and values set by path."""
        from travesia.scenario.load import load

        try:
            return load(path, versions, set)
        except InputError as error:
            self.check(path, versions, set).raise_if_any(error.title)
            raise

    def check(
        self,
        given: str | Scenario,
        versions: Sequence[str] = (),
        set: Mapping[str, Any] | None = None,
    ) -> ProblemList:
        """Every fault and remark about a scenario, its sources, policies and what-ifs."""
        from travesia.policy.gate import problems_of, read_checked

        if not isinstance(given, str):
            return problems_of(given, what_ifs=True)
        return read_checked(given, versions, set, what_ifs=True)[1]

    def cases(self, given: Sequence[str | Scenario]) -> list[Scenario]:
        """Scenarios, what-ifs of the first, questions by number, or loaded scenarios."""
        from travesia.kinds.corridor.resolve import passed

        return passed(given)

    def seed(self, case: Scenario) -> int:
        """The seed that the scenario gives."""
        return case.settings.seed

    def day(self) -> tuple[tuple[str, str], ...]:
        """The order of a simulated day."""
        from travesia.engine.run import DAY_ORDER

        return DAY_ORDER

    def coarseness(self, case: Scenario) -> dict[str, Any]:
        """Settings of coarse runs, and the errors that were measured of the scenario."""
        from travesia.kinds.corridor.coarse import told_of

        return told_of(case)

    # -- one run -------------------------------------------------------------------------------

    def run(self, case: Scenario, asked: Asked) -> Result:
        """Check, compile and simulate a scenario."""
        from travesia.kinds.corridor.one import one_run

        return one_run(self.id, case, asked)

    def bands(self, case: Scenario, asked: Asked) -> dict[str, Any] | None:
        """Ranges of the report's numbers over draws of the parameters."""
        from travesia.ensembles.bands import bands
        from travesia.ensembles.settings import Settings

        if not asked.draws:
            return None
        return bands(
            self,
            case,
            Settings(
                members=asked.draws,
                sample=None if asked.coarse else min(asked.sample, DRAW_SAMPLE),
                seed=asked.seed,
                coarse=asked.coarse,
                progress=asked.progress,
            ),
        )

    def score(self, result: Result, draws: Sequence[Result] | None = None) -> Scores:
        """Hold a run against the published statistics, beside naive baselines."""
        from travesia.observe.score import score

        return score(result, draws)

    def summary(self, result: Result) -> dict[str, Any]:
        """Hashes of the run, and its headline numbers."""
        keys = ("tally_sha256", "ledger_sha256")
        told = {key: result.manifest.get(key) for key in keys}
        coarse = {"coarse": result.manifest["coarse"]} if is_coarse(result) else {}
        return {**told, "headline": result.headline(), **coarse}

    def told(self, result: Result, bands: Mapping[str, Any] | None = None) -> list[str]:
        """A handful of numbers, each with what the draws say of it."""
        listed = result.quantities.listed("told") or result.quantities.listed("page")
        values = {q: result.total(q.id) for q in listed}
        lines = [
            f"{value:>14,.0f}  {q.label or q.title}{_drawn(bands, q.id, value)}{_off(result, q.id)}"
            for q, value in values.items()
            if value > 0
        ]
        return [*lines, "", result.manifest["coarse"]["remark"]] if is_coarse(result) else lines

    def page(self, result: Result, bands: Mapping[str, Any] | None = None) -> tuple[Page, str]:
        """The report: maps, flows, scores, money, sources."""
        from travesia.observe.score import score
        from travesia.observe.series import observed_series
        from travesia.observe.targets import targets
        from travesia.reporting.data import build_payload

        sources = result.scenario_tables.get("sources")
        rows = None if sources is None else sources.to_dict("records")
        evidence = None if rows is None else [{str(k): v for k, v in r.items()} for r in rows]
        found, coarse = targets(result), is_coarse(result)
        scores = [] if coarse else score(result, found=found).to_rows()
        observed = observed_series(result, found)
        page = build_payload(result, scores, bands, evidence, observed=observed)
        if coarse:
            page["story"] = [result.manifest["coarse"]["remark"], *page["story"]]
        return page, "report"

    # -- many runs -----------------------------------------------------------------------------

    def outputs(self, case: Scenario) -> Mapping[str, Output]:
        """The quantities of the scenario that are counted by themselves."""
        from travesia.ensembles.reducer import Reducer

        return Reducer(case).outputs

    def headlines(self, case: Scenario) -> tuple[str, ...]:
        """The numbers that a comparison begins with, then the costs."""
        register = case.quantities
        return tuple(q.id for q in (*register.listed("compare"), *register.listed("costs")))

    def precise(self, case: Scenario) -> tuple[str, ...]:
        """The quantities that the scenario lists as such."""
        return tuple(q.id for q in case.quantities.listed("precise"))

    def layout(self, case: Scenario) -> Layout:
        """The arrays of a member."""
        from travesia.ensembles.reducer import layout_of

        return layout_of(case)

    def opened(self, case: Scenario) -> Simulate:
        """Draws, compiles, simulates and reduces members of a scenario."""
        from travesia.kinds.corridor.held import Held

        return Held(case)

    def together(
        self, trunk: Simulate, cases: Sequence[Simulate], members: Sequence[Member]
    ) -> Iterator[Floats]:
        """Scenarios go on from the day on which they begin to differ from the trunk."""
        from travesia.kinds.corridor.held import Held, together

        assert isinstance(trunk, Held)
        return together(trunk, [case for case in cases if isinstance(case, Held)], members)

    def ready(self, given: str | Scenario) -> Answer:
        """Variants go on from the baseline's states; nothing is loaded or compiled twice."""
        from travesia.kinds.corridor.ready import Ready

        return Ready(self, given)

    def packed(self, case: Scenario) -> Scenario:
        """A scenario without the notes on which file each row came from."""
        from dataclasses import replace

        return replace(case, provenance={}, patches={})

    def light(self, case: Scenario, members: int, sample: float) -> bool:  # noqa: ARG002
        """Small corridors are done before a worker has started."""
        work = case.calendar.n_days * len(case.legs) * len(case.cohorts)
        return work < LIGHT_WORK

    def title_of(self, case: Scenario) -> str:
        """The titles of the what-ifs that were applied, or that of the scenario."""
        known = [case.patches[p].title for p in case.applied if p in case.patches]
        return "; ".join(known) or case.settings.title

    def changes(self, base: Scenario, other: Scenario) -> dict[str, Any]:
        """Policies, parameters, tables and settings that differ, with their sources."""
        from travesia.kinds.corridor.changes import changes

        return changes(base, other)

    def in_force(self, changed: Mapping[str, Any], months: Sequence[str]) -> tuple[str, str] | None:
        """Months in which a changed policy is in force."""
        from travesia.kinds.corridor.changes import in_force

        return in_force(changed, months)

    def remarks(self, cases: Iterable[Scenario], sample: float) -> list[str]:
        """What must not be read closely in a sample."""
        from travesia.kinds.corridor.rough import sample_remarks

        return sample_remarks(cases, sample)

    def geography(self, cases: Sequence[Scenario]) -> dict[str, Any]:
        """Places and travelled legs of all scenarios, for the map of differences."""
        places = {p.id: p for s in reversed(cases) for p in s.places}
        legs = {g.id: g for s in reversed(cases) for g in s.legs if g.role != "return"}
        columns = ("id", "name", "kind", "country", "region", "lat", "lon")
        return {
            "places": [{c: getattr(p, c) for c in columns} for p in places.values()],
            "legs": [
                {"id": g.id, "from": g.from_, "to": g.to, "mode": g.mode} for g in legs.values()
            ],
            "modes": [{"id": m.id, "name": m.name} for m in cases[0].modes],
        }

    def told_of(self, comparison: Comparison[Scenario], number: int) -> list[str]:
        """Sums that are paid in one run only, and what the articles expect of what-ifs."""
        from travesia.kinds.corridor.sections import told_of

        return told_of(comparison, comparison.effects[number])

    def answers(self, comparison: Comparison[Scenario]) -> list[dict[str, Any]]:
        """Answers to the numbered questions of the scenario."""
        from travesia.reporting.answers import own

        return own(comparison)

    def sections(self, comparison: Comparison[Scenario]) -> ComparisonParts:
        """Policies, people, places, money and waiting, with sources."""
        from travesia.kinds.corridor.sections import sections

        return sections(comparison)


def is_coarse(result: Result) -> bool:
    """Whether a run is for first answers only."""
    return bool(result.manifest.get("coarse"))


def _off(result: Result, key: str) -> str:
    """How far a number of a coarse run is off, as it was measured."""
    measured = (result.manifest.get("coarse") or {}).get("errors", ())
    told = [e for e in measured if e["output"] == key]
    return f" (off by {told[0]['median']:.1%}, at worst {told[0]['worst']:.1%})" if told else ""


def _drawn(ranges: Mapping[str, Any] | None, key: str, value: float) -> str:
    """What the draws say of a number that is told as written: their median and likely range."""
    from travesia.results.bands import read_band

    band = read_band((ranges or {}).get(key), (), value)
    if band.low is None or band.high is None or band.median is None:
        return ""
    low, middle, high = (f"{float(f'{v:.3g}'):,.0f}" for v in (band.low, band.median, band.high))
    return f" (draws: median {middle}, likely {low} to {high})"
