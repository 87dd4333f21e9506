"""Explanations of what no table holds: quantities, instruments, effects, numbered questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from travesia.scenario.explain import DETAIL, Explanation, Reference

if TYPE_CHECKING:
    from travesia.evidence import Ledger
    from travesia.scenario.scenario import Scenario


def explanations(scenario: Scenario, ledger: Ledger) -> list[Explanation]:
    """Everything that can be explained beside the tables, what-ifs and parameters."""
    found = [*_questions(scenario, ledger), *_quantities(scenario), *_instruments(scenario)]
    return [*found, *effects(), *_writes(scenario)]


def _questions(scenario: Scenario, ledger: Ledger) -> Iterator[Explanation]:
    from travesia.observe.claims_system import WHAT_IFS, what_ifs

    path = scenario.file(WHAT_IFS)
    if path is None:
        return
    for w in what_ifs(scenario):
        facts = [
            ("answered by", ", ".join((w.patch, *w.more))),
            ("the articles expect", w.expectation),
            ("read in", ", ".join(w.outputs)),
            ("not told", w.missing),
        ]
        yield Explanation(
            topic=w.id,
            kind="question",
            title=w.question,
            facts=tuple((label, text) for label, text in facts if text),
            related=(f"try it: travesia compare {scenario.name} {w.id}",),
            sources=tuple(Reference(c, _said(c, ledger)) for c in w.claims),
            where=f"{path.parents[1].name}/{WHAT_IFS}",
        )


def _said(claim: str, ledger: Ledger) -> str:
    item = ledger.resolve(claim)
    return "not in the ledger" if item is None else item.citation


def _quantities(scenario: Scenario) -> Iterator[Explanation]:
    for row in scenario.quantities.rows():
        facts = (("counts", f"{row['kind']}, in {row['unit']}"), ("by", ", ".join(row["axes"])))
        yield Explanation(topic=row["id"], kind="quantity", title=row["title"], facts=facts)


def _instruments(scenario: Scenario) -> Iterator[Explanation]:
    from travesia.policy.instruments.registry import instruments_of

    for instrument in instruments_of(scenario):
        fields = [f for f in instrument.spec.model_fields if f != "series"]
        if instrument.spec.series_name:
            fields.append(f"{instrument.spec.series_name}_YYYY_MM")
        used = [p.id for p in scenario.policies if p.instrument == instrument.id]
        yield Explanation(
            topic=instrument.id,
            kind="instrument",
            title=instrument.title,
            facts=(
                ("meaning", _flat(instrument.description)),
                ("takes", ", ".join(fields) or "no parameters"),
            ),
            related=(f"policies: {', '.join(used) or 'none in this scenario'}",),
        )


def effects() -> Iterator[Explanation]:
    """What policies can do to the model."""
    from travesia.policy.effects import EFFECT_TYPES

    for effect in EFFECT_TYPES:
        facts = (("meaning", _flat(effect.__doc__ or "")),)
        yield Explanation(topic=effect.kind, kind="effect", title=effect.__name__, facts=facts)


def _writes(scenario: Scenario) -> Iterator[Explanation]:
    """What each policy writes into the tables of the model, as it is compiled."""
    from travesia.policy.build import effects_of
    from travesia.policy.instruments.registry import instruments_of
    from travesia.policy.names import policy_names
    from travesia.policy.words import lines_of
    from travesia.scenario.sums import paid_policies

    built, _ = effects_of(
        paid_policies(scenario), scenario.calendar, policy_names(scenario), instruments_of(scenario)
    )
    for policy in dict.fromkeys(e.policy for e in built):
        lines = lines_of([e for e in built if e.policy == policy])
        title = "What it writes into the tables"
        yield Explanation(policy, DETAIL, title, related=tuple(dict.fromkeys(lines)))


def _flat(text: str) -> str:
    """A docstring as one line, without the quotes of its markup."""
    return " ".join(text.replace("``", "").split())
