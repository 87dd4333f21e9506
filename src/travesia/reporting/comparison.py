"""The page of a comparison: what a change does to people, as one self-contained HTML file.

``build_comparison`` makes one mapping of plain values, which ``web/src/Comparison.svelte`` draws
and reads nothing else; ``comparison_page`` writes the file. See ``docs/comparison.md``.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from travesia.reporting.assumptions import sources
from travesia.reporting.basemap import shipped_basemap
from travesia.reporting.comparison_changes import references, told_changes
from travesia.reporting.comparison_tables import (
    PLACES,
    map_legs,
    map_places,
    money,
    timelines,
    waiting,
    where,
    whom,
)
from travesia.reporting.comparison_words import (
    average_day,
    headlines,
    how_sure,
    numbers,
    story,
    verdict,
)
from travesia.reporting.data import CREDIT, MISUSE, VIEWS, place_of
from travesia.reporting.facts import tidy
from travesia.reporting.payload import CompareWords
from travesia.reporting.render import render
from travesia.version import __version__

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison
    from travesia.scenario.settings import Settings

FORMAT = "travesia-comparison-page/1"
MARKS_SHOWN = 60
"""Dates are told apart on a chart if this many would fit on it side by side."""


class Evidence(Protocol):
    """The ledger, as the page needs it."""

    def for_report(self, refs: Iterable[str]) -> list[dict[str, Any]]:
        """Rows of the sources behind some references."""
        ...

    def sha256(self) -> str:
        """Hash of the ledger."""
        ...


def comparison_page(
    comparison: Comparison,
    path: str | os.PathLike[str],
    *,
    evidence: Evidence | None = None,
    command: str | None = None,
    title: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a comparison as one self-contained HTML page; give its path.

    Args:
        comparison: what :func:`travesia.ensembles.compare.compare` gave.
        path: file to write.
        evidence: the ledger behind the sources that the changes name.
        command: the command that makes the comparison again, if not the one that follows from it.
        title: title of the page.
        overwrite: replace an earlier file.

    Raises:
        OutputError: the path exists or cannot be written; nothing is left half-written.
    """
    payload = build_comparison(comparison, evidence=evidence, command=command, title=title)
    return render(payload, path, overwrite=overwrite, bundle="comparison")


def build_comparison(
    comparison: Comparison,
    *,
    evidence: Evidence | None = None,
    command: str | None = None,
    title: str | None = None,
    basemap: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that the page shows of a comparison, as plain values."""
    data = comparison.to_payload()
    geography = _Geography(data, comparison)
    told = [
        _scenario(
            one,
            told_changes(one["changes"], comparison.source, effect.source),
            geography,
            comparison.settings.members,
        )
        for one, effect in zip(data["scenarios"], comparison.effects, strict=True)
    ]
    refs = list(dict.fromkeys(r for one in told for r in references(one["changes"])))
    return {
        "format": FORMAT,
        "title": title or _title(told),
        "story": told[0]["story"]
        if len(told) == 1
        else [f"{one['title']}. {one['story'][0]}" for one in told],
        "baseline": data["baseline"],
        "settings": data["settings"],
        "sure": how_sure(data["settings"], data["note"]),
        "remarks": data["remarks"],
        "scenarios": told,
        "places": geography.places,
        "legs": geography.legs,
        "modes": data["modes"],
        "measures": [{"id": i, "title": t} for i, t in PLACES.items()],
        "basemap": dict(basemap) if basemap is not None else shipped_basemap(),
        "sources": cited_sources(evidence.for_report(refs) if evidence else ()),
        "views": list(VIEWS),
        "words": WORDS,
        "sections": [],
        **_about(comparison.source.settings),
        "command": command or default_command(data),
        "manifest": manifest(data, evidence),
    }


def _about(settings: Settings) -> dict[str, Any]:
    """What the page says of the scenario, whatever is compared with it."""
    day = settings.extrapolated_from
    return {
        "extrapolated_from": None if day is None else day.isoformat(),
        "purpose": settings.purpose,
        "limits": [*settings.limits, *LIMITS],
        "misuse": list(MISUSE),
        "credit": CREDIT,
    }


WORDS: CompareWords = {
    "without": [],
    "where": "Sectors, states, towns and means of travel",
    "finest": "Nothing finer than a town is known to the model.",
    "totals": "Of people waiting, the fullest month counts; of everything else, the sum of the "
    "period.",
    "changed": "The policy, with its dates, numbers and sources",
    "waiting": "Who is kept waiting, stranded or held in Mexico",
}

LIMITS = (
    "A difference is what the model does when one thing is changed and all else stays: it does "
    "not know what governments, smugglers or people would have done otherwise in answer.",
    "Intervals hold what is not known about the numbers of the model, and chance. How far the "
    "model itself is from the truth is in the report of a run, not here.",
)


class _Geography:
    """Names and positions of places, legs, modes and kinds of stay of all scenarios."""

    def __init__(self, data: Mapping[str, Any], comparison: Comparison) -> None:
        self.by_id = {p["id"]: p for p in data["places"]}
        self.place_index = {p["id"]: n for n, p in enumerate(data["places"])}
        modes = {m["id"]: n for n, m in enumerate(data["modes"])}
        self.modes = {m["id"]: m["name"] for m in data["modes"]}
        self.leg_index = {g["id"]: n for n, g in enumerate(data["legs"])}
        self.places = [
            place_of(p["id"], p["name"], p["kind"], p["country"], p["lat"], p["lon"])
            for p in data["places"]
        ]
        self.legs = [
            {
                "id": g["id"],
                "from": self.place_index[g["from"]],
                "to": self.place_index[g["to"]],
                "mode": modes.get(g["mode"], -1),
            }
            for g in data["legs"]
        ]
        stays = [s for e in comparison.effects for s in (*comparison.source.stays, *e.source.stays)]
        sources = [comparison.source, *(e.source for e in comparison.effects)]
        bill: list[Any] = [row for s in sources for row in (*s.costs, *s.money)]
        self.bill: dict[str, str] = {row.id: row.name for row in bill}
        self.sums = {r.id: (r.name, r.payer) for s in sources for r in s.money}
        self.payers: dict[str, str] = {row.id: row.payer for row in bill}
        self.states: dict[str, str] = {}
        for stay in stays:
            self.states.setdefault(stay.state, stay.name)


def _scenario(
    one: Mapping[str, Any], changes: Mapping[str, Any], geography: _Geography, members: int
) -> dict[str, Any]:
    cells = one["cells"]
    names = {p["id"]: p["name"] for p in geography.places}
    return {
        "label": one["label"],
        "title": one["title"],
        "months": one["months"],
        "remarks": one["remarks"],
        "changes": changes,
        "story": story({**one, "names": names, "sums": geography.sums}, members),
        "headlines": headlines(one, members),
        "outputs": [_output(row, members) for row in one["outputs"]],
        "timelines": timelines(one),
        "marks": marks(changes["policies"], one["months"]),
        "flows": map_legs(cells, geography.leg_index, members),
        "at_places": map_places(cells, geography.place_index, members),
        "whom": whom(cells, members),
        "where": where(cells, geography.by_id, geography.modes, members),
        "money": money(cells, geography.bill, geography.payers, members),
        "waiting": waiting(
            cells, geography.by_id, geography.states, members, average_day(one.get("window"))
        ),
    }


def _output(row: Mapping[str, Any], members: int) -> dict[str, Any]:
    return {
        "id": row["output"],
        "title": row["title"],
        "kind": row["kind"],
        "verdict": verdict(row, members),
        **numbers(row),
        **{
            n: None if row[n] is None else tidy(row[n], 3)
            for n in ("per_cent", "unpaired_low", "unpaired_high", "narrower")
        },
    }


def marks(policies: Iterable[Mapping[str, Any]], months: list[str]) -> list[dict[str, Any]]:
    """Dates at which a changed policy begins or ends, for the charts; near ones are joined."""
    apart = max(1, len(months) // MARKS_SHOWN)
    dates: list[tuple[str, str]] = []
    for policy in policies:
        dates.append((policy["start"], f"{policy['name']} begins"))
        if policy["end"]:
            dates.append((policy["end"], f"{policy['name']} ends"))
    out: list[dict[str, Any]] = []
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


def _title(told: list[dict[str, Any]]) -> str:
    if len(told) == 1:
        return str(told[0]["title"])
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


def manifest(data: Mapping[str, Any], evidence: Evidence | None) -> list[list[str]]:
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
    if evidence is not None:
        rows.append(("sha256 of the ledger", evidence.sha256()))
    return [list(row) for row in rows]


def cited_sources(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Published sources, each with the references that lead to it and what those say."""
    cited: dict[str, list[dict[str, str]]] = {}
    kept: dict[str, dict[str, Any]] = {}
    for row in rows:
        source = str(row.get("source") or row["id"])
        kept.setdefault(source, {**row, "id": source})
        cited.setdefault(source, []).append({"id": str(row["id"]), "says": str(row["says"] or "")})
    return [{**s, "cited": cited[str(s["id"])]} for s in sources(kept.values())]
