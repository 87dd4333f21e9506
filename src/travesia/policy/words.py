"""What effects write, in words: for `explain` and for the reference page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from travesia.policy import effects as fx
from travesia.policy.effects import Effect, Ids, Write
from travesia.policy.tables import TABLES

MOST_IDS = 4
"""Ids that are named in a line; the others are counted."""


def lines_of(effects: Iterable[Effect]) -> list[str]:
    """One line for each table that effects write, with operation, value and selectors."""
    return [line for effect in effects for line in _lines(effect)]


def _lines(effect: Effect) -> Iterator[str]:
    for write in effect.writes():
        yield f"{TABLES[write.table].title} ({write.table}): {_operation(write)}{_where(write)}"
    if isinstance(effect, fx.Recall):
        who = f"{effect.share:.3g} of those who are in it"
        yield f"ends the stay {effect.stay} of {who}{_sent(effect)}"
    elif isinstance(effect, fx.Label):
        words = [w for w in (effect.recorded, effect.said) if w]
        yield f"{effect.transition} is recorded or told as {', '.join(words)}"
    elif isinstance(effect, fx.Controller):
        yield f"as far as {effect.reads} passes {effect.threshold:g} a day:"
        yield from lines_of(effect.then)


def _sent(effect: fx.Recall) -> str:
    where = f", at {_ids(effect.places)}" if effect.places else ""
    return where + (f", who are sent by {effect.transition}" if effect.transition else "")


def _operation(write: Write) -> str:
    if write.table in ("leg_open", "paper_valid"):
        return "yes" if write.value else "no"
    value = f"{write.value:.4g}"
    return {
        "set": f"set to {value}",
        "factor": f"times {value}",
        "add": f"plus {value}" if write.value >= 0 else f"minus {-write.value:.4g}",
        "cap": f"at most {value}",
    }[write.op]


def _where(write: Write) -> str:
    told = [f"{selector} {_ids(ids)}" for selector, ids in write.where.items()]
    return f", for {'; '.join(told)}" if told else ", everywhere"


def _ids(ids: Ids) -> str:
    more = len(ids) - MOST_IDS
    return ", ".join(ids[:MOST_IDS]) + (f" and {more} more" if more > 0 else "")
