"""Three layers of one event: what happened, what the agency recorded, what was said in public.

The layers are kept apart because they differ: detention is announced as rescue, crimes go
unrecorded, and one office's register lacks the children whom another holds.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from travesia.results.result import Result

WORDING = "public_wording"
"""The instrument that dates a statement."""

WORDED = ("detained",)
"""Transitions whose statement it changes."""

COMPLAINTS = "complaints"
"""The instrument under which crimes enter the record."""

COMPLAINED = ("robbed", "extorted", "kidnapped")
"""Transitions whose record it changes."""


def layers(result: Result) -> pd.DataFrame:
    """Events with the record and the statement of each.

    A blank record or statement in the scenario means: the same as what happened, and nothing was
    said. Where the scenario has policies on wording, the statement of detentions holds only in
    the months in which one of them is in force; where complaints are taken, crimes are recorded.

    Returns:
        A table: month, transition, place, cohort, people, happened, recorded, said.
    """
    about = result.scenario_table("transitions").set_index("id")
    transition = result.events["transition"].astype(str)
    month = result.events["month"].astype(str)
    happened = transition.map(about["description"].to_dict())
    recorded = transition.map(about["recorded"].fillna("").to_dict())
    recorded = recorded.where(recorded != "", happened)
    heard = transition.isin(COMPLAINED) & _in_force(result, COMPLAINTS, month, absent=False)
    said = transition.map(about["said"].fillna("").to_dict())
    silent = transition.isin(WORDED) & ~_in_force(result, WORDING, month, absent=True)
    return result.events[["month", "transition", "place", "cohort", "people"]].assign(
        happened=happened,
        recorded=recorded.mask(heard, "complaint recorded"),
        said=said.mask(silent, ""),
    )


def _in_force(
    result: Result, instrument: str, month: pd.Series[Any], *, absent: bool
) -> pd.Series[Any]:
    """Whether a policy of an instrument holds in each month; ``absent`` where there is none."""
    policies = result.scenario_tables.get("policies")
    if policies is None or instrument not in set(policies["instrument"]):
        return pd.Series(absent, index=month.index)
    held = pd.Series(False, index=month.index)
    for row in policies[policies["instrument"] == instrument].to_dict("records"):
        if row["enabled"]:
            end = "9999" if row["end"] is None or pd.isna(row["end"]) else str(row["end"])[:7]
            held |= month.between(str(row["start"])[:7], end)
    return held


def record_ratio(result: Result) -> float:
    """Recorded crime over true crime on the way; NaN if nothing happened.

    A crime counts as recorded unless its record says that it was not.
    """
    crimes = layers(result)
    crimes = crimes[crimes["transition"].isin(result.tagged("harm"))]
    true = float(crimes["people"].sum())
    written = float(crimes.loc[crimes["recorded"] != "not recorded", "people"].sum())
    return written / true if true else float("nan")
