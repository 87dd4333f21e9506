"""The list of tables of a scenario folder: file, record, and what may be left out."""

from __future__ import annotations

from dataclasses import dataclass

from travesia.scenario import models as m


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: ``name`` is also the field of :class:`~travesia.scenario.scenario.Scenario`."""

    name: str
    record: type[m.Record]
    required: bool = True
    bulk: bool = False
    more_files: str = ""
    """Pattern of further files whose rows are read after the first."""

    @property
    def file(self) -> str:
        """Name of the file in a scenario folder."""
        return f"{self.name}.csv"

    @property
    def has_ids(self) -> bool:
        """Whether rows of an extending scenario replace rows of the same id, one by one."""
        return self.record.key[:1] == ("id",)


TABLES: tuple[TableSpec, ...] = (
    TableSpec("places", m.Place),
    TableSpec("legs", m.Leg),
    TableSpec("modes", m.Mode),
    TableSpec("cohorts", m.Cohort),
    TableSpec("origins", m.Origin),
    TableSpec("departures", m.Departure, bulk=True),
    TableSpec("aims", m.Aim, required=False, bulk=True),
    TableSpec("caravans", m.Caravan, required=False),
    TableSpec("checkpoints", m.Checkpoint, required=False),
    TableSpec("facilities", m.Facility, required=False),
    TableSpec("camps", m.Camp, required=False),
    TableSpec("papers", m.Paper, required=False),
    TableSpec("hazards", m.Hazard, required=False),
    TableSpec("hazard_factors", m.HazardFactor, required=False),
    TableSpec("causes", m.Cause),
    TableSpec("effort", m.Effort, required=False),
    TableSpec("agencies", m.AgencyCapacity, required=False),
    TableSpec("stays", m.Stay),
    TableSpec("stay_lengths", m.StayLength, required=False),
    TableSpec("stay_hazards", m.StayHazard, required=False),
    TableSpec("accidents", m.Accident, required=False),
    TableSpec("transitions", m.Transition),
    TableSpec("outcomes", m.Outcome, bulk=True, more_files="outcomes_*.csv"),
    TableSpec("actions", m.Action, required=False),
    TableSpec("targets", m.Target, required=False),
    TableSpec("calibration", m.Calibration, required=False),
    TableSpec("money", m.Money, required=False),
    TableSpec("costs", m.Cost, required=False),
    TableSpec("words", m.Word, required=False),
)
"""Every CSV table, in the order in which they are read."""

BY_NAME = {spec.name: spec for spec in TABLES}

YAML_FILES = (
    "scenario.yaml",
    "behaviour.yaml",
    "policies.yaml",
    "quantities.yaml",
    "instruments.yaml",
)
