"""The page of a comparison: what a change does to people, as one self-contained HTML file.

``build_comparison`` makes one mapping of plain values, which ``web/src/Comparison.svelte`` draws
and reads nothing else; ``comparison_page`` writes the file. Outputs, series, flows and how sure it
all is are told of every kind of run; its kind adds or replaces sections
(:meth:`travesia.kind.Kind.sections`). See ``docs/comparison.md``.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.reporting.assumptions import sources
from travesia.reporting.comparison_tables import map_legs, timelines
from travesia.reporting.comparison_words import (
    headlines,
    how_sure,
    in_per_cent,
    numbers,
    story,
    verdict,
)
from travesia.reporting.data import CREDIT, MISUSE
from travesia.reporting.facts import tidy
from travesia.reporting.payload import (
    Cited,
    CitedSource,
    CompareWords,
    ComparisonPage,
    Effect,
    EffectParts,
    Mark,
    Output,
    Roads,
)
from travesia.reporting.render import render
from travesia.reporting.sections import added_to_comparison
from travesia.version import __version__

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison

FORMAT = "travesia-comparison-page/1"
MARKS_SHOWN = 60
"""Dates are told apart on a chart if this many would fit on it side by side."""

HEADLINES_SHOWN = 8
"""Outputs at the top of a page whose kind names none."""

LIMITS = (
    "A difference is what the model does when one thing is changed and all else stays: it does "
    "not know what governments, smugglers or people would have done otherwise in answer.",
    "Intervals hold what is not known about the numbers of the model, and chance. How far the "
    "model itself is from the truth is in the report of a run, not here.",
)

WORDS: CompareWords = {
    "without": ["whom", "waiting", "money", "map"],
    "where": "Where",
    "finest": "Nothing finer than a town is known to the model.",
    "totals": "Of people on a day, the fullest month counts; of everything else, the sum of the "
    "period.",
    "changed": "What is different between the two",
    "waiting": "",
}
"""Sections that a page leaves out, and words of others, unless a kind says otherwise."""


def comparison_page(
    comparison: Comparison[Any],
    path: str | os.PathLike[str],
    *,
    command: str | None = None,
    title: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a comparison as one self-contained HTML page; give its path.

    Args:
        comparison: what :func:`travesia.ensembles.compare.compare` gave.
        path: file to write.
        command: the command that makes the comparison again, if not the one that follows from it.
        title: title of the page.
        overwrite: replace an earlier file.

    Raises:
        OutputError: the path exists or cannot be written; nothing is left half-written.
    """
    payload = build_comparison(comparison, command=command, title=title)
    return render(payload, path, overwrite=overwrite, bundle="comparison")


def build_comparison(
    comparison: Comparison[Any], *, command: str | None = None, title: str | None = None
) -> ComparisonPage:
    """Everything that the page shows of a comparison, as plain values."""
    data = comparison.to_payload()
    added = comparison.kind.sections(comparison)
    index = {g["id"]: n for n, g in enumerate(data["legs"])}
    members = comparison.settings.members
    more = added.get("scenarios") or [EffectParts() for _ in comparison.effects]
    names = comparison.kind.headlines(comparison.source)
    told = [
        _scenario(_read(one), own, index, names, members)
        for one, own in zip(data["scenarios"], more, strict=True)
    ]
    alone = len(told) == 1
    page: ComparisonPage = {
        "format": FORMAT,
        "title": title or _title(told),
        "story": told[0]["story"] if alone else [f"{o['title']}. {o['story'][0]}" for o in told],
        "baseline": {"label": data["baseline"]["label"], "title": data["baseline"]["title"]},
        "settings": {
            "members": members,
            "precision": data["settings"]["precision"],
            "verdicts": data["settings"]["verdicts"],
        },
        "sure": how_sure(data["settings"], data["note"]),
        "remarks": data["remarks"],
        "scenarios": told,
        **drawn(data),
        "measures": [],
        "basemap": {"scale": 1, "shapes": [], "names": []},
        "views": [],
        "sections": added_to_comparison(comparison),
        "sources": [],
        "extrapolated_from": None,
        "purpose": "",
        "limits": list(LIMITS),
        "misuse": list(MISUSE),
        "credit": CREDIT,
        "words": WORDS,
        "command": command or default_command(data),
        "manifest": manifest(data),
    }
    rows = [*page["manifest"], *added.get("manifest", ())]
    return {**page, **added, "scenarios": told, "manifest": rows}


def _read(one: Mapping[str, Any]) -> dict[str, Any]:
    """What is compared, ratios in per cent."""
    return {**one, **{n: [in_per_cent(r) for r in one[n]] for n in ("outputs", "timelines")}}


def drawn(data: Mapping[str, Any]) -> Roads:
    """Places, legs and modes as the map reads them: legs by the numbers of their ends."""
    places = {p["id"]: n for n, p in enumerate(data["places"])}
    modes = {m["id"]: n for n, m in enumerate(data["modes"])}
    return {
        "places": [
            {
                "id": p["id"],
                "name": p["name"],
                "kind": p["kind"],
                "country": p["country"],
                "kind_name": p.get("kind_name") or p["kind"].replace("_", " "),
                "mark": p.get("mark", ""),
                "lat": round(p["lat"], 3),
                "lon": round(p["lon"], 3),
            }
            for p in data["places"]
        ],
        "legs": [
            {
                "id": g["id"],
                "from": places[g["from"]],
                "to": places[g["to"]],
                "mode": modes.get(g["mode"], -1),
            }
            for g in data["legs"]
        ],
        "modes": data["modes"],
    }


def _scenario(
    one: Mapping[str, Any],
    own: EffectParts,
    legs: Mapping[str, int],
    names: Sequence[str],
    members: int,
) -> Effect:
    """What is told of a case, whatever its kind, and what its kind says of it in its own way."""
    shown = names or [r["output"] for r in one["outputs"]][:HEADLINES_SHOWN]
    return {
        "label": one["label"],
        "title": one["title"],
        "months": one["months"],
        "remarks": one["remarks"],
        "changes": one["changes"],
        "story": story(one, shown, members),
        "headlines": headlines(one, shown, members),
        "outputs": [output(row, members) for row in one["outputs"]],
        "timelines": timelines(one),
        "marks": marks(one["changes"]["policies"], one["months"]),
        "flows": map_legs(one["cells"], legs, members),
        "at_places": {},
        "whom": [],
        "where": [],
        "money": [],
        "waiting": [],
        **own,
    }


def output(row: Mapping[str, Any], members: int) -> Output:
    """A named output as the page draws it."""
    return {
        "id": row["output"],
        "title": row["title"],
        "kind": row["kind"],
        "verdict": verdict(row, members),
        **numbers(row),
        "per_cent": _tidy(row["per_cent"]),
        "unpaired_low": _tidy(row["unpaired_low"]),
        "unpaired_high": _tidy(row["unpaired_high"]),
        "narrower": _tidy(row["narrower"]),
    }


def _tidy(value: float | None) -> float | None:
    return None if value is None else tidy(value, 3)


def marks(policies: Iterable[Mapping[str, Any]], months: list[str]) -> list[Mark]:
    """Dates at which a changed policy begins or ends, for the charts; near ones are joined."""
    apart = max(1, len(months) // MARKS_SHOWN)
    dates: list[tuple[str, str]] = []
    for policy in policies:
        dates.append((policy["start"], f"{policy['name']} begins"))
        if policy["end"]:
            dates.append((policy["end"], f"{policy['name']} ends"))
    out: list[Mark] = []
    for date, what in sorted(dates):
        if not months[0] <= date[:7] <= months[-1]:
            continue
        if out and _month(date) - _month(out[-1]["date"]) < apart:
            out[-1]["what"].append({"date": date, "text": what})
        else:
            out.append({"date": date, "what": [{"date": date, "text": what}]})
    return out


def _month(date: str) -> int:
    return 12 * int(date[:4]) + int(date[5:7])


def _title(told: Sequence[Effect]) -> str:
    if len(told) == 1:
        return told[0]["title"]
    return f"What {len(told)} changes would do to people"


def default_command(data: Mapping[str, Any]) -> str:
    """The command that follows from a comparison, if its scenarios are found by name."""
    settings, base = data["settings"], data["baseline"]
    prefix = f"{base['label']}+"
    names = [s["label"].removeprefix(prefix) for s in data["scenarios"]]
    parts = [
        "travesia compare",
        base["label"],
        *names,
        f"--members {settings['members']}",
        f"--sample {settings['sample']:g}",
        f"--seed {settings['seed']}",
    ]
    return " ".join([*parts, *([] if settings["draws"] else ["--no-draws"])])


def manifest(data: Mapping[str, Any]) -> list[list[str]]:
    """What made the comparison, as pairs of words."""
    settings = data["settings"]
    rows = [
        ("travesia", __version__),
        ("python", platform.python_version()),
        *((name, version(name)) for name in ("numpy", "numba")),
        ("pairs of runs", str(settings["members"])),
        ("sample", f"{settings['sample']:g}"),
        ("seed", str(settings["seed"])),
        ("numbers with ranges", "drawn" if settings["draws"] else "as written"),
        (
            "precision",
            "not asked for" if settings["precision"] is None else f"{settings['precision']:g}",
        ),
        *((f"sha256 of {s['label']}", s["sha256"]) for s in (data["baseline"], *data["scenarios"])),
    ]
    return [list(row) for row in rows]


def cited_sources(rows: Iterable[Mapping[str, Any]]) -> list[CitedSource]:
    """Published sources, each with the references that lead to it and what those say."""
    cited: dict[str, list[Cited]] = {}
    kept: dict[str, dict[str, Any]] = {}
    for row in rows:
        source = str(row.get("source") or row["id"])
        kept.setdefault(source, {**row, "id": source})
        cited.setdefault(source, []).append({"id": str(row["id"]), "says": str(row["says"] or "")})
    return [{**s, "cited": cited[s["id"]]} for s in sources(kept.values())]
