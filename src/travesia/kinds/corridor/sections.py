"""What the page of a comparison says of corridors beside what it says of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from travesia.policy.gate import ledger_of
from travesia.reporting.comparison import LIMITS, cited_sources, marks
from travesia.reporting.comparison_changes import expectations, references, told_changes
from travesia.reporting.comparison_tables import (
    Names,
    map_places,
    measures,
    money,
    waiting,
    where,
    whom,
)
from travesia.reporting.comparison_words import average_day, headlines, story, sums_told
from travesia.reporting.data import basemap_of, place_of, views_of
from travesia.reporting.names import Words
from travesia.reporting.payload import CompareWords, ComparisonParts, EffectParts
from travesia.scenario.outlines import outlines_of

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison, Effect
    from travesia.scenario.scenario import Scenario


WORDS: CompareWords = {
    "without": [],
    "where": "Places and means of travel",
    "finest": "Nothing finer than a town is known to the model.",
    "totals": "Of people waiting, the fullest month counts; of everything else, the sum of the "
    "period.",
    "changed": "The policy, with its dates, numbers and sources",
    "waiting": "Who is kept waiting, stranded or held",
}


def sections(comparison: Comparison[Scenario]) -> ComparisonParts:
    """Policies, people, places, money and waiting of a comparison, with sources."""
    data, settings = comparison.to_payload(), comparison.source.settings
    words = _Words(data, comparison)
    told = [
        _scenario(one, effect, comparison, words)
        for one, effect in zip(data["scenarios"], comparison.effects, strict=True)
    ]
    ledger = ledger_of(comparison.source)
    refs = list(dict.fromkeys(r for one in told for r in references(one["changes"])))
    day = settings.extrapolated_from
    points = [(p.lon, p.lat) for p in comparison.source.places]
    own = outlines_of(comparison.source)
    return {
        "scenarios": told,
        "places": [
            place_of(words.known, p["id"], p["name"], p["kind"], p["country"], p["lat"], p["lon"])
            for p in data["places"]
        ],
        "views": views_of(settings.pages),
        "measures": [
            {"id": i, "title": t} for i, t in measures(comparison.source.quantities).items()
        ],
        "basemap": basemap_of(settings.pages, points, words.known, own),
        "sources": cited_sources(ledger.for_report(refs)),
        "extrapolated_from": None if day is None else day.isoformat(),
        "purpose": settings.purpose,
        "limits": [*settings.limits, *LIMITS],
        "words": WORDS,
        "manifest": [["sha256 of the ledger", ledger.sha256()]],
    }


def told_of(comparison: Comparison[Scenario], effect: Effect[Scenario]) -> list[str]:
    """Sums that are paid in one run only, and what the articles expect of the what-ifs."""
    paid = {r.id: (r.name, r.payer) for r in (*comparison.source.money, *effect.source.money)}
    outputs = {r["output"] for r in effect.outputs()}
    costs = [q.id for q in effect.source.quantities.listed("costs")]
    base = {m: effect.series(m)["base"] for m in costs if m in outputs}
    lines = sums_told(effect.cells().get("costs_by_item", ()), base, paid, _known(effect.source))
    answered = {row["patch"] for row in comparison.kind.answers(comparison)}
    for patch, told in expectations(effect.source.folders).items():
        if patch in effect.scenario["patches"] and patch not in answered:  # joined what-ifs
            claims = ", ".join(told["claims"])
            lines.append(f"The articles expect: {told['expectation']} ({claims})")
    return lines


def _known(scenario: Scenario) -> Words:
    return Words.of(scenario.words, scenario.places)


class _Words:
    """Names of places, modes, kinds of stay and items of the bill, of all scenarios."""

    def __init__(self, data: Mapping[str, Any], comparison: Comparison[Scenario]) -> None:
        self.places = {p["id"]: p for p in data["places"]}
        self.place_index = {p["id"]: n for n, p in enumerate(data["places"])}
        self.known = _known(comparison.source)
        self.modes = {m["id"]: m["name"] for m in data["modes"]}
        sources = [comparison.source, *(e.source for e in comparison.effects)]
        bill: list[Any] = [row for s in sources for row in (*s.costs, *s.money)]
        self.bill: dict[str, str] = {row.id: row.name for row in bill}
        self.payers: dict[str, str] = {row.id: row.payer for row in bill}
        self.sums = {r.id: (r.name, r.payer) for s in sources for r in s.money}
        self.stays: dict[str, tuple[str, str]] = {}
        for scenario in sources:
            for stay in scenario.stays:
                self.stays.setdefault(stay.state, (stay.name, stay.waiting or ""))


def _scenario(
    one: Mapping[str, Any],
    effect: Effect[Scenario],
    comparison: Comparison[Scenario],
    words: _Words,
) -> EffectParts:
    cells, members = one["cells"], comparison.settings.members
    changes = told_changes(one["changes"], comparison.source, effect.source)
    register, labels = effect.source.quantities, Names(words.places, words.modes, words.known)
    one = {
        **one,
        "names": {i: p["name"] for i, p in words.places.items()},
        "sums": words.sums,
        "words": words.known,
        "costs": [q.id for q in register.listed("costs")],
    }
    listed = [q.id for q in register.listed("compare")]
    day = average_day(one.get("window"))
    return {
        "changes": changes,
        "headlines": headlines(one, listed, members),
        "story": story(one, listed, members),
        "marks": marks(changes["policies"], one["months"]),
        "at_places": map_places(cells, register, words.place_index, members),
        "whom": whom(cells, register, labels, members),
        "where": where(cells, register, labels, members),
        "money": money(cells, register, words.bill, words.payers, members),
        "waiting": waiting(cells, register, labels, words.stays, members, day),
    }
