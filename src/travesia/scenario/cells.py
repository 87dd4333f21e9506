"""What a cell of a published table says: a number, that nothing is known, or neither.

Numbers are read as spreadsheets write them only far enough to say what is wrong: ``1,020`` may be
a thousand or a decimal comma, so it is a fault and never guessed. Signs of a withheld or missing
number are told apart from zero.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

LARGEST = 1e10
"""No count of people or events is larger."""

UNKNOWN = math.nan

_WITHHELD = re.compile(r"[<≤] ?[0-9]+")
_SENTINELS = re.compile(r"-9{2,}(\.0+)?")
_MARKS = frozenset({
    "", "-", "–", "—", "−", "..", "...", "…", "*", "n/a", "na", "n.a.", "#n/a",
    "n/d", "n.d.", "nd", "s/d", "s.d.", "nan", "null", "none", "missing", "unknown", "suppressed",
    "not available", "no data", "sin dato", "sin datos",
})  # fmt: skip
"""What publishers write for a number that is withheld, missing or not yet known."""

_LETTERS = frozenset("DXS")
"""Capital letters that stand for disclosure, not applicable, suppressed."""

_WHOLE = re.compile(r"[0-9]+(\.0+)?")
_DECIMAL = re.compile(r"[0-9]*\.?[0-9]+|[0-9]+\.")
_GROUPED = re.compile(r"[0-9]{1,3}([,.'’\s][0-9]{3})+(\.0+|,0+)?")
_COMMA = re.compile(r"[0-9]+,[0-9]+")
_EXPONENT = re.compile(r"[0-9.]+e[+-]?[0-9]+", re.IGNORECASE)

_TOTALS = re.compile(
    r"(sub ?-?|grand |gran )?(totals?|totales|sum|suma)( general| generales)?"
    r"|all|todos|todas|overall"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell is no number, and what to do."""

    what: str
    cure: str


def is_total(text: str) -> bool:
    """Whether a label names a total (``Total``, ``Total general``, ``Grand total``, ``All``)."""
    parts = unicodedata.normalize("NFKD", text)
    word = "".join(c for c in parts if not unicodedata.combining(c)).casefold().strip(" :*")
    return _TOTALS.fullmatch(word) is not None


def is_unknown(text: str) -> bool:
    """Whether a cell says that its number is withheld or not known."""
    word = text.strip().casefold()
    if word in _MARKS or text in _LETTERS:
        return True
    return bool(_WITHHELD.fullmatch(word) or _SENTINELS.fullmatch(word))


def read_count(text: str) -> float | Fault:
    """A count of people or events; NaN where unknown."""
    if _WHOLE.fullmatch(text) and not _GROUPED.fullmatch(text):
        number = float(text)
        if number <= LARGEST:
            return number
        return Fault("is larger than any count of people", "correct it")
    if is_unknown(text):
        return UNKNOWN
    if _GROUPED.fullmatch(text):
        plain = re.sub(r"[,.]0{1,2}$", "", text)
        plain = re.sub(r"[^0-9]", "", plain)
        return Fault("is no plain number", f"write {plain} (no mark for thousands)")
    return _fault(text) or Fault("is no whole number", "give a count of people or events")


def read_share(text: str) -> float | Fault:
    """A share between 0 and 1; NaN where unknown."""
    if _DECIMAL.fullmatch(text):
        number = float(text)
        if number <= 1:
            return number
        if number <= 100:
            return Fault("is above 1", f"if it is a percentage write {number / 100:.4g}")
        return Fault("is above 1", "give a share between 0 and 1")
    if is_unknown(text):
        return UNKNOWN
    return _fault(text) or Fault("is no number", "write it with a decimal point")


def _fault(text: str) -> Fault | None:
    if text.startswith(("-", "−")) and (_DECIMAL.fullmatch(text[1:])):
        return Fault("is below 0", "correct it; leave the cell blank if it is not known")
    if _COMMA.fullmatch(text):
        return Fault("has a decimal comma", f"write {text.replace(',', '.')}")
    if text.endswith("%"):
        return Fault("is a percentage", "write 14 % as 0.14")
    if _EXPONENT.fullmatch(text):
        return Fault("was rounded by a spreadsheet", "write out all digits")
    if _DECIMAL.fullmatch(text):
        return None
    return Fault("is no number", "write digits only, or leave the cell blank if it is not known")


def number_reader(kind: str) -> Callable[[str], float | Fault]:
    """The reader of the numbers of a statistic of some kind."""
    return read_share if kind == "ratio" else read_count
