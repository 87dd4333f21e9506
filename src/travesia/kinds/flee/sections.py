"""What the page of a comparison says of imported cases: camp by camp, on a map of the region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from travesia.kinds.flee.instance import Instance
from travesia.kinds.flee.member import CAMP, roads_of
from travesia.kinds.flee.page import LIMITS, MISUSE
from travesia.kinds.flee.page_map import NO_OUTLINES, outlines, place_of
from travesia.reporting.comparison import LIMITS as COMPARED
from travesia.reporting.comparison_tables import drawn, forest_row
from travesia.reporting.comparison_words import (
    headline,
    headlines,
    in_per_cent,
    side,
    signed_per_cent,
    verdict,
)
from travesia.reporting.data import CREDIT
from travesia.reporting.payload import Change, ComparisonParts, EffectParts, Forest, Group
from travesia.reporting.story import month_words

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison

ERROR = "ard_rescaled"
CAMPS_SHOWN = 6
"""Camps among the headline numbers: those that differ most."""

TOTALS = (
    "Of people who set out, the sum of the period counts; everything else is the number of an "
    "average day."
)


def geography(cases: Sequence[Instance]) -> dict[str, Any]:
    """Places with coordinates and roads in both directions, of all cases."""
    places = {
        p.name: p
        for c in reversed(cases)
        for p in c.places
        if p.lat is not None and p.lon is not None
    }
    rows = [
        place_of(p.name, p.name, p.kind, p.country, p.lat or 0.0, p.lon or 0.0)
        for p in places.values()
    ]
    roads = dict.fromkeys(road for c in cases for road in roads_of(c))
    ends = [(road, *road.split(" → ")) for road in roads if road.count(" → ") == 1]
    return {
        "places": rows,
        "legs": [
            {"id": road, "from": a, "to": b, "mode": "road"}
            for road, a, b in ends
            if a in places and b in places
        ],
        "modes": [{"id": "road", "name": "road"}],
    }


def sections(comparison: Comparison[Instance]) -> ComparisonParts:
    """Camps, the map, and what the comparison of cases is for."""
    data, members = comparison.to_payload(), comparison.settings.members
    places = {p["id"]: i for i, p in enumerate(data["places"])}
    basemap = outlines([(p["lon"], p["lat"]) for p in data["places"]])
    told = [_scenario(one, places, members) for one in data["scenarios"]]
    base, n = comparison.baseline["label"], len(told)
    first = f"{comparison.effects[0].scenario['label']}, compared with {base}"
    without = ["whom", "waiting", "money", *([] if len(places) > 1 else ["map"])]
    return {
        "scenarios": told,
        "title": first if n == 1 else f"{n} changes to {base}",
        "story": [
            f"{one['label']}: {p}"
            for one, own in zip(data["scenarios"], told, strict=True)
            for p in own.get("story", ())
        ],
        "measures": [{"id": "camps", "title": "people in camps on an average day"}],
        "basemap": basemap,
        "purpose": "To say what a change in a case (a border, a camp, a rule) does to where people "
        "find refuge, before it happens.",
        "limits": [*LIMITS, *COMPARED],
        "misuse": list(MISUSE),
        "credit": CREDIT if basemap["shapes"] else NO_OUTLINES,
        "words": {
            "without": without,
            "where": "Camp by camp",
            "totals": TOTALS,
            "finest": "The number of people on an average day.",
            "changed": "What is different in the files of the two cases",
            "waiting": "",
        },
    }


def _scenario(one: Mapping[str, Any], places: Mapping[str, int], members: int) -> EffectParts:
    rows = [in_per_cent(r) for r in one["outputs"]]
    camps = sorted(
        (r for r in rows if r["output"].startswith(CAMP)), key=lambda r: -abs(r["difference"])
    )
    shown = ["in_camps", "under_way", *(r["output"] for r in camps[:CAMPS_SHOWN])]
    errors = [_in_points(r, members) for r in rows if r["output"] == ERROR]
    return {
        "story": _story({**one, "outputs": rows}, camps, members),
        "headlines": [*errors, *headlines(one, shown, members)],
        "at_places": {
            "camps": [drawn(places[_camp(r)], r, members) for r in camps if _camp(r) in places]
        },
        "where": [_by_camp(camps, members)] if camps else [],
    }


def _by_camp(camps: Sequence[Mapping[str, Any]], members: int) -> Group:
    rows = [forest_row(r, _camp(r), members) for r in camps]
    panel: Forest = {"title": "By camp", "left_out": 0, "rows": rows}
    return {"id": "camps", "title": "people in each camp", "panels": [panel]}


def _camp(row: Mapping[str, Any]) -> str:
    return str(row["output"]).removeprefix(CAMP)


def _in_points(row: Mapping[str, Any], members: int) -> Change:
    """The headline of an error: a difference in points of a hundred."""
    told = headline(row, members)
    clear = told["verdict"] not in ("unclear", "same")
    return {
        **told,
        "big": _points(row["difference"]) if clear else told["big"],
        "span": f"{_points(row['low'])} to {_points(row['high'])}" if members > 1 else "",
        "error": None,
        "per_cent": None,
    }


def _points(value: float) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):.1f} points"


def _story(one: Mapping[str, Any], camps: list[Any], members: int) -> list[str]:
    """The answer in a few sentences."""
    months = one["months"]
    clear = [
        r
        for r in camps
        if verdict(r, members) in ("more", "fewer", "single") and abs(r["difference"]) >= 0.5
    ]
    when = f"From {month_words(months[0])} to {month_words(months[-1])}, on an average day"
    if clear:
        parts = [f"{side(r['difference'])} people in {_camp(r)}{_share(r)}" for r in clear[:4]]
        more = f" {len(clear) - 4} more camps differ, too." if len(clear) > 4 else ""
        first = f"{when}, {one['label']} has {'; '.join(parts)}.{more}"
    else:
        first = f"{when}, the pairs of runs do not agree on a difference in any camp."
    error = next((r for r in one["outputs"] if r["output"] == ERROR), None)
    if error is None:
        return [first]
    return [
        first,
        f"The errors of all camps against the counts, in per cent of the people counted, go "
        f"from {error['base']:.1f} to {error['other']:.1f} (smaller is better). A "
        "change that did not happen moves away from the counts, and should.",
    ]


def _share(row: Mapping[str, Any]) -> str:
    share = row["per_cent"]
    return "" if share is None or abs(share) < 0.05 else f" ({signed_per_cent(share)})"
