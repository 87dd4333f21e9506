"""What may strike people who stay: rates by the day, and the bound by which they are drawn.

A harm of a stay strikes on a day with the chance r (1 + a m), where m is the mean of exp(-t / tau)
over that day: the first days are worse. At most one harm strikes a party a day. To keep those who
wait free of work, days on which *something may* strike are drawn from a bound that no rate of the
run exceeds; on such a day today's rates decide whether something does, and what (thinning). So
rates may change on any day, and by any policy, without drawing anything anew.

The bound is one of a coarse set: two scenarios whose rates differ a little share it, and with it
the luck of those who wait.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from travesia.calendar import Calendar
from travesia.errors import InputError, Problem
from travesia.model.book import BASE_PRIORITY, EditBook
from travesia.model.codes import Codes, cells
from travesia.model.compiled import ONE, Edit, Floats, Ints, Machine, StayHarms
from travesia.model.dated import start_rank
from travesia.model.layout import RING_DAYS
from travesia.model.sampling import Sampler
from travesia.rng import LOG_ONE
from travesia.scenario.models import ANY, StayHazard
from travesia.scenario.scenario import Scenario

TABLES = ("stay_hazard", "stay_hazard_first")
"""The chance a day, and what is added to it at the beginning of a stay [C, P, H]."""

COARSE_UP_TO = 0.25
"""Bounds up to here are powers of two; larger ones are taken as they are."""


@dataclass(frozen=True, slots=True)
class Slots:
    """The harms of all stays, stay after stay."""

    pairs: tuple[tuple[int, int], ...]
    """[H] stay and transition."""
    first_days: tuple[float, ...]
    """[H] days by which the worse beginning has fallen to a third (1 / e)."""

    @property
    def stays(self) -> Ints:
        """[H] stay of each."""
        return np.array([stay for stay, _ in self.pairs], np.int64)

    @property
    def transitions(self) -> Ints:
        """[H] transition of each."""
        return np.array([transition for _, transition in self.pairs], np.int64)


def beginnings(first_days: Sequence[float]) -> Floats:
    """Mean of exp(-t / tau) over each day of a stay [H, days]; day 0, of arrival, has none."""
    days = np.arange(RING_DAYS)
    tau = np.maximum(np.asarray(first_days, np.float64), 1e-9)[:, None]
    mean = tau * -np.expm1(-1.0 / tau) * np.exp(-(days - 1) / tau)
    return np.where(days > 0, mean, 0.0)


def highest(base: Mapping[str, Floats], edits: Iterable[Edit], table: str) -> Floats:
    """A value that no cell of a table exceeds on any day, whatever is in force.

    Policies that follow each other (the winters of many years) do not add up.
    """
    flat = base[table].reshape(-1).copy()
    mine = [edit for edit in edits if edit.target == table]
    for edit in mine:
        if edit.op == "set":
            flat[edit.index] = np.maximum(flat[edit.index], edit.value)
    raising = [edit for edit in mine if edit.op in ("factor", "add")]
    most = flat.copy()
    for day in sorted({edit.start for edit in raising}):
        factor, more = np.ones(flat.shape), np.zeros(flat.shape)
        for edit in raising:
            if not edit.start <= day < edit.end:
                continue
            if edit.op == "factor":
                factor[edit.index] *= np.maximum(1.0, edit.value)
            else:
                more[edit.index] += np.maximum(0.0, edit.value)
        np.maximum(most, flat * factor + more, out=most)
    return most.reshape(base[table].shape)


def compile_stay_hazards(
    scenario: Scenario, codes: Codes, book: EditBook, sampler: Sampler
) -> dict[str, Floats]:
    """Chance a day of each harm by cohort and place; the most specific row wins."""
    shape = (len(codes.cohorts), len(codes.places), len(codes.stay_harms))
    number = {pair: h for h, pair in enumerate(codes.stay_harms)}
    for row in scenario.stay_hazards:
        where = _places(scenario, row)
        harms = np.array([number[stay, row.transition] for stay in row.stay], np.int64)
        who = codes.cohorts_like(row.nationality, row.family_type)
        index = cells(shape, who, where, harms)
        if not len(index):
            continue
        rate = sampler.value(f"stay_hazard:{row.transition}", row.rate, row.low, row.high)
        rate = min(1.0, rate)
        rank = (
            BASE_PRIORITY,
            4 * (row.place != ANY) + 2 * (row.region != ANY) + (row.place_kind != ANY),
            int(row.nationality != ANY),
            int(row.family_type != ANY),
            int(bool(row.months)),
            start_rank(row.start),
        )
        for start, end in _spans(scenario.calendar, book, row):
            for table, value in zip(TABLES, (rate, rate * row.first_factor), strict=True):
                book.add(
                    table,
                    "set",
                    index,
                    value,
                    start=start,
                    end=end,
                    rank=rank,
                    origin="stay_hazards.csv",
                )
    return {table: np.zeros(shape) for table in TABLES}


def _places(scenario: Scenario, row: StayHazard) -> Ints:
    wanted = (
        row.place in (ANY, p.id)
        and row.region in (ANY, p.region)
        and row.place_kind in (ANY, p.kind)
        for p in scenario.places
    )
    return np.flatnonzero(list(wanted))


def _spans(calendar: Calendar, book: EditBook, row: StayHazard) -> Iterator[tuple[int, int]]:
    """Days, first and after the last, on which a row holds: its dates in its months."""
    start, end = book.days(row.start, row.end)
    if not row.months:
        yield start, end
        return
    inside = np.array([calendar.date(d).month in row.months for d in range(calendar.n_days)])
    steps = np.diff(np.r_[False, inside, False].astype(np.int8))
    for a, b in zip(np.flatnonzero(steps > 0), np.flatnonzero(steps < 0), strict=True):
        first, last = max(start, int(a)), min(end, int(b))
        if first < last:
            yield first, last


def compile_harms(
    scenario: Scenario,
    codes: Codes,
    machine: Machine,
    base: Mapping[str, Floats],
    edits: Sequence[Edit],
    size_most: Ints,
) -> StayHarms:
    """The harms of all stays, and their bound."""
    days = {(s, row.transition): row.first_days for row in scenario.stay_hazards for s in row.stay}
    slots = Slots(
        tuple((codes.stay[stay], codes.transition[harm]) for stay, harm in codes.stay_harms),
        tuple(days[pair] for pair in codes.stay_harms),
    )
    return bounded(slots, machine, base, edits, size_most, codes.stays, codes.places)


def _coarse(bound: float) -> float:
    """The next power of two, so that near scenarios share a bound."""
    if not 0.0 < bound <= COARSE_UP_TO:
        return bound
    return float(2.0 ** math.ceil(math.log2(bound) - 1e-12))


def bounded(
    slots: Slots,
    machine: Machine,
    base: Mapping[str, Floats],
    edits: Sequence[Edit],
    size_most: Ints,
    stays: Sequence[str],
    places: Sequence[str],
) -> StayHarms:
    """The bound of every stay at every place.

    ``size_most`` [C] is the largest party of each cohort: a harm to one person strikes a family
    as often as it has members. Raises :class:`travesia.errors.InputError` where the harms of a
    day could add up to a certainty.
    """
    n_s, n_p = len(stays), len(places)
    of_slot, transitions = slots.stays, slots.transitions
    ptr = np.searchsorted(of_slot, np.arange(n_s + 1)).astype(np.int32)
    shape = beginnings(slots.first_days)
    kind = np.full((n_s, n_p), -1, np.int32)
    people = np.where(machine.event_people[transitions] > 0, size_most[:, None], 1)[:, None, :]
    rate, first = (highest(base, edits, table) * people for table in TABLES)
    classes: dict[tuple[float, float, bytes], int] = {}
    curves: list[Floats] = []
    problems: list[Problem] = []
    for s in np.unique(of_slot).tolist():
        mine = slice(ptr[s], ptr[s + 1])
        steady = rate[:, :, mine].sum(2).max(0)
        early = first[:, :, mine].sum(2).max(0)
        if s == machine.caravan_stay:  # they are now here, now there
            steady[:], early[:] = steady.max(), early.max()
        worst = shape[mine].max(0)
        for p in range(n_p):
            if steady[p] + early[p] <= 0.0:
                continue
            key = (_coarse(steady[p]), _coarse(early[p]), worst.tobytes())
            curve = key[0] + key[1] * worst
            if curve[1:].max() >= 1.0:
                problems.append(_too_much(stays[s], places[p], float(curve[1:].max())))
                break
            if key not in classes:
                classes[key] = len(curves)
                curves.append(curve)
            kind[s, p] = classes[key]
    if problems:
        raise InputError("People could not live through a day of waiting", problems)
    return StayHarms(
        ptr,
        transitions.astype(np.int32),
        np.floor(shape * ONE).astype(np.int64),
        kind,
        *_drawn(curves),
    )


def _too_much(stay: str, place: str, total: float) -> Problem:
    return Problem(
        f"the daily hazards of stay '{stay}' at '{place}' can add up to {total:.3g} a day, with "
        "the worse first days and every policy that raises them",
        "stay_hazards.csv",
        "lower them: their sum must stay below one on every day",
    )


def _drawn(curves: Sequence[Floats]) -> tuple[Ints, Ints]:
    """Bounds [classes, days] in 2**-31, and their sums of -ln(1 - bound) in 2**-32."""
    bound = np.zeros((len(curves), RING_DAYS), np.int64)
    for row, curve in zip(bound, curves, strict=True):
        # Rates are quantised downwards and bounds upwards; a few units hold all their sums.
        row[1:] = np.minimum(np.ceil(curve[1:] * ONE) + 64, ONE - 1)
    share: npt.NDArray[np.float64] = bound / ONE
    steps = np.rint(-np.log1p(-share) * LOG_ONE).astype(np.int64)
    return bound, np.cumsum(steps, axis=1)
