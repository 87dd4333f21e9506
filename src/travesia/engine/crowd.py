"""The crowd that a sample stands for: which share of those who ask is given a limited place.

With a sample the places cannot simply be made fewer. 240 beds are five in a sample of 2 %: a
family of six would never get in, and five beds are full by chance far more often than 240. So a
sampled run never fills the scaled places. It keeps, for every facility, the account of the
*whole* population: how many would ask today (estimated from the sampled people who asked lately),
how many beds they hold, how many find no room. The share that the whole crowd would be given is
the chance of each sampled party, whatever its size. Offices with queues serve the cases of the
sample; whether one is idle, or busy with people who wait, is read from the same account.

How far back "lately" reaches is learned at each facility. Estimates with memories of a week to
more than a year forecast every day's number of parties; those that have forecast well lately
weigh most. So a steady stream is averaged for long, and a surge is noticed within days.

With everybody simulated there is no crowd to be guessed, and none of this is used. The arithmetic
is shared by kernels and oracle; it reads nothing but counts, so no order of work can change it.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from travesia import rng
from travesia.engine.draws import mix64
from travesia.model.compiled import CompiledModel, Floats, Ints, Recall
from travesia.model.jit import compiled

MEMORIES = (8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)
"""Memories in days of the estimates that compete as forecasts."""

SHORTER = 0.5
"""Memory of the estimate that is used over that of the forecast that earns its weight. The best
forecast smooths too much for this purpose: places overflow on the peaks, and an average of the
past has lower ones. Judged: with half the memory, what is lost of the peaks and what chance
adds cancel within about 2 % of those admitted, at samples from 1 % to 10 % (docs/samples.md)."""

FORGET = 0.99
"""What a day leaves of the record of the forecasts and of the mean size and stay."""

_LOGISTIC = math.sqrt(3.0) / math.pi
"""Scale of a logistic distribution over its standard deviation."""

_UNIFORM = math.sqrt(3.0)
"""Half the width of a uniform distribution over its standard deviation."""


_GOLDEN, _TO53, _UNIT = np.uint64(rng.GOLDEN), np.uint64(11), 2.0**-53

BEDS, SEATS, LINE = 0, 1, 2
"""Kinds of doors: places that are held, cases of a day, and cases for which people queue."""


class Asked(NamedTuple):
    """Who asked for a place today, by door [D]: sampled parties and people.

    Every facility has two doors: that of those who are given a place or turned away (0 to F - 1),
    and that of those who queue (F to 2 F - 1).
    """

    parties: Floats
    people: Floats
    squares: Floats
    """Sum of the squares of the parties' sizes."""
    nights: Floats
    """Expected days of their stays or of their patience, summed over people."""


class Account(NamedTuple):
    """What is known of the crowd at every door."""

    forecast: Floats
    """[memories, D] fading sums of parties."""
    estimate: Floats
    """[memories, D] fading sums of people, with the shorter memory."""
    days: Floats
    """[2, memories] fading sums of days: of ``forecast`` and of ``estimate``."""
    credit: Floats
    """[memories, D] log-likelihood of the forecasts lately."""
    sizes: Floats
    """[4, D] fading sums of parties, people, squares of sizes, and nights."""
    inside: Floats
    """[D] people of the whole population who hold a place, or wait for one."""


@compiled
def _softplus(x: float, scale: float) -> float:
    """Mean of max(0, x + e) for a logistic e of this scale."""
    if x > 30.0 * scale:
        return x
    return scale * math.log1p(math.exp(x / scale))


@compiled
def expected(f: int, parties: float, people: float, memories: Any, account: Any) -> float:
    """Sampled people who ask at door ``f`` per day; takes today's counts into the account.

    Today counts half, so that the estimate leans neither on those who ask nor away from them.
    """
    forecast, estimate, days, credit = account[0], account[1], account[2], account[3]
    best = -1e300
    for m in range(len(memories)):
        mean = (forecast[m, f] + 0.01) / (days[0, m] + 0.1)
        gain = parties * math.log(mean) if parties > 0.0 else 0.0  # mostly nobody asks
        credit[m, f] = FORGET * credit[m, f] + gain - mean
        best = max(best, credit[m, f])
    total, weights = 0.0, 0.0
    for m in range(len(memories)):
        keep, short = 1.0 - 1.0 / memories[m], 1.0 - 1.0 / (SHORTER * memories[m])
        forecast[m, f] = forecast[m, f] * keep + parties
        sum_now = estimate[m, f] * short + 0.5 * people
        weight = math.exp(credit[m, f] - best)
        weights += weight
        total += weight * sum_now / (days[1, m] * short + 0.5)
        estimate[m, f] = sum_now + 0.5 * people
    return total / weights


@compiled
def shares_of(
    asked: Any,
    capacity: Any,
    kind: Any,
    sample: float,
    luck: Any,
    memories: Any,
    account: Any,
    share: Any,
) -> None:
    """Move every account on by a day; the shares that are given a place into ``share`` [D].

    ``capacity`` [D] is of the whole population, ``luck`` [2, D] uniform draws from -1 to 1: a
    whole population has its own chance, in how many ask and in how many leave.
    """
    sizes, inside = account[4], account[5]
    for f in range(len(capacity)):
        today = (asked[0][f], asked[1][f], asked[2][f], asked[3][f])
        for i in range(4):
            sizes[i, f] = sizes[i, f] * FORGET + today[i]
        people = expected(f, float(today[0]), float(today[1]), memories, account) / sample
        group = sizes[2, f] / sizes[1, f] if sizes[1, f] > 0.0 else 1.0
        room = capacity[f]
        if kind[f] == BEDS:  # beds that a party leaves empty because it is too large
            room = max(0.0, room - inside[f] - 0.5 * (group - 1.0))
        spread = math.sqrt(people * group)
        refused = 0.0
        if people > 0.0:
            refused = min(people, _softplus(people - room, max(1e-9, _LOGISTIC * spread)))
        share[f] = 0.0 if capacity[f] <= 0.0 or people <= 0.0 else 1.0 - refused / people
        if people <= 0.0 < capacity[f]:
            share[f] = 1.0
        if kind[f] == SEATS:
            continue
        came = people + min(people, _UNIFORM * spread) * luck[0, f]
        if kind[f] == LINE:
            inside[f] = max(0.0, inside[f] + came - capacity[f])
        else:
            inside[f] += min(came, room)
        stay = max(1.0, sizes[3, f] / sizes[1, f]) if sizes[1, f] > 0.0 else 1.0
        leave = inside[f] / stay
        spread = math.sqrt(leave * group * (1.0 - 1.0 / stay))
        inside[f] -= leave + min(leave, _UNIFORM * spread) * luck[1, f]
    for m in range(len(memories)):
        account[2][0, m] = account[2][0, m] * (1.0 - 1.0 / memories[m]) + 1.0
        account[2][1, m] = account[2][1, m] * (1.0 - 1.0 / (SHORTER * memories[m])) + 1.0


@compiled
def luck_of(keys: Any, names: Any, out: Any) -> None:
    """Uniform draws from -1 to 1 of every door under every key."""
    for k in range(len(keys)):
        for d in range(len(names)):
            bits = mix64(mix64(keys[k] + names[d] * _GOLDEN) ^ keys[k])
            out[k, d] = 2.0 * (np.float64(bits >> _TO53) * _UNIT) - 1.0


class Crowd:
    """Accounts of the whole population at all facilities, moved on once a day."""

    def __init__(self, model: CompiledModel, key: int) -> None:
        names = model.names.facilities
        n, k = 2 * len(names), len(MEMORIES)
        self._sample, self._key = model.sample, key
        self._kind = np.concatenate(
            [np.where(model.facilities.service, SEATS, BEDS), np.full(len(names), LINE)]
        )
        self._names = np.array(
            [rng.name_key(name + door) for door in ("", ", line") for name in names], np.uint64
        )
        self._memories = np.array(MEMORIES)
        self.account = Account(
            np.zeros((k, n)),
            np.zeros((k, n)),
            np.zeros((2, k)),
            np.zeros((k, n)),
            np.zeros((4, n)),
            np.zeros(n),
        )

    def serve(self, day: int, asked: Asked, capacity: Floats) -> tuple[Floats, Floats]:
        """Share of those who ask on ``day`` that is given a place [F], and who goes on waiting.

        The latter [F] are the people of the whole population who still queue in the evening.
        ``capacity`` [F] is of the whole population. To be called once for every day, in order.
        """
        share = np.zeros(len(self._names))
        kinds = (rng.Decision.CROWD_COMES, rng.Decision.CROWD_LEAVES)
        keys = [rng.decision_key(self._key, day, 0, kind) for kind in kinds]
        luck = np.empty((len(keys), len(self._names)))
        luck_of(np.array(keys, np.uint64), self._names, luck)
        shares_of(
            tuple(asked),
            np.concatenate((capacity, capacity)),
            self._kind,
            self._sample,
            luck,
            self._memories,
            tuple(self.account),
            share,
        )
        n = len(capacity)
        return share[:n], self.account.inside[n:]

    def leave(self, facilities: Ints, share: float) -> None:
        """A share of those who hold a bed leaves at once: a camp is cleared."""
        self.account.inside[facilities] *= 1.0 - share

    def state(self) -> list[Floats]:
        """What a checkpoint keeps."""
        return list(self.account)

    def restore(self, state: list[Floats]) -> None:
        """Go on from a checkpoint."""
        self.account = Account(*state)


def beds_of(model: CompiledModel, recall: Recall) -> Ints:
    """Facilities whose beds a recall of everybody frees [n]."""
    m = model.machine
    at = m.stay_facility[recall.stay][recall.places]
    if m.stay_queue[recall.stay] or not recall.cohorts.all():
        return np.zeros(0, np.int64)
    beds = np.unique(at[at >= 0]).astype(np.int64)
    return np.asarray(beds[model.facilities.service[beds] == 0], np.int64)
