"""Every record of the scenario format, in one place.

The descriptions of the fields, with their units, are the reference of the format
(`docs/scenario-format.md` is made from them).
"""

from __future__ import annotations

from travesia.scenario.base import ANY, ASSUMPTION, FAMILY_TYPES, MAX_TEXT, REST, FamilyType, Record
from travesia.scenario.camps import Camp
from travesia.scenario.geography import (
    FORWARD_ROLES,
    TERMINAL_KINDS,
    Leg,
    LegRole,
    Mode,
    Place,
    PlaceKind,
)
from travesia.scenario.money import Cost, Money
from travesia.scenario.pages import MapView, Months, Pages, Part
from travesia.scenario.people import Aim, Caravan, Cohort, Departure, Origin
from travesia.scenario.procedures import (
    CONTINUE,
    FLAG_EDITS,
    REMAIN,
    Action,
    Facility,
    Outcome,
    Paper,
    Stay,
    StayLength,
    Transition,
)
from travesia.scenario.risks import (
    Accident,
    AgencyCapacity,
    Cause,
    Checkpoint,
    Effort,
    Hazard,
    HazardFactor,
    StayHazard,
)
from travesia.scenario.settings import (
    Calibration,
    Ends,
    Parameter,
    Patch,
    Period,
    PolicyEntry,
    PolicyParameter,
    Settings,
    Target,
    Where,
    Whom,
)
from travesia.scenario.words import Word, WordKind

__all__ = [
    "ANY", "ASSUMPTION", "CONTINUE", "FAMILY_TYPES", "FLAG_EDITS", "FORWARD_ROLES", "MAX_TEXT",
    "REMAIN", "REST", "TERMINAL_KINDS", "Accident", "Action", "AgencyCapacity", "Aim",
    "Calibration", "Camp", "Caravan", "Cause", "Checkpoint", "Cohort", "Cost", "Departure",
    "Effort", "Ends", "Facility", "FamilyType", "Hazard", "HazardFactor", "Leg", "LegRole",
    "MapView", "Mode", "Money", "Months", "Origin", "Outcome", "Pages", "Paper", "Parameter",
    "Part", "Patch", "Period", "Place", "PlaceKind", "PolicyEntry", "PolicyParameter", "Record",
    "Settings", "Stay", "StayHazard", "StayLength", "Target", "Transition", "Where", "Whom", "Word",
    "WordKind",
]  # fmt: skip
