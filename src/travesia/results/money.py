"""What a run costs, and who pays: its own tallies times the unit costs of the scenario.

Nothing here acts on the journey. Amounts that vary from case to case (bribes, ransoms) are drawn
after the run, each from its own keyed number: the n-th payment of a kind in a month is the same in
every run of a seed, so that two scenarios differ by the number of payments and not by their luck.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from travesia import rng
from travesia.calendar import Calendar
from travesia.engine.record import RawResult
from travesia.model.codes import Codes
from travesia.model.compiled import Floats
from travesia.model.sampling import Sampler
from travesia.results.result import labels
from travesia.scenario.models import Cost, Leg, Money
from travesia.scenario.scenario import Scenario
from travesia.scenario.sums import counted

NINTH_DECILE = 1.2815515655446004
"""Of the standard normal distribution."""

FARES = ("fare", "crossing")
"""Kinds of items that follow the written costs of legs."""

LEDGER = "ledger"
"""Kind of an item that is a sum of the ledger and not counted by the run."""


@dataclass(frozen=True, slots=True)
class Tallies:
    """What costs are counted by, by month: ``events`` [2, T, M] people and parties, ``days``
    [S, M] person-days in each state, ``passages`` [L, M] people who entered each leg."""

    events: Floats
    days: Floats
    passages: Floats

    @classmethod
    def of(
        cls, raw: RawResult, scenario: Scenario, codes: Codes, days: Floats | None = None
    ) -> Tallies:
        """Count a run (of the sample, not scaled); ``days`` if they are known already."""
        n_m = len(scenario.calendar.months())
        e, f = raw.events, raw.flows
        cell = e[:, 1] * n_m + e[:, 0]
        return cls(
            np.stack([_table(cell, e[:, c], len(codes.transitions), n_m) for c in (4, 5)]),
            _person_days(raw, scenario.calendar, codes) if days is None else days,
            _table(f[:, 1] * n_m + f[:, 0], f[:, 3], len(codes.legs), n_m),
        )


def _person_days(raw: RawResult, calendar: Calendar, codes: Codes) -> Floats:
    months = np.split(raw.stocks, np.array(calendar.month_starts())[1:])
    sums = np.stack([m.sum(axis=0, dtype=np.int64) for m in months])  # a tenth of reduceat's time
    by_place = sums.reshape(len(months), -1, len(codes.places))
    return np.asarray(by_place.sum(axis=2).T, np.float64)


def _table(cell: npt.NDArray[np.int64], people: npt.NDArray[np.int64], n: int, m: int) -> Floats:
    return np.asarray(np.bincount(cell, people, n * m).reshape(n, m), np.float64)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bill: who pays whom what for, and USD per unit (``low`` to ``high``).

    ``spread`` is the standard deviation of the logarithm of drawn amounts, 0 where they are all
    alike; ``scaled`` tells whether it is counted by people and so grows with the population.
    """

    id: str
    kind: str
    payer: str
    payee: str
    purpose: str
    value: float
    low: float
    high: float
    spread: float = 0.0
    scaled: bool = True

    @property
    def mean(self) -> float:
        """Mean amount over its median."""
        return math.exp(self.spread**2 / 2.0)


@dataclass(frozen=True, slots=True)
class Bill:
    """Units and USD of every item by month [items, M], for the full population."""

    units: Floats
    usd: Floats
    low: Floats
    high: Floats


class MoneyBook:
    """Turns the tallies of a run of one scenario into money."""

    def __init__(self, scenario: Scenario, codes: Codes | None = None) -> None:
        codes = codes or Codes(scenario)
        self._calendar = scenario.calendar
        self._enabled = {p.id: p for p in scenario.policies if p.enabled}
        paid = [r for r in scenario.money if r.policy in self._enabled]
        # Of sums that overlap the largest as pledged stands in the bill, whatever of it is spent:
        # so a what-if that cuts it shows its own line and not another one.
        self._spent = {r.id for r in counted(paid, scenario.money, lambda r: r.full or r.spent)}
        self._sums = [r for r in scenario.money if r.policy is not None]
        self._costs = scenario.costs
        self._positions = [_positions(row, codes) for row in self._costs]
        self._fares = (
            np.array([[g.cost_low_usd, _usual_fare(g), g.cost_high_usd] for g in codes.leg_rows])
            .reshape(-1, 3)
            .T
        )
        self.items = (*(_cost_item(r) for r in self._costs), *(_sum_item(r) for r in self._sums))
        self._weights = np.array(
            [*(self._cost_days(r) for r in self._costs), *(self._sum_days(r) for r in self._sums)]
        ).reshape(len(self.items), len(self._calendar.months()))

    def drawn(self, sampler: Sampler) -> MoneyBook:
        """The same with all that carries a range drawn: unit costs, costs per day of a policy,
        sums of the ledger, and fares, which move together from their lower to their upper end."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.items = tuple(
            replace(i, value=sampler.value(f"cost:{i.id}", i.value, i.low, i.high))
            for i in self.items
        )
        low, usual, high = self._fares
        drawn = [sampler.value("cost:fares", *fare) for fare in zip(usual, low, high, strict=True)]
        other._fares = np.array([low, drawn, high]).reshape(3, -1)
        return other

    def bill(self, tallies: Tallies, sample: float = 1.0) -> Bill:
        """What everything costs, at the mean of amounts that vary.

        ``tallies`` are of a sample; what is counted by people is scaled to the population.
        """
        shape = (len(self.items), len(self._calendar.months()))
        units = np.zeros(shape)
        usd = np.zeros((3, *shape))
        for n, item in enumerate(self.items):
            per = np.array([item.low, item.value, item.high])[:, None] * item.mean
            if n >= len(self._costs) or item.kind == "policy_day":
                units[n], usd[:, n] = self._weights[n], per * self._weights[n]
                continue
            counts = self._counts(n, item, tallies) * self._weights[n] / sample
            units[n] = counts.sum(axis=0)
            if item.kind in FARES:
                fares = self._fares[:, self._positions[n]]
                usd[:, n] = per * (fares @ counts)
            else:
                usd[:, n] = per * units[n]
        return Bill(units, usd[1], usd[0], usd[2])

    def _counts(self, n: int, item: Item, tallies: Tallies) -> Floats:
        if item.kind == "event":
            return np.asarray(
                tallies.events[int(self._costs[n].unit == "party")][self._positions[n]]
            )
        table = tallies.days if item.kind == "day" else tallies.passages
        return np.asarray(table[self._positions[n]])

    def _cost_days(self, row: Cost) -> Floats:
        """Share of each month in which a cost holds; days for costs per day of a policy."""
        days = _days(self._calendar, row.start, row.end)
        if row.per != "policy_day":
            return days / _days(self._calendar, None, None)
        out = np.zeros_like(days)
        for name in row.of:
            policy = self._enabled.get(name)
            if policy is not None:
                start = max(policy.start, row.start or policy.start)
                ends = [d for d in (policy.end, row.end) if d is not None]
                out += _days(self._calendar, start, min(ends, default=None))
        return out

    def _sum_days(self, row: Money) -> Floats:
        """Share of a sum that is spent in each month: even over its days; nothing if its policy
        is switched off or another sum holds it."""
        if row.id not in self._spent:
            return np.zeros(len(self._calendar.months()))
        policy = self._enabled[str(row.policy)]
        start = row.start or policy.start
        end = row.end or policy.end or max(start, self._calendar.end)
        return _days(self._calendar, start, end) / ((end - start).days + 1)


def _days(calendar: Calendar, start: dt.date | None, end: dt.date | None) -> Floats:
    """Days of each month from ``start`` to ``end`` (blank = open)."""
    first = 0 if start is None else max(0, calendar.day(start))
    last = calendar.n_days if end is None else min(calendar.n_days, calendar.day(end) + 1)
    month = np.array(calendar.month_index())
    return np.bincount(month[first : max(first, last)], minlength=len(calendar.months())).astype(
        np.float64
    )


def _usual_fare(leg: Leg) -> float:
    """What a passage costs most people: without papers the upper end; with a guide, or over the
    line, where prices differ most, the middle."""
    if leg.requires == "guided" or leg.role == "crossing":
        return (leg.cost_low_usd + leg.cost_high_usd) / 2.0
    return leg.cost_high_usd


def _positions(row: Cost, codes: Codes) -> list[int]:
    if row.per == "event":
        return [codes.transition[name] for name in row.of]
    if row.per == "day":
        return [codes.state[name] for name in row.of]
    if row.per in FARES:
        over = row.per == "crossing"
        legs = enumerate(codes.leg_rows)
        return [n for n, g in legs if g.mode in row.of and (g.role == "crossing") == over]
    return []


def _cost_item(row: Cost) -> Item:
    low = row.value if row.low is None else row.low
    high = row.value if row.high is None else row.high
    spread = 0.0 if row.p90 is None else math.log(row.p90 / row.value) / NINTH_DECILE
    return Item(
        row.id,
        row.per,
        row.payer,
        row.payee,
        row.purpose,
        row.value,
        low,
        high,
        spread,
        row.per != "policy_day",
    )


def _sum_item(row: Money) -> Item:
    share = row.spent_share
    low = row.spent if row.low is None else min(row.spent, row.low * share)
    high = row.spent if row.high is None else max(row.spent, row.high * share)
    return Item(row.id, LEDGER, row.payer, row.payee, row.purpose, row.spent, low, high, 0.0, False)


def payments(item: Item, month: str, count: int, seed: int) -> Floats:
    """The first ``count`` amounts of a kind in a month, USD: log-normal about the median."""
    key = rng.run_key(seed) ^ rng.name_key(f"payment:{item.id}:{month}")
    u = _units(np.arange(2 * count, dtype=np.uint64), key).reshape(count, 2)
    normal = np.sqrt(-2.0 * np.log1p(-u[:, 0])) * np.cos(2.0 * math.pi * u[:, 1])
    return np.asarray(item.value * np.exp(item.spread * normal))


def _units(numbers: npt.NDArray[np.uint64], key: int) -> Floats:
    """:func:`travesia.rng.draw` of a whole array, as numbers in [0, 1)."""
    with np.errstate(over="ignore"):
        z = _mix(_mix(numbers * np.uint64(rng.GOLDEN) + np.uint64(key)) ^ np.uint64(key))
    return np.asarray((z >> np.uint64(11)) * (1.0 / 9007199254740992.0))


def _mix(z: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(rng.MIX_A)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(rng.MIX_B)
    return np.asarray(z ^ (z >> np.uint64(31)))


def money_table(
    raw: RawResult, scenario: Scenario, codes: Codes, sample: float, seed: int
) -> pd.DataFrame:
    """The table ``money`` of a run: USD by month, payer, payee, purpose and item.

    Amounts that vary are drawn one by one for the simulated payments and scaled to the
    population; ``median`` and ``p90`` are those of the month's draws, else the amount per unit.
    """
    book = MoneyBook(scenario, codes)
    bill = book.bill(Tallies.of(raw, scenario, codes), sample)
    usd = bill.usd.copy()
    each = np.divide(usd, bill.units, out=np.zeros_like(usd), where=bill.units > 0)
    quantiles = np.stack([each, each])
    months = scenario.calendar.months()
    for n, item in enumerate(book.items):
        if item.spread <= 0.0:
            continue
        for m in np.flatnonzero(bill.units[n]):
            amounts = payments(item, months[m], max(1, round(bill.units[n, m] * sample)), seed)
            usd[n, m] = amounts.mean() * bill.units[n, m]
            quantiles[:, n, m] = np.quantile(amounts, [0.5, 0.9])
    at, month = np.nonzero(bill.units)
    rows = [book.items[i] for i in at]
    return pd.DataFrame(
        {
            "month": labels(month, months),
            **{c: _text([getattr(r, c) for r in rows]) for c in ("payer", "payee", "purpose")},
            "item": _text([r.id for r in rows]),
            "units": bill.units[at, month],
            "usd": usd[at, month],
            "low": bill.low[at, month],
            "high": bill.high[at, month],
            "median": quantiles[0, at, month],
            "p90": quantiles[1, at, month],
        }
    )


def _text(values: Sequence[str]) -> pd.Categorical[str]:
    return pd.Categorical(list(values), categories=pd.Index(sorted(set(values)), dtype=str))
