"""Compiling accidents: rare events that strike many at once, on a leg or in stays of a place."""

from __future__ import annotations

import numpy as np

from travesia import rng
from travesia.model.book import EditBook
from travesia.model.codes import Codes
from travesia.model.compiled import Accident, Machine
from travesia.model.sampling import Sampler
from travesia.scenario import models as m
from travesia.scenario.base import ANY
from travesia.scenario.scenario import Scenario


def compile_accidents(
    scenario: Scenario, codes: Codes, machine: Machine, book: EditBook, sampler: Sampler
) -> tuple[Accident, ...]:
    """Every row of the table that can happen somewhere."""
    rows = [_compiled(scenario, codes, machine, book, sampler, r) for r in scenario.accidents]
    return tuple(row for row in rows if len(row.targets))


def _compiled(
    scenario: Scenario,
    codes: Codes,
    machine: Machine,
    book: EditBook,
    sampler: Sampler,
    row: m.Accident,
) -> Accident:
    cells: dict[int, list[tuple[int, np.ndarray]]] = {}
    legs = {leg.id: leg for leg in scenario.legs}
    names: list[str] = []
    targets: list[int] = []
    for number, name in enumerate(codes.legs):
        leg = legs[name]
        if leg.mode in row.mode and row.region in (ANY, leg.region):
            targets.append(number)
            names.append(name)
    inside = np.array([row.region in (ANY, scenario.place(p).region) for p in codes.places])
    for stay in row.stay:
        code = codes.stay[stay]
        at = machine.stay_cell[code]
        for cell in np.unique(at[inside]).tolist():
            cells.setdefault(cell, []).append((code, (at == cell) & inside))
    for cell in sorted(cells):
        targets.append(cell)
        state, place = divmod(cell, len(codes.places))
        names.append(f"{codes.states[state]}@{codes.places[place]}")
    start, end = book.days(row.start, row.end)
    causes = [c.id for c in scenario.causes if c.transition == row.transition]
    return Accident(
        name=row.id,
        rate=sampler.value(f"accident:{row.id}", row.rate, row.low, row.high),
        exponent=row.exponent,
        least=row.least,
        most=row.most,
        start=start,
        end=end,
        transition=codes.transition[row.transition],
        cause=codes.cause[causes[0]] if row.mode else -1,
        targets=np.array(targets, np.int64),
        key=np.array([rng.name_key(f"{row.id}:{name}") for name in names], np.uint64),
        stays=tuple(tuple(cells[cell]) for cell in sorted(cells)),
    )
