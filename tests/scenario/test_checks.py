"""Each check finds the one flaw that was put into a sound scenario, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.scenario.conftest import Folder
from travesia.errors import TravesiaError
from travesia.scenario.check import CHECKS, MAX_PER_CHECK, check
from travesia.scenario.layers import SHIPPED_FOLDER
from travesia.scenario.load import load

Flaw = Callable[[Folder], object]


@dataclass(frozen=True)
class Case:
    """One flaw: the check that must find it, what it says, and where."""

    check: str
    flaw: Flaw
    says: str
    where: str
    severity: str = "error"
    overrides: dict[str, Any] = field(default_factory=dict)


def cell(file: str, line: int, column: str, value: object) -> Flaw:
    return lambda folder: folder.cell(file, line, column, value)


def text(file: str, old: str, new: str) -> Flaw:
    return lambda folder: folder.replace(file, old, new)


def put(file: str, content: str) -> Flaw:
    return lambda folder: folder.write(file, content)


def drop(file: str, match: Callable[[list[str]], bool]) -> Flaw:
    def flaw(folder: Folder) -> None:
        rows = folder.rows(file)
        left = [row for row in rows if not match(row)]
        assert len(left) < len(rows)
        folder.write_rows(file, left)

    return flaw


def many(*flaws: Flaw) -> Flaw:
    def flaw(folder: Folder) -> None:
        for one in flaws:
            one(folder)

    return flaw


def calibration(**cells: str) -> Flaw:
    """A calibration table with one row, some cells of which are wrong."""
    row = {
        "what": "hazards",
        "observable": "us_encounters",
        "measure": "shares",
        "by": "sector",
        "start": "2019-01",
        "end": "2019-04",
        "role": "fit",
        "reason": "An example.",
    }
    return lambda folder: folder.write_rows(
        "calibration.csv", [list(row), list((row | cells).values())]
    )


HARM = {
    "stay": "rest", "transition": "robbed_waiting", "rate": "0.01", "low": "0.001", "high": "0.1",
    "source": "assumption", "reason": "An example.",
}  # fmt: skip


def harms(*rows: dict[str, str], **transition: str) -> Flaw:
    """A harm to those who rest or queue, and rows of it that may be wrong."""
    stays = {s: None for row in rows for s in row.get("stay", "rest").split(";") if s != "resst"}
    robbed = {
        "id": "robbed_waiting", "from": ";".join(stays), "to": "remain", "where": "here",
        "sets": "poor",
    }  # fmt: skip

    def flaw(folder: Folder) -> None:
        folder.append("transitions.csv", **{**robbed, **transition})
        columns = list(dict.fromkeys([*HARM, *(c for row in rows for c in row)]))
        table = [[{**HARM, **row}.get(c, "") for c in columns] for row in rows]
        folder.write_rows("stay_hazards.csv", [columns, *table])

    return flaw


def robbed_on_arrival(folder: Folder) -> None:
    folder.append(
        "actions.csv", transition="robbed_waiting", place_kind="town", place="*", nationality="*",
        family_type="*", probability="0.01", low="0", high="0.1", source="assumption", reason="x",
    )  # fmt: skip


ACCIDENT = {
    "id": "truck_crash", "mode": "goods_truck", "stay": "", "transition": "died_vehicle",
    "rate": "0.001", "low": "0.0001", "high": "0.01", "exponent": "1.2", "least": "5",
    "most": "60", "source": "assumption", "reason": "An example.",
}  # fmt: skip


def accident(leaves: str = "", **cells: str) -> Flaw:
    """A kind of accident in which some cells may be wrong; its dead may leave a stay."""

    def flaw(folder: Folder) -> None:
        row = ACCIDENT | cells
        starts = ";".join(filter(None, ("cause:death_vehicle", leaves)))
        line = folder.line("transitions.csv", "died_vehicle")
        folder.cell("transitions.csv", line, "from", starts)
        folder.write_rows("accidents.csv", [list(row), list(row.values())])

    return flaw


def outcome(match: str, column: str, value: object) -> Flaw:
    return lambda folder: folder.cell(
        "outcomes.csv", folder.line("outcomes.csv", match), column, value
    )


def isolated_town(folder: Folder) -> None:
    folder.append(
        "places.csv",
        id="lejos",
        name="Lejos",
        kind="town",
        country="MEX",
        region="MX-CHP",
        lat=14.75,
        lon=-92.15,
        note="x",
        source="assumption",
    )


def dead_end(folder: Folder) -> None:
    isolated_town(folder)
    folder.append(
        "legs.csv",
        id="a",
        **{"from": "paso"},
        to="lejos",
        mode="bus",
        role="travel",
        distance_km=9,
        days=1,
        cost_low_usd=1,
        cost_high_usd=1,
        region="MX-CHP",
        note="x",
        source="assumption",
    )


def way_back(folder: Folder) -> None:
    folder.append(
        "legs.csv",
        id="back",
        **{"from": "patio"},
        to="paso",
        mode="bus",
        role="travel",
        distance_km=9,
        days=1,
        cost_low_usd=1,
        cost_high_usd=1,
        region="MX-CHP",
        note="x",
        source="assumption",
    )


def rest_for(nationality: str, *transitions: str) -> Flaw:
    """More branches of stops that take the remainder."""

    def flaw(folder: Folder) -> None:
        for transition in transitions:
            folder.append(
                "outcomes.csv",
                stay="stopped",
                transition=transition,
                nationality=nationality,
                family_type="*",
                region="*",
                probability="rest",
                source="assumption",
                reason="x",
            )

    return flaw


second_rest = rest_for("*", "let_go")


def bed_line(folder: Folder) -> None:
    """The visa office has beds, for which people wait in line."""
    folder.cell("stays.csv", 15, "facility_unit", "places")
    folder.cell("facilities.csv", 7, "unit", "places")


def parted(folder: Folder) -> None:
    """A stop parts families, and there is a stay of children alone."""
    line = folder.line("transitions.csv", "let_go,")
    folder.cell("transitions.csv", line, "sets", "parted")
    folder.cell("stays.csv", 5, "role", "alone")


def sums(*rows: str) -> Flaw:
    """A ledger: id, value, policy, full, elasticity, part_of, overlaps of each row."""
    head = (
        "id,value,policy,full,elasticity,part_of,overlaps,name,payer,payee,purpose,start,end,source"
    )
    body = [f"{row},A sum,mexico,rail,works,2019-01-01,2019-02-01,S1-p13-a" for row in rows]
    return lambda folder: folder.write("money.csv", "\n".join([head, *body]) + "\n")


def unit_cost(per: str, of: str, value: object = 10, p90: object = "") -> Flaw:
    head = "id,per,of,value,p90,name,payer,payee,purpose,source"
    row = f"c,{per},{of},{value},{p90},A cost,people,officers,bribe,S4-p20-d"
    return lambda folder: folder.write("costs.csv", f"{head}\n{row}\n")


def declared(old: str, new: str) -> Flaw:
    """A flaw in a file that declares all that the example takes from its base."""
    own, base = ((SHIPPED_FOLDER / f"{s}/quantities.yaml").read_text("utf-8")
                 for s in ("example", "corridor"))  # fmt: skip
    (dropped,) = re.findall(r"(?m)^drop:\s*\[([^]]*)]", own)
    for quantity in re.split(r",\s*", dropped):
        base, n = re.subn(rf"(?m)^  {quantity}:\n(    .*\n)+", "", base)
        assert n == 1, quantity
    for name, anew in re.findall(r"(?m)^  (\w+):\n((?:    .*\n)+)", own):
        base = re.sub(rf"(?m)^  {name}:\n(    .*\n)+", f"  {name}:\n{anew}", base)
    base = base.replace("[GTM, HND, SLV]", "[GTM, HND]")
    assert old in base
    return put("quantities.yaml", base.replace(old, new, 1))


def camp(**cells: str) -> Flaw:
    """A camp of those in shelters, some cells of which are wrong."""
    row = {
        "id": "plaza", "name": "The square", "kind": "shelter", "place": "patio",
        "opened": "2019-02-01", "closed": "2019-04-01", "places": "50", "low": "20", "high": "90",
        "clearing": "left_shelter", "clearing_days": "3", "source": "assumption", "reason": "x",
    } | cells  # fmt: skip
    return put("camps.csv", "\n".join(map(",".join, (row, row.values()))) + "\n")


def stock(**cells: str) -> Flaw:
    """A published number of people on a day, some cells of which are wrong."""
    row = {
        "date": "2019-03-01", "what": "People waiting", "places": "patio", "states": "stranded",
        "nationality": "", "family_type": "", "low": "5", "high": "9", "source": "A1",
        "reason": "x",
    } | cells  # fmt: skip
    return put("system/stock_checks.csv", "\n".join(map(",".join, (row, row.values()))) + "\n")


CASES = [
    Case("camp_dates", camp(closed="2019-01-20"),
         "camp 'plaza' is cleared on 2019-01-20, before it opens on 2019-02-01",
         "camps.csv, line 2"),
    Case("camp_dates", camp(clearing_days="60"), "emptied over 60 days, from the day on which",
         "camps.csv, line 2"),
    Case("camp_dates", camp(opened="2031-01-01", closed=""), "is never open within the period",
         "camps.csv, line 2", "warning"),
    Case("camp_ids", many(camp(), cell("facilities.csv", 5, "id", "camps_shelter_patio")),
         "facility 'camps_shelter_patio' has the name of the camps at patio", "camps.csv, line 2"),
    Case("camp_stays", many(camp(clearing="rested")), "is cleared by 'rested', which leaves rest",
         "camps.csv, line 2"),
    Case("camp_stays", many(camp(kind="removal", clearing="")),
         "stay 'mx_removal' of those in camps of kind removal is a queue, counts no places",
         "camps.csv, line 2"),
    Case("quantity_faults", text("quantities.yaml", "base: corridor", "base: coridor"),
         "no shipped scenario 'coridor' to build on → did you mean 'corridor'?",
         "quantities.yaml, line 4"),
    Case("empty_views", text("scenario.yaml", "-86.5, 19.2]", "-99.5, 19.2]"),
         "the view 'south' has no extent", "scenario.yaml"),
    Case("unknown_parts", text("scenario.yaml", "where: [MEX]", "where: [MEXX]"),
         "the part 'mexico' names 'MEXX', which is of no place", "scenario.yaml"),
    Case("months_in_order",
         text("scenario.yaml", "pages:\n",
              "pages:\n  windows:\n"
              "    - {name: Winter, first: 2019-03, last: 2019-01}\n"),
         "'Winter' ends before it begins", "scenario.yaml"),
    Case("quantity_faults",
         declared("where: {to: captive}", "where: {tug: x}"),
         "unknown axis 'tug' → did you mean 'tag'?", "quantities.yaml, line "),
    Case("quantity_faults",
         declared("table: repeats}", "table: repeats, value: persons}"),
         "unknown column 'persons' → use one of people", "quantities.yaml, line "),
    Case("quantity_faults", declared("  return_by_choice:", "  deaths:"),
         "there are two quantities 'deaths': the other is in quantities/shared.yaml, line ",
         "quantities.yaml, line "),
    Case("quantity_faults", declared("drop: [waiting]", "drop: [wating]"),
         "unknown quantity 'wating' → did you mean 'waiting'?", "quantities.yaml, line "),
    Case("quantity_faults",
         declared("whole: [us_encounters]}", "whole: [us_meetings]}"),
         "unknown quantity 'us_meetings'", "quantities.yaml, line "),
    Case("quantity_faults",
         declared("whole: [us_encounters]}", "whole: [us_encounters], per: a day}"),
         "per of repeat_share is 'a day'", "quantities.yaml, line "),
    Case("quantity_faults",
         declared("table: repeats}", "table: repeats, per: 100 days}"),
         "us_repeats is no share", "quantities.yaml, line "),
    Case("unknown_quantity_values",
         declared("where: {to: captive}", "where: {to: captives}"),
         "kidnapping counts by the to 'captives', which nothing has → did you mean 'captive'?",
         "quantities.yaml, line "),
    Case("measure_faults",
         put("system/measures.yaml", "a: {sum: deths, period: [2019-01, 2019-02]}"),
         "unknown quantity 'deths' → did you mean", "system/measures.yaml, line 1"),
    Case("measure_faults",
         put("system/measures.yaml", "a: {value: b / c, b: {sum: harm, period: 2019-01}}"),
         "unknown term 'c' → use one of b", "system/measures.yaml, line 1"),
    Case("measure_faults",
         put("system/expected_failures.yaml",
             "- {id: a, title: b, why: c, quantities: [deths], start: 2019-01, end: 2019-02}"),
         "unknown quantity 'deths' → did you mean", "system/expected_failures.yaml, line 1"),
    Case("unknown_measure_values",
         put("system/measures.yaml",
             "a: {sum: harm, period: [2019-01, 2019-02], where: {nationality: HNN}}"),
         "a counts by the nationality 'HNN', which nothing has → did you mean 'HND'?",
         "system/measures.yaml, line 1"),
    Case("stock_check_faults", stock(low="9", high="5"), "low 9 and high 5 are no range of people",
         "system/stock_checks.csv, line 2"),
    Case("stock_check_faults", stock(places="patio;patyo"),
         "counts by the place 'patyo', which nothing has → did you mean 'patio'?",
         "system/stock_checks.csv, line 2"),
    Case("stock_check_faults", stock(states="strandet"),
         "counts by the state 'strandet', which nothing has", "system/stock_checks.csv, line 2"),
    Case("stock_check_faults", stock(nationality="HNN"),
         "counts by the nationality 'HNN', which nothing has", "system/stock_checks.csv, line 2"),
    Case("unknown_sums", sums("whole,9e6,,,,,", "part,5e6,,,,hole,"),
         "sum 'part' is part of 'hole', which is not another sum", "money.csv, line 3"),
    Case("unknown_sums", sums("whole,9e6,,,,,whole"),
         "sum 'whole' is overlapping with 'whole'", "money.csv, line 2"),
    Case("circular_sums", sums("a,9e6,,,,b,", "b,9e6,,,,c,", "c,9e6,,,,a,", "d,1e6,,,,a,"),
         "sums are parts of each other: a in b in c in a", "money.csv, line 2"),
    Case("parts_beyond_whole", sums("whole,9e6,,,,,", "x,5e6,,,,whole,", "y,6e6,,,,whole,"),
         "sum 'whole' is 9,000,000 USD and its parts are 11,000,000 USD", "money.csv, line 2"),
    Case("unknown_paid_policies", sums("a,9e6,train_raid,,,,"),
         "unknown policy 'train_raid' → did you mean 'train_raids'?", "money.csv, line 2"),
    Case("unknown_paid_policies", sums("a,9e6,,9e6,,,"), "gives `full` and names no policy",
         "money.csv, line 2"),
    Case("payments_that_differ", sums("a,9e6,train_raids,9e6,1,,", "b,9e6,train_raids,9e6,2,,"),
         "sums 'a' and 'b' pay for policy 'train_raids' with another elasticity",
         "money.csv, line 3"),
    Case("unknown_costed", unit_cost("event", "extorted_let_goo"),
         "cost 'c' is counted by an unknown transition 'extorted_let_goo'", "costs.csv, line 2"),
    Case("unknown_costed", unit_cost("day", "custody"), "an unknown state 'custody'",
         "costs.csv, line 2"),
    Case("unknown_costed", unit_cost("policy_day", ";"), "cost 'c' is counted by nothing",
         "costs.csv, line 2"),
    Case("drawn_amounts", unit_cost("day", "stranded", 10, 20),
         "has a p90 and is not counted by events", "costs.csv, line 2"),
    Case("drawn_amounts", unit_cost("event", "extorted_let_go", 10, 5),
         "cost 'c' has p90 5 and median 10", "costs.csv, line 2"),
    Case("unknown_names", harms({"stay": "rest;resst"}), "unknown stay 'resst' in column stay",
         "stay_hazards.csv, line 2"),
    Case("branch_of_stay", harms({"stay": "shelter"}, {"transition": "rested", "stay": "shelter"}),
         "transition 'rested' is used from 'shelter', but leaves rest", "stay_hazards.csv, line 3"),
    Case("harms_of_moments", harms({"stay": "stopped"}),
         "stay 'stopped' branches at once: nothing can happen there by the day",
         "stay_hazards.csv, line 2"),
    Case("remaining", harms({}, grants="transit_form"),
         "leads to remain, and moves people or gives them a paper", "transitions.csv"),
    Case("remaining", many(harms({}, **{"from": "rest;action"}), robbed_on_arrival),
         "leads to remain, and no stay goes on after it", "actions.csv"),
    Case("untold_queues", harms({"stay": "asylum_queue"}, sets="poor;enrolled"),
         "in the queue 'asylum_queue' after 'robbed_waiting', which sets enrolled",
         "stay_hazards.csv, line 2"),
    Case("first_days_that_differ",
         harms({"first_days": "3"}, {"first_days": "4", "region": "MX-CHP"}),
         "has first_days 4 here and 3 at", "stay_hazards.csv, line 3"),
    Case("doubled_harms", harms({"stay": "rest;shelter"}, {"stay": "shelter"}),
         "in stay 'shelter' is given twice", "stay_hazards.csv, line 3"),
    Case("duplicate_ids", harms({}, {}), "is given twice", "stay_hazards.csv, line 3"),
    Case("harms_nowhere", harms({"region": "MX-CHP", "place_kind": "border_city"}),
         "harms hold at no place", "stay_hazards.csv, line 2", "warning"),
    Case("unknown_names", accident(mode="goods_trck"), "unknown mode 'goods_trck' in column mode",
         "accidents.csv, line 2"),
    Case("unknown_names", accident(mode="", stay="resst"), "unknown stay 'resst' in column stay",
         "accidents.csv, line 2"),
    Case("branch_of_stay", accident(mode="", stay="rest"),
         "transition 'died_vehicle' is used from 'rest'", "accidents.csv, line 2"),
    Case("accident_places", accident("rest", stay="rest"),
         "accident 'truck_crash' has both mode and stay", "accidents.csv, line 2"),
    Case("accident_places", accident(mode=""), "has neither mode nor stay",
         "accidents.csv, line 2"),
    Case("accident_places", accident("visa_queue", mode="", stay="visa_queue"),
         "cannot happen in stay 'visa_queue', which is a queue", "accidents.csv, line 2"),
    Case("accident_places", accident("crossing", mode="", stay="crossing"),
         "cannot happen in stay 'crossing', which branches at once", "accidents.csv, line 2"),
    Case("accident_tolls", accident(most="4"), "has at least 5 dead and at most 4",
         "accidents.csv, line 2"),
    Case("accident_tolls", accident(transition="robbed"), "'robbed' does not set lose_one",
         "accidents.csv, line 2"),
    Case("accident_tolls", accident(transition="killed_in_captivity"),
         "no cause has transition 'killed_in_captivity'", "accidents.csv, line 2"),
    Case("unknown_names", cell("facilities.csv", 2, "kind", "shelters"),
         "unknown kind of facility 'shelters' in column kind → did you mean 'shelter'?",
         "facilities.csv, line 2"),
    Case("unknown_names", cell("hazards.csv", 2, "cause", "stop_inn"),
         "unknown cause 'stop_inn' in column cause → did you mean 'stop_inm'?",
         "hazards.csv, line 2"),
    Case("unknown_names", cell("hazards.csv", 3, "region", "MX-CHS"), "unknown region 'MX-CHS'",
         "hazards.csv, line 3"),
    Case("unknown_names", cell("departures.csv", 2, "cohort", "hnd-adlt"),
         "unknown cohort 'hnd-adlt'", "departures.csv, line 2"),
    Case("unknown_names", cell("aims.csv", 2, "sector", "us_puertos"),
         "unknown sector 'us_puertos'", "aims.csv, line 2"),
    Case("unknown_names", cell("stays.csv", 3, "overflow", "shelter_ful"),
         "unknown transition 'shelter_ful'", "stays.csv, line 3"),
    Case("unknown_names", cell("transitions.csv", 2, "sets", "poor;rich"), "unknown edit 'rich'",
         "transitions.csv, line 2"),
    Case("unknown_names", cell("transitions.csv", 2, "counts_as", "us_encountr"),
         "unknown statistic 'us_encountr'", "transitions.csv, line 2"),
    Case("unknown_names", cell("transitions.csv", 9, "grants", "visa"), "unknown paper 'visa'",
         "transitions.csv, line 9"),
    Case("unknown_names", cell("actions.csv", 2, "place_kind", "towns"),
         "unknown kind of place 'towns'", "actions.csv, line 2"),
    Case("unknown_names", cell("effort.csv", 2, "agency", "INN"), "unknown agency 'INN'",
         "effort.csv, line 2"),
    Case("unknown_served_regions", cell("facilities.csv", 5, "serves", "MX-OAX;us_estte"),
         "unknown region 'us_estte' in column serves → did you mean 'us_este'?",
         "facilities.csv, line 5"),
    Case("unknown_policy_selectors", text("policies.yaml", "regions: [MX-VER]", "legs: [x]"),
         "policy 'train_raids' touches an unknown leg 'x'", "policies.yaml, line 2"),
    Case("unknown_variant", text("policies.yaml", "ramp_days: 0", "variant_of: raids"),
         "policy 'train_raids' is a variant of 'raids'", "policies.yaml, line 2"),
    Case("duplicate_ids", cell("departures.csv", 3, "month", "2019-01"),
         "month '2019-01', cohort 'hnd-adult' is given twice", "departures.csv, line 3"),
    Case("duplicate_ids", text("policies.yaml", "- id: visitor_card", "- id: train_raids"),
         "id 'train_raids' is given twice", "policies.yaml"),
    Case("leg_to_itself", cell("legs.csv", 5, "from", "villa_sur"),
         "leg 'paso__villa_sur__bus' leads from 'villa_sur' to itself", "legs.csv, line 5"),
    Case("cost_order", cell("legs.csv", 2, "cost_low_usd", 99), "costs 99 USD with papers and 60",
         "legs.csv, line 2"),
    Case("speed_order", cell("modes.csv", 2, "speed_km_day_low", 2000),
         "the paces of mode 'bus' are out of order", "modes.csv, line 2"),
    Case("crossing_ends", cell("legs.csv", 15, "role", "travel"),
         "has the role travel and ends at 'us_este', a sector", "legs.csv, line 15"),
    Case("crossing_ends", cell("legs.csv", 4, "role", "crossing"),
         "has the role crossing and ends at 'paso'", "legs.csv, line 4"),
    Case("stay_clocks", cell("stays.csv", 2, "median_days", ""),
         "stay 'rest' has a lognormal clock and no median_days", "stays.csv, line 2"),
    Case("stay_clocks", cell("stays.csv", 2, "p90_days", 1), "stay 'rest' has p90_days 1 below",
         "stays.csv, line 2"),
    Case("queues_complete", cell("stays.csv", 13, "served", ""),
         "stay 'asylum_queue' is a queue without", "stays.csv, line 13"),
    Case("queues_complete", cell("stays.csv", 3, "overflow", ""),
         "stay 'shelter' has limited places and no overflow", "stays.csv, line 3"),
    Case("lines_for_beds", bed_line, "stay 'visa_queue' is a line for places of the kind "
         "visa_office, and 'visa_issue', which follows, does not hold one", "stays.csv, line 15"),
    Case("lines_for_beds", many(bed_line, cell("stays.csv", 16, "facility_kind", "visa_office"),
         cell("stays.csv", 4, "facility_kind", "visa_office")),
         "places of the kind visa_office have a line ('visa_queue'), and are asked for past it by "
         "stranded", "stays.csv, line 15"),
    Case("lines_for_beds", bed_line, "facility 'visas_sur' gives beds by lot",
         "facilities.csv, line 7"),
    Case("lengths_of_stays", put("stay_lengths.csv", "stay,start,end,median_days,low,high,source,"
         "reason\nstopped,2019-03-01,,2,1,3,assumption,x\n"),
         "stay 'stopped' has no clock", "stay_lengths.csv, line 2"),
    Case("parted_families", many(parted, cell("stays.csv", 5, "role", "")),
         "families are parted, and no stay has the role alone", "transitions.csv"),
    Case("parted_families", many(parted, cell("stays.csv", 5, "distribution", "none")),
         "stay 'working' of children alone is limited, a line or without a clock",
         "stays.csv, line 5"),
    Case("parted_families", many(parted, text("transitions.csv", ",parted,", ",parted;lose_one,")),
         "parts a family and takes one of it", "transitions.csv"),
    Case("parted_families", parted, "families of HND cannot be parted", "cohorts.csv", "warning"),
    Case("queues_nobody_leaves", many(
        cell("facilities.csv", 6, "capacity", 0), cell("facilities.csv", 6, "low", 0),
        cell("outcomes.csv", 29, "probability", 0), cell("outcomes.csv", 29, "low", 0),
        text("transitions.csv", "asylum_abandoned,asylum_queue,continue,",
             "asylum_abandoned,asylum_queue,asylum_queue,")),
         "nobody can leave the queue 'asylum_queue'", "stays.csv, line 13"),
    Case("cases_beyond_people", many(cell("facilities.csv", 7, "capacity", 900),
                                     cell("facilities.csv", 7, "high", 900)),
         "'visas_sur' serves 900 people a day, more than set out in all", "facilities.csv, line 7",
         "warning"),
    Case("unknown_names", cell("transitions.csv", 4, "where", "villa_sud"),
         "unknown place 'villa_sud' in column where → did you mean 'villa_sur'?",
         "transitions.csv, line 4"),
    Case("ranges", cell("hazards.csv", 2, "high", 0.02),
         "value is 0.03, outside its range 0.012 to 0.02", "hazards.csv, line 2"),
    Case("ranges", cell("facilities.csv", 2, "low", 200), "range of capacity runs from 200 down",
         "facilities.csv, line 2"),
    Case("ranges", text("behaviour.yaml", "low: 0.4", "low: 0.9"),
         "alpha_cost is 0.8, outside its range 0.9 to 1.6", "behaviour.yaml, line 3"),
    Case("ranges", text("policies.yaml", "value: 2.5", "value: 9"),
         "train_raids.stop_factor is 9", "policies.yaml, line 2"),
    Case("ranges", lambda _: None, "alpha_cost is 7, outside its range 0.4 to 1.6",
         "behaviour.yaml, line 3", "warning", {"parameters.alpha_cost": 7}),
    Case("end_before_start", cell("effort.csv", 3, "end", "2019-02-01"),
         "it ends on 2019-02-01, before it starts on 2019-03-01", "effort.csv, line 3"),
    Case("outside_period", many(cell("effort.csv", 4, "start", "2031-04-01"),
                                cell("effort.csv", 4, "end", "2031-04-30")),
         "it starts on 2031-04-01, outside the period", "effort.csv, line 4"),
    Case("outside_period", many(cell("effort.csv", 3, "start", "2018-03-01"),
                                cell("effort.csv", 3, "end", "2018-04-01")),
         "it ends on 2018-04-01, outside the period", "effort.csv, line 3"),
    Case("cycle", way_back, "the legs form a cycle: paso → villa_sur → patio → paso", "legs.csv"),
    Case("unreachable_places", isolated_town, "no origin leads to place 'lejos'",
         "places.csv, line 12", "warning"),
    Case("dead_ends", dead_end, "from place 'lejos' no way leads on", "places.csv, line 12"),
    Case("origin_shares", many(cell("origins.csv", 2, "share", 0.9),
                               cell("origins.csv", 2, "low", 0.5)),
         "the shares of HND sum to 0.9, not 1", "origins.csv, line 2"),
    Case("cohorts_have_origins", drop("origins.csv", lambda r: r[0] == "GTM"),
         "cohort 'gtm-child' has no place of origin", "cohorts.csv, line 4"),
    Case("origins_lead_on", drop("legs.csv", lambda r: r[1] == "puerto"),
         "no leg leaves 'puerto', where GTM set out", "origins.csv, line 3"),
    Case("aim_shares", cell("aims.csv", 2, "share", 0.1),
         "sum to 0.5, not 1, for 2019-01 HND adult", "aims.csv, line 3"),
    Case("months_beyond", cell("departures.csv", 5, "month", "2019-05"),
         "month 2019-05 is outside the period 2019-01 to 2019-04", "departures.csv, line 5"),
    Case("missing_months", drop("departures.csv", lambda r: r[0] == "2019-03"),
         "there are no departures in 2019-03", "departures.csv"),
    Case("missing_months", drop("departures.csv", lambda r: r[:2] == ["2019-03", "gtm-child"]),
         "cohort 'gtm-child' has no row for 2019-03", "departures.csv", "warning"),
    Case("smooth_column", many(cell("departures.csv", 3, "people_smooth", ""),
                               text("scenario.yaml", "_column: people", "_column: people_smooth")),
         "people_smooth is blank", "departures.csv, line 3"),
    Case("outcome_sums", many(outcome("us_custody,removed_home,*,family", "high", 1),
                              outcome("us_custody,removed_home,*,family", "probability", 0.95)),
         "the probabilities of stay 'us_custody' sum to 1.05 for HND family at elsewhere",
         "outcomes.csv"),
    Case("action_sums", cell("actions.csv", 2, "probability", 0.98),
         "the probabilities of the actions sum to", "actions.csv"),
    Case("one_rest", outcome("stopped,detained", "probability", 0.5),
         "no branch of stay 'stopped' takes the remainder", "stays.csv, line 6"),
    Case("one_rest", drop("outcomes.csv", lambda r: r[0] == "home_again"),
         "stay 'home_again' has no outcome", "stays.csv, line 10"),
    Case("one_rest", second_rest, "stay 'stopped' gives the probability rest to 2 rows",
         "outcomes.csv, line 85"),
    Case("rest_for_all", outcome("rest,rested", "region", "MX-CHP"),
         "the rest of stay 'rest' is limited", "outcomes.csv, line 2"),
    Case("rest_for_all", many(rest_for("HND", "channelled_to_dif"), rest_for("*", "scattered"),
         outcome("stopped,detained", "probability", 0.5), rest_for("HND", "let_go")),
         "the rest of stay 'stopped' is given twice for some", "outcomes.csv"),
    Case("rest_for_all", second_rest, "branch 'let_go' of stay 'stopped' takes the rest and",
         "outcomes.csv"),
    Case("branch_of_stay", cell("actions.csv", 2, "transition", "rested"),
         "transition 'rested' is used from 'action', but leaves rest", "actions.csv, line 2"),
    Case("unused_transitions", drop("outcomes.csv", lambda r: r[1] == "refused_returns"),
         "transition 'refused_returns' has no chance", "transitions.csv", "warning"),
    Case("missing_parameters", text("behaviour.yaml", "  mu_place:", "  mu_plaze:"),
         "parameter 'mu_place' is missing", "behaviour.yaml"),
    Case("unknown_parameters", text("behaviour.yaml", "  mu_place:", "  mu_plaze:"),
         "parameter 'mu_plaze' is read by nothing → did you mean 'mu_place'?", "behaviour.yaml"),
    Case("parameters_out_of_bounds", text("behaviour.yaml",
                                          "value: 0.65\n    low: 0.5\n    high: 0.8",
                                          "value: 0.65\n    low: 0.5\n    high: 1.8"),
         "high of parameter 'nest_scale' is 1.8", "behaviour.yaml"),
    Case("family_sizes", text("behaviour.yaml", "value: 0.58", "value: 0.63"),
         "the shares of the family sizes sum to 1.05", "behaviour.yaml", "warning"),
    Case("target_files", cell("targets.csv", 2, "file", "observed/x.csv"),
         "names 'observed/x.csv', which does not exist", "targets.csv, line 2"),
    Case("target_files", cell("targets.csv", 2, "file", "../x.csv"),
         "is no table of the folder observed", "targets.csv, line 2"),
    Case("target_meanings", cell("targets.csv", 2, "observable", "us_encuonters"),
         "unknown observable 'us_encuonters' → did you mean 'us_encounters'?",
         "targets.csv, line 2"),
    Case("target_meanings", cell("targets.csv", 2, "frequency", "weekly"),
         "unknown frequency 'weekly'", "targets.csv, line 2"),
    Case("target_meanings", cell("targets.csv", 2, "by", "mode"),
         "unknown dimension 'mode': us_encounters cannot be broken down by it",
         "targets.csv, line 2"),
    Case("target_windows", cell("targets.csv", 2, "start", "spring"),
         "start of target 'example_encounters' is 'spring'", "targets.csv, line 2"),
    Case("target_windows", cell("targets.csv", 2, "end", "2018-12"),
         "ends (2018-12) before it starts (2019-01)", "targets.csv, line 2"),
    Case("table_faults", cell("observed/encounters.csv", 4, "people", "1,020"),
         "'1,020' is no plain number → write 1020",
         "observed/encounters.csv, line 4, column people"),
    Case("unknown_keys", cell("observed/encounters.csv", 3, "sector", "us_oesste"),
         "no sector of the scenario is 'us_oesste' → did you mean 'us_oeste'?",
         "observed/encounters.csv, line 3, column sector"),
    Case("empty_windows", many(cell("targets.csv", 2, "start", "2030-01"),
                               cell("targets.csv", 2, "end", "2030-12")),
         "no published period lies in the window", "targets.csv, line 2"),
    Case("empty_windows", cell("targets.csv", 2, "end", "2019-12"),
         "goes beyond the table", "targets.csv, line 2", "warning"),
    Case("table_remarks", cell("observed/encounters.csv", 4, "people", ""),
         "blank: taken as unknown", "observed/encounters.csv, line 4, column people", "warning"),
    Case("table_remarks",
         drop("observed/encounters.csv", lambda r: r[:2] == ["2019-02", "us_este"]),
         "there is no row for us_este in 2019-02: counted as 0", "observed/encounters.csv",
         "warning"),
    Case("calibration_names", calibration(what="facilites"),
         "there is nothing called 'facilites' → did you mean 'facilities'?",
         "calibration.csv, line 2"),
    Case("calibration_names", calibration(what="train_raids.stop"),
         "policy 'train_raids' has no parameter 'stop'", "calibration.csv, line 2"),
    Case("calibration_names", calibration(observable="us_encuonters"),
         "unknown observable 'us_encuonters'", "calibration.csv, line 2"),
    Case("calibration_names", calibration(by="mode"),
         "unknown dimension 'mode'", "calibration.csv, line 2"),
    Case("calibration_names", calibration(start="2019-03", end="2019-01"),
         "it ends in 2019-01, before it starts in 2019-03", "calibration.csv, line 2"),
    Case("untold_calibration", lambda folder: folder.write(
        "observed/encounters.csv", "month,sector,people,source\n2019-01,us_este,960,A9\n"
        "2019-01,us_oeste,460,A9\n2019-04,us_este,960,A9\n2019-04,us_oeste,460,A9\n")
        or folder.cell("hazards.csv", 2, "source", "A9"),
         "hazards cites A9, the source of example/observed/encounters.csv", "hazards.csv",
         "warning"),
    Case("policy_scale", text("policies.yaml", "ramp_days: 0", "scale: -1"),
         "policy 'train_raids' has the scale -1, below 0", "policies.yaml, line 2"),
    Case("idle_posts", lambda folder: folder.write_rows("checkpoints.csv", [
        ["policy", "place", "way", "posts", "source", "reason"],
        ["train_raids", "paso", "road", "2", "assumption", "An invented post."],
    ]), "the posts at 'paso' do nothing: policy 'train_raids' has no 'per_post'",
         "checkpoints.csv, line 2", severity="warning"),
    Case("variants_enabled", text("policies.yaml", "ramp_days: 0", "variant_of: visitor_card"),
         "policy 'train_raids' and 'visitor_card'", "policies.yaml, line 2"),
    Case("rows_without_source", cell("hazards.csv", 2, "source", ""), "no source is given",
         "hazards.csv, line 2"),
    Case("rows_without_source", cell("departures.csv", 2, "source", ""), "no source is given",
         "departures.csv, line 2"),
    Case("assumptions_without_reason", cell("hazards.csv", 2, "reason", ""),
         "it is an assumption without a reason", "hazards.csv, line 2"),
    Case("assumptions_without_reason", cell("legs.csv", 2, "note", ""),
         "it is an assumption without a reason → say why in column note", "legs.csv, line 2"),
    Case("assumptions_without_range", cell("hazards.csv", 2, "low", ""),
         "value is an assumption without a range", "hazards.csv, line 2"),
    Case("assumptions_without_range", text("policies.yaml", "low: 1.5, ", ""),
         "train_raids.stop_factor is an assumption without a range", "policies.yaml, line 2"),
    Case("unknown_sources", cell("hazards.csv", 2, "source", "S9-p01"),
         "the ledger has no source 'S9-p01'", "hazards.csv, line 2"),
    Case("unknown_outlines", text("scenario.yaml", "map: americas", "map: amerika"),
         "no outlines 'amerika'", "scenario.yaml, pages, map"),
    Case("empty_views", text("scenario.yaml", "[-98.5, 13.2", "[-81.5, 13.2"),
         "the view 'south' has no extent", "scenario.yaml, pages"),
    Case("unknown_parts", text("scenario.yaml", "[MX-CHP, MX-OAX]", "[MX-CHP, MX-QUE]"),
         "the part 'south' names 'MX-QUE', which is of no place", "scenario.yaml, pages"),
    Case("months_in_order", text("scenario.yaml", "pages:",
         "pages:\n  windows: [{name: x, first: 2019-03, last: 2019-02}]"),
         "'x' ends before it begins", "scenario.yaml, pages"),
    Case("strange_words", cell("words.csv", 14, "code", "border_town"),
         "a word of the place kind 'border_town', which nothing has", "words.csv, line 14",
         severity="warning"),
    Case("strange_words", cell("words.csv", 2, "members", "GTX"),
         "the group 'guatemala' has the member 'GTX', which is no nationality",
         "words.csv, line 2"),
    Case("missing_words", cell("words.csv", 27, "code", "under_way"),
         "no word of the end in_us: pages show the code", "words.csv", severity="warning"),
    Case("unknown_payers", many(sums("a,9e6,,,,,"), cell("words.csv", 23, "code", "mexiko")),
         "unknown payer 'mexico'", "money.csv, line 2"),
]  # fmt: skip

NOT_ALONE = {
    "crossing_ends", "leg_to_itself", "unknown_parameters", "missing_parameters", "one_rest",
    "rest_for_all", "cohorts_have_origins", "origins_lead_on", "variants_enabled", "cycle",
    "unknown_names", "action_sums", "queues_complete", "duplicate_ids", "months_beyond",
    "circular_sums", "lines_for_beds", "parted_families",
}  # fmt: skip
"""Flaws of these checks are flaws in another respect as well."""


class Ledger:
    """A ledger that knows nothing, or raises as a real one may."""

    def __init__(self, raises: bool = False) -> None:
        self.raises = raises

    def resolve(self, ref: str) -> object:
        if self.raises:
            raise TravesiaError(ref)
        return None


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.check}-{c.where}")
def test_flaw_is_found(folder: Folder, case: Case) -> None:
    case.flaw(folder)
    ledger = Ledger() if case.check == "unknown_sources" else None
    problems = folder.problems(set=case.overrides, ledger=ledger)
    hits = [p for p in problems if case.says in f"{p.what} → {p.cure}"]
    assert len(hits) == 1, "\n".join(map(str, problems))
    assert hits[0].severity == case.severity
    assert hits[0].where.startswith(f"example/{case.where}")
    assert hits[0].cure
    if case.check not in NOT_ALONE:
        assert problems == hits, "\n".join(map(str, problems))


@pytest.mark.parametrize("end", ["2019-03-31", "2019-01-15"])
def test_a_shorter_period_on_the_command_line_is_no_fault(folder: Folder, end: str) -> None:
    assert folder.problems(set={"settings.period.end": end}) == []


OF_MEANING = ("dates", "geography", "intervals", "reach", "roles", "sense", "ways")
"""Modules of checks whose flaws are in tests/robustness/test_semantics.py."""


def test_every_check_has_a_flaw() -> None:
    names = [check.__name__ for check in CHECKS]
    assert len(set(names)) == len(names)
    here = {c.__name__ for c in CHECKS if c.__module__.rsplit(".", 1)[1] not in OF_MEANING}
    assert {case.check for case in CASES} == here


def test_every_check_says_what_it_finds() -> None:
    assert all((one.__doc__ or "").strip().endswith((".", ")")) for one in CHECKS)


@pytest.mark.parametrize("raises", [False, True])
def test_ledger_that_knows_nothing(folder: Folder, raises: bool) -> None:
    folder.cell("hazards.csv", 2, "source", "A1")
    folder.cell("hazards.csv", 3, "source", "A1;A2")
    found = [p.what for p in folder.problems(ledger=Ledger(raises))]
    assert found == [
        "the ledger has no source 'A1' (and 1 more rows)",
        "the ledger has no source 'A2'",
    ]


def test_many_faults_of_one_kind_are_summed_up(folder: Folder) -> None:
    rows = folder.rows("actions.csv")
    body = [[*row[:-2], "", row[-1]] for row in rows[1:]]
    rows = [rows[0], *body]
    extra = [
        ["rest_on_way", "*", "paso", "*", "*", f"2019-01-{d:02d}", "", "0", "0", "0", "", "x"]
        for d in range(1, 32)
    ]
    extra += [["turn_back", *row[1:]] for row in extra]
    folder.write_rows("actions.csv", rows + extra)
    problems = folder.problems()
    assert len(problems) == MAX_PER_CHECK + 1
    assert problems[-1].what.endswith("more problems like the last")
    told = int(problems[-1].what.split()[0])
    assert told + MAX_PER_CHECK == len(body) + len(extra)


def test_check_of_a_loaded_scenario_needs_nothing_else() -> None:
    def found() -> Iterable[object]:
        return check(load("example"))

    assert list(found()) == []


@pytest.mark.parametrize("start", ["2019", "FY2018", "2019-01", "2019-01-31", ""])
def test_targets_may_start_on_a_day_month_year_or_fiscal_year(folder: Folder, start: str) -> None:
    folder.cell("targets.csv", 2, "start", start)
    folder.cell("targets.csv", 2, "end", "")
    assert [p for p in folder.problems() if p.severity == "error"] == []
