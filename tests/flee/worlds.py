"""FLEE cases made in a few lines, small enough to count on one's fingers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from travesia.kinds.flee import Closure, Counts, Instance, Place, Route, Settings, Spell

START = dt.date(2020, 1, 1)


def place(name: str, kind: str, people: int = 0, country: str = "Home", **more: Any) -> Place:
    """A place; ``people`` is the population, or the capacity of a camp."""
    size = "capacity" if "camp" in kind else "population"
    return Place(name, kind, country, **{size: people, **more})


def growing(series: str, first: int, last: int, days: int) -> Counts:
    """Counts that grow evenly over the days of a case."""
    return Counts(series, (START, START + dt.timedelta(days=days - 1)), (first, last))


def case(
    places: list[Place],
    roads: list[tuple[Any, ...]],
    days: int,
    counts: list[Counts],
    spells: list[Spell] | None = None,
    closures: list[Closure] | None = None,
    **settings: Any,
) -> Instance:
    """A case; the first place is in conflict all the time unless ``spells`` say otherwise."""
    spells = [Spell(places[0].name, 0, days - 1, 1.0)] if spells is None else spells
    return Instance(
        "made",
        START,
        days,
        tuple(places),
        tuple(Route(*r) for r in roads),
        tuple(closures or ()),
        tuple(p.name for p in places),
        tuple(spells),
        tuple(counts),
        replace(Settings(sum_from_camps=False), **settings),
    )


def fork(people: int = 100_000, days: int = 3, **more: Any) -> Instance:
    """A town in conflict with a near and a far camp of which nobody leaves."""
    settings = {"camp_movechance": 0.0, "softening": 0.0, "max_move_speed": 1000.0} | more
    return case(
        [place("A", "conflict", 10), place("Near", "camp"), place("Far", "camp")],
        [("A", "Near", 100.0), ("A", "Far", 300.0)],
        days,
        [growing("total", 0, people, days)],
        insert_day0=False,
        **settings,
    )
