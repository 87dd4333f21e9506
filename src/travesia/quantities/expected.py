"""Where a model is expected to fail, said before the numbers are seen.

Each case is scored in its own window beside the naive guesses, whatever the window of the target,
and printed as what it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from travesia.errors import ProblemList
from travesia.quantities.reading import Reader
from travesia.quantities.register import Declaration, Register

KEYS = ("id", "title", "why", "quantities", "start", "end", "axis", "value")


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
    """A stretch of months in which some quantities are known to be beyond the model.

    ``axis`` and ``value`` name the column that fails; blank means the whole series.
    """

    id: str
    title: str
    why: str
    quantities: tuple[str, ...]
    start: str
    end: str
    axis: str = ""
    value: str = ""


def read_expected(
    declaration: Declaration, register: Register, problems: ProblemList
) -> tuple[ExpectedFailure, ...]:
    """The expected failures of a file; those with faults are left out, and reported."""
    reader, out = Reader(problems), []
    given = declaration.data if isinstance(declaration.data, list) else []
    if declaration.data and not given:
        problems.error("the file holds no list", declaration.where(()), "begin each with `- id:`")
    for n, one in enumerate(given):
        where, before = declaration.where((n,)), len(problems)
        cells = reader.mapping(one, declaration, (n,))
        for key in cells:
            if key not in KEYS:
                reader.unknown("key", str(key), KEYS, where)
        for key in ("id", "title", "why", "start", "end"):
            if not cells.get(key):
                problems.error(f"{key} is not given", where, "fill it in")
        names = reader.names(cells.get("quantities") or [], "quantities", where)
        for name in names:
            if name not in register:
                reader.unknown("quantity", name, register.names, where)
        axis = str(cells.get("axis") or "")
        if axis and axis not in register.axes:
            reader.unknown("axis", axis, register.axes, where)
        if len(problems) == before:
            texts = {k: " ".join(str(v).split()) for k, v in cells.items() if k != "quantities"}
            ids = tuple(register[name].id for name in names)
            out.append(ExpectedFailure(quantities=ids, **texts))
    return tuple(out)
