"""Remain in Mexico: people wait in Mexico for a US court."""

from __future__ import annotations

from typing import ClassVar

from travesia.policy.effects import Effect, OutcomeSet
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class RemainInMexico(Spec):
    """People in US custody are sent back to a Mexican border city with a court date months away.

    The share of those in custody who are sent back is a monthly series (``share_YYYY_MM``) for
    the sectors and nationalities named; single adults are sent back ``adult_factor`` times as
    often as families, children alone never. In the border city they live in camps and shelters
    and are robbed, extorted and kidnapped; many miss the hearing (S3-p03-d, S4-p07-c, S4-p07-d,
    S4-p12-a, S4-p13-b, S4-p19-a).
    """

    series_name: ClassVar[str] = "share"
    series_unit: ClassVar[str] = "probability"
    series_bounds: ClassVar[tuple[float, float | None]] = (0.0, 1.0)

    adult_factor: Quantity = quantity("factor", "share of adults relative to families")


def effects(spec: RemainInMexico, scope: Scope) -> list[Effect]:
    """Monthly shares of those in custody, for families and for adults."""
    chosen = scope.cohorts or tuple(sorted(scope.names.cohorts))
    cohorts = scope.names.cohorts
    out: list[Effect] = []
    for family_type, factor in (("family", 1.0), ("adult", spec.adult_factor.value)):
        group = tuple(c for c in chosen if cohorts[c].family_type == family_type)
        if not group:
            continue
        for when, share in scope.months(spec.series):
            probability = min(1.0, scope.share(share) * factor)
            out.append(
                OutcomeSet(
                    stay="us_custody",
                    transition="remain_in_mexico",
                    cohorts=group,
                    regions=scope.regions,
                    probability=probability,
                    **when,
                )
            )
    return out


INSTRUMENT = Instrument(
    id="remain_in_mexico",
    title="Remain in Mexico",
    codes=("I18",),
    spec=RemainInMexico,
    effects=effects,
    claims=("S3-p03-d", "S4-p07-c", "S4-p07-d", "S4-p12-a", "S4-p13-b", "S4-p19-a"),
)
