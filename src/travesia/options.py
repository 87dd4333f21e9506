"""Numbers that a caller gives beside a scenario: seeds, members, shares, workers.

Everything that can be run takes the same kinds of number and refuses others in the same words,
whether they come from the command line or from Python, all faults of a call at once.
"""

from __future__ import annotations

import math
import numbers
import operator
from dataclasses import dataclass, field
from typing import Any

from travesia.errors import InputError, Problem

LARGEST_SEED = (1 << 63) - 1
LARGEST_COUNT = (1 << 31) - 1


@dataclass
class Options:
    """Reads the numbers of a call one by one; faults are collected and raised together."""

    title: str
    faults: list[Problem] = field(default_factory=list)

    def whole(
        self,
        name: str,
        value: Any,
        least: int,
        most: int = LARGEST_COUNT,
        where: str = "",
        cure: str = "",
        few: str = "",
    ) -> int:
        """A whole number of any integer type (a bool is none). Gives ``least`` if it is faulty.

        ``few`` says what is wrong with a number below ``least`` that stands before it.
        """
        where = where or f"--{name}"
        if isinstance(value, bool) or type(value).__name__ == "bool":
            what = f"{name} is {value}, which is not a number"
            return self._refuse(what, where, cure or _between(least, most), least)
        try:
            number = operator.index(value)
        except TypeError:
            what = f"{name} is {_shown(value)}, which is not a whole number"
            hint = "write it without decimals and without quotes" if _looks_whole(value) else ""
            return self._refuse(what, where, hint or cure or _between(least, most), least)
        if number < least:
            what = f"{number} {few}" if few else f"{name} is {number}, below {least}"
            return self._refuse(what, where, cure or _between(least, most), least)
        if number > most:
            return self._refuse(
                f"{name} is {number}, above {most:,}", where, cure or _between(least, most), least
            )
        return number

    def seed(self, value: Any) -> int | None:
        """A seed, or None for that of the scenario."""
        return None if value is None else self.whole("seed", value, 0, LARGEST_SEED)

    def count(self, name: str, value: Any, least: int = 0, cure: str = "") -> int | None:
        """A number of things that may be left out."""
        return None if value is None else self.whole(name, value, least, cure=cure)

    def number(self, name: str, value: Any, where: str = "", cure: str = "") -> float | None:
        """A finite number of any real type (a bool is none), or None with a fault."""
        where = where or f"--{name}"
        real = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not real or not math.isfinite(float(value)):
            self._refuse(f"{name} is {_shown(value)}, which is not a finite number", where, cure, 0)
            return None
        return float(value)

    def sample(self, value: Any) -> float:
        """A share of the population, above 0 and up to 1."""
        cure = "use a number in (0, 1]"
        number = self.number("sample", value, cure=cure)
        if number is None:
            return 1.0
        if not 0.0 < number <= 1.0:
            self.faults.append(Problem(f"sample {number:g} is not a share", "--sample", cure))
            return 1.0
        return number

    def precision(self, value: Any) -> float | None:
        """A precision: a share between 0 and 1, or None."""
        cure = "use a share between 0 and 1, such as 0.05 or 5%"
        number = None if value is None else self.number("precision", value, cure=cure)
        if number is not None and not 0.0 < number < 1.0:
            self.faults.append(Problem(f"precision {number:g}", "--precision", cure))
            return None
        return number

    def flag(self, name: str, value: Any) -> bool:
        """Yes or no; a number is neither."""
        if not (isinstance(value, bool) or type(value).__name__ == "bool"):
            self._refuse(
                f"{name} is {_shown(value)}, which is neither yes nor no",
                f"--{name}",
                "give True or False",
                0,
            )
        return bool(value)

    def raise_if_any(self) -> None:
        """Raise :class:`InputError` with every fault that was met."""
        if self.faults:
            raise InputError(self.title, self.faults)

    def _refuse(self, what: str, where: str, cure: str, instead: int) -> int:
        self.faults.append(Problem(what, where, cure))
        return instead


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _looks_whole(value: Any) -> bool:
    """Whether a text or a number with decimals stands for a whole number."""
    try:
        return float(value).is_integer()
    except (TypeError, ValueError, OverflowError):
        return False


def _between(least: int, most: int) -> str:
    end = "" if most == LARGEST_COUNT else f" and at most {most:,}"
    return f"use at least {least}{end}"
