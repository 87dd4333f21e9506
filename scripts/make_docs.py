"""Writes the pages that are made from the scenario and the evidence.

    python scripts/make_docs.py [--check]

``docs/instruments/`` gets one page per instrument (what it does to a person, its numbers, the
effects of its dated policies, the what-ifs that move them, its claims), ``docs/systems.md`` and
``docs/what-ifs.md`` the two lists; the tables of ``docs/scale.md`` are worked out from the measured
costs in ``docs/scale-costs.json``, which ``python -m travesia.ensembles.cost corridor`` prints.
With ``--check`` nothing is written; the status is 1 if a page is out of date.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from travesia import api
from travesia.ensembles.cost import COUNTS, GIB, Costs, forecast, table
from travesia.evidence import Ledger
from travesia.observe.claims_system import lacks, systems, what_ifs
from travesia.policy.build import effects_of
from travesia.policy.effects import Controller, Effect
from travesia.policy.instruments.base import Instrument, Number
from travesia.policy.instruments.registry import shipped
from travesia.policy.names import policy_names
from travesia.reporting.answers import plan_of, questions
from travesia.scenario.scenario import Scenario

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTE = "<!-- Made by scripts/make_docs.py: change the scenario or the instrument, not the page. -->"
ORPHAN = "---\norphan: true\n---\n"

COSTS = "scale-costs.json"
"""What a member costs, as measured."""

MANY = 6
"""Ids that are named one by one; of more only the number is given."""


def pages() -> dict[str, str]:
    """Every generated page by its path below ``docs``."""
    corridor, ledger = api.load("corridor"), Ledger.load()
    out = {"systems.md": _systems(corridor), "what-ifs.md": _what_ifs(corridor)}
    out["instruments/index.md"] = _index()
    effects = _effects(corridor)
    for instrument in shipped():
        page = _instrument(instrument, corridor, ledger, effects)
        out[f"instruments/{instrument.id}.md"] = page
    out["scale.md"] = _scale(corridor)
    return out


# -- scale ----------------------------------------------------------------------------------


def _scale(corridor: Scenario) -> str:
    """The page on scale with its tables renewed, each between a comment and an end."""
    told = json.loads((DOCS / COSTS).read_text("utf-8"))
    costs = Costs(**told["costs"])
    many = len(plan_of(questions(corridor)))
    tables = {
        "costs": costs_markdown(costs),
        "forecast": forecast_markdown(costs),
        "laptop": laptop_markdown(costs, many),
    }
    text = (DOCS / "scale.md").read_text("utf-8")
    for name, rows in tables.items():
        begin, end = f"<!-- table: {name} -->\n", "<!-- end -->"
        head, found, rest = text.partition(begin)
        text = f"{head}{begin}\n{rows}\n\n{end}{rest.partition(end)[2]}"
        if not found or begin in rest:
            raise ValueError(f"docs/scale.md must have one table called {name}")
    return text


def costs_markdown(costs: Costs) -> str:
    """The measured costs as a table of the page on scale."""
    rows = [
        ("`people`", f"{costs.people / 1e6:.1f} million, those of the spin-up included"),
        ("`fixed_s`", f"{costs.fixed_s:.1f} CPU s"),
        ("`person_s`", f"{1e6 * costs.person_s:.1f} µs of CPU per person"),
        ("`fixed_bytes`", f"{costs.fixed_bytes / GIB:.2f} GiB"),
        ("`person_bytes`", f"{costs.person_bytes:.0f} bytes per person"),
        ("`member_bytes` (disk, network)", f"{costs.member_bytes / 1000:.0f} kB"),
        ("`write_s` (collector)", f"{1000 * costs.write_s:.1f} ms per member, flushed to the disk"),
        ("`start_s`", f"{costs.start_s:.1f} s per worker, once"),
        (
            "a member at a sample of 2 %",
            f"{costs.seconds(0.02 * costs.people):.1f} CPU s, "
            f"{costs.memory(0.02 * costs.people) / GIB:.2f} GiB",
        ),
        (
            "a member of everybody",
            f"{costs.seconds(costs.people):.0f} CPU s, {costs.memory(costs.people) / GIB:.2f} GiB",
        ),
    ]
    return _markdown(("cost", "corridor 2013–2023"), rows)


def forecast_markdown(costs: Costs) -> str:
    """The forecasts of :func:`table` as a table of the page on scale."""
    head = (
        "10,000 members of",
        "core hours",
        "memory per worker",
        *(f"{n} machine{'s' * (n > 1)}" for n in COUNTS),
    )
    found = table(costs)
    names = ("the corridor, sample of 2 %", "the corridor, everybody", "100 million people")
    rows = []
    for k, name in enumerate(names):
        group = found[len(COUNTS) * k : len(COUNTS) * (k + 1)]
        first = group[0]
        rows.append(
            (
                name,
                f"{first['core_hours']:,.0f}",
                f"{first['memory_gib_per_worker']:.2f} GiB",
                *(_spoken(f) for f in group),
            )
        )
    return _markdown(head, rows)


def laptop_markdown(costs: Costs, what_ifs: int, cores: int = 2, memory_gib: float = 8.0) -> str:
    """What plans at a sample of 2 % take on a small machine; ``what_ifs`` scenarios in the last."""
    people = 0.02 * costs.people
    plans = (
        ("one what-if, 40 pairs", 80),
        ("one what-if, 400 pairs", 800),
        (f"all {what_ifs} what-ifs, 4 members each", 4 * (what_ifs + 1)),
        (f"all {what_ifs} what-ifs, 40 members each", 40 * (what_ifs + 1)),
    )
    rows = [
        (
            name,
            f"{members:,}",
            f"{forecast(costs, members, people, 1, 1, memory_gib).hours:.1f} h",
            _spoken(asdict(forecast(costs, members, people, 1, cores, memory_gib))),
        )
        for name, members in plans
    ]
    return _markdown(("plan", "runs", "one core", f"{cores} cores"), rows)


def _spoken(found: dict[str, Any]) -> str:
    """Hours as people say them, and what limits them if it is not the cores."""
    hours = found["hours"]
    if math.isinf(hours):
        return "does not fit"
    text = f"{hours:.0f} h" if hours >= 10 else f"{hours:.1f} h"
    if hours < 1:
        text = f"{60 * hours:.0f} min" if hours >= 1 / 6 else f"{60 * hours:.1f} min"
    if found["limit"] == "memory":
        return f"{text} ({found['workers'] // found['machines']} workers each: memory)"
    return text if found["limit"] == "cores" else f"{text} (the collector)"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# -- instruments ----------------------------------------------------------------------------


def _index() -> str:
    rows = [
        f"| [{i.title}]({i.id}.md) | {', '.join(i.codes) or '–'} | `{i.id}` |" for i in shipped()
    ]
    names = "\n".join(i.id for i in shipped())
    return "\n".join(
        [
            ORPHAN,
            "# Instruments",
            "",
            NOTE,
            "",
            "An instrument is a kind of policy: it turns dates, places, people and a few numbers "
            "into changes of the tables of the model. How these changes meet is told in "
            "[policies](../policies.md).",
            "",
            "| instrument | in the evidence | id |",
            "|---|---|---|",
            *rows,
            "",
            "```{toctree}",
            ":hidden:",
            "",
            names,
            "```",
            "",
        ]
    )


def _effects(corridor: Scenario) -> dict[str, list[Effect]]:
    """Effects of every policy, also of those that ship switched off, by policy."""
    entries = [p.model_copy(update={"enabled": True}) for p in corridor.policies]
    out: dict[str, list[Effect]] = {}
    names = policy_names(corridor)
    for entry in entries:
        alone = entry.model_copy(update={"variant_of": None})
        found, _ = effects_of([alone], corridor.calendar, names)
        out[entry.id] = found
    return out


def _instrument(
    instrument: Instrument, corridor: Scenario, ledger: Ledger, effects: dict[str, list[Effect]]
) -> str:
    mine = [p for p in corridor.policies if p.instrument == instrument.id]
    lines = [f"# {instrument.title}", "", NOTE, ""]
    codes = ", ".join(instrument.codes)
    where = f" Instrument {codes} of the evidence." if codes else ""
    lines += [f"`{instrument.id}`.{where}", "", _flat(instrument.description), ""]
    if instrument.uncalibrated:
        lines += ["**Not calibrated:** a scenario switch without any claim to be right.", ""]
    lines += _numbers(instrument)
    lines += ["## Dated policies of the corridor", ""]
    for policy in mine:
        until = policy.end or "open"
        state = "" if policy.enabled else ", switched off"
        lines += [f"**`{policy.id}`**: {policy.name}, {policy.start} to {until}{state}.", ""]
        lines += [f"- {n} = {_value(q)}" for n, q in policy.parameters.items()]
        lines += [f"- {line}" for line in _kinds(effects[policy.id])]
        lines += [f"- {policy.note}"] if policy.note else []
        lines += [""]
    if not mine:
        lines += ["None.", ""]
    ids = {p.id for p in mine}
    used = [
        p
        for p in corridor.patches.values()
        if ids & set(p.policies)
        or any(a.get("instrument") == instrument.id for a in p.add_policies)
    ]
    if used:
        lines += ["## What-ifs that move it", ""]
        lines += [f"- `{p.id}`: {p.question}" for p in sorted(used, key=lambda p: p.id)] + [""]
    lines += ["## What the articles claim", ""]
    claims = dict.fromkeys([*instrument.claims, *(c for p in mine for c in p.claims)])
    none = ["No claim: it comes from other sources."]
    lines += [_claim(c, ledger) for c in sorted(claims)] or none
    return "\n".join(lines) + "\n"


def _numbers(instrument: Instrument) -> list[str]:
    rows = []
    for name, info in instrument.spec.model_fields.items():
        declared = info.json_schema_extra
        if isinstance(declared, dict):
            need = "" if info.is_required() else " (may be left out)"
            rows.append(f"| `{name}` | {declared['unit']} | {info.description}{need} |")
    if instrument.spec.series_name:
        name = f"{instrument.spec.series_name}_YYYY_MM"
        rows.append(f"| `{name}` | {instrument.spec.series_unit} | one number per month |")
    if not rows:
        return []
    return ["## Numbers", "", "| parameter | unit | meaning |", "|---|---|---|", *rows, ""]


def _value(quantity: Number | object) -> str:
    value = getattr(quantity, "value", quantity)
    low, high = getattr(quantity, "low", None), getattr(quantity, "high", None)
    unit = getattr(quantity, "unit", "")
    text = f"{value:g}" if isinstance(value, int | float) else str(value)
    if low is not None and high is not None and low != high:
        text += f" ({low:g} to {high:g})"
    return f"{text} {unit}".strip()


def _kinds(effects: Iterable[Effect]) -> list[str]:
    """Effects of a policy as a few lines: what kind, of what, how many."""
    told = Counter(_touches(e) for e in effects)
    return [f"{what}" + (f", {n} times" if n > 1 else "") for what, n in sorted(told.items())]


def _touches(effect: Effect) -> str:
    words = [effect.kind.replace("_", " ")]
    for name in ("stay", "transition", "paper", "belief", "reads"):
        if getattr(effect, name, ""):
            words.append(f"`{getattr(effect, name)}`")
    for name in ("causes", "agencies", "facilities", "regions", "modes", "places", "legs"):
        ids = getattr(effect, name, ())
        if ids:
            named = ", ".join(f"`{i}`" for i in ids) if len(ids) <= MANY else f"{len(ids)}"
            words.append(f"{name} {named}")
    if isinstance(effect, Controller):
        words.append("switches " + "; ".join(sorted({_touches(e) for e in effect.then})))
    return " ".join(words)


def _claim(claim: str, ledger: Ledger) -> str:
    found = ledger.claims.get(claim)
    if found is None:
        return f"- {claim}"
    printed = f" (printed: {found.printed_as})" if found.printed_as else ""
    return f"- {claim}: {found.statement.rstrip('.')}{printed}."


def _flat(text: str) -> str:
    return " ".join(text.split())


# -- systems and what-ifs -------------------------------------------------------------------


def _systems(corridor: Scenario) -> str:
    rows = [(s, lacks(s, corridor)) for s in systems(corridor)]
    shown = sum(not missing for _, missing in rows)
    lines = [
        ORPHAN,
        "# The named systems",
        "",
        NOTE,
        "",
        "The documents describe 42 systems. `travesia list systems` prints them from the scenario: "
        "a system counts as demonstrated if every part that is named for it exists and a test "
        "shows its effect in the direction of the source. "
        f"At present {shown} of {len(rows)} are demonstrated.",
        "",
    ]
    for system, missing in rows:
        lines += [f"## {system.id} {system.name}", ""]
        lines += [f"- Parts: {', '.join(f'`{p}`' for p in system.parts)}"]
        lines += [f"- Test: `{system.test}`"] if system.test else []
        lines += [f"- Command: `{system.command}`", f"- Claims: {', '.join(system.claims)}"]
        lines += [f"- **Not demonstrated.** {' '.join(missing)}"] if missing else []
        lines += [""]
    return "\n".join(lines)


def _what_ifs(corridor: Scenario) -> str:
    lines = [
        ORPHAN,
        "# What-if questions",
        "",
        NOTE,
        "",
        "Each question is a named patch: `travesia compare corridor PATCH` answers it, and "
        "`travesia compare corridor --what-ifs all` all of them in one plan. What the "
        "articles expect is a hypothesis and not a result.",
        "",
    ]
    for w in what_ifs(corridor):
        lines += [f"## {w.id} {w.question}", ""]
        for patch in (w.patch, *w.more):
            lines.append(f"- `{patch}`: {corridor.patches[patch].question}")
        lines += [f"- The articles expect: {w.expectation}"]
        lines += [f"- Read: {', '.join(f'`{o}`' for o in w.outputs)}"]
        lines += [f"- Claims: {', '.join(w.claims)}"]
        lines += [f"- **Missing:** {w.missing}"] if w.missing else []
        lines += [""]
    return "\n".join(lines)


def stale(docs: Path = DOCS) -> list[str]:
    """Pages that differ from what the scenario says now, and pages that nothing makes."""
    made = pages()
    out = [
        name
        for name, text in made.items()
        if not (docs / name).is_file() or (docs / name).read_text("utf-8") != text
    ]
    kept = {p.name for p in (docs / "instruments").glob("*.md")}
    return sorted([*out, *(f"instruments/{n}" for n in kept if f"instruments/{n}" not in made)])


def main(arguments: list[str]) -> int:
    """Write all pages, or say which are out of date."""
    if "--check" in arguments:
        old = stale()
        if old:
            print("Out of date:", ", ".join(old))
        return 1 if old else 0
    folder = DOCS / "instruments"
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for path in folder.glob("*.md"):
        if f"instruments/{path.name}" not in made:
            path.unlink()
    for name, text in made.items():
        (DOCS / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
