"""A third kind of run in one file: ferries that bring people over a strait, month by month."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from travesia.ensembles.summary import Floats, Layout, Summary
from travesia.errors import InputError, Problem, ProblemList
from travesia.kind import Asked, Kind, Member, Option, Simulate
from travesia.quantities.reading import read_register
from travesia.quantities.register import Declaration, Register
from travesia.results.declared import DECLARED, declared_table
from travesia.results.result import Result, labels

FILE = "ferries.json"
DECLARATION = Declaration(
    {
        "quantities": {
            "crossings": {"title": "people who cross", "kind": "people", "table": "departures"}
        }
    },
    lambda _: FILE,
)


@dataclass(frozen=True)
class Ferries:
    """Ferries a month, seats on each, months, and what a harbour master counted."""

    name: str
    ferries: int
    seats: int
    months: tuple[str, ...]
    counted: tuple[int, ...]
    applied: tuple[str, ...] = ()

    def sha256(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True)
class FerryScores:
    error: float
    published: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {"scores": self.to_rows()}

    def to_rows(self) -> list[dict[str, Any]]:
        return [{"measure": "mean absolute error", "value": self.error}]

    def to_pandas(self) -> pd.DataFrame:
        return pd.DataFrame(self.to_rows())

    def to_text(self) -> str:
        return f"mean absolute error {self.error:.1f}"


class Strait(Kind[Ferries]):
    """People who cross a strait by ferry: every seat is taken with the same chance."""

    id = "strait"
    title = "ferries over a strait"
    options = (Option("seats", "Seats on each ferry.", int, least=1),)

    def owns(self, path: str) -> bool:
        return (Path(path) / FILE).is_file()

    def holds(self, case: object) -> bool:
        return isinstance(case, Ferries)

    def load(
        self, path: str, versions: Sequence[str] = (), set: Mapping[str, Any] | None = None
    ) -> Ferries:
        raw = json.loads((Path(path) / FILE).read_text("utf-8"))
        case = Ferries(Path(path).name, raw["ferries"], raw["seats"], **{
            k: tuple(raw[k]) for k in ("months", "counted")
        })  # fmt: skip
        faults = [Problem(f"no version {v!r}", path, "use double") for v in versions]
        if [v for v in versions if v != "double"] or case.ferries < 1:
            faults += [Problem("no ferry", f"{path}/{FILE}", "write ferries")] * (case.ferries < 1)
            raise InputError("The ferries cannot be loaded", faults)
        return replace(case, ferries=case.ferries * 2 ** len(versions), applied=tuple(versions))

    def run(self, case: Ferries, asked: Asked) -> Result:
        seed = 1 if asked.seed is None else asked.seed
        case = replace(case, seats=asked.options.get("seats") or case.seats)
        people = _crossings(case, seed, 0, asked.sample)
        n = len(case.months)
        table = {"month": labels(np.arange(n), list(case.months)), "cohort": ["anyone"] * n}
        facts = {
            "title": case.name,
            "start": f"{case.months[0]}-01",
            "end": f"{case.months[-1]}-28",
        }
        return Result(
            {"kind": self.id, "scenario": case.name, "scenario_sha256": case.sha256(),
             "seed": seed, "sample": asked.sample, "people": float(people.sum()), "patches": []},
            {"departures": pd.DataFrame({**table, "people": people, "parties": people})},
            {"scenario": pd.DataFrame(facts.items(), columns=["key", "value"]),
             "counted": pd.DataFrame({"month": case.months, "people": case.counted}),
             DECLARED: declared_table(self.outputs(case).declarations)},
        )  # fmt: skip

    def score(self, result: Result, draws: Sequence[Result] | None = None) -> FerryScores:
        counted = result.scenario_table("counted")["people"].to_numpy()
        crossed = result.departures["people"].to_numpy()
        return FerryScores(float(np.abs(crossed - counted).mean()))

    def told(self, result: Result, bands: Mapping[str, Any] | None = None) -> list[str]:
        return [f"{result.manifest['people']:,.0f} people crossed"]

    def outputs(self, case: Ferries) -> Register:
        return read_register([DECLARATION], ProblemList())

    def layout(self, case: Ferries) -> Layout:
        return Layout(
            {"metric": ("crossings",), "month": case.months}, {"monthly": ("metric", "month")}
        )

    def opened(self, case: Ferries) -> Simulate:
        def simulate(member: Member) -> Floats:
            people = _crossings(case, member.seed, member.replicate, member.sample)
            return Summary.of(self.layout(case), {"monthly": people[None, :]}).vector

        return simulate

    def light(self, case: Ferries, members: int, sample: float) -> bool:
        return True


def _crossings(case: Ferries, seed: int, replicate: int, sample: float) -> Floats:
    seats = np.full(len(case.months), round(case.ferries * case.seats * sample))
    return np.random.default_rng([seed, replicate]).binomial(seats, 0.5) / sample
