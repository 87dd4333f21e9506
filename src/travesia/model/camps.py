"""Compiling camps: the room that they give day by day, and the days on which they are cleared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from travesia.calendar import Calendar
from travesia.model.book import BASE_PRIORITY, EditBook
from travesia.model.codes import Codes
from travesia.model.compiled import NEVER, Machine, Recall
from travesia.model.sampling import Sampler
from travesia.scenario.camps import OPEN_END, Camp, by_town, spells
from travesia.scenario.scenario import Scenario


def compile_camps(
    scenario: Scenario,
    codes: Codes,
    machine: Machine,
    book: EditBook,
    sampler: Sampler,
    calendar: Calendar,
) -> list[Recall]:
    """Write the room of the camps of each town into the book; returns their clearings."""
    recalls: list[Recall] = []
    for name, camps in by_town(scenario.camps).items():
        room = {c.id: sampler.value(f"camp:{c.id}", c.places, c.low, c.high) for c in camps}
        facility = codes.facility[name]
        for first, after, held in spells(camps):
            book.add(
                "capacity",
                "set",
                np.array([facility]),
                sum(room[c.id] for c in held),
                start=calendar.day(first),
                end=NEVER if after == OPEN_END else calendar.day(after),
                rank=(BASE_PRIORITY,),
                origin="camps.csv",
            )
        for camp in camps:
            if camp.closed is not None and camp.clearing:
                others = [c for c in camps if c.opened < camp.shut <= c.shut]
                part = room[camp.id] / max(sum(room[c.id] for c in others), 1e-9)
                stays = scenario.transition(camp.clearing).from_ids
                recalls += _clearing(camp, facility, part, codes, machine, stays, calendar)
    return recalls


def _clearing(
    camp: Camp,
    facility: int,
    part: float,
    codes: Codes,
    machine: Machine,
    stays: Sequence[str],
    calendar: Calendar,
) -> list[Recall]:
    """The recalls that empty a camp, in equal parts of its last days.

    ``part`` is the camp's share of the people in the camps of the town: who lives in which of two
    camps that stand at one time is not kept.
    """
    assert camp.clearing is not None
    everyone = np.ones(len(codes.cohorts), bool)
    order = codes.transition[camp.clearing]
    out = []
    for stay in (codes.stay[name] for name in stays):
        places = machine.stay_facility[stay] == facility
        for i in range(camp.clearing_days):
            day = calendar.day(camp.shut) + i
            share = part / (camp.clearing_days - i * part)
            out.append(Recall(day, stay, places, everyone, camp.id, min(1.0, share), order))
    return out
