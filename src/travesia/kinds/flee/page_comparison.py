"""The page of a comparison of imported FLEE cases: what a change does to each camp.

It is drawn by the same page as comparisons of the corridor (``web/src/Comparison.svelte``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.figures import words
from travesia.kinds.flee.members import CAMP, FleeScenario
from travesia.kinds.flee.page import LIMITS, MISUSE
from travesia.kinds.flee.page_map import NO_OUTLINES, outlines, place_of
from travesia.reporting.comparison import LIMITS as COMPARED
from travesia.reporting.comparison_tables import SERIES
from travesia.reporting.comparison_words import (
    how_sure,
    numbers,
    side,
    signed_per_cent,
    span,
    verdict,
)
from travesia.reporting.data import CREDIT
from travesia.reporting.facts import tidy
from travesia.reporting.render import render
from travesia.reporting.story import month_words
from travesia.version import __version__

if TYPE_CHECKING:
    from travesia.kinds.flee.compare import FleeComparison, FleeEffect

ERROR = "ard_rescaled"
CAMPS_SHOWN = 6
"""Camps among the headline numbers: those that differ most."""

TOTALS = (
    "Of people who set out, the sum of the period counts; everything else is the number of an "
    "average day."
)


def camps_comparison_page(
    comparison: FleeComparison,
    path: str | os.PathLike[str],
    *,
    command: str = "",
    overwrite: bool = False,
) -> Path:
    """Write a comparison of cases as one self-contained HTML page; give its path.

    Raises :class:`travesia.errors.OutputError` if the path exists or cannot be written.
    """
    payload = build_camps_comparison(comparison, command)
    return render(payload, path, overwrite=overwrite, bundle="comparison")


def build_camps_comparison(comparison: FleeComparison, command: str = "") -> dict[str, Any]:
    """Everything that the page shows of a comparison of cases, as plain values."""
    settings = comparison.to_dict()["settings"]
    members = settings["members"]
    geography = _geography(comparison)
    told = [_scenario(e, geography, members) for e in comparison.effects]
    base, n = comparison.baseline.label, len(told)
    title = f"{told[0]['title']}, compared with {base}" if n == 1 else f"{n} changes to {base}"
    without = ["whom", "waiting", "money", *([] if len(geography["places"]) > 1 else ["map"])]
    return {
        "format": "travesia-comparison-page/1",
        "title": title,
        "story": [f"{one['title']}: {p}" for one in told for p in one["story"]],
        "baseline": {"label": comparison.baseline.label, "title": comparison.baseline.label},
        "settings": settings,
        "sure": how_sure(settings, comparison.settings.note()),
        "remarks": list(comparison.remarks),
        "scenarios": told,
        **geography,
        "modes": [{"id": "road", "name": "road"}],
        "measures": [{"id": "camps", "title": "people in camps on an average day"}],
        "sources": [],
        "sections": [],
        "extrapolated_from": None,
        "purpose": "To say what a change in a case (a border, a camp, a rule) does to where people "
        "find refuge, before it happens.",
        "limits": [*LIMITS, *COMPARED],
        "misuse": list(MISUSE),
        "credit": CREDIT if geography["basemap"]["shapes"] else NO_OUTLINES,
        "command": command,
        "manifest": _manifest(comparison),
        "words": {
            "without": without,
            "where": "Camp by camp",
            "totals": TOTALS,
            "finest": "The number of people on an average day.",
            "changed": "What is different in the files of the two cases",
            "waiting": "",
        },
    }


def _geography(comparison: FleeComparison) -> dict[str, Any]:
    """Places with coordinates and roads in both directions, of all cases."""
    cases = [comparison.baseline, *(e.source for e in comparison.effects)]
    places = {
        p.name: p
        for c in reversed(cases)
        for p in c.case.places
        if p.lat is not None and p.lon is not None
    }
    index = {name: i for i, name in enumerate(places)}
    rows = [
        place_of(p.name, p.name, p.kind, p.country, p.lat or 0.0, p.lon or 0.0)
        for p in places.values()
    ]
    roads = dict.fromkeys(road for c in cases for road in c.roads)
    ends = [(road, *road.split(" → ")) for road in roads if road.count(" → ") == 1]
    return {
        "places": rows,
        "legs": [
            {"id": road, "from": index[a], "to": index[b], "mode": 0}
            for road, a, b in ends
            if a in index and b in index
        ],
        "basemap": outlines([(p["lon"], p["lat"]) for p in rows]),
        "views": [],
    }


def _scenario(effect: FleeEffect, geography: Mapping[str, Any], members: int) -> dict[str, Any]:
    rows = effect.outputs()
    camps = sorted(
        (r for r in rows if r["output"].startswith(CAMP)), key=lambda r: -abs(r["difference"])
    )
    leg = {g["id"]: i for i, g in enumerate(geography["legs"])}
    place = {p["id"]: i for i, p in enumerate(geography["places"])}
    first = [r for r in rows if r["output"] in (ERROR, "in_camps", "under_way")]
    return {
        "label": effect.source.label,
        "title": effect.source.label,
        "months": list(effect.view.months),
        "remarks": list(effect.view.remarks),
        "changes": dict(effect.changes),
        "story": _story(effect, camps, members),
        "headlines": [_headline(r, members) for r in (*first, *camps[:CAMPS_SHOWN])],
        "outputs": [
            {
                "id": r["output"],
                "title": r["title"],
                "kind": r["kind"],
                "verdict": verdict(r, members),
                **numbers(r),
                **{
                    n: None if r[n] is None or r[n] != r[n] else tidy(r[n], 3)
                    for n in ("per_cent", "unpaired_low", "unpaired_high", "narrower")
                },
            }
            for r in rows
        ],
        "timelines": [
            {
                "id": r["output"],
                "title": r["title"],
                "kind": r["kind"],
                **{n: [tidy(v, 3) for v in effect.series(r["output"])[n]] for n in SERIES},
            }
            for r in rows
        ],
        "marks": [],
        "flows": sorted(
            (_drawn(leg[r["leg"]], r, members) for r in effect.flows() if r["leg"] in leg),
            key=lambda row: -abs(row[2]),
        ),
        "at_places": {
            "camps": [_drawn(place[_camp(r)], r, members) for r in camps if _camp(r) in place]
        },
        "whom": [],
        "waiting": [],
        "money": [],
        "where": [
            {
                "id": "camps",
                "title": "people in each camp",
                "panels": [
                    {
                        "title": "By camp",
                        "left_out": 0,
                        "rows": [
                            {
                                "name": _camp(r),
                                "note": "",
                                "verdict": verdict(r, members),
                                **numbers(r),
                            }
                            for r in camps
                        ],
                    }
                ],
            }
        ]
        if camps
        else [],
    }


def _camp(row: Mapping[str, Any]) -> str:
    return str(row["output"]).removeprefix(CAMP)


def _drawn(at: int, row: Mapping[str, Any], members: int) -> list[Any]:
    figures = (tidy(row[n], 3) for n in ("base", "difference", "low", "high"))
    return [at, *figures, verdict(row, members)]


def _headline(row: Mapping[str, Any], members: int) -> dict[str, Any]:
    said, points = verdict(row, members), row["output"] == ERROR
    big = _points(row["difference"]) if points else side(row["difference"])
    between = (
        f"{_points(row['low'])} to {_points(row['high'])}"
        if points
        else span(row["low"], row["high"])
    )
    share = row["per_cent"]
    return {
        "id": row["output"],
        "label": row["title"],
        "verdict": said,
        "big": {"unclear": "not clear", "same": "no change"}.get(said, big),
        "span": between if members > 1 else "",
        "peak": "",
        **numbers(row),
        **({"error": None} if points else {}),
        "per_cent": None if share is None or points else tidy(share, 2),
        "narrower": None
        if row["narrower"] is None or row["narrower"] != row["narrower"]
        else tidy(row["narrower"], 2),
    }


def _points(value: float) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):.1f} points"


def _story(effect: FleeEffect, camps: list[dict[str, Any]], members: int) -> list[str]:
    """The answer in a few sentences."""
    months = effect.view.months
    said = {r["output"]: verdict(r, members) for r in camps}
    clear = [
        r
        for r in camps
        if said[r["output"]] in ("more", "fewer", "single") and abs(r["difference"]) >= 0.5
    ]
    when = f"From {month_words(months[0])} to {month_words(months[-1])}, on an average day"
    if clear:
        parts = [f"{side(r['difference'])} people in {_camp(r)}{_share(r)}" for r in clear[:4]]
        more = f" {len(clear) - 4} more camps differ, too." if len(clear) > 4 else ""
        first = f"{when}, {effect.source.label} has {'; '.join(parts)}.{more}"
    else:
        first = f"{when}, the pairs of runs do not agree on a difference in any camp."
    error = next((r for r in effect.outputs() if r["output"] == ERROR), None)
    second = ""
    if error is not None:
        second = (
            f"The errors of all camps against the counts, in per cent of the people counted, go "
            f"from {error['base']:.1f} to {error['other']:.1f} (smaller is better). A change that "
            "did not happen moves away from the counts, and should."
        )
    return [first, *([second] if second else [])]


def _share(row: Mapping[str, Any]) -> str:
    share = row["per_cent"]
    return "" if share is None or abs(share) < 0.05 else f" ({signed_per_cent(share)})"


def _manifest(comparison: FleeComparison) -> list[list[str]]:
    s = comparison.settings
    cases: list[FleeScenario] = [comparison.baseline, *(e.source for e in comparison.effects)]
    return [
        ["travesia", __version__],
        ["pairs of runs", str(s.members)],
        ["one simulated person stands for", words(max(1, round(1 / s.sample)))],
        ["seed", str(s.seed)],
        *([f"sha256 of {c.label}", c.sha256()] for c in cases),
    ]


__all__ = ["build_camps_comparison", "camps_comparison_page"]
