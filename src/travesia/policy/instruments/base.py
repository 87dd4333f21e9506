"""What every instrument is made of: a typed spec, a scope, and a pure function to effects."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from travesia.calendar import Calendar, parse_month
from travesia.policy import effects as fx
from travesia.policy.effects import Effect, Ids
from travesia.policy.names import LegInfo, Names

_MONTH_KEY = re.compile(r"^(?P<name>[a-z_]+)_(?P<year>\d{4})_(?P<month>\d{2})$")


class Number(BaseModel):
    """A number of a policy with its range and unit."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    value: float = Field(allow_inf_nan=False)
    low: float | None = None
    high: float | None = None
    unit: str = ""


class Day(BaseModel):
    """A date that a policy needs besides its own first and last day."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    value: dt.date


def number(unit: str, description: str, low: float = 0.0, high: float | None = None) -> Any:
    """Declare a parameter of a spec: its unit, meaning, and the bounds that make sense."""
    return Field(
        description=description, json_schema_extra={"unit": unit, "minimum": low, "maximum": high}
    )


def optional(
    unit: str,
    description: str,
    low: float = 0.0,
    high: float | None = None,
    default: Number | None = None,
) -> Any:
    """Declare a parameter that may be left out; it is ``default`` then."""
    return Field(
        default=default,
        description=description,
        json_schema_extra={"unit": unit, "minimum": low, "maximum": high},
    )


class Spec(BaseModel):
    """Base of all instrument parameters: frozen, no unknown names, units and bounds checked.

    A spec with a ``series_name`` also takes one number per month, named
    ``<series_name>_YYYY_MM``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    series_name: ClassVar[str] = ""
    series_unit: ClassVar[str] = ""
    series_bounds: ClassVar[tuple[float, float | None]] = (0.0, None)

    series: dict[dt.date, Number] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _collect_series(cls, data: Any) -> Any:
        if not cls.series_name or not isinstance(data, Mapping):
            return data
        out: dict[str, Any] = {}
        series: dict[dt.date, Any] = {}
        for name, value in data.items():
            match = _MONTH_KEY.match(str(name))
            if match and match["name"] == cls.series_name:
                series[parse_month(f"{match['year']}-{match['month']}")] = value
            else:
                out[name] = value
        return {**out, "series": series}

    @model_validator(mode="after")
    def _check_units_and_bounds(self) -> Spec:
        for name, info in type(self).model_fields.items():
            declared = info.json_schema_extra
            value = getattr(self, name)
            if isinstance(value, Number) and isinstance(declared, dict):
                low, high = declared["minimum"], declared["maximum"]
                _check(name, value, str(declared["unit"]), low, high)
        for month, value in self.series.items():
            name = f"{self.series_name}_{month.year:04d}_{month.month:02d}"
            _check(name, value, self.series_unit, *self.series_bounds)
        return self


def _check(name: str, quantity: Number, unit: str, low: Any, high: Any) -> None:
    if quantity.unit not in (unit, "", "1"):  # a bare number carries no unit
        raise ValueError(f"{name}: the unit is {quantity.unit!r}, expected {unit!r}")
    for number in (quantity.value, quantity.low, quantity.high):
        if number is None:
            continue
        if (low is not None and number < low) or (high is not None and number > high):
            bounds = f"at least {low:g}" if high is None else f"{low:g} to {high:g}"
            raise ValueError(f"{name}: {number:g} is out of bounds, expected {bounds}")


@dataclass(frozen=True, slots=True)
class Scope:
    """When, where and for whom one policy acts, with its names resolved.

    Empty selectors mean that the policy does not narrow that axis. ``factor``, ``add`` and
    ``share`` put the scale of the policy into a number.
    """

    policy: str
    start: int
    end: int | None
    ramp_days: int
    scale: float
    calendar: Calendar
    names: Names
    regions: Ids = ()
    places: Ids = ()
    modes: Ids = ()
    legs: Ids = ()
    cohorts: Ids = ()
    priority: int = 0
    enabled: bool = True

    @property
    def when(self) -> dict[str, Any]:
        """Policy id, dates, ramp and priority, as arguments of an effect."""
        return {
            "policy": self.policy,
            "start": self.start,
            "end": self.end,
            "ramp_days": self.ramp_days,
            "priority": self.priority,
        }

    def factor(self, quantity: Number) -> float:
        """A factor at the policy's scale ``s``: ``1 + (f - 1) s``, never below 0."""
        return max(0.0, 1.0 + (quantity.value - 1.0) * self.scale)

    def add(self, quantity: Number) -> float:
        """An addition at the policy's scale."""
        return quantity.value * self.scale

    def share(self, quantity: Number) -> float:
        """A probability at the policy's scale, at most 1."""
        return min(1.0, quantity.value * self.scale)

    def leg_ids(
        self, *modes: str, narrow: bool = True, test: Callable[[LegInfo], bool] | None = None
    ) -> Ids:
        """Legs inside the policy's selectors, on some modes (any, if none is given).

        ``narrow=False`` ignores where the policy acts; ``test`` narrows further.
        """
        chosen = []
        for leg_id, leg in self.names.legs.items():
            if modes and leg.mode not in modes:
                continue
            if narrow and not self._selects(leg_id, leg):
                continue
            if test is None or test(leg):
                chosen.append(leg_id)
        return tuple(sorted(chosen))

    def _selects(self, leg_id: str, leg: LegInfo) -> bool:
        if self.legs and leg_id not in self.legs:
            return False
        if self.modes and leg.mode not in self.modes:
            return False
        if self.regions and leg.region not in self.regions:
            return False
        return not self.places or leg.origin in self.places or leg.to in self.places

    def facility_ids(self, *kinds: str) -> Ids:
        """Facilities of some kinds inside the policy's regions and places."""
        return tuple(
            sorted(
                facility_id
                for facility_id, facility in self.names.facilities.items()
                if facility.kind in kinds
                and (not self.regions or facility.region in self.regions)
                and (not self.places or facility.place in self.places)
            )
        )

    def nationals(self, *nationalities: str) -> Ids:
        """Cohorts of some nationalities among those that the policy selects."""
        return tuple(
            sorted(
                cohort_id
                for cohort_id, cohort in self.names.cohorts.items()
                if cohort.nationality in nationalities
                and (not self.cohorts or cohort_id in self.cohorts)
            )
        )

    def foreigners(self) -> Ids:
        """Selected cohorts from no country of transit; all if there are no others."""
        return tuple(
            sorted(
                cohort_id
                for cohort_id, cohort in self.names.cohorts.items()
                if cohort.nationality not in self.names.transit
                and (not self.cohorts or cohort_id in self.cohorts)
            )
        )

    def months(self, series: Mapping[dt.date, Number]) -> list[tuple[dict[str, Any], Number]]:
        """A monthly series as dated steps inside the policy's dates.

        Each number holds up to the next month of the series, the last one to the end of the
        policy; nothing is said before the first month.
        """
        out: list[tuple[dict[str, Any], Number]] = []
        months = sorted(series)
        for n, month in enumerate(months):
            start = max(self.start, self.calendar.day(month))
            end = self.end
            if n + 1 < len(months):
                following = self.calendar.day(months[n + 1])
                end = following if end is None else min(end, following)
            if end is None or start < end:
                when = {**self.when, "start": start, "end": end, "ramp_days": 0}
                out.append((when, series[month]))
        return out


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument of policy: how its parameters become effects.

    ``effects`` gives what the policy does while it holds. ``absence``, where present, gives what
    has to be taken out of the tables when the policy is switched off: some policies (expulsions,
    custody of children) are already inside the published outcome tables. ``about`` says what it
    does to a travelling person; left out, it is the docstring of the spec. ``origin`` is the file
    or distribution that it comes from, where that is not this package.
    """

    id: str
    title: str
    codes: Ids
    spec: type[Spec]
    effects: Callable[[Any, Scope], list[Effect]]
    claims: Ids = ()
    absence: Callable[[Any, Scope], list[Effect]] | None = None
    uncalibrated: bool = False
    title_es: str = ""
    about: str = ""
    origin: str = ""

    @property
    def description(self) -> str:
        """What the instrument does to a travelling person."""
        return (self.about or self.spec.__doc__ or "").strip()


def gate(scope: Scope, make: Callable[[dict[str, Any], float], Iterable[Effect]]) -> list[Effect]:
    """Effects of a policy that the outcome tables already contain.

    ``make(when, factor)`` builds the effects of one period. Outside the policy's dates the factor
    is 0, inside it is the policy's scale: so a user can move, scale or end what the tables hold.
    """
    periods: list[tuple[int, int | None, float]] = [(fx.ALWAYS, scope.start, 0.0)]
    if scope.scale != 1.0:
        periods.append((scope.start, scope.end, scope.scale))
    if scope.end is not None:
        periods.append((scope.end, None, 0.0))
    out: list[Effect] = []
    for start, end, factor in periods:
        when = {**scope.when, "start": start, "end": end, "ramp_days": 0}
        out.extend(make(when, factor))
    return out


def shut(scope: Scope, make: Callable[[dict[str, Any], float], Iterable[Effect]]) -> list[Effect]:
    """Effects of taking such a policy away for good: the factor is 0 on every day."""
    return list(make({**scope.when, "start": fx.ALWAYS, "end": None, "ramp_days": 0}, 0.0))


def taken_out(
    scope: Scope, without: Number, make: Callable[[dict[str, Any], float], Iterable[Effect]]
) -> list[Effect]:
    """Effects of switching off a policy whose result is already inside observed tables.

    ``without`` is the factor by which the table would differ had the policy never been.
    """
    return list(make(scope.when, without.value))
