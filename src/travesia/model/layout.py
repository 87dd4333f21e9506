"""How a travelling party is packed into four 64-bit words.

A record holds all that the engine knows of a party, so a party that waits is one record in one
day's bucket and costs nothing until that day. People at home and people whose journey has ended
need no record at all.

========  =====================================================================================
word      fields (lowest bits first)
========  =====================================================================================
0         the party's key
1         index 20 (leg or place), status 2, stay 8, cohort 12, size 4, tick 7, attempts 4,
          guided 1, poor 1, surrender 1, enrolled 1, paper 3
2         last day of the papers + 1 (16), day of the last encounter at the line + 1 (16), day of
          departure (16), home place (16)
3         queue ticket 32, group 11, harm 1 (one may strike when its day comes), day on which the
          stay began 10, day on which it ends 10 (both modulo the ring of the calendar)
========  =====================================================================================
"""

from __future__ import annotations

from enum import IntEnum

WORDS = 4
BYTES_PER_RECORD = 8 * WORDS

INDEX_BITS, STATUS_BITS, STAY_BITS, COHORT_BITS, SIZE_BITS, TICK_BITS, ATTEMPT_BITS = (
    20, 2, 8, 12, 4, 7, 4,
)  # fmt: skip
STATUS_AT = INDEX_BITS
STAY_AT = STATUS_AT + STATUS_BITS
COHORT_AT = STAY_AT + STAY_BITS
SIZE_AT = COHORT_AT + COHORT_BITS
TICK_AT = SIZE_AT + SIZE_BITS
ATTEMPT_AT = TICK_AT + TICK_BITS
GUIDED_AT = ATTEMPT_AT + ATTEMPT_BITS
POOR_AT = GUIDED_AT + 1
SURRENDER_AT = POOR_AT + 1
ENROLLED_AT = SURRENDER_AT + 1
PAPER_AT = ENROLLED_AT + 1

TICKET_BITS, GROUP_BITS = 32, 11
GROUP_AT = TICKET_BITS
HARM_AT = GROUP_AT + GROUP_BITS
BEGAN_AT = HARM_AT + 1
ENDS_AT = BEGAN_AT + 10

ROOM = {
    "places": 1 << 16, "legs": 1 << INDEX_BITS, "stays": 1 << STAY_BITS,
    "cohorts": 1 << COHORT_BITS, "papers": 8, "caravans": 1 << GROUP_BITS,
}  # fmt: skip
"""How many of each a record can tell apart."""
MAX_SIZE = (1 << SIZE_BITS) - 1
MAX_ATTEMPTS = (1 << ATTEMPT_BITS) - 1

RING_DAYS = 1024
"""Longest wait in days, plus one: the length of the calendar's ring of day buckets."""

MAX_WAIT_DAYS = RING_DAYS - 1


class Status(IntEnum):
    """What a sleeping party will do when its day comes."""

    LEG = 0
    """It arrives at the end of a leg (index = leg)."""
    STAY = 1
    """Its stay ends (index = place)."""
    START = 2
    """It goes on from a place (index = place)."""
    ENTER = 3
    """It asks again to begin a stay (index = place)."""


class Entry(IntEnum):
    """Why a record is on today's work list."""

    DUE = 0
    BORN = 1
    ADMITTED = 2
    REFUSED = 3
    SERVED = 4


class Flag(IntEnum):
    """Edits that a transition makes to a party, as bits."""

    POOR = 1
    NOT_POOR = 2
    GUIDED = 4
    NOT_GUIDED = 8
    ENROLLED = 16
    ATTEMPT = 32
    ENCOUNTER = 64
    LOSE_ONE = 128
    NO_PAPERS = 256
    SURRENDER = 512
    COVERT = 1024
    PARTED = 2048
    """The children of a family stay behind, as a party of their own."""


class Goal(IntEnum):
    """Where a transition leads."""

    CONTINUE = 0
    STAY = 1
    END = 2
    REMAIN = 3
    """The stay goes on: a harm to those who wait."""


class Waits(IntEnum):
    """Bits of what is known of a queue ticket; 0 = its party waits no longer.

    A queue keeps a copy of each party as it joined. What harms did to it since is told here.
    """

    WAITS = 1
    POOR = 2
    UNGUIDED = 4
    NO_PAPERS = 8


LOST_AT = 4
"""From this bit on: how many of the party have died in the queue."""


HERE = -1
HOME = -2
"""Codes of a transition's place table: stay where you are, or go to the party's home."""

OUT_OF_REACH = -2
"""Code of a stay's facility table: no facility is near, so that nobody is given a place."""
