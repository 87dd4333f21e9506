"""Keyed random numbers: a draw belongs to (seed, replicate, day, hop, decision, party).

No draw depends on a sequence, so nothing that happens to one party, cohort or policy can move
the draws of another, and any order of work gives the same bits.

The default generator is two rounds of the splitmix64 finaliser (Stafford's mix 13) over a key of
the day and the decision, with the party's own key injected as the counter. Philox4x32-10
(Salmon et al. 2011, *Parallel random numbers: as easy as 1, 2, 3*) is the verification generator:
the same scenario must give statistically equal answers with both.

Everything here is plain Python integers; :mod:`travesia.engine.draws` holds the compiled twins.
"""

from __future__ import annotations

import hashlib
import math
from enum import IntEnum

MASK64 = 0xFFFFFFFFFFFFFFFF
MASK32 = 0xFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
MIX_A = 0xBF58476D1CE4E5B9
MIX_B = 0x94D049BB133111EB
DAY_STEP = 0xD1342543DE82EF95
DECISION_STEP = 0xDA942042E4DD58B5

MAX_HOPS = 16
"""Decisions that a party can take in a row in one phase of a day; the rest waits for tomorrow."""

N_DECISIONS = 16
SECOND_BANK = 2 * MAX_HOPS * N_DECISIONS
"""Decisions from this number on lie in a second bank of slots, so that adding one leaves every
draw of the others as it was."""

SLOTS = 2 * SECOND_BANK
"""Decision slots of a day: two phases of hops, two banks of decisions."""


class Decision(IntEnum):
    """What a draw decides. Numbers are never reused: they are part of every result."""

    COUNT = 0
    """How many parties of a cohort set out today."""
    ORIGIN = 1
    GUIDED = 2
    SIZE = 3
    ACTION = 4
    LEG = 5
    BOARDING = 6
    CROSSING = 7
    RISK = 8
    OUTCOME = 9
    DURATION = 10
    PRIORITY = 11
    """Order among those who ask for the same limited places on one day."""
    LOTTERY = 12
    SAMPLE = 13
    """Whether the whole journey is kept."""
    RECALL = 14
    """Whether a stay that a policy ends for a share of people ends for this party."""
    MATCH = SECOND_BANK
    """Whether a query of the register finds the party."""
    PAPERS = SECOND_BANK + 1
    """Whether valid papers turn a stop away."""
    CROWD_COMES = SECOND_BANK + 2
    """In a sample: the chance of the whole population in how many ask for a limited place."""
    CROWD_LEAVES = SECOND_BANK + 3
    NEXT_HARM = SECOND_BANK + 4
    """The next day of a stay on which a harm may strike."""
    HARM = SECOND_BANK + 5
    """Whether a harm strikes on such a day, and which."""
    ACCIDENT = SECOND_BANK + 6
    """Whether an accident of the day strikes one of the party."""
    ACCIDENT_HAPPENS = SECOND_BANK + 7
    """Whether there is an accident on a leg or in a stay today, drawn for the place."""
    ACCIDENT_TOLL = SECOND_BANK + 8


class Generator(IntEnum):
    """The random number generators that an engine can use."""

    SPLITMIX = 0
    PHILOX = 1


def mix64(z: int) -> int:
    """The splitmix64 finaliser: a bijection of 64-bit integers."""
    z = ((z ^ (z >> 30)) * MIX_A) & MASK64
    z = ((z ^ (z >> 27)) * MIX_B) & MASK64
    return z ^ (z >> 31)


def run_key(seed: int, replicate: int = 0) -> int:
    """The 64-bit key of a run: a function of the seed and the replicate."""
    return mix64((mix64((seed + GOLDEN) & MASK64) + replicate * DAY_STEP) & MASK64)


def decision_key(key: int, day: int, hop: int, decision: int) -> int:
    """The key shared by all parties for one decision at one hop of one day."""
    slot = hop * N_DECISIONS + decision
    return mix64((mix64(key ^ ((day * DAY_STEP) & MASK64)) + slot * DECISION_STEP) & MASK64)


def draw(key: int, party: int) -> int:
    """64 random bits of one party under a decision key."""
    return mix64(mix64((key + party * GOLDEN) & MASK64) ^ key)


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox4x32 with ten rounds: four 32-bit words from a counter and a key."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = ((p1 >> 32) ^ c1 ^ k0, p1 & MASK32, (p0 >> 32) ^ c3 ^ k1, p0 & MASK32)
        k0, k1 = (k0 + 0x9E3779B9) & MASK32, (k1 + 0xBB67AE85) & MASK32
    return c0, c1, c2, c3


def philox_draw(key: int, day: int, slot: int, party: int) -> int:
    """64 random bits from Philox for a party, a day and a decision slot."""
    words = philox(
        (party & MASK32, party >> 32, day & MASK32, slot), (key & MASK32, (key >> 32) & MASK32)
    )
    return (words[0] << 32) | words[1]


def name_key(name: str) -> int:
    """A stable 64-bit key of a name (never Python's own, salted ``hash``)."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


PARTED_KEY = 0x8CB92BA72F3D8DD7
"""What makes the key of children who are parted from their family out of the family's."""


def party_key(cohort_key: int, day: int, ordinal: int) -> int:
    """The key of the ``ordinal``-th party of a cohort that sets out on ``day``.

    It depends on the cohort's name and not on its position, so that adding a cohort leaves every
    other party's draws alone. Among 11 million parties two keys coincide with a chance of about
    3 in a million (birthday bound in 64 bits); two such parties would merely share their luck.
    """
    return mix64(cohort_key ^ mix64(((day << 32) | ordinal) + GOLDEN))


LOG_CELLS = 2048
LOG_ONE = 1 << 32
"""One, in the units of :func:`exponential`."""

LOG_TWO = round(math.log(2.0) * LOG_ONE)
LOG_TABLE = tuple(
    round(-math.log((i + LOG_CELLS + 1) / (2 * LOG_CELLS)) * LOG_ONE) for i in range(LOG_CELLS)
)
"""Minus the logarithm of the upper ends of equal cells of (1/2, 1]."""


def exponential(bits: int) -> int:
    """An exponential number of mean one, in units of 2**-32, from 31 random bits.

    Minus the logarithm of (bits + 1/2) / 2**31, in integers alone so that every machine agrees:
    a power of two, a cell of a table, and two terms of the series inside the cell. The error is
    below 2**-28.
    """
    x, halvings = 2 * bits + 1, 0
    while x < LOG_ONE >> 1:
        x, halvings = x << 1, halvings + 1
    cell = (x >> 20) - LOG_CELLS
    top = (cell + LOG_CELLS + 1) << 20
    inside = ((top - x) << 32) // top
    return halvings * LOG_TWO + LOG_TABLE[cell] + inside + (inside * inside >> 33)


def unit(bits: int) -> float:
    """A number in [0, 1) from 64 random bits (53 of them are used)."""
    return (bits >> 11) * (1.0 / 9007199254740992.0)
