"""What publishers count, and by what: the words that targets.csv may use.

How each statistic is counted in a run stands in :mod:`travesia.observe.observables`. An observable
has an id such as ``us_encounters_by_sector_nationality``: a statistic and the dimensions by which
it is broken down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from travesia.scenario.faults import suggest

Kind = Literal["count", "ratio", "stock"]

DIMENSIONS = ("sector", "nationality", "family_type", "state", "place")
"""By what statistics are broken down."""

SPELLINGS = {"family": "family_type", "region": "state"}
"""Other names that dimensions have in tables and ids."""

_AT_THE_BORDER = ("sector", "nationality", "family_type", "place")
_IN_MEXICO = ("state", "nationality", "family_type", "place")


@dataclass(frozen=True, slots=True)
class Statistic:
    """What a publisher counts.

    Attributes:
        id: name without dimensions.
        kind: ``count`` of events, ``ratio`` of two counts, or ``stock`` of people at a time.
        dims: dimensions by which it may be broken down.
        title: plain name for people.
        description: how the twin is counted.
        circular: the departures of the shipped scenario are derived from this series, so its
            totals are no test of the model.
        circular_by: dimensions of the departures: shares by them are given in part, and shares
            by another dimension are compared within them.
        decided_by: for a ratio, the count whose totals decide it, since the other is given.
        never: nationalities that it never counts: a country does not return its own people.
    """

    id: str
    kind: Kind
    dims: tuple[str, ...]
    title: str
    description: str
    circular: bool = False
    circular_by: tuple[str, ...] = ()
    decided_by: str = ""
    never: tuple[str, ...] = ()


_STATISTICS = (
    Statistic(
        "us_encounters",
        "count",
        _AT_THE_BORDER,
        "US encounters",
        "Times that the Border Patrol took somebody into custody between ports of entry.",
        circular=True,
        circular_by=("nationality", "family_type"),
    ),
    Statistic(
        "us_expulsions",
        "count",
        _AT_THE_BORDER,
        "US expulsions",
        "Expulsions under the pandemic rule out of Border Patrol custody.",
    ),
    Statistic(
        "us_releases",
        "count",
        _AT_THE_BORDER,
        "Releases into the United States",
        "Times that somebody was released with a case out of Border Patrol custody or later.",
    ),
    Statistic(
        "us_deaths",
        "count",
        _AT_THE_BORDER,
        "Deaths in US border sectors",
        "Deaths on the way into, or in, the area of a Border Patrol sector, by place of death.",
    ),
    Statistic(
        "mx_detentions",
        "count",
        _IN_MEXICO,
        "Detentions in Mexico",
        "Events of people presented to, or channelled by, the migration institute.",
        never=("MEX",),
        circular_by=("nationality", "family_type"),
    ),
    Statistic(
        "mx_returns",
        "count",
        _IN_MEXICO,
        "Returns from Mexico",
        "Deportations, assisted returns and returns of minors.",
        never=("MEX",),
        circular=True,
        circular_by=("nationality", "family_type"),
    ),
    Statistic(
        "mx_asylum_applications",
        "count",
        _IN_MEXICO,
        "Asylum applications in Mexico",
        "People in claims filed with the refugee commission; who files again counts again.",
        never=("MEX",),
    ),
    Statistic(
        "mpp_enrolments",
        "count",
        _AT_THE_BORDER,
        "Enrolments in Remain in Mexico",
        "Times that somebody was sent to Mexico to wait for a US court.",
    ),
    Statistic(
        "mpp_waiting",
        "stock",
        ("place", "state"),
        "Waiting under Remain in Mexico",
        "People who wait in Mexico for a US court, at the end of the period.",
    ),
    Statistic(
        "mpp_enrolled",
        "stock",
        (),
        "Enrolled in Remain in Mexico so far",
        "Times that somebody was sent to Mexico to wait for a US court, since the beginning.",
    ),
    Statistic(
        "repeat_share",
        "ratio",
        _AT_THE_BORDER,
        "Share of repeat encounters",
        "US encounters of people encountered in the twelve months before, over all.",
    ),
    Statistic(
        "us_share_northern_triangle",
        "ratio",
        ("nationality", "family_type"),
        "US share of Northern Triangle events",
        "US encounters over US encounters and Mexican detentions, of three nationalities.",
        decided_by="mx_detentions",
    ),
    Statistic(
        "mx_share_northern_triangle",
        "ratio",
        ("nationality", "family_type"),
        "Mexico's share of Northern Triangle events",
        "Mexican detentions over US encounters and Mexican detentions, of three nationalities.",
        decided_by="mx_detentions",
    ),
)

STATISTICS: dict[str, Statistic] = {s.id: s for s in _STATISTICS}
"""Every statistic that has a twin, by id."""


class UnknownObservableError(ValueError):
    """An observable that has no twin; ``cure`` says what to write."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.cure = cure


def resolve(observable: str, by: str = "") -> tuple[Statistic, tuple[str, ...]]:
    """The statistic and the dimensions that an observable id and a ``by`` column mean.

    ``resolve("us_encounters_by_sector")`` and ``resolve("us_encounters", "sector")`` are the same.

    Raises:
        UnknownObservableError: an unknown statistic or dimension, or two that contradict.
    """
    base, mark, tail = observable.partition("_by_")
    if base not in STATISTICS or (mark and not tail):
        raise UnknownObservableError(f"unknown observable '{observable}'", _known(base))
    statistic = STATISTICS[base]
    written = _dims([w.strip() for w in by.replace(",", ";").split(";") if w.strip()])
    named = _dims(_dimension_words(tail))
    if written and named and set(written) != set(named):
        raise UnknownObservableError(
            f"observable '{observable}' and by '{by}' contradict each other", "keep one of the two"
        )
    dims = written or named
    wrong = [d for d in dims if d not in statistic.dims]
    if wrong:
        cure = f"use {', '.join(statistic.dims)}" if statistic.dims else "leave `by` blank"
        what = f"unknown dimension '{wrong[0]}': {base} cannot be broken down by it"
        raise UnknownObservableError(what, cure)
    if len(set(dims)) < len(dims):
        raise UnknownObservableError(f"a dimension is given twice in '{by}'", "keep one of them")
    return statistic, dims


def _known(base: str) -> str:
    guess = suggest(base, STATISTICS)
    known = f"known: {', '.join(sorted(STATISTICS))}"
    return f"{guess} ({known})" if guess.startswith("did you mean") else known


def _dims(words: list[str]) -> tuple[str, ...]:
    return tuple(d for w in words if (d := SPELLINGS.get(w, w)) not in ("month", "period"))


def _dimension_words(tail: str) -> list[str]:
    """``sector_family_type`` as ``sector`` and ``family_type``."""
    return [w for w in tail.replace("family_type", "family").split("_") if w]
