"""Cold nights in camps."""

from __future__ import annotations

import datetime as dt

from travesia.policy.effects import Effect, StayHazardFactor
from travesia.policy.instruments.base import Instrument, Number, Scope, Spec, number
from travesia.policy.selecting import by_word


class ColdSeason(Spec):
    """In the cold months people in tents fall ill more often.

    From the first day of ``first_month`` to the last day of ``last_month`` of every winter the
    daily chance of falling ill in a camp is multiplied (S4-p16-b, S4-p16-c). Not a measure but the
    weather, in which camp clearance and missing shelter weigh more.
    """

    factor: Number = number("factor", "factor on falling ill in a camp")
    first_month: Number = number("month", "first month of the season", low=1.0, high=12.0)
    last_month: Number = number("month", "last month of the season", low=1.0, high=12.0)


def effects(spec: ColdSeason, scope: Scope) -> list[Effect]:
    """One stretch of days per winter inside the policy's dates."""
    first, last = round(spec.first_month.value), round(spec.last_month.value)
    calendar = scope.calendar
    out: list[Effect] = []
    for year in range(calendar.date(0).year - 1, calendar.date(calendar.n_days - 1).year + 1):
        ends = year + (last < first)
        start = max(scope.start, calendar.day(dt.date(year, first, 1)))
        after = dt.date(ends + (last == 12), last % 12 + 1, 1)
        end = calendar.day(after) if scope.end is None else min(scope.end, calendar.day(after))
        if start < end:
            when = {**scope.when, "start": start, "end": end, "ramp_days": 0}
            out.append(
                StayHazardFactor(
                    stays=("border_camp",),
                    transitions=("camp_falls_ill",),
                    cohorts=scope.cohorts,
                    places=by_word("places", "where and in regions", scope) or (),
                    factor=scope.factor(spec.factor),
                    **when,
                )
            )
    return out


INSTRUMENT = Instrument(
    id="cold_season",
    title="Cold nights in camps",
    codes=(),
    spec=ColdSeason,
    effects=effects,
    claims=("S4-p16-b", "S4-p16-c"),
)
