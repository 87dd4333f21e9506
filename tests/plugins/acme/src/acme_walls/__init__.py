"""A plug-in of Travesía as somebody else would write it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.extend import Effect, Instrument, Number, Scope, Section, Spec, effects, number

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison
    from travesia.results.result import Result


class NightWatch(Spec):
    """Watchmen walk along the road at night, and more people are stopped there."""

    watchmen: Number = number("people", "watchmen on the road")
    each: Number = number("share", "stops that each of them adds", high=1.0)


def night_watch(spec: NightWatch, scope: Scope) -> list[Effect]:
    """More stops on the walked roads of the policy."""
    legs = scope.leg_ids("walk_road", "walk_track")
    causes = scope.names.stops_by()
    more = spec.watchmen.value * spec.each.value * scope.scale
    if not legs or not causes:
        return []
    return [effects.HazardFactor(causes=causes, legs=legs, factor=1.0 + more, **scope.when)]


NIGHT_WATCH = Instrument(
    id="night_watch",
    title="Night watch",
    title_es="Ronda nocturna",
    codes=(),
    spec=NightWatch,
    effects=night_watch,
)
TEMPLATES = Path(__file__).parent / "walls.yaml"
QUANTITIES = {
    "quantities": {
        "walked": {
            "title": "stretches walked",
            "title_es": "tramos a pie",
            "kind": "person-events",
            "table": "flows",
            "where": {"mode": ["walk_road", "walk_track"]},
        }
    },
    "lists": {},
}


def walks(result: Result) -> list[dict[str, Any]]:
    """Passages of every walked stretch."""
    modes = result.attribute("legs", "mode")
    people = result.flows.groupby("leg", observed=True)["people"].sum()
    return [
        {"stretch": leg, "people": float(n)}
        for leg, n in people.items()
        if modes[str(leg)].startswith("walk")
    ]


def walks_compared(comparison: Comparison[Any]) -> list[dict[str, Any]]:
    """What each of the others changes of the walked stretches."""
    found = []
    for effect in comparison.effects:
        walked = next(r for r in effect.outputs() if r["output"] == "walked")
        found.append({"scenario": effect.scenario["label"], "difference": walked["difference"]})
    return found


WALKS = Section(
    "walks",
    "Walked <stretches>",
    walks,
    title_es="Tramos a pie",
    about="By stretch.",
    compared=walks_compared,
)
