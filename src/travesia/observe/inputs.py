"""What the inputs of a run say about shares before anything is simulated.

Departures have a composition, and aims say which sectors people of each nationality and family
type are seen at. Their product is a guess that any simulation on top of them has to beat.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from travesia.observe.targets import Target
from travesia.results.result import Result
from travesia.scenario.periods import of_month
from travesia.scenario.published import OTHER

Floats = npt.NDArray[np.float64]

PEOPLE = ("nationality", "family_type")
"""Dimensions of the departures."""


class Inputs:
    """The people of a run's inputs by month, nationality, family type and sector."""

    def __init__(self, result: Result) -> None:
        self._result = result

    @cached_property
    def _departures(self) -> pd.DataFrame:
        table = self._result.departures
        cohort = table["cohort"].astype(str)
        return pd.DataFrame(
            {"month": table["month"].astype(str), "people": table["people"].astype(float)}
            | {name: cohort.map(self._result.attribute("cohorts", name)) for name in PEOPLE}
        )

    @cached_property
    def _aimed(self) -> pd.DataFrame | None:
        """Departures shared out over sectors; None where the run carries no aims."""
        if "aims" not in self._result.scenario_tables:
            return None
        aims = self._result.scenario_tables["aims"]
        keys = ["month", *PEOPLE]
        labels = {c: aims[c].astype(str) for c in (*keys, "sector")}
        both = self._departures.merge(pd.DataFrame(labels | {"share": aims["share"]}), on=keys)
        return both.assign(people=both["people"] * both["share"].astype(float))

    def _aims_at(self, quantity: str) -> bool:
        """Whether aims are shares of a quantity: it counts what apprehensions lead to."""
        causes = self._result.scenario_tables.get("causes")
        if causes is None:
            return False
        led = set(causes["transition"][causes["kind"] == "apprehension"].astype(str))
        return set(self._result.counted(quantity, "transition")) == led

    def of(self, target: Target) -> Floats | None:
        """People by published period and key [n, k]; None where the inputs contain no shares."""
        rest = set(target.dims) - set(PEOPLE)
        if not target.dims or target.quantity.measure != "count" or rest - {"sector"}:
            return None
        if rest and not self._aims_at(target.quantity.id):
            return None
        frame = self._aimed if rest else self._departures
        if frame is None or not len(frame):
            return None
        frame = frame[~frame["nationality"].isin(target.quantity.never)]
        period = frame["month"].map({m: of_month(m, target.freq) for m in frame["month"].unique()})
        columns = {
            d: _published(frame[d], {k[n] for k in target.keys}) for n, d in enumerate(target.dims)
        }
        sums = frame.assign(period=period, **columns).groupby(["period", *target.dims])["people"]
        row = {p: i for i, p in enumerate(target.periods)}
        column = {k: j for j, k in enumerate(target.keys)}
        out = np.zeros(target.values.shape)
        table = sums.sum().reset_index()
        listed = [table[c].to_numpy(dtype=object).tolist() for c in table.columns]
        for when, *key, people in zip(*listed, strict=True):
            if when in row and tuple(key) in column:
                out[row[when], column[tuple(key)]] = people
        return out


def _published(values: pd.Series[str], known: set[str]) -> pd.Series[str]:
    """Keys as the publisher has them: those that it does not tell apart join ``OTH``."""
    return values.where(values.isin(known), OTHER) if OTHER in known else values
