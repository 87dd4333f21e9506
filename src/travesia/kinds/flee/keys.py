"""Every key of FLEE's settings files that has no counterpart here, and what that may matter.

The keys are those that FLEE 3.1 or its later source reads, and those that occur in published
settings files without being read by either. Keys with a counterpart are the fields of
:class:`travesia.kinds.flee.settings.Settings`.
"""

from __future__ import annotations

from collections.abc import Mapping

LOGS = "only FLEE's log files, which are not written here: no result changes"
ALIKE = "no result changes: FLEE's rule does not use it either"
UNREAD = "no result changes: FLEE does not read this key"
FOOD = "food insecurity is not simulated: where people go or set out may differ much"
FLOODS = "no result changes: FLEE reads it only in cases of floods"
BELOW = "no result changes: FLEE reads it only below flood_rules"
WHO = (
    "people have no age, sex, ethnicity or religion here: where they go may differ much if the "
    "case has demographics"
)
TIES = "social ties are not simulated: places in conflict may empty faster or slower"

TOP: Mapping[str, str] = {
    "number_of_steps": "the length is that of sim_period.csv, as in FLEE's own program",
    "conflict_input_file": "conflicts.csv of the case is read, as in FLEE's own program",
    "flood_level_input_file": FLOODS,
    "default_conflict_intensity":
        "only changes of type (location_changes.csv) use it; these are not carried over",
    "flood_rules": "no result changes: FLEE reads the section only below move_rules",
}  # fmt: skip
"""Keys at the top of a file."""

EFFECTLESS: Mapping[str, Mapping[str, str]] = {
    "log_levels": dict.fromkeys(
        ("agent", "link", "camp", "init", "conflict", "idp_totals", "granularity"), LOGS
    ),
    "spawn_rules": {
        "conflict_zone_spawning_only": "people set out from places in conflict only, as in FLEE",
        "flood_driven_spawning": FLOODS,
        "flood_driven_spawn_mode": FLOODS,
        "camps_are_sinks": f"{UNREAD} (it reads `camps_are_sicks`)",
        "camps_are_sicks":
            "nobody leaves the simulation here: camps where FLEE lets people drop out stay fuller",
        "read_from_agents_csv_file":
            "people listed one by one in agents.csv do not set out here: all of them are missing",
        "average_social_connectivity":
            "only social ties use it (two_system_decision_making), which are not simulated",
        "starvation_driven_spawning": FOOD,
        "refugee_debt": UNREAD,
    },
    "move_rules": {
        "max_crossing_speed": ALIKE,
        "stay_close_to_home":
            "the pull of the place where people are is not simulated: they may go farther",
        "home_distance_power": "only stay_close_to_home uses it, which is not simulated",
        **dict.fromkeys(
            ("WomenAvoidHazards", "ChildrenAvoidHazards", "ElderlyAvoidHazards", "BoysTakeRisk",
             "MatchCampReligion", "MatchCampEthnicity", "MatchTownEthnicity",
             "MatchConflictEthnicity"), WHO),
        **dict.fromkeys(
            ("children_avoid_hazards", "boys_take_risk", "match_camp_ethnicity",
             "match_town_ethnicity", "match_conflict_ethnicity", "match_camp_religion",
             "weight_by_major_routes"), UNREAD),
        "avg_religion_fraction": "only MatchCampReligion uses it, which is not simulated",
        **dict.fromkeys(
            ("max_flood_level", "flood_movechances", "flood_loc_weights", "flood_link_weights",
             "flood_forecaster", "flood_forecaster_timescale", "flood_forecaster_weights",
             "flood_forecaster_end_time", "flood_awareness_weights"), BELOW),
        "pruning_threshold":
            "no way is left out of the choice here: unlikely ways stay a little likely",
        "fixed_routes": "ways are chosen person by person: camps that fill may differ a little",
        "use_economic_pull": "wealth and trade of a place do not draw people here",
        "harvest_months": "farmers do not go home for the harvest here: camps may be fuller then",
        "avoid_food_deprived_locations": FOOD,
        "flee_when_starving": FOOD,
        "two_system_decision_making": TIES,
    },
    "optimisations": {},
}  # fmt: skip
"""By section, keys without effect here and what that may matter. They are named in the list of what
was not carried over when they are switched on."""


def is_off(key: str, value: object) -> bool:
    """Whether a key without a counterpart has a value that changes nothing in FLEE either."""
    if key == "granularity":  # most files have it: say what becomes of it whatever its value
        return False
    if key == "conflict_zone_spawning_only":
        return value is None or value is True
    if isinstance(value, int | float):
        return value <= 1.001 if key == "pruning_threshold" else not value
    return not value or str(value).lower() in ("no", "off")


__all__ = ["EFFECTLESS", "TOP", "is_off"]
