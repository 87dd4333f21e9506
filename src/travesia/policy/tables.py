"""The tables that policies may write, and how their cells are selected.

Said once: compilation, the check for contradictions, `explain` and the documentation read these
declarations. A table has axes; an axis is narrowed by selectors (the axis of legs by legs, regions
and modes). Selectors that no effect gives leave the whole axis selected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

AXES: Mapping[str, tuple[str, ...]] = {
    "leg": ("leg", "region", "mode"), "cohort": ("cohort",), "cause": ("cause", "agency"),
    "agency": ("agency",), "region": ("region",), "place": ("place",),
    "branch": ("stay", "transition"), "harm": ("stay", "transition"),
    "action": ("transition",), "stay": ("stay",),
    "facility": ("facility",), "grant": ("paper",), "paper": ("paper",), "sector": ("region",),
    "group": (),
}  # fmt: skip
"""The selectors that narrow each axis. ``grant`` are the transitions that grant a paper, ``group``
the groups that share a belief (whoever writes it reaches all of them)."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its axes in order, what a cell holds, and the rule for equal sets.

    With ``zero_wins`` a set to zero beats another set of the same priority (closed beats open),
    so that two such sets are decided by rule and are no contradiction. A cell of a ``share`` table
    is a probability.
    """

    axes: tuple[str, ...]
    title: str
    zero_wins: bool = False
    share: bool = False

    def takes(self, selector: str) -> bool:
        """Whether a selector narrows one of the axes."""
        return any(selector in AXES[axis] for axis in self.axes)


TABLES: Mapping[str, Table] = {
    "leg_open": Table(("leg",), "whether a leg can be taken", zero_wins=True),
    "leg_utility": Table(("cohort", "leg"), "added utility of a leg"),
    "leg_cost": Table(("leg",), "factor on the cost of a leg"),
    "leg_cost_add": Table(("leg",), "US dollars added to the cost of a leg"),
    "leg_days": Table(("leg",), "days that a leg takes"),
    "hazard": Table(("cause", "leg"), "rate of a cause per passage of a leg"),
    "effort": Table(("agency", "region"), "effort of an agency: factor on its stop rates"),
    "boarding_guard": Table(("leg",), "chance that guards prevent boarding"),
    "train_speed": Table(("leg",), "speed in km/h at boarding"),
    "outcome": Table(("cohort", "region", "branch"), "chance that a stay ends so", share=True),
    "action": Table(
        ("cohort", "place", "action"), "chance of an action per arrival at a place", share=True
    ),
    "stay_hazard": Table(
        ("cohort", "place", "harm"), "chance a day that a harm strikes those who stay", share=True
    ),
    "stay_hazard_first": Table(
        ("cohort", "place", "harm"), "what is added to that chance at the beginning of a stay"
    ),
    "clock": Table(("stay", "region"), "median days of a stay"),
    "match": Table(
        ("cohort", "stay", "region"), "chance that a query of the register finds", share=True
    ),
    "capacity": Table(("facility",), "places, or cases per day, of a facility"),
    "paper_days": Table(("grant",), "days for which a paper is granted"),
    "paper_valid": Table(("paper", "place"), "whether a paper is valid at a place"),
    "paper_stops": Table(("paper",), "factor on the stops of those who hold a paper"),
    "demand": Table(("cohort",), "factor on departures"),
    "guided": Table(("cohort",), "share of parties with a guide"),
    "release_signal": Table(("cohort", "sector"), "shift of the believed chance of release"),
    "capture_signal": Table(("group", "region"), "shift of the believed chance of capture"),
}
"""All float tables that change with time, by name."""
