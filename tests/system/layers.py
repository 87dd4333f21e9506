"""Three layers of one event: what happened, what the agency recorded, what was said in public.

The layers are kept apart because they differ: detention is announced as rescue, crimes go
unrecorded, and one office's register lacks the children whom another holds.
"""

from __future__ import annotations

import pandas as pd

from travesia.results.result import Result


def layers(result: Result) -> pd.DataFrame:
    """Events with the record and the statement of each.

    A blank record or statement in the scenario means: the same as what happened, and nothing was
    said. The labels of policies (a new wording, complaints that are taken) hold in the months in
    which they are in force; of two that meet the one that began later holds.

    Returns:
        A table: month, transition, place, cohort, people, happened, recorded, said.
    """
    about = result.scenario_table("transitions").set_index("id")
    transition = result.events["transition"].astype(str)
    month = result.events["month"].astype(str)
    happened = transition.map(about["description"].to_dict())
    recorded = transition.map(about["recorded"].fillna("").to_dict())
    recorded = recorded.where(recorded != "", happened)
    said = transition.map(about["said"].fillna("").to_dict())
    labels = result.scenario_tables.get("labels")
    for label in [] if labels is None else labels.sort_values("start").to_dict("records"):
        end = str(label["end"] or "9999")[:7]
        held = (transition == label["transition"]) & month.between(str(label["start"])[:7], end)
        recorded = recorded.mask(held & bool(label["recorded"]), label["recorded"])
        said = said.mask(held & bool(label["said"]), label["said"])
    return result.events[["month", "transition", "place", "cohort", "people"]].assign(
        happened=happened, recorded=recorded, said=said
    )


def record_ratio(result: Result) -> float:
    """Recorded crime over true crime on the way; NaN if nothing happened.

    A crime counts as recorded unless its record says that it was not.
    """
    crimes = layers(result)
    crimes = crimes[crimes["transition"].isin(result.tagged("harm"))]
    true = float(crimes["people"].sum())
    written = float(crimes.loc[crimes["recorded"] != "not recorded", "people"].sum())
    return written / true if true else float("nan")
