"""Humanitarian visas: the tap that opens and closes."""

from __future__ import annotations

import calendar
from typing import ClassVar

from travesia.policy.effects import ActionFactor, ActionSet, Capacity, Effect, OutcomeSet
from travesia.policy.instruments.base import Instrument, Number, Scope, Spec, number

APPROVED = 0.97
"""Share of those served who are given the card of the programme."""

OTHERS = ("rest_on_way", "take_shelter", "claim_asylum")


class HumanitarianVisas(Spec):
    """A card at the bridge: with it a person may travel and work in all Mexico.

    For ``window_days`` people who arrive at the offices join the line instead of resting or
    filing for asylum (``others``); as many cards are issued in each month as the series says
    (``issued_YYYY_MM``), evenly over its days. When the window closes and the cards stop, those
    in line stay stuck in the south or walk on without papers (S3-p13-d, S3-p13-e, S3-p13-f,
    S3-p14-b).
    """

    series_name: ClassVar[str] = "issued"
    series_unit: ClassVar[str] = "people"

    window_days: Number = number("days", "days for which people may join the line")
    join: Number = number("probability", "chance of joining the line on arrival", high=1.0)
    others: Number = number(
        "factor", "factor on resting, shelter and asylum claims on arrival", high=1.0
    )
    stranded_join: Number = number(
        "probability", "share of the stranded who join the line when they move on", high=1.0
    )


def effects(spec: HumanitarianVisas, scope: Scope) -> list[Effect]:
    """Cases per day at the offices, shared equally, and the line before them."""
    offices = scope.facility_ids("visa_office")
    if not offices:
        return []
    out: list[Effect] = []
    for when, issued in scope.months(spec.series):
        per_day = scope.add(issued) / _days_left(when["start"], scope) / len(offices)
        out.append(Capacity(facilities=offices, op="set", value=per_day, **when))
    window = {**scope.when, "end": scope.start + round(spec.window_days.value)}
    if scope.end is not None:
        window["end"] = min(window["end"], scope.end)
    places = tuple(sorted({scope.names.facilities[f].place for f in offices}))
    out.append(
        ActionSet(
            transition="join_visa_queue",
            places=places,
            cohorts=scope.foreigners(),
            probability=scope.share(spec.join),
            **window,
        )
    )
    out.extend(
        ActionFactor(
            transition=transition,
            places=places,
            cohorts=scope.foreigners(),
            factor=scope.factor(spec.others),
            **window,
        )
        for transition in OTHERS
        if transition in scope.names.transitions
    )
    regions = tuple(sorted({scope.names.facilities[f].region for f in offices}))
    out.append(
        OutcomeSet(
            stay="stranded",
            transition="stranded_joins_visa_queue",
            cohorts=scope.foreigners(),
            regions=regions,
            probability=scope.share(spec.stranded_join),
            **window,
        )
    )
    out.extend(
        OutcomeSet(
            stay="visa_issue",
            transition=transition,
            cohorts=scope.foreigners(),
            regions=regions,
            probability=probability,
            **scope.when,
        )
        for transition, probability in (("programme_card", APPROVED), ("visa_issued_waits", 0.0))
        if transition in scope.names.transitions
    )
    return out


def _days_left(start: int, scope: Scope) -> int:
    """Days from a day to the end of its month, or to the end of the policy if that is earlier."""
    date = scope.calendar.date(start)
    days = calendar.monthrange(date.year, date.month)[1] - date.day + 1
    return days if scope.end is None else min(days, scope.end - start)


INSTRUMENT = Instrument(
    id="humanitarian_visas",
    title="Humanitarian visas",
    codes=("I13",),
    spec=HumanitarianVisas,
    effects=effects,
    claims=("S3-p03-c", "S3-p13-d", "S3-p13-e", "S3-p13-f", "S3-p14-b"),
)
