from __future__ import annotations

import pandas as pd
import pytest

from tests.results import hand_made
from travesia.errors import InputError
from travesia.observe.observables import twin
from travesia.quantities.observable import UnknownObservableError, resolve

REGISTER = hand_made.small().quantities


def _values(frame: pd.DataFrame) -> dict[tuple[str, ...], float]:
    keys = [c for c in frame.columns if c != "value"]
    return {tuple(row[:-1]): row[-1] for row in frame[[*keys, "value"]].itertuples(index=False)}


def test_encounters_by_sector_count_the_border_patrol_only() -> None:
    """An encounter at a port group is not the Border Patrol's."""
    rows = [
        ("2019-01", "apprehended", "us_rgv", "hnd-adult", 10),
        ("2019-01", "apprehended", "pg_san_diego", "hnd-adult", 99),
        ("2019-02", "apprehended", "us_rgv", "gtm-adult", 1),
        ("2019-02", "apprehended", "us_rgv", "gtm-child", 2),
    ]
    result = hand_made.make({"events": hand_made.events(rows)})
    assert _values(twin(result, "us_encounters_by_sector")) == {
        ("2019-01", "us_rgv"): 10,
        ("2019-02", "us_rgv"): 3,
    }


def test_dimensions_come_from_the_id_or_from_the_by_column() -> None:
    result = hand_made.small()
    by_id = twin(result, "us_encounters_by_sector_nationality")
    by_column = twin(result, "us_encounters", by="sector;nationality")
    pd.testing.assert_frame_equal(by_id, by_column)
    assert list(by_id.columns) == ["period", "sector", "nationality", "value"]
    assert resolve(REGISTER, "us_encounters_by_sector_family_type")[1] == ("sector", "family_type")
    assert resolve(REGISTER, "us_encounters", "month;family")[1] == ("family_type",)


def test_fiscal_years_add_october_to_the_year_after() -> None:
    rows = [
        ("2018-09", "apprehended", "us_rgv", "hnd-adult", 1),
        ("2018-10", "apprehended", "us_rgv", "hnd-adult", 10),
        ("2019-09", "apprehended", "us_rgv", "hnd-adult", 100),
        ("2019-10", "apprehended", "us_rgv", "hnd-adult", 1000),
    ]
    result = hand_made.make({"events": hand_made.events(rows)})
    assert _values(twin(result, "us_encounters", "fiscal_year")) == {
        ("FY2018",): 1,
        ("FY2019",): 110,
        ("FY2020",): 1000,
    }
    assert _values(twin(result, "us_encounters", "year")) == {("2018",): 11, ("2019",): 1100}


def test_detentions_in_mexico_by_state_and_nationality() -> None:
    result = hand_made.small()
    assert _values(twin(result, "mx_detentions_by_state")) == {
        ("2019-01", "MX-CHP"): 7,
        ("2019-03", "MX-CHP"): 2,
    }
    assert _values(twin(result, "mx_detentions_by_nationality")) == {
        ("2019-01", "HND"): 7,
        ("2019-03", "GTM"): 2,
    }
    assert _values(twin(result, "mx_returns_by_nationality")) == {("2019-02", "HND"): 6}


def test_deaths_count_in_us_sectors_only() -> None:
    rows = [
        ("2019-01", "died_exposure", "us_tucson", "hnd-adult", 2),
        ("2019-01", "died_exposure", "tapachula", "hnd-adult", 5),
    ]
    result = hand_made.make({"events": hand_made.events(rows)})
    assert _values(twin(result, "us_deaths_by_sector", "year")) == {("2019", "us_tucson"): 2}


def test_repeat_share_is_repeats_over_encounters_and_zero_without_repeats() -> None:
    assert _values(twin(hand_made.small(), "repeat_share")) == {
        ("2018-12",): 0.0,
        ("2019-01",): 0.0,
        ("2019-02",): 0.5,
    }


def test_repeat_share_of_a_year_is_not_the_mean_of_its_months() -> None:
    assert _values(twin(hand_made.small(), "repeat_share", "year"))[("2019",)] == 3 / 20


def test_us_share_counts_the_three_northern_nationalities_only() -> None:
    rows = [
        ("2019-01", "apprehended", "us_rgv", "hnd-adult", 30),
        ("2019-01", "apprehended", "us_rgv", "ven-adult", 500),
        ("2019-01", "detained", "tapachula", "slv-adult", 10),
        ("2019-01", "detained", "tapachula", "mex-adult", 700),
    ]
    result = hand_made.make({"events": hand_made.events(rows)})
    assert _values(twin(result, "us_share_northern_triangle")) == {("2019-01",): 0.75}
    assert _values(twin(result, "mx_share_northern_triangle")) == {("2019-01",): 0.25}


def test_waiting_is_counted_at_the_end_of_the_month() -> None:
    stocks = pd.DataFrame(
        [
            ("2019-01-30", "remain_in_mexico", "tijuana", 99),
            ("2019-01-31", "remain_in_mexico", "tijuana", 3),
            ("2019-01-31", "border_camp", "tijuana", 50),
            ("2019-02-28", "border_camp", "tijuana", 50),
        ],
        columns=["date", "state", "place", "people"],
    )
    result = hand_made.make({"stocks": stocks})
    assert _values(twin(result, "mpp_waiting")) == {("2019-01",): 3, ("2019-02",): 0}
    assert _values(twin(result, "mpp_waiting", "date"))[("2019-01-30",)] == 99
    assert _values(twin(result, "mpp_waiting", by="place")) == {("2019-01", "tijuana"): 3}


def test_enrolments_add_up_from_day_to_day() -> None:
    days = ["2019-01-30", "2019-01-31", "2019-02-01"]
    daily = pd.DataFrame(
        [
            (days[0], "remain_in_mexico", "*", 3),
            (days[2], "remain_in_mexico", "*", 4),
            (days[2], "deported", "*", 90),
        ],
        columns=["date", "transition", "place", "people"],
    )
    stocks = pd.DataFrame({"date": days, "state": "in_us", "place": "us_rgv", "people": 1})
    result = hand_made.make({"events_daily": daily, "stocks": stocks})
    assert _values(twin(result, "mpp_enrolled", "date")) == {
        ("2019-01-30",): 3,
        ("2019-01-31",): 3,
        ("2019-02-01",): 7,
    }
    assert _values(twin(result, "mpp_enrolled")) == {("2019-01",): 3}


def test_expulsions_by_nationality() -> None:
    got = twin(hand_made.small(), "us_expulsions_by_nationality")
    assert _values(got) == {("2019-02", "HND"): 5}


@pytest.mark.parametrize("name", sorted(REGISTER))
def test_every_quantity_of_an_empty_run_is_empty_and_not_an_error(name: str) -> None:
    assert twin(hand_made.make({}), name)["value"].sum() == 0


def test_unknown_statistics_and_dimensions_name_the_known_ones() -> None:
    with pytest.raises(UnknownObservableError) as caught:
        resolve(REGISTER, "us_encounter_by_hair")
    assert "nationality" in caught.value.cure
    with pytest.raises(UnknownObservableError) as caught:
        resolve(REGISTER, "us_encuonters_by_sector")
    assert "us_encounters" in caught.value.cure
    with pytest.raises(InputError, match="us_arrivals"):
        twin(hand_made.small(), "us_arrivals_by_sector")
    assert resolve(REGISTER, "return_by_choice_by_place")[1] == ("place",)


def test_events_cannot_be_counted_by_date() -> None:
    with pytest.raises(InputError, match="use month or year"):
        twin(hand_made.small(), "us_encounters", "date")
