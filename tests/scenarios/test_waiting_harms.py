"""What the corridor says of those who wait: what strikes whom, how often, and where it shows."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.system.reduced import SEED, WINDOWS, Tables, compiled, ran, scenario
from travesia.engine.run import run
from travesia.ensembles.reducer import Reducer
from travesia.model.compile import compile_model
from travesia.reporting.facts import Facts
from travesia.reporting.waits import waits

VIOLENCE = (
    "threatened_waiting", "robbed_waiting", "extorted_waiting", "extorted_by_officials_waiting",
    "assaulted_waiting", "kidnapped_waiting",
)  # fmt: skip
COURT = "remain_in_mexico"
FIRST_DAYS = 3.0


@pytest.fixture(scope="module")
def tables() -> Tables:
    """What holds in August 2019."""
    return Tables("2019-08-01", "2019")


def harms(tables: Tables, place: str, stay: str, days: float, *, first: bool = True) -> float:
    """Harms of violence expected of a Honduran adult in a stay of some days: h (D + a tau
    (1 - exp(-D / tau)))."""
    names = tables.model.names
    cell = names.cohorts.index("hnd-adult"), names.places.index(place)
    pairs = [
        (names.stays[s], names.transitions[t])
        for s, t in zip(_stays(tables), tables.model.stay_harms.transition, strict=True)
    ]
    early = FIRST_DAYS * -math.expm1(-days / FIRST_DAYS) if first else 0.0
    return sum(
        float(tables.now["stay_hazard"][*cell, h]) * days
        + float(tables.now["stay_hazard_first"][*cell, h]) * early
        for h, pair in enumerate(pairs)
        if pair[0] == stay and pair[1] in VIOLENCE
    )


def _stays(tables: Tables) -> list[int]:
    """The stay of each harm."""
    ptr = tables.model.stay_harms.ptr
    return [s for s in range(len(ptr) - 1) for _ in range(ptr[s], ptr[s + 1])]


def test_every_stay_says_what_acts_by_the_day_or_why_nothing_does() -> None:
    """All but moments, and children just parted, who are put somewhere on the next day."""
    corridor = scenario("2019")
    waited = {s.id for s in corridor.stays if s.distribution != "none" and s.role != "alone"}
    rows = corridor.stay_hazards
    assert {stay for row in rows for stay in row.stay} == waited
    acts = {stay for row in rows if row.rate > 0 for stay in row.stay}
    for row in rows:
        assert row.reason, row
        if row.rate == 0:
            assert (row.low, row.high) == (0, 0)
            assert row.reason.startswith("Nothing acts by the day: ")
            assert not acts & set(row.stay)
        else:
            assert row.low is not None
            assert row.high is not None
            assert 0 < row.low <= row.rate <= row.high
            assert row.source


def test_whoever_waits_for_papers_or_at_the_border_may_give_up() -> None:
    """By a branch of the stay, or by the day."""
    corridor = scenario("2019")
    home = {t.id for t in corridor.transitions if "return_by_choice" in t.counts_as}
    ways = {o.stay for o in corridor.outcomes if o.transition in home}
    ways |= {stay for h in corridor.stay_hazards if h.transition in home for stay in h.stay}
    takes_time = [s for s in corridor.stays if s.distribution != "none"]
    waiting = {s.id for s in takes_time if s.waiting in ("papers", "border")}
    assert waiting - ways == {"port_processing"}  # a day with officers


def test_a_third_of_those_who_wait_100_days_in_tijuana_meet_violence(tables: Tables) -> None:
    """As the survey of 2019 and 2020 told, from which the rate is taken."""
    assert 1 - math.exp(-harms(tables, "tijuana", COURT, 100)) == pytest.approx(0.33, abs=0.03)


def test_it_is_worse_further_east(tables: Tables) -> None:
    tijuana = harms(tables, "tijuana", COURT, 100)
    for place in ("ciudad_juarez", "nuevo_laredo", "reynosa", "matamoros"):
        assert harms(tables, place, COURT, 100) > 1.2 * tijuana, place
    assert harms(tables, "tapachula", "visa_queue", 100) < tijuana


def test_a_house_protects(tables: Tables) -> None:
    room, house = (harms(tables, "reynosa", s, 30) for s in ("border_room", "border_shelter"))
    assert house == pytest.approx(0.3 * room, rel=0.1)  # the table holds two figures


@pytest.mark.parametrize("place", ["tijuana", "nuevo_laredo"])
def test_twice_as_long_is_twice_the_harm_but_for_the_first_days(tables: Tables, place: str) -> None:
    for days in (2, 5, 20):
        once, twice = (harms(tables, place, COURT, n * days, first=False) for n in (1, 2))
        assert twice == pytest.approx(2 * once)
        once, twice = (harms(tables, place, COURT, n * days) for n in (1, 2))
        assert once < twice < 2 * once


def test_a_hand_over_in_nuevo_laredo_is_a_danger_of_its_own(tables: Tables) -> None:
    """About .13 are kidnapped in the days after it, far more than in the same days elsewhere."""
    calm = harms(tables, "tijuana", COURT, 10)
    assert 0.13 < harms(tables, "nuevo_laredo", COURT, 10) < 0.3
    assert calm < 0.1


@pytest.mark.long
def test_without_what_strikes_by_the_day_the_corridor_is_another() -> None:
    """At 1 % of the people: fewer are kidnapped, and nothing befalls those who wait."""
    made = scenario("2019")
    calm = replace(made, stay_hazards=())
    kidnapped, hits = [], []
    for which in (made, calm):
        model = compile_model(which, sample=0.01, seed=SEED).model
        result = run(model, SEED, threads=2)
        captive = {
            n for n, t in enumerate(model.names.transitions)
            if next(x for x in made.transitions if x.id == t).to == "captive"
        }  # fmt: skip
        kidnapped.append(int(result.events[np.isin(result.events[:, 1], list(captive)), 4].sum()))
        hits.append(int(result.stay_hits[:, 3].sum()))
    assert hits[1] == 0 < hits[0]
    assert kidnapped[1] < 0.85 * kidnapped[0]


def test_a_run_tells_harms_per_100_days_by_stay_and_place() -> None:
    result = ran("2019")
    axes = result.quantities.axes_of(result.quantities["waiting_harm_rate"])
    assert {"state", "place"} <= set(axes)
    assert result.quantities["waiting_harm_rate"].unit == "per 100 days of waiting"
    by_hand = {}
    for name in ("waiting_harm", "waiting_days"):
        by_hand[name] = result.by_month(name, ["state", "place"]).sum()
        assert by_hand[name] == pytest.approx(result.by_month(name).sum())
    days = result.stocks.assign(month=result.stocks["date"].astype(str).str[:7])
    waits = {s.state for s in scenario("2019").stays if s.waiting}
    counted = days["state"].astype(str).isin(waits) & days["month"].isin(result.months())
    assert by_hand["waiting_days"] == pytest.approx(days[counted]["people"].sum())
    rate = 100 * by_hand["waiting_harm"] / by_hand["waiting_days"]
    assert result.total("waiting_harm_rate") == pytest.approx(rate)
    assert WINDOWS["2019"][3] * by_hand["waiting_harm"] > 1_000
    harms_of_events = result.events["transition"].astype(str).isin([*VIOLENCE, "abused_at_work"])
    table = result.stay_harms["transition"].astype(str).isin([*VIOLENCE, "abused_at_work"])
    assert result.stay_harms[table]["people"].sum() == pytest.approx(
        result.events[harms_of_events]["people"].sum()
    )


def test_a_member_of_an_ensemble_counts_them_as_a_run_does() -> None:
    made = scenario("2019")
    raw = run(compiled("2019").model, SEED, threads=2, journeys=0.02)
    member = Reducer(made).reduce(raw, WINDOWS["2019"][3])
    for name in ("waiting_harm", "waiting_days"):
        row = member.layout.axes["metric"].index(name)
        whole = member["monthly"][row][member.layout.spin_up_months :]
        assert whole == pytest.approx(ran("2019").by_month(name))


def test_the_page_says_where_people_waited_and_what_it_did_to_them() -> None:
    result = ran("2019")
    (section,) = waits(Facts(result))
    assert "Where and how long people waited" in section["title"]
    assert "Dónde y cuánto esperaron" in section["title"]
    by_stay, by_place, by_both = section["tables"]
    stays = {str(row[0]): row for row in by_stay["rows"]}
    for row in stays.values():
        if row[3] is not None:
            spent, harms, rate = (float(str(cell)) for cell in row[1:4])
            assert rate == pytest.approx(100 * harms / spent, rel=0.05, abs=0.01)
    assert stays["Held captive"][3] is None  # what befalls captives is drawn at the end
    assert "Tapachula" in {row[0] for row in by_place["rows"]}
    assert len(by_both["rows"]) > 10
    days = [float(str(row[1])) for row in by_stay["rows"]]
    assert days == sorted(days, reverse=True)


def test_a_page_of_a_run_in_which_nobody_waits_has_no_such_section() -> None:
    result = ran("2019")
    still = result.stocks[~result.stocks["state"].astype(str).isin(result.axis("state"))]
    assert waits(Facts(type(result)(result.manifest, {**result.tables, "stocks": still},
                                    result.scenario_tables))) == []  # fmt: skip
