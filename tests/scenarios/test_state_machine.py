"""The corridor's state machine, read as plain tables: no engine, no compiler, no pandas.

``faults`` lists what is wrong with a set of tables. The shipped tables must have none, and each
kind of flaw put into a copy of them must be found.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

import travesia
from travesia.evidence import Ledger

PACKAGE = Path(travesia.__file__).parent
FOLDER = PACKAGE / "scenarios" / "corridor"

Row = dict[str, str]
Tables = dict[str, list[Row]]


def words(text: str) -> list[str]:
    return text.split()


NATIONALITIES = words("GTM HND SLV MEX CUB HTI VEN NIC COL ECU BRA PER IND OTH")
FAMILY_TYPES = ["adult", "family", "child"]
COHORTS = [(n, f) for n in NATIONALITIES for f in FAMILY_TYPES]
ENDS = {"in_us", "returned", "settled_mx", "dead"}
CAUSES = words(
    "stop_inm stop_guard turned_back stop_guatemala apprehension robbery extortion kidnapping "
    "sexual_violence injury death_exposure death_drowning death_vehicle death_train "
    "death_violence death_illness lorry_disaster"
)
STAYS = words(
    "rest shelter stranded working stopped mx_detention mx_removal dif_custody home_again captive "
    "recovering asylum_ticket asylum_ticket_given asylum_intake asylum_filed asylum_queue "
    "asylum_decision visa_queue visa_issue form_queue form_issue transfer_queue transferred "
    "sent_to_desk border_wait crossing port_list "
    "port_processing us_custody us_family_detention us_removal us_case us_docket expelled "
    "remain_in_mexico border_shelter border_no_bed border_lodging border_camp border_no_camp "
    "border_room work_asked school_asked card_work border_street street_hungry camp_closing "
    "way_camp clinic care_asked untreated returning caravan "
    "us_child_wait us_child_care us_parent_held parted_child us_accord_seat"
)
TAGS = set(
    words(
        "us_encounter us_expulsion us_release us_removal mpp_enrolment mx_detention mx_return "
        "mx_child_custody death harm asylum_application_mx visa_issued port_entry evasion retry "
        "return_by_choice us_child_referral"
    )
)
FLAGS = set(
    words(
        "poor not_poor guided not_guided enrolled attempt encounter lose_one no_papers surrender "
        "parted"
    )
)
SOME_RESTS = {("us_custody", "referred_to_hhs")}
"""Remainders of some people only, beside the one for everybody."""
PAPERS = {"visitor_card", "transit_form", "humanitarian_visa", "asylum_applicant", "permanent"}
WHERE = {"here", "home", "partner_city", "hub", "sector"}
FIRST_DAY, LAST_DAY = "2012-10-01", "2023-12-31"
CLAIM = re.compile(r"S[0-4]-p\d\d-[a-z]")


def read(name: str) -> list[Row]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _shipped() -> Tables:
    names = ["stays", "transitions", "outcomes", "actions", "cohorts"]
    return {name: read(f"{name}.csv") for name in names}


@pytest.fixture
def tables() -> Tables:
    return deepcopy(_shipped())


def parts(cell: str) -> list[str]:
    return [p for p in cell.split(";") if p]


# -- the checker -------------------------------------------------------------------------------


def stay_faults(tables: Tables) -> Iterator[str]:
    by_id = {t["id"]: t for t in tables["transitions"]}
    ids = [s["id"] for s in tables["stays"]]
    beds = (s for s in tables["stays"] if s["queue"] == "yes" and s["facility_unit"] == "places")
    in_line = {s["served"] for s in beds}
    if sorted(ids) != sorted(STAYS):
        yield f"stays differ from the engine's: {set(ids) ^ set(STAYS)}"
    for s in tables["stays"]:
        name = s["id"]
        if s["distribution"] == "none":
            if s["median_days"] or s["p90_days"]:
                yield f"{name}: no duration, yet a clock"
        else:
            low, mid, high = float(s["low"]), float(s["median_days"]), float(s["high"])
            if not 0 < low <= mid <= high:
                yield f"{name}: median outside its range"
            if s["distribution"] == "lognormal" and not float(s["p90_days"]) > mid:
                yield f"{name}: 90 % point not above the median"
            if s["distribution"] not in {"lognormal", "geometric", "fixed"}:
                yield f"{name}: unknown distribution"
        if s["queue"] == "yes":
            if s["served"] not in ids or not s["facility_kind"]:
                yield f"{name}: a queue needs an office and a stay for those served"
        elif name in in_line:
            continue  # whoever has waited for the bed has it
        elif s["facility_kind"] and by_id.get(s["overflow"], {}).get("from") != name:
            yield f"{name}: no way out when no place is free"


def transition_faults(tables: Tables) -> Iterator[str]:
    stays = {s["id"] for s in tables["stays"]}
    sources = stays | {f"cause:{c}" for c in CAUSES} | {"action", "arrival"}
    seen: set[str] = set()
    for t in tables["transitions"]:
        name = t["id"]
        if name in seen:
            yield f"{name}: twice"
        seen.add(name)
        for stay in parts(t["from"]):  # a harm may strike in many stays
            if stay not in sources:
                yield f"{name}: from an unknown {stay}"
        if t["to"] not in stays | ENDS | {"continue", "remain"}:
            yield f"{name}: to an unknown {t['to']}"
        if t["where"] not in WHERE | {p["id"] for p in read("places.csv")}:
            yield f"{name}: unknown where"
        if set(parts(t["counts_as"])) - TAGS:
            yield f"{name}: unknown statistic {t['counts_as']}"
        if set(parts(t["sets"])) - FLAGS:
            yield f"{name}: unknown flag {t['sets']}"
        if bool(t["grants"]) != bool(t["grant_days"]) or t["grants"] not in PAPERS | {""}:
            yield f"{name}: papers without days, or unknown"
        if any(not CLAIM.fullmatch(c) for c in parts(t["claims"])):
            yield f"{name}: malformed claim"
        if not t["description"]:
            yield f"{name}: no description"
    for cause in CAUSES:
        if sum(t["from"] == f"cause:{cause}" for t in tables["transitions"]) != 1:
            yield f"cause {cause}: not exactly one transition"


def number_faults(tables: Tables) -> Iterator[str]:
    by_id = {t["id"]: t for t in tables["transitions"]}
    for table in ("outcomes", "actions"):
        for i, r in enumerate(tables[table], start=2):
            at = f"{table} row {i} ({r['transition']})"
            leaves = r["stay"] if table == "outcomes" else "action"
            if by_id.get(r["transition"], {}).get("from") != leaves:
                yield f"{at}: the transition does not leave {leaves}"
            if r["nationality"] not in {*NATIONALITIES, "*"}:
                yield f"{at}: unknown nationality"
            if r["family_type"] not in {*FAMILY_TYPES, "*"}:
                yield f"{at}: unknown family type"
            for key in ("start", "end"):
                if r[key] and not FIRST_DAY <= date.fromisoformat(r[key]).isoformat() <= LAST_DAY:
                    yield f"{at}: {key} outside the period"
            if r["start"] and r["end"] and r["start"] >= r["end"]:
                yield f"{at}: ends before it starts"
            if r["probability"] == "rest":
                continue
            low, p, high = float(r["low"]), float(r["probability"]), float(r["high"])
            if not 0 <= low <= p <= high <= 1:
                yield f"{at}: not 0 <= low <= probability <= high <= 1"
            if not r["source"]:
                yield f"{at}: no source"
            if "assumption" in r["source"] and not r["reason"]:
                yield f"{at}: an assumption without a reason"


def duplicate_faults(tables: Tables) -> Iterator[str]:
    for table in ("outcomes", "actions"):
        seen: set[tuple[str, ...]] = set()
        for r in tables[table]:
            numbers = {"probability", "low", "high", "source", "reason", "end"}
            key = tuple(v for k, v in r.items() if k not in numbers)
            if key in seen:
                yield f"{table}: two rows for {key}"
            seen.add(key)


def branch_faults(tables: Tables) -> Iterator[str]:
    drawn = defaultdict(set)
    rest = defaultdict(list)
    for r in tables["outcomes"]:
        drawn[r["stay"]].add(r["transition"])
        if r["probability"] == "rest" and (r["stay"], r["transition"]) not in SOME_RESTS:
            rest[r["stay"]].append(r)
    decided = {s[k] for s in tables["stays"] for k in ("overflow", "on_match")}  # not drawn
    decided |= {c["clearing"] for c in read("camps.csv")}
    decided |= {h["transition"] for h in read("stay_hazards.csv")}  # by the day
    decided |= {a["transition"] for a in read("accidents.csv")}
    for s in STAYS:
        if len(rest[s]) != 1:
            yield f"{s}: {len(rest[s])} rest rows instead of one"
        elif any(rest[s][0][k] not in {"*", ""} for k in ("nationality", "family_type", "region")):
            yield f"{s}: the rest row is not for everybody"
        leaving = {t["id"] for t in tables["transitions"] if t["from"] == s} - decided
        if leaving - drawn[s]:
            yield f"{s}: never drawn: {sorted(leaving - drawn[s])}"
    acted = {r["transition"] for r in tables["actions"]}
    for t in tables["transitions"]:
        if t["from"] == "action" and t["id"] not in acted:
            yield f"{t['id']}: an action without a chance"


class Outcomes:
    """Chance of a transition in a cell: region counts most, then nationality, then family type;
    among equals the later start wins."""

    def __init__(self, rows: list[Row]) -> None:
        self.cells = defaultdict(list)
        self.stays: dict[str, list[str]] = defaultdict(list)
        self.regions: dict[str, set[str]] = defaultdict(lambda: {"*"})
        self.dates: dict[str, set[str]] = defaultdict(lambda: {FIRST_DAY, LAST_DAY})
        for r in rows:
            stay, name = r["stay"], r["transition"]
            if r["probability"] == "rest":
                continue
            if name not in self.stays[stay]:
                self.stays[stay].append(name)
            self.regions[stay].add(r["region"])
            self.dates[stay] |= {r[k] for k in ("start", "end") if r[k]}
            key = (name, r["region"], r["nationality"], r["family_type"])
            span = (r["start"] or FIRST_DAY, r["end"] or "9999", float(r["probability"]))
            self.cells[key].append(span)

    def chance(self, name: str, n: str, f: str, region: str, day: str) -> float:
        for g in (region, "*"):
            for m in (n, "*"):
                for k in (f, "*"):
                    spans = [s for s in self.cells[name, g, m, k] if s[0] <= day <= s[1]]
                    if spans:
                        return max(spans, key=lambda s: s[0])[2]
        return 0.0

    def total(self, stay: str, n: str, f: str, region: str, day: str) -> float:
        return sum(self.chance(t, n, f, region, day) for t in self.stays[stay])


def sum_faults(tables: Tables) -> Iterator[str]:
    outcomes = Outcomes(tables["outcomes"])
    for stay in STAYS:
        for day in sorted(outcomes.dates[stay]):
            for region in sorted(outcomes.regions[stay]):
                for n, f in COHORTS:
                    total = outcomes.total(stay, n, f, region, day)
                    if total > 1 + 1e-9:
                        yield f"{stay}: {n} {f} {region} {day} sums to {total:.3f}"


def path_faults(tables: Tables) -> Iterator[str]:
    """Every stay can be reached, and from each of them every cohort can come to an end."""
    outcomes = Outcomes(tables["outcomes"])
    served = {s["id"]: s["served"] for s in tables["stays"] if s["served"]}
    rests = [r for r in tables["outcomes"] if r["probability"] == "rest"]
    rest = {r["stay"]: r["transition"] for r in rests if r["family_type"] == "*"}
    goes = {t["id"]: t["to"] for t in tables["transitions"]}
    way = {goes[t["id"]] for t in tables["transitions"] if not set(parts(t["from"])) & set(STAYS)}
    leads: dict[str, set[str]] = {s: set() for s in STAYS}
    for t in tables["transitions"]:
        for stay in leads.keys() & set(parts(t["from"])):
            leads[stay] |= {t["to"]} - {"remain"}
    for stay, next_stay in served.items():
        leads[stay].add(next_stay)
    reached, todo = set(way), list(way)
    while todo:
        for place in leads.get(todo.pop(), ()):
            if place not in reached:
                reached.add(place)
                todo.append(place)
    reached.add("crossing")  # drawn by the engine when a crossing is chosen
    reached.add("parted_child")  # entered when a transition parts a family
    if set(STAYS) - reached:
        yield f"never reached: {sorted(set(STAYS) - reached)}"
    for n, f in COHORTS:
        for day in ("2013-06-01", "2017-06-01", "2019-08-01", "2021-01-01", "2023-11-01"):
            likely: dict[str, set[str]] = {}
            for stay in STAYS:
                chances = {t: outcomes.chance(t, n, f, "*", day) for t in outcomes.stays[stay]}
                likely[stay] = {goes[t] for t, p in chances.items() if p > 0}
                if sum(chances.values()) < 1 and stay in rest:
                    likely[stay].add(goes[rest[stay]])
            ending = {"continue", *ENDS}  # those who go on can reach the United States
            for _ in STAYS:
                ending |= {stay for stay in STAYS if likely[stay] & ending}
            if set(STAYS) - ending:
                yield f"{n} {f} {day}: no end from {sorted(set(STAYS) - ending)}"


CHECKS: list[Callable[[Tables], Iterator[str]]] = [
    stay_faults, transition_faults, number_faults, duplicate_faults,
    branch_faults, sum_faults, path_faults,
]  # fmt: skip


# -- the shipped tables ------------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS)
def test_the_shipped_tables_have_no_fault(
    tables: Tables, check: Callable[..., Iterator[str]]
) -> None:
    assert list(check(tables)) == []


def row(rows: list[Row], **match: str) -> Row:
    return next(r for r in rows if all(r[k] == v for k, v in match.items()))


FLAWS: dict[str, tuple[Callable[[Tables], object], Callable[[Tables], Iterator[str]], str]] = {
    "a branch too likely": (
        lambda t: row(t["outcomes"], transition="to_mx_removal", nationality="GTM").update(
            probability="1", high="1"
        ),
        sum_faults,
        "sums to",
    ),
    "two rests": (
        lambda t: row(t["outcomes"], transition="let_go").update(probability="rest"),
        branch_faults,
        "2 rest rows",
    ),
    "no rest": (
        lambda t: row(t["outcomes"], transition="deported").update(probability=".9"),
        branch_faults,
        "0 rest rows",
    ),
    "a misspelt stay": (
        lambda t: row(t["transitions"], id="detained").update(to="mx_detenton"),
        transition_faults,
        "unknown mx_detenton",
    ),
    "a misspelt statistic": (
        lambda t: row(t["transitions"], id="deported").update(counts_as="mx_returns"),
        transition_faults,
        "unknown statistic",
    ),
    "an unreachable stay": (
        lambda t: [
            r.update(to="rest") for r in t["transitions"] if r["to"] == "us_family_detention"
        ],
        path_faults,
        "never reached: ['us_family_detention']",
    ),
    "a trap": (
        lambda t: row(t["transitions"], id="returned_by_choice").update(to="returning"),
        path_faults,
        "no end from ['returning']",
    ),
    "no way out of a full station": (
        lambda t: row(t["stays"], id="mx_detention").update(overflow="deported"),
        stay_faults,
        "no way out when no place is free",
    ),
    "a chance above one": (
        lambda t: row(t["outcomes"], transition="escaped").update(probability="1.2"),
        number_faults,
        "not 0 <= low",
    ),
    "a transition of another stay": (
        lambda t: row(t["outcomes"], transition="escaped").update(stay="rest"),
        number_faults,
        "does not leave rest",
    ),
    "a forgotten branch": (
        lambda t: t["outcomes"].remove(row(t["outcomes"], transition="mpp_terminated")),
        branch_faults,
        "never drawn: ['mpp_terminated']",
    ),
    "an assumption without a reason": (
        lambda t: row(t["outcomes"], transition="escaped").update(reason=""),
        number_faults,
        "without a reason",
    ),
    "an end before the start": (
        lambda t: row(t["outcomes"], transition="escaped").update(
            start="2020-01-01", end="2019-01-01"
        ),
        number_faults,
        "ends before it starts",
    ),
    "a row twice": (
        lambda t: t["outcomes"].append(dict(t["outcomes"][20])),
        duplicate_faults,
        "two rows for",
    ),
    "a clock on a branch": (
        lambda t: row(t["stays"], id="stopped").update(median_days="2"),
        stay_faults,
        "yet a clock",
    ),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_each_kind_of_flaw_is_found(tables: Tables, flaw: str) -> None:
    change, check, message = FLAWS[flaw]
    assert not any(message in fault for fault in check(tables))
    change(tables)
    assert any(message in fault for fault in check(tables))


def test_tables_have_the_agreed_columns(tables: Tables) -> None:
    expected = {
        "stays": "id state role name facility_kind facility_unit authority reach_km queue "
        "overflow served on_match distribution median_days p90_days low high waiting "
        "description source reason",
        "transitions": "id from to role where grants grant_days sets counts_as recorded said "
        "description claims",
        "outcomes": "stay transition nationality family_type region start end probability low "
        "high source reason",
        "actions": "transition place_kind place nationality family_type start end probability "
        "low high source reason",
        "cohorts": "id nationality family_type group guided_share means release_weight low high "
        "source reason",
    }
    for name, columns in expected.items():
        assert list(tables[name][0]) == columns.split()


def test_cohorts_cover_every_nationality_and_family_type(tables: Tables) -> None:
    rows = tables["cohorts"]
    assert [(r["nationality"], r["family_type"]) for r in rows] == COHORTS
    for r in rows:
        assert r["id"] == f"{r['nationality'].lower()}-{r['family_type']}"
        assert 0 <= float(r["low"]) <= float(r["guided_share"]) <= float(r["high"]) <= 1
        assert float(r["means"]) > 0
        assert r["source"]
        assert r["reason"]
    assert {r["group"] for r in rows} == {
        "northern_triangle",
        "mexico",
        "caribbean_andean",
        "elsewhere",
    }


@pytest.mark.parametrize(
    ("stay", "transition"),
    [("crossing", "cross_surrender"), ("us_custody", "removed_home"), ("home_again", "*")],
)
def test_decisive_branches_are_given_for_every_cohort(
    tables: Tables, stay: str, transition: str
) -> None:
    outcomes = Outcomes(tables["outcomes"])
    names = outcomes.stays[stay] if transition == "*" else [transition]
    for n, f in COHORTS:
        assert any(
            outcomes.cells.get((name, "*", m, k))
            for name in names
            for m in (n, "*")
            for k in (f, "*")
        ), (stay, n, f)


def action_chance(rows: list[Row], kind: str, place: str, n: str, day: str) -> float:
    """The most specific row wins: place, then nationality, then kind of place, later start."""
    fitting = [
        r
        for r in rows
        if r["place"] in {place, "*"}
        and (r["place"] != "*" or r["place_kind"] in {kind, "*"})
        and r["nationality"] in {n, "*"}
        and (r["start"] or FIRST_DAY) <= day
    ]
    if not fitting:
        return 0.0
    keys = [(r["place"] != "*", r["nationality"] != "*", r["start"], r) for r in fitting]
    return float(max(keys, key=lambda k: k[:3])[3]["probability"])


def test_actions_leave_room_to_go_on(tables: Tables) -> None:
    by_name: dict[str, list[Row]] = defaultdict(list)
    for r in tables["actions"]:
        by_name[r["transition"]].append(r)
    places = {r["place"] for r in tables["actions"]}
    for place in places:
        for n in NATIONALITIES:
            for year in range(2013, 2024):
                kind = KIND_OF.get(place, "town")
                chances = [
                    action_chance(rows, kind, place, n, f"{year}-07-01")
                    for rows in by_name.values()
                ]
                assert sum(chances) < 0.95, (place, n, year, sum(chances))


def test_mexicans_are_not_stranded_for_papers(tables: Tables) -> None:
    places = {r["place"] for r in tables["actions"]}
    for name in ("become_stranded", "take_work", "settle_on_way", "claim_asylum"):
        rows = [r for r in tables["actions"] if r["transition"] == name]
        assert any(float(r["probability"]) > 0 for r in rows)
        for place in places:
            kind = KIND_OF.get(place, "town")
            for day in ("2014-01-01", "2023-06-01"):
                assert action_chance(rows, kind, place, "MEX", day) == 0, (name, place)


def test_actions_name_places_and_kinds_of_the_network(tables: Tables) -> None:
    for r in tables["actions"]:
        assert r["place"] in {"*", *KIND_OF}, r
        assert r["place_kind"] in {"*", *KIND_OF.values()}, r


KIND_OF = {r["id"]: r["kind"] for r in read("places.csv")}


# -- what the sources say must be in the tables ------------------------------------------------


@pytest.fixture
def chance() -> Callable[..., float]:
    outcomes = Outcomes(_shipped()["outcomes"])

    def look(name: str, n: str, f: str, day: str, region: str = "*") -> float:
        return outcomes.chance(name, n, f, region, day)

    return look


def test_mexicans_are_not_held_by_migration_officers(chance: Callable[..., float]) -> None:
    for f in FAMILY_TYPES:
        assert chance("let_go", "MEX", f, "2016-01-01") == 1
        assert chance("to_mx_removal", "MEX", f, "2016-01-01") == 0
        assert chance("wrongly_removed", "MEX", f, "2016-01-01") == 0


def test_children_leave_migration_stations_in_november_2020(chance: Callable[..., float]) -> None:
    assert chance("channelled_to_dif", "HND", "child", "2020-11-10") == 0
    assert chance("channelled_to_dif", "HND", "child", "2020-11-11") > 0.5
    assert chance("channelled_to_dif", "HND", "adult", "2022-01-01") == 0


def test_removal_falls_with_time_and_distance(chance: Callable[..., float]) -> None:
    for n in ("GTM", "HND", "SLV"):
        years = [chance("to_mx_removal", n, "adult", f"{y}-06-01") for y in (2015, 2021, 2023)]
        assert years[0] > years[1] > years[2]
    by_distance = [chance("to_mx_removal", n, "adult", "2016-06-01") for n in ("HND", "CUB", "IND")]
    assert by_distance[0] > by_distance[1] > by_distance[2]


def test_families_are_released_and_adults_removed_under_ordinary_law(
    chance: Callable[..., float],
) -> None:
    for day in ("2016-06-01", "2019-05-01", "2023-09-01"):
        for n in ("GTM", "HND", "SLV"):
            family, adult = (chance("removed_home", n, f, day) for f in ("family", "adult"))
            assert family < 0.5 * adult


def test_expulsion_and_remain_in_mexico_come_from_dated_tables_and_policies(tables: Tables) -> None:
    names = {"expelled_to_mexico", "expelled_home", "remain_in_mexico", "mpp_admitted"}
    rows = [r for r in tables["outcomes"] if r["transition"] in names]
    assert {r["transition"] for r in rows} == names
    assert all(float(r["probability"]) == 0 for r in rows)


def test_expulsion_raises_repeated_attempts(chance: Callable[..., float]) -> None:
    for n in ("MEX", "HND"):
        before = chance("retry", n, "adult", "2018-01-01")
        during = chance("retry", n, "adult", "2021-01-01")
        handed = chance("handed_to_inm", n, "adult", "2021-01-01")
        assert during / (1 - handed) > 1.5 * before


def test_handover_to_mexico_falls_in_2020(chance: Callable[..., float]) -> None:
    early, late = (chance("handed_to_inm", "HND", "adult", d) for d in ("2020-04-15", "2020-09-15"))
    assert early > 2 * late > 0
    assert chance("handed_to_inm", "HND", "adult", "2020-09-15", "MX-TAM") > late
    assert chance("handed_to_inm", "MEX", "adult", "2020-09-15") == 0


def test_families_and_children_look_for_the_border_patrol(chance: Callable[..., float]) -> None:
    for day in ("2014-06-01", "2019-05-01", "2022-06-01"):
        for n in ("GTM", "HND", "SLV"):
            adult = chance("cross_surrender", n, "adult", day)
            for f in ("family", "child"):
                assert chance("cross_surrender", n, f, day) > 2 * adult
    assert chance("cross_surrender", "VEN", "adult", "2022-06-01") > 0.8
    assert chance("cross_surrender", "MEX", "adult", "2018-06-01") < 0.1


def test_asylum_claims_rise_a_hundredfold(tables: Tables) -> None:
    def claim(day: str) -> float:
        rows = [
            r
            for r in tables["actions"]
            if r["transition"] == "claim_asylum"
            and (r["place"], r["nationality"]) == ("tapachula", "HND")
            and r["start"] <= day
        ]
        return float(max(rows, key=lambda r: r["start"])["probability"])

    assert claim("2013-06-01") < 0.01
    assert 0.05 < claim("2018-06-01") < claim("2020-06-01") < 0.5


STATE_MACHINE_CLAIMS = words(
    "S1-p07-c S0-p09-e S0-p11-a S0-p10-a S0-p10-b S0-p10-c S3-p14-a S3-p14-b S2-p12-a S2-p12-b "
    "S2-p12-c S2-p12-d S2-p17-b S3-p13-d S3-p13-e S3-p13-f S2-p14-a S2-p11-a S2-p15-a S0-p13-c "
    "S0-p16-a S3-p04-b S3-p02-b S3-p05-b S3-p07-a S3-p07-b S2-p13-b S2-p15-d S0-p07-c S4-p31-a "
    "S4-p31-b S4-p30-a S4-p30-b S4-p30-c S4-p30-d S4-p20-c S4-p20-d S4-p31-c S1-p08-a S1-p08-c "
    "S1-p09-c S1-p09-e S4-p15-b S3-p13-a S1-p16-b S3-p10-a S4-p09-d S2-p05-c S4-p16-a S4-p08-a "
    "S4-p16-b S4-p16-c S4-p17-a S4-p22-b S4-p09-b S4-p09-c S2-p18-a S2-p18-c S2-p19-a S2-p19-b "
    "S4-p07-a S4-p14-a S4-p13-a S4-p10-a S4-p18-a S3-p03-d S4-p13-b S4-p07-d S4-p19-a S4-p13-c "
    "S1-p18-b S1-p18-e S2-p10-a S1-p16-e S4-p26-a S3-p09-c S0-p06-h S3-p07-c S4-p24-b S4-p27-a"
)
"""Claims behind the arrows of the journey that the five articles describe."""


def test_the_arrows_of_the_articles_are_all_there(tables: Tables) -> None:
    carried = {c for t in tables["transitions"] for c in parts(t["claims"])}
    assert sorted(set(STATE_MACHINE_CLAIMS) - carried) == []


def test_every_source_and_claim_is_in_the_ledger(tables: Tables) -> None:
    cited = {c for t in tables["transitions"] for c in parts(t["claims"])}
    for name in ("stays", "outcomes", "actions", "cohorts"):
        cited |= {s for r in tables[name] for s in parts(r["source"])}
    parameters = yaml.safe_load((FOLDER / "behaviour.yaml").read_text("utf-8"))["parameters"]
    cited |= {s for p in parameters.values() for s in parts(p["source"])}
    assert Ledger.load().missing(sorted(cited)) == []


# -- behaviour and scenario --------------------------------------------------------------------

MODES = words("bus guided_vehicle goods_truck freight_train walk_road walk_track boat_raft air")
PARAMETERS = (
    set(
        words(
            "alpha_cost beta_time gamma_capture delta_harm mu_place nest_scale "
            "belief_half_life_weeks belief_delay_weeks belief_prior_capture "
            "belief_prior_harm belief_cap border_half_life_weeks constant_train_family "
            "poor_cost_factor turn_back_slope boarding_speed_half_kmh "
            "boarding_speed_scale_kmh train_speed_kmh boarding_guard repeat_window_days "
            "smuggler_price_slope release_reference_weeks demand_release_elasticity"
        )
    )
    | {f"constant_{m}" for m in MODES}
    | {f"family_size_{k}" for k in range(2, 7)}
)


def test_behaviour_has_every_parameter_with_a_range_and_a_reason() -> None:
    parameters = yaml.safe_load((FOLDER / "behaviour.yaml").read_text("utf-8"))["parameters"]
    assert set(parameters) == PARAMETERS
    for name, p in parameters.items():
        assert p["low"] <= p["value"] <= p["high"], name
        assert p["unit"], name
        assert p["description"], name
        assert p["source"], name
        assert p["reason"], name
    sizes = [parameters[f"family_size_{k}"]["value"] for k in range(2, 7)]
    assert sum(sizes) == pytest.approx(1)
    assert parameters["gamma_capture"]["high"] <= 10  # above, everyone locks on one route


def test_scenario_says_what_it_is_for_and_where_it_stops() -> None:
    scenario = yaml.safe_load((FOLDER / "scenario.yaml").read_text("utf-8"))
    assert scenario["period"]["spin_up"] < scenario["period"]["start"] < scenario["period"]["end"]
    assert scenario["period"]["end"].isoformat() == LAST_DAY
    assert scenario["departures_column"] in {"people", "people_smooth"}
    assert len(scenario["limits"]) >= 5
    assert scenario["purpose"]
