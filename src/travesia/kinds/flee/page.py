"""The page of a run of an imported FLEE case: camps over time beside the published counts.

``build_camps`` makes one mapping of plain values, which ``web/src/Camps.svelte`` draws and reads
nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from travesia.figures import words
from travesia.kinds.flee.page_facts import CampFacts
from travesia.kinds.flee.page_map import NO_OUTLINES, camp_map
from travesia.kinds.flee.payload import Camp, CampScore, CampScores, CampsPage, Fact, Imported
from travesia.reporting.data import CREDIT, manifest_rows
from travesia.reporting.facts import tidy
from travesia.reporting.payload import Basemap
from travesia.reporting.story import month_words

if TYPE_CHECKING:
    from travesia.results.result import Result

FORMAT = "travesia-camps/1"
MOST_POINTS = 400
"""Days that are drawn of a series; of longer runs every second day, or every third, ..."""

NAIVE = {
    "equal_shares": "equal shares for all camps, from the people of day 0",
    "capacity_shares": "shares by capacity, without any model",
    "first_shares": "the shares of the first day, for ever",
    "last_observed_shares": "the shares last published before the day",
}

RULES = {
    "compatible": "FLEE 3.1 with its quirks", "flee": "the sane version of FLEE's rule",
    "camps": "the rule of known camps, which is not FLEE's",
}  # fmt: skip
"""Rules of a run in words."""

MISUSE = (
    "This is a model of where people who flee find refuge. It must not be used to find, follow or "
    "stop anyone, or to argue that a camp or a border may close because people would go elsewhere.",
    "It holds no data on real people: places, roads and counts are those of the imported case.",
)
DEPARTURES = {
    "given": "How many set out each day is given; where they go is simulated.",
    "conflict": "How many set out follows from the conflict at each place, by a rate that the case "
    "sets; it is not taken from the counts. Where they go is simulated.",
}
"""Where the number of people who set out comes from."""

LIMITS = (
    "Capacities of published cases are often the highest count that a camp ever had, so they hold "
    "part of the answer; the blind score says what is left without them.",
    "People do not return, die or leave the simulation; all that is known of them is where they "
    "are.",
)


def build_camps(result: Result, score: Any, *, basemap: Basemap | None = None) -> CampsPage:
    """Everything that the page shows of a FLEE run, as plain values."""
    facts = CampFacts(result)
    told = score.to_dict() if score is not None else None
    drawn = camp_map(facts, basemap)
    return {
        "format": FORMAT,
        "title": f"Where people found refuge: {facts.name}",
        "description": facts.about.get("title", ""),
        "period": {"start": facts.dates[0], "end": facts.dates[-1], "days": len(facts.dates)},
        "story": _story(facts, told),
        "headlines": _headlines(facts, told),
        "seeds": facts.seeds,
        "camps": _camps(facts),
        "days": facts.dates[:: _every(facts)],
        "sections": [],
        "scores": _scores(told, score),
        "imported": _imported(facts),
        "sources": _sources(facts),
        "purpose": "To say, with its errors, where people who flee a conflict find refuge, so that "
        "shelter, food and care can be there before them.",
        "limits": [_limit(facts.departures), *LIMITS],
        "misuse": list(MISUSE),
        "command": _command(result.manifest),
        "manifest": manifest_rows({k: v for k, v in result.manifest.items() if k != "remarks"}),
        "credit": CREDIT if drawn["basemap"]["shapes"] else NO_OUTLINES,
        **drawn,
    }


def _limit(departures: str) -> str:
    """What the number of people who set out can say."""
    if departures == "conflict":
        return (
            "How many people set out each day follows from a rate for conflict, which is an "
            "assumption of the case: totals are no forecast unless that rate was tested elsewhere."
        )
    return "How many people set out each day is an input; only where they go is simulated."


def _every(facts: CampFacts) -> int:
    return -(-len(facts.dates) // MOST_POINTS)


# -- words ---------------------------------------------------------------------------------------


def _story(facts: CampFacts, score: Mapping[str, Any] | None) -> list[str]:
    people = words(facts.people)
    version = RULES[facts.rule]
    first = (
        f"Over {len(facts.dates)} days from {_day(facts.dates[0])}, {people} people are followed "
        f"one by one under {version}, from places in conflict to {len(facts.camps)} camps. "
        + DEPARTURES[facts.departures]
    )
    if score is None:
        return [first, "No camp has a count in the period, so nothing can be scored."]
    off = (
        f"On an average day the errors of all camps add up to {score['ard_rescaled']:.0%} of the "
        "people counted, after the simulated total is scaled to the counted one."
    )
    return [first, *map(str, score["notes"]), off, str(score["verdict"])]


def _day(iso: str) -> str:
    """A date in words: ``29 February 2012``."""
    return f"{int(iso[8:])} {month_words(iso[:7])}"


def _headlines(facts: CampFacts, score: Mapping[str, Any] | None) -> list[Fact]:
    last = facts.simulated[0, -1].sum()
    counted = (facts.observed >= 0).all(axis=0)
    seen = facts.observed[-1, counted].sum()
    source = "given to the model, not its result"
    if facts.departures == "conflict":
        source = "by the case's rate for conflict, not by the counts"
    out = [
        ("people simulated", words(facts.people), source),
        (
            "in camps on the last day",
            words(last),
            f"{words(seen)} were counted" if counted.any() else "nobody counted them in the period",
        ),
    ]
    if score is not None:
        naive = {n: v for n, v in score["baselines"].items() if v is not None}
        best = min(naive, key=lambda n: naive[n])
        out += [
            (
                "error of the model",
                f"{score['ard_rescaled']:.3f}",
                "averaged relative difference, rescaled; 0 is perfect",
            ),
            (
                "the same, blind",
                f"{score['ard_rescaled_blind']:.3f}",
                "with camps that never fill: capacities tell nothing",
            ),
            ("best simple guess", f"{naive[best]:.3f}", NAIVE.get(best, best.replace("_", " "))),
        ]
    return [{"label": a, "value": b, "note": c} for a, b, c in out]


def _imported(facts: CampFacts) -> Imported:
    return {
        "settings": facts.about.get("settings", ""),
        "version": RULES[facts.rule],
        "left_out": facts.told("left out"),
        "remarks": facts.told("remark"),
        "closures": facts.closures,
    }


def _sources(facts: CampFacts) -> list[str]:
    counts = facts.result.scenario_tables["counts"]
    series = int(counts["series"].nunique())
    return [
        f"Counts: {len(counts):,} published counts of {series} series, out of the case's "
        "source_data, after its registration corrections. The cases that come with FLEE took "
        "them from UNHCR's data portal.",
        "Places, roads, capacities, conflict and closures: the case's input_csv, by its authors.",
        "Rule: FLEE (Suleimenova, Bell and Groen 2017, Scientific Reports 7, 13377), as read from "
        "its code; the page Coming from FLEE of the documentation lists what is different here.",
    ]


def _command(manifest: Mapping[str, Any]) -> str:
    parts = ["travesia run SCENARIO", f"--seed {manifest['seed']}"]
    if manifest.get("draws"):
        parts.append(f"--draws {manifest['draws']}")
    elif manifest.get("seeds", 1) > 1:
        parts.append(f"--seeds {manifest['seeds']}")
    if manifest.get("cut"):
        parts.append(f"--cut {manifest['cut']}")
    if manifest.get("sample", 1.0) != 1.0:
        parts.append(f"--sample {manifest['sample']:g}")
    parts.append("--compatible" if manifest.get("compatible") else "--sane")
    return " ".join(parts)


# -- numbers -------------------------------------------------------------------------------------


def _scores(told: Mapping[str, Any] | None, score: Any) -> CampScores | None:
    """Rows of the table of scores: the model, blind, and naive guesses, by one measure."""
    if told is None:
        return None
    rows: list[CampScore] = [
        {"name": "the model", "value": told["ard_rescaled"], "kind": "model"},
        {
            "name": "the model, blind: no capacities",
            "value": told["ard_rescaled_blind"],
            "kind": "model",
        },
    ]
    rows += [
        {"name": NAIVE.get(n, n.replace("_", " ")), "value": v, "kind": "naive"}
        for n, v in told["baselines"].items()
        if v is not None
    ]
    after = getattr(score, "after_cut", None)
    return {
        "rows": [
            {"name": r["name"], "value": tidy(r["value"], 3), "kind": r["kind"]} for r in rows
        ],
        "ard": tidy(told["ard"], 3),
        "ard_blind": tidy(told["ard_blind"], 3),
        "mase": [
            {"name": n, "value": None if v is None else tidy(v, 3)} for n, v in told["mase"].items()
        ],
        "interval_score": told["weighted_interval_score"],
        "unscored": told["unscored"],
        "waiting": told["people_still_waiting"],
        "verdict": told["verdict"],
        "after_cut": [line for line in after.lines() if line.strip()] if after is not None else [],
    }


def _camps(facts: CampFacts) -> list[Camp]:
    """Each camp, the fullest first: simulated, as it is and rescaled, blind, published counts."""
    every = _every(facts)
    size = [
        max(facts.simulated[0, :, i].max(), facts.observed[:, i].max())
        for i in range(len(facts.camps))
    ]
    out: list[Camp] = []
    for i in sorted(range(len(facts.camps)), key=lambda i: -size[i]):
        scored = bool((facts.observed[:, i] >= 0).all())
        out.append(
            {
                "id": str(i),
                "name": facts.camps[i],
                "capacity": int(facts.capacity[i]),
                "plain": facts.band(facts.simulated[:, :, i], every),
                "rescaled": facts.band(facts.rescaled[:, :, i], every) if scored else None,
                "blind": facts.median(facts.blind[:, :, i], every),
                "blind_rescaled": facts.median(facts.blind_rescaled[:, :, i], every),
                "counted": facts.published(i) if scored else [],
                "error": facts.error(i) if scored else None,
            }
        )
    return out


__all__ = ["build_camps"]
