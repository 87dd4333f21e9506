"""A quantity: a filter and a sum over the labelled axes of the tables of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["events", "person-events", "people", "person-days", "money", "share"]
Over = Literal["sum", "mean", "max", "end", "running"]
Measure = Literal["count", "stock", "money", "ratio"]

KINDS: Mapping[str, str] = {
    "events": "events", "person-events": "person-events", "people": "people",
    "person-days": "person-days", "money": "US dollars", "share": "share",
}  # fmt: skip
"""What a quantity counts, with its unit; somebody to whom a thing happens twice is two
person-events."""

OVERS: Mapping[str, str] = {
    "sum": "all of the period",
    "mean": "on an average day of the period",
    "max": "in the fullest month of the period",
    "end": "at the end of the period",
    "running": "from the beginning to the end of the period",
}
"""How the months of a period become one number."""

COLUMNS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "departures": (("month", "cohort"), ("people", "parties")),
    "flows": (("month", "leg", "cohort"), ("people", "parties")),
    "events": (("month", "transition", "place", "cohort"), ("people", "parties")),
    "events_daily": (("date", "transition", "place"), ("people",)),
    "stocks": (("date", "state", "place"), ("people",)),
    "stocks_monthly": (("month", "state", "stay", "place", "cohort"), ("people", "parties")),
    "stay_harms": (("month", "stay", "transition", "place"), ("people",)),
    "repeats": (("month", "place", "cohort"), ("people",)),
    "facilities": (
        ("month", "facility"),
        ("capacity", "occupied", "admitted", "refused", "waiting"),
    ),
    "money": (
        ("month", "payer", "payee", "purpose", "item"),
        ("units", "usd", "low", "high", "median", "p90"),
    ),
}
"""Labels and numbers of the tables that quantities are counted in."""

CHILDREN = "children"
"""What a quantity may count instead of a column: children alone, and the people of a family
beyond one adult; in tables that know cohorts and parties."""

TIMES = ("month", "date")
"""The labels that say when."""


@dataclass(frozen=True, slots=True)
class Term:
    """An axis has one of some values (``*``: any but blank), or none of them."""

    axis: str
    values: tuple[str, ...]
    negated: bool = False


Alternative = tuple[Term, ...]
Condition = tuple[tuple[Alternative, ...], ...]
"""Groups that all hold; of a group one alternative; of an alternative all terms."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A way to break numbers down: a label of a table, or what the scenario says of one.

    ``of`` is the axis that it is read from: the value of a row of ``table`` of the scenario whose
    ``key`` is the other's value. ``many`` joins several values by ``;``: rows can be chosen by
    it, but not broken down. An axis with neither table nor key renames ``of`` and takes only the
    values for which ``where`` holds.
    """

    id: str
    of: tuple[str, ...] = ()
    table: str = ""
    column: str = ""
    key: str = "id"
    many: bool = False
    where: Condition = ()
    title: str = ""

    @property
    def titled(self) -> str:
        """What people call it."""
        return self.title or self.id.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is counted, and what it is called.

    Attributes:
        id: the one name in every file, page and table; ``aliases`` are older ones, understood
            and never printed.
        title, title_es: a noun, as ``deaths on the way``.
        kind: what it counts, see :data:`KINDS`.
        table, value: the table of the run and its column of numbers; ``a-b`` is a difference and
            ``a+b`` a sum of columns; or :data:`CHILDREN`.
        where: which rows count.
        over: how months become a period, see :data:`OVERS`.
        part, whole: of a share, the quantities whose sums are divided.
        per: of a share that is a rate, a number and what it counts, as ``100 days of waiting``.
        keep: axes by which every member of an ensemble is broken down, beside its months.
        text, text_es: a sentence or two for a chart.
        label, label_es: the title as the end of a sentence that begins with the number.
        note, note_es: a remark beside the number.
        given: whether it is put in and no result.
        circular, circular_by: whether the inputs are derived from its published totals, or from
            its shares along these axes.
        decided_by: of a share, the quantity whose totals decide it.
        beside: the quantity of which it is a part, and beside whose chart it is told.
        never: nationalities that its publishers never count.
    """

    id: str
    title: str
    kind: Kind
    table: str = ""
    value: str = "people"
    where: Condition = ()
    over: Over = "sum"
    title_es: str = ""
    aliases: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    per: str = ""
    keep: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    text_es: str = ""
    label: str = ""
    label_es: str = ""
    note: str = ""
    note_es: str = ""
    given: bool = False
    circular: bool = False
    circular_by: tuple[str, ...] = ()
    decided_by: str = ""
    beside: str = ""
    never: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """What the numbers count."""
        if self.per:
            return f"per {self.per}"
        on_a_day = self.kind == "people" and self.measure == "stock"
        return "people on a day" if on_a_day else KINDS[self.kind]

    @property
    def scale(self) -> float:
        """What a share is multiplied by: 1, or the number of its ``per``."""
        return float(self.per.split()[0].replace(",", "")) if self.per else 1.0

    @property
    def measure(self) -> Measure:
        """How it is added up: a count of things that happen, people on a day, money or a ratio."""
        if self.kind in ("share", "money"):
            return "ratio" if self.kind == "share" else "money"
        return "count" if self.over == "sum" else "stock"

    @property
    def titled(self) -> str:
        """The title, saying of person-events that they are."""
        return f"{self.title} ({self.unit})" if self.kind == "person-events" else self.title

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns of numbers that it reads."""
        value = "people-parties" if self.value == CHILDREN else self.value
        return tuple(value.replace("-", "+").split("+"))


def array_name(quantity: str, axes: tuple[str, ...]) -> str:
    """Name of the numbers of a quantity by some axes, as ``deaths_by_place``."""
    by = "_".join(a for a in axes if a not in TIMES)
    return f"{quantity}_by_{by}" if by else quantity


_AXES = (
    *(Axis(name) for name in ("month", "date", "cohort", "transition", "leg", "stay")),
    *(Axis(name) for name in ("facility", "payer", "payee", "purpose", "item")),
    Axis("state", ("stay",), "stays", "state"),
    Axis("place", ("facility",), "facilities", "place"),
    Axis("nationality", ("cohort",), "cohorts", "nationality"),
    Axis("family_type", ("cohort",), "cohorts", "family_type", title="company"),
    Axis("group", ("cohort",), "cohorts", "group"),
    Axis("region", ("place",), "places", "region"),
    Axis("country", ("place",), "places", "country"),
    Axis("admin1", ("place",), "places", "admin1"),
    Axis("place_kind", ("place",), "places", "kind"),
    Axis("zones", ("place",), "places", "zones", many=True),
    Axis("tag", ("transition",), "transitions", "counts_as", many=True),
    Axis("from", ("transition",), "transitions", "from", many=True),
    Axis("to", ("transition",), "transitions", "to"),
    Axis("from_state", ("from",), "stays", "state", many=True),
    Axis("to_state", ("to",), "stays", "state"),
    Axis("mode", ("leg",), "legs", "mode", title="means of travel"),
    Axis("origin", ("leg",), "legs", "from"),
    Axis("destination", ("leg",), "legs", "to"),
    Axis("role", ("leg",), "legs", "role"),
    Axis("waiting", ("state",), "stays", "waiting", key="state"),
    Axis("end", ("state",), "ends", "id"),
    Axis("facility_kind", ("facility",), "facilities", "kind"),
)  # fmt: skip

AXES: Mapping[str, Axis] = {axis.id: axis for axis in _AXES}
"""The axes of every corridor; a scenario may declare more."""
