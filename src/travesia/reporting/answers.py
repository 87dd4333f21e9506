"""What many what-ifs answer: each question with its own outputs and what is expected of it.

A scenario with the table ``system/what_ifs.csv`` has questions, each with the outputs to read and
what the documents expect; in any other scenario every patch is a question and the headline outputs
are read. An output is named

- by its id (``deaths``): a named output, summed over the period (the fullest month of
  people waiting);
- ``mode:bus``: passages of a stretch of the way by a means of travel;
- ``state:stranded``: people in a kind of stay on an average day on which the change acts;
- ``transition:kidnapped``: how often something happened, in person-events;
- ``flows``: passages of the stretches of the way that change most.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from travesia.display.html import card
from travesia.errors import ProblemList
from travesia.figures import count, signed
from travesia.observe.claims_system import WHAT_IFS, WhatIf, what_ifs
from travesia.reporting.comparison_words import (
    average_day,
    how_sure,
    named,
    signed_per_cent,
    verdict,
)
from travesia.scenario.faults import suggest

if TYPE_CHECKING:
    import pandas as pd

    from travesia.ensembles.comparison import Comparison, Effect
    from travesia.kind import Case, Kind
    from travesia.scenario.scenario import Scenario

FORMAT = "travesia-what-ifs/1"
LABEL = 120
"""Letters of a row's label in the text: enough for a kind of stay and the months of the average."""

ALL = "all"
LEGS_SHOWN = 4
"""Stretches of the way that an answer names where a question asks for ``flows``."""

Row = Mapping[str, Any]

_ARRAYS = {
    "mode": ("passages_by_mode", "mode"),
    "state": ("present_by_state", "state"),
    "transition": ("transitions_by_transition", "transition"),
    "item": ("costs_by_item", "item"),
}
_SAYS = {
    "more": "more", "fewer": "fewer", "same": "no change", "unclear": "not clear",
    "single": "one pair only",
}  # fmt: skip
_NUMBERS = ("base", "other", "difference", "low", "high", "error", "share_more")


@dataclass(frozen=True)
class Question:
    """A question with the labels of the patches that answer it (the first answers it as asked)."""

    what_if: WhatIf
    patches: tuple[str, ...]


def questions(scenario: Scenario, asked: str = ALL) -> tuple[Question, ...]:
    """The questions of a scenario: ``all``, or ids or patches joined by commas (``W1,W9``).

    Raises :class:`InputError` for questions that do not exist, and for patches or outputs that the
    table names and the scenario lacks: all at once.
    """
    return _chosen(_known(scenario), asked, scenario.name, lambda w, p: _check(w, scenario, p))


def versions_asked(kind: Kind[Any], case: Case, asked: str = ALL) -> tuple[Question, ...]:
    """The versions of a case as questions, each read in the headline outputs of its kind.

    Raises :class:`InputError` for versions that do not exist.
    """
    named = kind.headlines(case) or tuple(kind.outputs(case))
    outputs = tuple(name for name in named if ":" not in name)
    known = {
        name: WhatIf(name, name, (), title, "", outputs, (), "")
        for name, title in kind.versions(case).items()
    }
    return _chosen(known, asked, case.name, lambda *_: None)


def _chosen(
    known: Mapping[str, WhatIf],
    asked: str,
    name_of_case: str,
    check: Callable[[WhatIf, ProblemList], None],
) -> tuple[Question, ...]:
    names = [n.strip() for n in asked.split(",") if n.strip()]
    problems = ProblemList()
    chosen: list[WhatIf] = list(known.values()) if ALL in names else []
    for name in names:
        if name != ALL and name not in known:
            problems.error(f"there is no what-if '{name}'", "--what-ifs", suggest(name, known))
        elif name != ALL and known[name] not in chosen:
            chosen.append(known[name])
    if not problems.errors and not chosen:
        cure = "name a scenario that has patches, or questions such as W1"
        problems.error(f"{name_of_case} has no what-ifs to run", "--what-ifs", cure)
    for what_if in chosen:
        check(what_if, problems)
    problems.raise_if_any("The what-ifs cannot be compared")
    return tuple(Question(w, (w.patch, *w.more)) for w in chosen)


def _known(scenario: Scenario) -> dict[str, WhatIf]:
    if scenario.file(WHAT_IFS) is not None:
        return {w.id: w for w in what_ifs(scenario)}
    headlines = tuple(q.id for q in scenario.quantities.listed("compare"))
    return {
        name: WhatIf(name, name, (), patch.question or patch.title, "", headlines, (), "")
        for name, patch in sorted(scenario.patches.items())
    }


def _check(what_if: WhatIf, scenario: Scenario, problems: ProblemList) -> None:
    where = f"{WHAT_IFS}: {what_if.id}"
    for patch in (what_if.patch, *what_if.more):
        if patch not in scenario.patches:
            problems.error(f"no patch '{patch}'", where, suggest(patch, scenario.patches))
    ids = {
        "mode": [m.id for m in scenario.modes],
        "state": [s.state for s in scenario.stays],
        "transition": [t.id for t in scenario.transitions],
        "item": [*(r.id for r in scenario.costs), *(r.id for r in scenario.money)],
    }
    for output in what_if.outputs:
        kind, _, name = output.rpartition(":")
        known = ids.get(kind) if kind else [*scenario.quantities.names, "flows"]
        if known is None:
            problems.error(f"no output '{output}'", where, suggest(kind, ids))
        elif name not in known:
            problems.error(f"no output '{output}'", where, suggest(name, known))


@dataclass(frozen=True, repr=False)
class Answers:
    """A finished plan of what-ifs: the comparison of all of them, and what was asked."""

    comparison: Comparison[Any]
    questions: tuple[Question, ...]

    def __repr__(self) -> str:
        """What was asked, in a line."""
        asked = textwrap.shorten(", ".join(q.what_if.id for q in self.questions), LABEL)
        return f"<Answers to {asked} by {self.comparison!r}>"

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        head = ("question", "patch", "what", "difference", "90 % of pairs", "the pairs say")
        rows = []
        for row in self.to_rows():
            _, _, *found = _cells(row)
            what = textwrap.shorten(row["what"], LABEL, placeholder=" …")
            rows.append((row["question"], row["patch"], what, found[0], found[1], says(row)))
        return card("What the what-ifs change", {}, head, rows)

    def to_pandas(self) -> pd.DataFrame:
        """One row per question, patch and output, in the columns of :func:`answers`."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def to_rows(self) -> list[dict[str, Any]]:
        """See :func:`answers`."""
        return answers(self.comparison, self.questions)

    def to_text(self) -> str:
        """The answers as one table for a terminal, with what the intervals mean."""
        settings = self.comparison.settings
        told = {"members": settings.members, "sample": settings.sample}
        return text(self.to_rows(), [*self.comparison.remarks, *how_sure(told, settings.note())])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        comparison = self.comparison
        return {
            "format": FORMAT,
            "baseline": dict(comparison.baseline),
            "settings": asdict(comparison.settings),
            "note": comparison.settings.note(),
            "remarks": list(comparison.remarks),
            "answers": self.to_rows(),
        }


# -- answers -----------------------------------------------------------------------------------


def answers(comparison: Comparison[Any], asked: Sequence[Question]) -> list[dict[str, Any]]:
    """One row per question, patch and output.

    Keys: ``question`` (its id), ``asked``, ``expectation``, ``claims``, ``missing`` (what cannot be
    said yet), ``patch``, ``title``, ``output``, ``what`` (in words), ``verdict`` (``more``,
    ``fewer``, ``same``, ``unclear`` or ``single``), ``base``, ``other``, ``difference``,
    ``per_cent``, ``low``, ``high`` (90 % of pairs), ``error``, ``share_more``; numbers in people,
    those without and with the change being medians over the members.
    """
    effects = {patch_of(e): e for e in comparison.effects}
    members = comparison.settings.members
    rows = []
    for question in asked:
        w = question.what_if
        for patch in question.patches:
            effect = effects[patch]
            head = {
                "question": w.id,
                "asked": w.question,
                "expectation": w.expectation,
                "claims": list(w.claims),
                "missing": w.missing,
                "patch": patch,
                "title": effect.scenario["title"],
            }
            rows += [{**head, **row} for row in _outputs(effect, w.outputs, members)]
    return rows


def patch_of(effect: Effect[Any]) -> str:
    """The last what-if that makes a scenario; empty for a scenario without any."""
    return str((effect.scenario["patches"] or [""])[-1])


def own(comparison: Comparison[Any]) -> list[dict[str, Any]]:
    """Answers to the questions that the scenarios of a comparison happen to answer, as rows.

    None for a scenario without a table of questions, and for what-ifs that are joined.
    """
    scenario, before = comparison.source, len(comparison.baseline["patches"])
    if scenario.file(WHAT_IFS) is None:
        return []
    alone = {
        patch_of(e)
        for e in comparison.effects
        if len(e.scenario["patches"]) == before + 1
        and e.scenario["name"] == comparison.baseline["name"]
    }
    put = [
        Question(w, tuple(p for p in (w.patch, *w.more) if p in alone)) for w in what_ifs(scenario)
    ]
    return answers(comparison, put)


def _outputs(effect: Effect[Any], outputs: Sequence[str], members: int) -> Iterator[dict[str, Any]]:
    totals = {row["output"]: row for row in effect.outputs()}
    cells = effect.cells()
    for output in outputs:
        kind, _, name = output.rpartition(":")
        if output == "flows":
            yield from _legs(effect, cells.get("passages_by_leg", ()), members)
            continue
        if not kind:
            known = effect.known  # an older name is known to the case alone
            quantity = known[output] if output in known else effect.source.quantities[output]
            output, row = quantity.id, totals.get(quantity.id, {})
            what = named(
                {"title": quantity.titled, "kind": quantity.measure, "over": quantity.over}
            )
        else:
            array, axis = _ARRAYS[kind]
            row = next((r for r in cells.get(array, ()) if r[axis] == name), {})
            what = _words(kind, name, effect.source, average_day(effect.window))
        yield _row(output, what, row, members)


def _legs(effect: Effect[Any], rows: Sequence[Row], members: int) -> Iterator[dict[str, Any]]:
    """The stretches that change most, those on which the pairs agree before the others."""

    def rank(row: Row) -> tuple[bool, float]:
        return verdict(row, members) not in ("more", "fewer"), -abs(row["difference"])

    places = {p.id: p.name for p in effect.source.places}
    legs = {g.id: g for g in effect.source.legs}
    modes = {m.id: m.name for m in effect.source.modes}
    for row in sorted(rows, key=rank)[:LEGS_SHOWN]:
        leg = legs[row["leg"]]
        what = f"passages from {places[leg.from_]} to {places[leg.to]}, {modes[leg.mode].lower()}"
        yield _row(f"flows:{row['leg']}", what, row, members)


def _words(kind: str, name: str, scenario: Scenario, day: str) -> str:
    if kind == "mode":
        return f"passages: {next(m.name for m in scenario.modes if m.id == name).lower()}"
    if kind == "item":
        bill: list[Any] = [*scenario.costs, *scenario.money]
        return f"US dollars: {_lower(next(str(r.name) for r in bill if r.id == name))}"
    if kind == "state":
        stay = next(s.name for s in scenario.stays if s.state == name)
        return f"{_lower(stay)}: people {day}"
    told = next(t.description for t in scenario.transitions if t.id == name)
    return f"times (person-events): {_lower(told.rstrip('.'))}"


def _lower(text: str) -> str:
    """A sentence that goes on in a line; names and abbreviations keep their capital."""
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def _row(output: str, what: str, row: Row, members: int) -> dict[str, Any]:
    numbers = {name: float(row.get(name, 0.0)) for name in _NUMBERS}
    base, error = numbers["base"], numbers.pop("error")
    return {
        "output": output,
        "what": what,
        "verdict": verdict(numbers, members),
        **numbers,
        "error": error if math.isfinite(error) else None,
        "per_cent": 100.0 * numbers["difference"] / base if base else None,
    }


# -- as text -----------------------------------------------------------------------------------


def text(rows: Sequence[Row], note: Sequence[str] = ()) -> str:
    """The answers as one aligned table, under each question what is expected of it."""
    cells = [_cells(r) for r in rows]
    names = ("what", "without", "difference", "90 % of pairs", "error", "the pairs say")
    widths = [max(len(n), *(len(c[i]) for c in cells)) for i, n in enumerate(names)]

    def line(parts: Sequence[str]) -> str:
        return "  ".join(p.ljust(w) for p, w in zip(parts, widths, strict=True)).rstrip()

    out, question, patch = [line(names)], "", ""
    for row, parts in zip(rows, cells, strict=True):
        if row["question"] != question:
            question, patch = row["question"], ""
            out += ["", *_wrapped(f"{question}  {row['asked']}", "")]
            if row["expectation"]:
                claims = f" ({', '.join(row['claims'])})" if row["claims"] else ""
                out += _wrapped(f"The articles expect: {row['expectation']}{claims}", "    ")
            if row["missing"]:
                out += _wrapped(f"Not told: {row['missing']}", "    ")
        if row["patch"] != patch:
            patch = row["patch"]
            out.append(f"  {patch}: {row['title']}")
        out.append(line(parts))
    return "\n".join([*out, "", *(x for t in note for x in _wrapped(t, ""))]) + "\n"


def _wrapped(sentence: str, indent: str) -> list[str]:
    return textwrap.wrap(sentence, 110, initial_indent=indent, subsequent_indent="    ")


def _cells(row: Row) -> tuple[str, ...]:
    share = row["per_cent"]
    percent = "" if share is None or not row["difference"] else f" ({signed_per_cent(share)})"
    return (
        f"    {textwrap.shorten(row['what'], LABEL, placeholder=' …')}",
        count(row["base"]),
        f"{signed(row['difference'])}{percent}",
        f"{signed(row['low'])} to {signed(row['high'])}",
        f"± {count(row['error'])}",
        says(row),
    )


def says(row: Row) -> str:
    """What the pairs say of a row, in a word or two."""
    return _SAYS[row["verdict"]]


def plan_of(asked: Sequence[Question]) -> list[str]:
    """Every patch of some questions, each once, in their order."""
    return list(dict.fromkeys(p for q in asked for p in q.patches))
