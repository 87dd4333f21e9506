from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.report.synthetic import (
    PLACES,
    Payload,
    full_payload,
    scenario_tables,
    synthetic_result,
)
from travesia.errors import InputError
from travesia.reporting.data import policies, policies_off
from travesia.reporting.facts import Facts
from travesia.reporting.packing import unpack
from travesia.reporting.timelines import unpublished
from travesia.results.result import Result
from travesia.scenario.load import load


def month_of(payload: Payload, month: str) -> int:
    months: list[str] = payload["months"]
    return months.index(month)


def chart(payload: Payload, key: str) -> Payload:
    return next(c for c in payload["timelines"] if c["id"] == key)


def test_the_payload_is_plain_json_without_gaps_in_numbers(payload: Payload) -> None:
    assert json.loads(json.dumps(payload, allow_nan=False)) == json.loads(json.dumps(payload))


def test_every_month_of_the_period_is_there(payload: Payload) -> None:
    assert payload["months"][0] == "2013-01"
    assert payload["months"][-1] == "2023-12"
    assert len(payload["months"]) == 132


def test_flows_sum_to_the_table_of_flows(run: Result, payload: Payload) -> None:
    flows = payload["flows"]
    total = unpack(flows["data"], int(np.prod(flows["shape"]))).sum()
    assert total == run.flows["people"].sum()


def test_one_flow_is_where_it_belongs(run: Result, payload: Payload) -> None:
    row = run.flows.iloc[1234]
    cohort = next(c for c in Facts(run).scenario.cohorts if c.id == row["cohort"])
    same = run.flows[(run.flows["month"] == row["month"]) & (run.flows["leg"] == row["leg"])]
    families = [f["id"] for f in payload["axes"]["families"]]
    groups = {"GTM": 0, "HND": 1, "SLV": 2, "MEX": 3, "CUB": 4, "HTI": 4, "VEN": 4, "NIC": 4}
    group = groups.get(cohort.nationality, 5)
    members = {
        f"{n.lower()}-{cohort.family_type}"
        for n in [
            "GTM",
            "HND",
            "SLV",
            "MEX",
            "CUB",
            "HTI",
            "VEN",
            "NIC",
            "COL",
            "ECU",
            "BRA",
            "PER",
            "IND",
            "OTH",
        ]
        if groups.get(n, 5) == group
    }
    expected = same[same["cohort"].astype(str).isin(members)]["people"].sum()
    cube = unpack(payload["flows"]["data"], int(np.prod(payload["flows"]["shape"])))
    cube = cube.reshape(payload["flows"]["shape"])
    c = payload["flows"]["classes"].index([group, families.index(cohort.family_type)])
    leg = [x["id"] for x in payload["legs"]].index(row["leg"])
    assert cube[c, leg, month_of(payload, row["month"])] == expected


def test_stocks_are_means_over_the_days_of_the_month(run: Result) -> None:
    stocks = run.stocks
    mine = (stocks["place"] == "tijuana") & (stocks["state"] == "border_wait")
    days = stocks[mine & stocks["date"].astype(str).str.startswith("2016-02")]
    facts = Facts(run)
    border = facts.kinds_of_waiting.index("border")
    got = facts.stocks[border, facts.place_ids.index("tijuana"), facts.months.index("2016-02")]
    assert got == pytest.approx(days["people"].sum() / 29)


def test_people_on_the_move_are_not_counted_as_waiting(run: Result) -> None:
    waiting = run.stocks[run.stocks["state"] != "travel_bus"]["people"].sum()
    days = np.array([pd.Period(m).days_in_month for m in Facts(run).months])
    assert (Facts(run).stocks.sum(axis=(0, 1)) * days).sum() == pytest.approx(waiting)


def test_a_timeline_counts_the_tagged_transitions(run: Result, payload: Payload) -> None:
    events = run.events[
        (run.events["month"] == "2019-05") & (run.events["transition"] == "detained")
    ]
    value = chart(payload, "mx_detentions")["simulated"][month_of(payload, "2019-05")]
    assert value == pytest.approx(events["people"].sum(), rel=1e-3)


def test_months_without_a_published_number_stay_empty(payload: Payload) -> None:
    values = chart(payload, "mx_detentions")["observed"][0]["values"]
    assert values[month_of(payload, "2017-12")] is None
    assert values[month_of(payload, "2018-01")] > 0


def test_headlines_carry_range_and_chance_apart(payload: Payload) -> None:
    deaths = next(h for h in payload["headlines"] if h["id"] == "deaths")
    assert (deaths["low"], deaths["high"], deaths["chance"]) == (5000, 14000, 180)
    returns = next(h for h in payload["headlines"] if h["id"] == "mx_returns")
    assert returns["low"] is None


def test_a_headline_shows_a_published_total_only_if_it_covers_every_month(payload: Payload) -> None:
    by_id = {h["id"]: h for h in payload["headlines"]}
    assert by_id["us_encounters"]["observed"] > 1e6
    assert by_id["mx_detentions"]["observed"] is None
    assert "January 2018 to December 2023" in by_id["mx_detentions"]["note"]


def test_every_headline_leads_somewhere_on_the_page(payload: Payload) -> None:
    anchors = {f"#chart-{c['id']}" for c in payload["timelines"]}
    anchors |= {f"#harm-{k['id']}" for k in payload["harm"]["kinds"]}
    assert {h["href"] for h in payload["headlines"]} <= anchors


def test_everyone_who_set_out_is_in_one_outcome(run: Result, payload: Payload) -> None:
    for split in ("by_group", "by_family"):
        rows = payload["outcomes"][split]
        assert sum(r["total"] for r in rows) == pytest.approx(
            run.departures["people"].sum(), rel=0.01
        )


def test_outcomes_of_a_year_are_its_ends(run: Result, payload: Payload) -> None:
    row = next(r for r in payload["outcomes"]["by_year"] if r["name"] == "2016")
    part = [p["id"] for p in payload["outcomes"]["parts"]].index("returned")
    events = run.events[run.events["month"].astype(str).str.startswith("2016")]
    expected = events[events["transition"] == "gives_up_at_home"]["people"].sum()
    assert row["values"][part] == pytest.approx(expected, rel=1e-3)


def test_a_death_in_captivity_is_a_death_by_violence_when_violence_is_a_cause() -> None:
    tables = scenario_tables()
    more = pd.DataFrame(
        [("died_violence", "cause:death_violence", "dead", "death", "Is killed.")],
        columns=tables["transitions"].columns,
    )
    tables["transitions"] = pd.concat([tables["transitions"], more], ignore_index=True)
    facts = Facts(
        Result(manifest={"start": "2013-01", "end": "2013-12"}, tables={}, scenario_tables=tables)
    )
    assert set(facts.transitions("death_violence")) == {"died_violence", "killed_in_captivity"}
    assert facts.transitions("robbery") == ("robbed",)


def test_rates_are_per_thousand_who_set_out(run: Result, payload: Payload) -> None:
    robbed = next(k for k in payload["harm"]["kinds"] if k["id"] == "robbery")
    events = run.events[run.events["transition"] == "robbed"]["people"].sum()
    assert robbed["per_1000"] == pytest.approx(
        1000 * events / run.departures["people"].sum(), rel=0.01
    )


def test_mode_shares_of_a_year_sum_to_one(payload: Payload) -> None:
    for panel in payload["displacement"]["panels"]:
        sums = np.sum([s["by_year"] for s in panel["series"]], axis=0)
        assert sums == pytest.approx(1, abs=1e-3)


def test_a_fall_in_train_riding_shows(payload: Payload) -> None:
    mexico = payload["displacement"]["panels"][0]
    train = next(s for s in mexico["series"] if s["id"] == "freight_train")
    assert train["by_year"][2] < 0.7 * train["by_year"][0]


def test_judgements_are_told_from_published_figures(payload: Payload) -> None:
    kinds = {a["id"]: a["judgement"] for a in payload["assumptions"]}
    assert kinds["alpha_cost"] is False
    assert kinds["beta_time"] is True


def test_an_address_that_is_not_of_the_web_is_dropped(payload: Payload) -> None:
    assert {s["id"]: s["url"] for s in payload["sources"]} == {
        "P1": "https://example.org/one",
        "P2": "",
    }


def test_a_run_without_scores_or_ranges_says_so(run: Result) -> None:
    bare = full_payload(run, scores=None, bands=None, evidence=None, observed=None)
    assert bare["scores"]["rows"] == []
    assert "no ranges" in bare["bands_note"]
    assert all(h["low"] is None for h in bare["headlines"])


def test_a_run_without_events_has_a_report() -> None:
    empty = Result(
        manifest={"start": "2013-01-01", "end": "2013-03-31"},
        tables={},
        scenario_tables=scenario_tables(),
    )
    tables = scenario_tables()
    tables["scenario"] = pd.DataFrame({"key": [], "value": []})
    empty = Result(manifest=empty.manifest, tables={}, scenario_tables=tables)
    payload = full_payload(empty, observed=None)
    assert payload["months"] == ["2013-01", "2013-02", "2013-03"]
    assert payload["headlines"] == []


def test_missing_tables_of_the_scenario_are_all_named(run: Result) -> None:
    bare = Result(manifest=run.manifest, tables={}, scenario_tables={})
    with pytest.raises(InputError) as caught:
        full_payload(bare)
    assert [p.where for p in caught.value.problems] == ["places", "legs", "cohorts", "transitions"]


def test_the_same_run_gives_the_same_payload() -> None:
    once, twice = (json.dumps(full_payload(synthetic_result())) for _ in range(2))
    assert once == twice


def test_every_kind_of_waiting_has_a_name() -> None:
    for name in ("corridor", "example"):
        assert {s.waiting for s in load(name).stays if s.waiting} == {
            w.code for w in load(name).words if w.kind == "waiting"
        }


def test_a_number_is_told_as_written_beside_the_median_of_its_draws(run: Result) -> None:
    """Also one at the edge of its own range: the page says which number is which."""
    months = full_payload(run)["months"]
    value = next(h for h in full_payload(run)["headlines"] if h["id"] == "deaths")["value"]
    band = {
        "months": months,
        "quantiles": {q: [1.0] * 132 for q in ("0.05", "0.5", "0.95")},
        "total": {"0.05": 0.98, "0.5": 1.17, "0.95": 1.5},
        "nominal": 1.0,
    }
    payload = full_payload(run, bands={"deaths": band})
    told = next(h for h in payload["headlines"] if h["id"] == "deaths")
    assert told["value"] == value
    assert told["median"] == pytest.approx(1.17 * value, rel=0.01)
    assert told["low"] < told["value"] < told["median"] < told["high"]
    died = next(k for k in payload["harm"]["kinds"] if k["id"] == "deaths")
    assert died["median"] == pytest.approx(told["median"], rel=0.01)
    assert "with the numbers as written; in draws of them" in " ".join(payload["story"])
    assert "run as written" in payload["bands_note"]
    old = {k: v for k, v in band.items() if k != "total"} | {"total": {"0.05": 1, "0.95": 2}}
    bare = full_payload(run, bands={"deaths": old})  # a band of an older run has no median
    assert next(h for h in bare["headlines"] if h["id"] == "deaths")["median"] is None


def test_people_waiting_take_the_range_of_the_fullest_month(run: Result) -> Any:
    months = full_payload(run)["months"]
    band = {"months": months, "quantiles": {"0.05": list(range(132)), "0.95": [10**6] * 132}}

    def headline(given: Any) -> Any:
        payload = full_payload(run, bands={"waiting_mexico": given})
        peak = int(np.argmax(chart(payload, "waiting_mexico")["simulated"]))
        found = next(h for h in payload["headlines"] if h["id"] == "waiting_mexico")
        return peak, found["low"], found["high"]

    peak, low, high = headline(band)
    assert (low, high) == (peak, 10**6)
    assert headline({**band, "total": {"0.05": 1.0, "0.95": 2.0}})[1:] == (1, 2)


def test_journeys_are_shared_out_by_the_year_in_which_they_began() -> None:
    tables = scenario_tables()
    rows = []
    for n in range(50):
        end = "evaded" if n < 30 else "gives_up_at_home"
        leg = f"leg:{tables['legs']['id'].iloc[0]}"
        rows.append((f"j{n:02}", 0, "2013-12-30", 0, leg, "san_pedro", "hnd-adult", 1))
        rows.append((f"j{n:02}", 1, "2014-01-05", 0, end, "guate", "hnd-adult", 1))
    names = ["journey", "step", "date", "hour", "event", "place", "cohort", "size"]
    run = Result(
        manifest={},
        tables={"journeys": pd.DataFrame(rows, columns=names)},
        scenario_tables=tables,
    )
    rows = full_payload(run)["outcomes"]["by_departure"]
    assert [r["name"] for r in rows] == ["2013"]
    assert rows[0]["values"] == [30, 0, 0, 20, 0]


def test_only_policies_in_force_are_listed_and_the_others_apart() -> None:
    tables = scenario_tables()
    listed = tables["policies"].assign(enabled=True, variant_of="")
    listed.loc[listed["id"] == "faster_trains", "enabled"] = False
    listed.loc[listed["id"] == "appointments", "variant_of"] = "remain_in_mexico"
    listed.loc[listed["id"] == "national_guard", "start"] = "2031-01-01"
    listed.loc[listed["id"] == "southern_border_program", "end"] = "2012-12-31"
    run = Result(manifest={}, tables={}, scenario_tables=tables | {"policies": listed})
    facts = Facts(run)
    told = {p["id"] for p in policies(facts)}
    assert "appointments" in told, "another reading that is on is in force"
    assert not {"faster_trains", "national_guard", "southern_border_program"} & told
    assert [p["id"] for p in policies_off(facts)] == ["faster_trains"]


def test_a_yearly_statistic_is_not_hidden() -> None:
    year = {
        "name": "COMAR",
        "frequency": "year",
        "role": "fit",
        "source": [],
        "values": {"2014": 5.0, "2013": 4.0},
    }
    assert unpublished([]) == "No monthly statistic is published for this."
    assert unpublished([year]) == (
        "Published by year only: COMAR, 2013 to 2014. The scores hold the run against them."
    )


def test_marked_policies_lie_apart(payload: Payload) -> None:
    starts = [p["start"] for p in payload["policies"] if p["key"]]
    days = pd.to_datetime(pd.Series(sorted(starts))).diff().dt.days.dropna()
    assert len(starts) >= 4
    assert (days >= 60).all()


def test_the_map_does_not_open_on_an_extrapolated_month(payload: Payload) -> None:
    assert payload["opening_month"] < "2023-12"


def test_what_the_pages_point_out_is_the_scenarios(payload: Payload) -> None:
    assert [v["name"] for v in payload["views"]] == ["Whole corridor", "The south", "The north"]
    assert [w["name"] for w in payload["windows"]] == ["All years", "2014–16"]
    ways = payload["displacement"]
    assert [p["name"] for p in ways["panels"]] == ["Mexico", "the south"]
    assert ways["route_periods"] == ["before", "after"]
    begins = {r["name"].split(" → ")[0] for r in ways["routes"]}
    assert begins <= {name for _, name, _, country, *_ in PLACES if country == "MEX"}


def test_a_scenario_that_points_out_nothing_has_one_view_of_everything() -> None:
    tables = scenario_tables()
    kept = tables["scenario"]["key"] != "pages"
    tables["scenario"] = tables["scenario"][kept]
    bare = full_payload(synthetic_result(tables))
    assert bare["views"] == []
    assert [w["name"] for w in bare["windows"]] == ["All years"]
    assert [p["name"] for p in bare["displacement"]["panels"]] == ["the corridor"]
    assert bare["displacement"]["routes"] == []
