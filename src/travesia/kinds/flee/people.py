"""Numbers of people as spreadsheets write them: ``1020``, ``1,020``, ``1.020`` or ``1 020``.

People are whole numbers, and FLEE reads nothing else. A column in which a point (or comma, or
blank) always parts the thousands is read so; other fractions are cut off. Either is a remark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from travesia.errors import ProblemList
from travesia.kinds.flee.csvread import Row, number

COMMAS = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.0*)?")
GAPS = re.compile(r"[1-9]\d{0,2}([ \u00a0\u202f'\u2019]\d{3})+")
POINTS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
EVERYONE = 1e10

PLAIN = re.compile(r"\d{1,3}")


def people_of(
    cells: Sequence[tuple[Row, int]], one: str, many: str, problems: ProblemList
) -> list[float | None]:
    """People in cells (row and column) of one kind; None, and a problem, where there is none.

    Args:
        cells: where the numbers stand; blank cells are 0.
        one, many: what they are, such as ``the count`` and ``counts of people``.
        problems: takes the faults, and one remark for all cells that are written in one odd way.
    """
    texts = [row.cell(at) for row, at in cells]
    pointed = [t for t in texts if "." in t]
    grouped = all(
        POINTS.fullmatch(t) or (PLAIN.fullmatch(t) and "." not in t) or not t for t in texts
    )
    out: list[float | None] = []
    odd: dict[str, list[int]] = {"separated": [], "grouped": [], "cut": []}
    for i, ((row, _), text) in enumerate(zip(cells, texts, strict=True)):
        value: float | None = 0.0
        if COMMAS.fullmatch(text) or GAPS.fullmatch(text):
            value = float(re.sub(r"[^\d.]", "", text))
            odd["separated"].append(i)
        elif grouped and "." in text:
            value = float(text.replace(".", ""))
            odd["grouped"].append(i)
        elif text:
            value = number(text, one, row.where, problems)
            if value is not None and value > EVERYONE:
                problems.error(
                    f"{one} {text} is more people than there are", row.where, "correct it"
                )
                value = None
            if value is not None and not value.is_integer():
                odd["cut"].append(i)
                value = float(int(value))
        out.append(value)
    three = bool(pointed) and all(POINTS.fullmatch(t) for t in pointed)
    for how, found in odd.items():
        if found:
            row, at = cells[found[0]]
            _tell(how, many, texts[found[0]], out[found[0]], len(found), three, row, at, problems)
    return out


def _tell(
    how: str,
    what: str,
    text: str,
    value: float | None,
    n: int,
    three: bool,
    row: Row,
    at: int,
    problems: ProblemList,
) -> None:
    """One remark on all cells that are written in an odd way."""
    kind = "with three decimals" if how == "grouped" or three else "of people"
    told = {
        "separated": f"have their thousands separated: read as {value:.0f}",
        "grouped": f"are fractions {kind}: read as thousands ({value:.0f}), as some spreadsheets "
        "write them",
        "cut": f"are fractions {kind}: cut off to whole people ({value:.0f}); if the point "
        "separates thousands, they are far too low",
    }[how]
    more = f" and {n - 1} more" if n > 1 else ""
    problems.warn(
        f"{what} {told} (FLEE stops here): {text!r}{more}",
        f"{row.where}, column {at + 1}",
        "write whole numbers without separators",
    )


__all__ = ["people_of"]
