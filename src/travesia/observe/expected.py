"""Where the model is expected to fail, said before the numbers are seen.

Each case is scored in its own window beside the naive guesses, whatever the window of the target,
and printed as what it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from travesia.observe.targets import Target
from travesia.scenario.periods import bounds


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
    """A stretch of time in which a series is known to be beyond the model.

    ``key`` is the column that fails, as (dimension, value); blank means the whole series.
    """

    id: str
    title: str
    why: str
    statistics: tuple[str, ...]
    start: str
    end: str
    key: tuple[str, str] = ("", "")

    def concerns(self, target: Target) -> bool:
        """Whether a target shows the failure: the key is a column, or totals are counted."""
        if target.statistic.id not in self.statistics or target.freq != "month":
            return False
        return not self.key[0] or target.dims == (self.key[0],)

    def window(self) -> tuple[int, int]:
        """First and last day, as ordinals."""
        return bounds(self.start, self.end, "month")


EXPECTED_FAILURES = (
    ExpectedFailure(
        "early_2017",
        "Early 2017",
        "Departures fell within weeks on the news of a change of government. People in the model "
        "learn from what befalls those before them, so it reacts too late and too little.",
        ("us_encounters", "mx_detentions"),
        "2017-01",
        "2017-06",
    ),
    ExpectedFailure(
        "el_paso_2019",
        "El Paso in 2019",
        "People arrived in numbers at a sector that few had used before. Which sector people aim "
        "for is taken from the six months before, so the shift comes late.",
        ("us_encounters",),
        "2018-10",
        "2019-09",
        ("sector", "us_el_paso"),
    ),
    ExpectedFailure(
        "tucson_2023",
        "Tucson in 2023",
        "A new route of new nationalities. Which sector people aim for is taken from the six "
        "months before, so the shift comes late.",
        ("us_encounters",),
        "2023-01",
        "2023-12",
        ("sector", "us_tucson"),
    ),
    ExpectedFailure(
        "surge_2014",
        "Timing of the surge of 2014",
        "Departures are given month by month: the model copies a surge and does not foresee it.",
        ("us_encounters",),
        "2014-03",
        "2014-08",
    ),
    ExpectedFailure(
        "surge_2021",
        "Timing of the surge of 2021",
        "Departures are given month by month: the model copies a surge and does not foresee it.",
        ("us_encounters",),
        "2021-02",
        "2021-08",
    ),
)
"""Known before the run; they stay listed until a run shows otherwise."""
