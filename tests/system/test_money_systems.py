"""The named systems that are about money: what sums buy, what a bribe costs, who is let in."""

from __future__ import annotations

import numpy as np
import pytest

from tests.system.reduced import Tables, events, months, ran, scenario, tagged
from travesia.results.result import Result
from travesia.scenario.sums import counted, strength, total

SOUTH = ("MX-CHP", "MX-TAB", "MX-OAX", "MX-VER")
HALF = (("money.merida_biometrics.value", "29000000"), ("money.merida_kiosks.value", "0"))


def paid(
    result: Result, payer: str, first: str = "", last: str = "9", column: str = "usd"
) -> float:
    rows = months(result.money, first, last)
    return float(rows.loc[rows["payer"] == payer, column].sum())


@pytest.mark.long
def test_y11_merida_buys_the_register() -> None:
    chance = []
    for patches, overrides in (((), ()), ((), HALF), (("no_us_money",), ())):
        tables = Tables("2015-12-30", "2014", patches, overrides)
        stopped = tables.model.names.stays.index("stopped")
        chance.append(float(tables.now["match"][:, stopped].max()))
    assert chance[0] > 0.1
    assert chance[1] == pytest.approx(chance[0] / 2)  # half of the sum, half of the capacity
    assert chance[2] == 0.0
    off = (("policies.biometric_registration.enabled", False),)
    without = Tables("2015-12-30", "2014", (), off)
    unpaid = Tables("2015-12-30", "2014", ("no_us_money",))
    assert np.array_equal(without.now["match"], unpaid.now["match"])
    corridor = scenario("2014")
    us = [row for row in corridor.money if row.payer == "united_states"]
    assert [row.id for row in counted(us)] == ["us_security_assistance"]  # the rest lies inside it
    assert total(us) == 3e9
    assert all(strength(p.id, corridor.money) == 1.0 for p in corridor.policies)


@pytest.mark.long
def test_y12_equipment_finds_people_in_trucks() -> None:
    plain, without = (Tables("2016-12-15", "2016", p) for p in ((), ("no_equipment_pledge",)))
    trucks = plain.legs("goods_truck", regions=SOUTH)
    cars = plain.legs("guided_vehicle", "bus", regions=SOUTH)
    assert plain.hazard("stop_inm", trucks) > 1.05 * without.hazard("stop_inm", trucks)
    assert plain.hazard("stop_inm", cars) == without.hazard("stop_inm", cars)
    early = [Tables("2016-02-15", "2016", p) for p in ((), ("no_equipment_pledge",))]
    assert early[0].hazard("stop_inm", trucks) == early[1].hazard("stop_inm", trucks)
    north = plain.legs("goods_truck", regions=("MX-TAM", "MX-NLE"))
    assert plain.hazard("stop_inm", north) == without.hazard("stop_inm", north)


@pytest.mark.long
def test_y35_works_against_a_wave() -> None:
    plain, built = ran("2021"), ran("2021", ("works_on_boundary",))
    works = built.money[built.money["item"] == "boundary_works"]
    assert set(works["month"].astype(str)) == {"2021-03", "2021-04", "2021-05", "2021-06"}
    assert works["usd"].sum() == pytest.approx(150e6 * 122 / 365)  # even over a year from 1 March
    assert not (plain.money["item"] == "boundary_works").any()
    avoided = paid(plain, "mexico") - (paid(built, "mexico") - works["usd"].sum())
    wave = paid(plain, "mexico", "2021-01", "2021-06")
    assert 10e6 < wave < 100e6
    assert avoided < 0.2 * wave  # people go round the works: they spare next to nothing
    starts, ends = (
        tagged(r, "mx_detention", "2021-04", "2021-06", region="MX-CHP") for r in (plain, built)
    )
    assert abs(starts - ends) < 0.25 * starts


@pytest.mark.long
def test_y36_bribes_of_hundreds_of_dollars() -> None:
    plain, heard = ran("2021"), ran("2021", ("complaints_taken",))
    bribes = plain.money[plain.money["item"] == "bribe_at_stop"]
    mean = bribes["usd"].sum() / bribes["units"].sum()
    assert 200 < mean < 999
    weight = bribes["units"] / bribes["units"].sum()
    assert 300 < (bribes["median"] * weight).sum() < 500  # half are below some 400
    assert 700 < (bribes["p90"] * weight).sum() < 1100  # one in ten above some 900
    assert bribes["median"].nunique() > 0.9 * len(bribes)  # drawn, not typed
    paying = [r.money.loc[r.money["item"] == "bribe_at_stop", "usd"].sum() for r in (plain, heard)]
    assert 0.3 * paying[0] < paying[1] < 0.75 * paying[0]
    count = [events(r, "extorted_let_go") for r in (plain, heard)]
    handed = [events(r, "handed_to_criminals") for r in (plain, heard)]
    assert count[1] < count[0]
    assert handed[1] < handed[0]


@pytest.mark.long
def test_y39_income_test_keeps_the_poor_on_the_road() -> None:
    names = ("ven-adult", "ven-family", "ven-child", "mex-adult")
    demand = {}
    for patch in ("", "no_income_test", "stricter_income_test"):
        tables = Tables("2023-06-01", "2023", (patch,) if patch else ())
        at = [tables.model.names.cohorts.index(n) for n in names]
        demand[patch] = tables.now["demand"][at] / tables.now["demand"][at[3]]
    relative = {p: demand[p] / demand[""] for p in demand}
    adult, family, child, mexican = (relative["no_income_test"][i] for i in range(4))
    assert child < adult < family < 1.0  # those with least money gain most
    assert mexican == 1.0
    adult, family, child, _ = relative["stricter_income_test"]
    assert child > adult > family > 1.0  # and lose most
    shut = Tables("2023-06-01", "2023", (), (("policies.sponsored_parole.enabled", False),))
    cohorts = shut.model.names.cohorts
    venezuelan, mexican = cohorts.index("ven-child"), cohorts.index("mex-adult")
    assert (
        child < 1.4 == pytest.approx(shut.now["demand"][venezuelan] / shut.now["demand"][mexican])
    )


@pytest.mark.long
def test_w23_closure_loses_trade_by_the_day() -> None:
    plain, shut = ran("2019"), ran("2019", ("closure_carried_out",))
    assert paid(plain, "business") == 0.0
    days = 26 + 31 + 30  # 5 April to 30 June 2019
    assert paid(shut, "business") == pytest.approx(days * 1e9)
    assert paid(shut, "business", column="low") == pytest.approx(days * 2e8)
    detained = [tagged(r, "mx_detention", "2019-04", "2019-06") for r in (plain, shut)]
    assert detained[1] > 1.1 * detained[0]  # Mexico steps up
    custody = [r.money.loc[r.money["item"] == "mx_station_day", "usd"].sum() for r in (plain, shut)]
    assert custody[1] > custody[0]  # and pays for it
