"""The sum of harm over a journey, legs, stops and waits together, beside surveys of journeys.

Nothing was set on these sums: rates of legs come from surveys of travel, rates of waits from
surveys of those who wait, and a sum outside the surveys would say that something counts twice.
"""

from __future__ import annotations

import pytest

from tests.system.reduced import ran, scenario

LEGS = {"robbed", "extorted", "kidnapped", "assaulted"}
STOPS = {"extorted_let_go", "handed_to_criminals"}
WAITS = {
    "threatened_waiting", "robbed_waiting", "extorted_waiting", "extorted_by_officials_waiting",
    "assaulted_waiting", "kidnapped_waiting",
}  # fmt: skip
KIDNAPPED = {"kidnapped", "kidnapped_waiting", "handed_to_criminals"}


def struck(window: str, events: set[str]) -> float:
    """Share of foreigners who came to Mexico and met one of some events, of stored journeys."""
    result = ran(window)
    steps = result.with_attributes(result.journeys)
    foreign = steps[steps["nationality"].astype(str) != "MEX"]
    journey = foreign["journey"].astype(str)
    mexican = {p.id for p in scenario(window).places if p.country == "MEX"}
    came = set(journey[foreign["place"].astype(str).isin(mexican)])
    hit = set(journey[foreign["event"].astype(str).isin(events)])
    size = foreign.groupby(journey)["size"].max()
    size = size[size.index.isin(came)]
    assert len(size) > 300  # a standard error below three in a hundred
    return float(size[size.index.isin(hit)].sum() / size.sum())


@pytest.mark.parametrize("window", ["2019", "2021"])
def test_any_violence_of_a_journey_lies_among_the_surveys(window: str) -> None:
    """From the least told in shelters (.205, PA183) to monitoring and clinics (.57, HR062)."""
    assert 0.2 < struck(window, LEGS | STOPS | WAITS) < 0.57


def test_kidnapping_of_a_journey_lies_among_the_surveys() -> None:
    """From 2 to 8 in a hundred."""
    assert 0.02 < struck("2021", KIDNAPPED) < 0.08


def test_neither_the_way_nor_the_wait_is_all_of_it() -> None:
    every = struck("2021", LEGS | STOPS | WAITS)
    assert struck("2021", WAITS) > 0.1 * every
    assert struck("2021", LEGS | STOPS) > 0.3 * every
