"""Builds what the report of a run carries: :class:`travesia.reporting.payload.Report`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from travesia.figures import cell
from travesia.observe.stock_checks import hold
from travesia.reporting.assumptions import assumptions, conflicts, sources
from travesia.reporting.basemap import outlines, own_outlines
from travesia.reporting.displacement import displacement
from travesia.reporting.facts import Facts, tidy
from travesia.reporting.harm import harm
from travesia.reporting.money import money
from travesia.reporting.names import FAMILIES, Words
from travesia.reporting.outcomes import journeys, outcomes
from travesia.reporting.packing import block
from travesia.reporting.payload import (
    Axes,
    Basemap,
    Flows,
    Geography,
    MapWords,
    Place,
    PolicyOff,
    Report,
    Stocks,
    Travel,
    View,
    Window,
)
from travesia.reporting.payload import Policy as PolicyRow
from travesia.reporting.scoring import score_section
from travesia.reporting.story import headlines, story
from travesia.reporting.timelines import timelines, waiting
from travesia.reporting.view import Policy, records
from travesia.reporting.waits import waits
from travesia.reporting.world import window_of, world_basemap
from travesia.results.bands import read_band
from travesia.results.declared import expected_of, stock_checks_of
from travesia.results.result import Result
from travesia.scenario.pages import Months, Pages

FORMAT = "travesia-report/1"
KEY_POLICIES_SHOWN = 12
KEY_POLICIES_APART_DAYS = 60

MISUSE = (
    "This is a model of what policies do to people. It must not be used to find, follow or stop "
    "anyone, to plan where controls would catch most, or to argue from a simulated number that a "
    "person or a group poses a danger.",
    "It holds no data on real people. Places are towns, border cities and sectors; shelters and "
    "informal crossings are not in it. A forecast from it is a question to ask the field, not an "
    "answer to act on.",
)
CREDIT = "Outlines of countries and states: Natural Earth (public domain)."

MARKED = frozenset({"sector"})
"""Kinds of place whose spots stand out on the map."""

MAP: MapWords = {
    "kicker": "The corridor, month by month",
    "title": "Where people were on the move, and where they were kept waiting",
    "text": "Lines are journeys between towns, as wide as the number of people who set out on them "
    "that month. Circles are people waiting, stranded or held. Nothing finer than a town is shown.",
    "map": "Map of the corridor",
    "stock": "people waiting or held",
    "stocks": "Waiting, stranded or held",
    "nobody": "nobody is waiting or held here this month",
    "force": "Policies in force",
    "none": "None of the policies in this scenario.",
    "net": False,
}

Rows = Iterable[Mapping[str, Any]]


def build_payload(
    result: Result,
    scores: Rows | None = None,
    bands: Mapping[str, Mapping[str, Any]] | None = None,
    evidence: Rows | None = None,
    *,
    observed: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    contradictions: Rows | None = None,
    basemap: Basemap | None = None,
    title: str | None = None,
) -> Report:
    """Everything that the page shows of a run, as plain values.

    ``observed`` maps a metric to its published series: ``name``, ``source`` (ids), ``role`` and
    ``values`` (month to number). ``scores`` are rows of the score table, ``bands`` ranges by
    quantity, ``evidence`` sources with ``id``, ``title``, ``publisher``, ``date``, ``url`` and
    ``licence``.

    Raises :class:`travesia.errors.InputError` if the run lacks places, legs, cohorts or
    transitions.
    """
    facts = Facts(result)
    ranges = bands or {}
    charts = timelines(facts, ranges, observed or {})
    judged = score_section(scores, expected_of(result), hold(result, stock_checks_of(result)))
    numbers = headlines(facts, ranges, charts)
    about = facts.scenario.about
    return {
        "format": FORMAT,
        "title": title or "What happened to people on the way",
        "description": about.get("title", ""),
        "period": {
            "start": facts.months[0],
            "end": facts.months[-1],
            "extrapolated_from": about.get("extrapolated_from") or None,
        },
        "story": story(facts, numbers, judged["text"] if judged["rows"] else ""),
        "headlines": numbers,
        "bands_note": _bands_note(facts, ranges),
        **_map(facts, basemap),
        "policies": policies(facts),
        "policies_off": policies_off(facts),
        "timelines": charts,
        "windows": windows(facts),
        "waiting": waiting(facts),
        "outcomes": outcomes(facts),
        "journeys": journeys(facts),
        "harm": harm(facts, ranges),
        "money": money(facts, ranges),
        "displacement": displacement(facts),
        "scores": judged,
        "sections": waits(facts),
        "assumptions": assumptions(facts),
        "conflicts": conflicts(_contradictions(result, contradictions)),
        "sources": sources(evidence),
        "purpose": about.get("purpose", ""),
        "limits": [x for x in about.get("limits", "").split("\n") if x.strip()],
        "misuse": list(MISUSE),
        "command": command(result.manifest),
        "manifest": manifest_rows(result.manifest),
        "credit": CREDIT,
    }


def _contradictions(result: Result, given: Rows | None) -> Rows | None:
    """The contradictions that travel with a run, which say how each was resolved."""
    table = result.scenario_tables.get("conflicts")
    return given if table is None else records(table)


def _opening_month(facts: Facts) -> str:
    """The month with most people on the move, of those whose inputs are not extrapolated."""
    moved = facts.flows.sum(axis=(0, 1))
    guessed = (facts.scenario.about.get("extrapolated_from") or "9999")[:7]
    moved = np.where(np.asarray(facts.months) < guessed, moved, -1.0)
    return facts.months[int(np.argmax(moved))]


class _Ground(Geography):
    """The map of a run without its policies."""

    months: list[str]
    opening_month: str
    axes: Axes
    legs: list[Travel]
    flows: Flows
    stocks: Stocks
    map: MapWords


def _map(facts: Facts, basemap: Basemap | None) -> _Ground:
    place = {p: n for n, p in enumerate(facts.place_ids)}
    mode = {m.id: n for n, m in enumerate(facts.scenario.modes)}
    pairs, _ = facts.classes
    view = facts.scenario
    points = [(p.lon, p.lat) for p in view.places]
    return {
        "months": facts.months,
        "opening_month": _opening_month(facts),
        "axes": {
            "groups": [{"id": i, "name": name} for i, name, _ in facts.groups],
            "families": [{"id": i, "name": name} for i, name in FAMILIES.items()],
            "modes": [{"id": m.id, "name": m.name} for m in facts.scenario.modes],
        },
        "places": [
            place_of(facts.words, p.id, p.name, p.kind, p.country, p.lat, p.lon)
            for p in facts.scenario.places
        ],
        "legs": [
            {
                "id": g.id,
                "from": place[g.from_],
                "to": place[g.to],
                "mode": mode[g.mode],
                "km": tidy(g.distance_km, 3),
                "days": tidy(g.days, 2),
            }
            for g in facts.legs
        ],
        "flows": {**block(facts.flows), "classes": [list(p) for p in pairs]},
        "stocks": {
            **block(facts.stocks),
            "states": [
                {"id": i, "name": facts.words.name("waiting", i)} for i in facts.kinds_of_waiting
            ],
        },
        "basemap": basemap
        or basemap_of(view.pages, points, facts.words, view.about.get("outlines")),
        "views": views_of(view.pages),
        "map": MAP,
    }


def place_of(
    words: Words, key: str, name: str, kind: str, country: str, lat: float, lon: float
) -> Place:
    """A place of a corridor on the map."""
    return {
        "id": key,
        "name": name,
        "kind": kind,
        "kind_name": words.name("place_kind", kind),
        "country": country,
        "mark": "end" if kind in MARKED else "",
        "lat": round(lat, 3),
        "lon": round(lon, 3),
    }


def basemap_of(
    pages: Pages, points: Sequence[tuple[float, float]], words: Words, own: str | None
) -> Basemap:
    """Outlines around points (longitude, latitude): the scenario's ``own`` (GeoJSON), those that
    the pages name, or the world's."""
    if own:
        return own_outlines(own)
    return outlines(pages.map) if pages.map else world_basemap(window_of(points), words)


def views_of(pages: Pages) -> list[View]:
    """Parts of the map that can be enlarged, all of it first; none where there is no other."""
    whole: View = {"id": "all", "name": "Whole corridor", "box": None}
    parts: list[View] = [{"id": v.id, "name": v.name, "box": v.box} for v in pages.views]
    return [whole, *parts] if parts else []


def windows(facts: Facts) -> list[Window]:
    """Years that the charts can be cut to, as far as the run holds them; all of them first."""
    held = {*facts.months}
    whole = Months(name="All years", first=facts.months[0], last=facts.months[-1])
    parts = [w for w in facts.scenario.pages.windows if w.first in held and w.last in held]
    return [{"name": w.name, "first": w.first, "last": w.last} for w in (whole, *parts)]


def policies(facts: Facts) -> list[PolicyRow]:
    """Policies that are in force at some time of the period, in order of their start; the
    best-evidenced ones are marked on the charts.
    """
    period = facts.scenario.period
    listed = [
        p
        for p in _by_start(facts)
        if p.enabled and p.start <= f"{period.end}" and (not p.end or p.end >= f"{period.start}")
    ]
    inside = [p for p in listed if p.start >= f"{period.start}"]
    ranked = sorted(inside, key=lambda p: (-len(p.claims), -len(p.source), p.start, p.id))
    key = _apart(ranked)
    return [{**_told(p), "source": list(p.source), "key": p.id in key} for p in listed]


def policies_off(facts: Facts) -> list[PolicyOff]:
    """Policies that are switched off in this run: of what-ifs, and other readings of one."""
    return [_told(p) for p in _by_start(facts) if not p.enabled]


def _told(policy: Policy) -> PolicyOff:
    return {
        "id": policy.id,
        "name": policy.name,
        "start": policy.start[:10],
        "end": policy.end[:10] or None,
        "note": policy.note,
    }


def _by_start(facts: Facts) -> list[Policy]:
    return sorted(facts.scenario.policies, key=lambda p: (p.start, p.id))


def _apart(ranked: list[Policy]) -> set[str]:
    """The first policies of a ranking whose starts lie far enough apart to be told apart."""
    chosen: dict[str, dt.date] = {}
    for policy in ranked:
        start = dt.date.fromisoformat(policy.start[:10])
        if all(abs((start - other).days) >= KEY_POLICIES_APART_DAYS for other in chosen.values()):
            chosen[policy.id] = start
        if len(chosen) == KEY_POLICIES_SHOWN:
            break
    return set(chosen)


def _bands_note(facts: Facts, bands: Mapping[str, Mapping[str, Any]]) -> str:
    draws = [d for b in bands.values() if (d := read_band(b, facts.months).draws)]
    if not bands:
        return (
            "This run was made once, with the central value of every assumption, so it shows no "
            "ranges. Run it with parameter draws to see how far the assumptions carry the answer."
        )
    count = f"{max(draws)} draws" if draws else "draws"
    return (
        f"Likely ranges hold nine tenths of {count} of the assumptions within their published or "
        "judged ranges. The large numbers are those of the run as written, with the central value "
        "of every assumption; where ranges are lopsided the median of the draws, given beside "
        "them, lies elsewhere, and the number as written may lie at the edge of its own range. "
        "Ranges say how far the answer depends on what is not known, not how far "
        "the model is from the truth. Chance error is what two runs of the same assumptions "
        "differ by: with so many people it is small, and it must not be taken for certainty."
    )


def manifest_rows(manifest: Mapping[str, Any]) -> list[list[str]]:
    """What a run says of itself, as pairs of words; a seed is a name and keeps its figures."""
    return [
        [k.replace("_", " "), str(v) if k == "seed" else cell(v, "none")]
        for k, v in manifest.items()
        if not isinstance(v, Mapping)
    ]


def command(manifest: Mapping[str, Any]) -> str:
    """The command that makes the same run again."""
    parts = ["travesia run", str(manifest.get("scenario", "corridor"))]
    for patch in manifest.get("patches") or ():
        parts.append(f"--patch {patch}")
    sample = manifest.get("sample")
    if manifest.get("coarse"):
        parts.append("--coarse")
    elif sample not in (None, 1, 1.0):
        parts.append(f"--sample {sample}")
    if manifest.get("seed") is not None:
        parts.append(f"--seed {manifest['seed']}")
    return " ".join(parts)
