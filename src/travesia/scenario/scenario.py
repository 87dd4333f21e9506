"""A scenario: names, dates, units and sources, after all layers and patches, for people."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from travesia.calendar import Calendar
from travesia.display.html import card
from travesia.scenario import models as m
from travesia.scenario.additions import Addition
from travesia.scenario.camps import town_camps
from travesia.scenario.columns import Columns
from travesia.scenario.observed import Observed, read_observed
from travesia.scenario.raw import Trace
from travesia.scenario.tables import TABLES

if TYPE_CHECKING:
    from travesia.quantities.register import Register

R = TypeVar("R", bound=m.Record)

LATE_TABLES = frozenset(
    {"money", "costs", "calibration", "words", "camps", "stay_hazards", "stay_lengths", "accidents"}
)
"""Tables that enter the hash of a scenario only if they have rows: older hashes stay valid."""


@dataclass(frozen=True)
class Unread:
    """What could not be read, so that one fault does not seem to be a hundred.

    ``ids`` holds, by table, the ids that were written even where the rest of the row is faulty;
    None for a table that could not be read. ``incomplete`` names the tables that lack something
    because of faults, ``columns`` which of their columns hold an unreadable cell (``*``: perhaps
    all), ``rows`` says where the rows with such cells stand and ``names`` which ids they have. All
    are empty if all is sound.

    In a draft with unreadable cells, stand-ins take their place; ``twin`` is the same draft with
    others. Only what is found in both is a fault of its own.
    """

    ids: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    incomplete: frozenset[str] = frozenset()
    period_known: bool = True
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rows: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    twin: Scenario | None = None

    @property
    def whole(self) -> bool:
        """Whether everything could be read."""
        return self.period_known and not self.incomplete


@dataclass(frozen=True, repr=False)
class Scenario:
    """Everything that a simulation needs to know, immutable.

    Tables are tuples of records in the order of the files; the long ones (``departures``,
    ``aims``, ``outcomes``) are :class:`~travesia.scenario.columns.Columns`. ``folders`` runs from
    the base scenario to the scenario itself; ``provenance`` gives, for every table, the trace of
    each row; ``patches`` are those that could be applied and ``applied`` those that were;
    ``unread`` says what a draft of a faulty scenario lacks. ``additions`` are its own instruments,
    as text; those that are code run only if it is ``trusted``.
    """

    folders: tuple[Path, ...]
    settings: m.Settings
    places: tuple[m.Place, ...]
    legs: tuple[m.Leg, ...]
    modes: tuple[m.Mode, ...]
    cohorts: tuple[m.Cohort, ...]
    origins: tuple[m.Origin, ...]
    departures: Columns[m.Departure]
    aims: Columns[m.Aim]
    caravans: tuple[m.Caravan, ...]
    checkpoints: tuple[m.Checkpoint, ...]
    facilities: tuple[m.Facility, ...]
    papers: tuple[m.Paper, ...]
    hazards: tuple[m.Hazard, ...]
    hazard_factors: tuple[m.HazardFactor, ...]
    causes: tuple[m.Cause, ...]
    effort: tuple[m.Effort, ...]
    agencies: tuple[m.AgencyCapacity, ...]
    stays: tuple[m.Stay, ...]
    transitions: tuple[m.Transition, ...]
    outcomes: Columns[m.Outcome]
    actions: tuple[m.Action, ...]
    targets: tuple[m.Target, ...]
    parameters: Mapping[str, m.Parameter]
    policies: tuple[m.PolicyEntry, ...]
    money: tuple[m.Money, ...] = ()
    costs: tuple[m.Cost, ...] = ()
    calibration: tuple[m.Calibration, ...] = ()
    camps: tuple[m.Camp, ...] = ()
    words: tuple[m.Word, ...] = ()
    stay_lengths: tuple[m.StayLength, ...] = ()
    stay_hazards: tuple[m.StayHazard, ...] = ()
    accidents: tuple[m.Accident, ...] = ()
    patches: Mapping[str, m.Patch] = field(default_factory=dict)
    applied: tuple[str, ...] = ()
    provenance: Mapping[str, tuple[Trace, ...]] = field(default_factory=dict)
    unread: Unread = field(default_factory=Unread)
    additions: tuple[Addition, ...] = ()
    trusted: bool = False

    def __repr__(self) -> str:
        """What it is and how large, in a line."""
        named = "+".join([self.name, *self.applied])
        on = sum(p.enabled for p in self.policies)
        return (
            f"<Scenario {named}: {len(self.places):,} places, {len(self.legs):,} legs, "
            f"{len(self.cohorts):,} cohorts, {on:,} of {len(self.policies):,} policies on, "
            f"{len(self.patches):,} what-ifs>"
        )

    def _repr_html_(self) -> str:
        facts = {
            "": f"{self.settings.period.start} to {self.settings.period.end}",
            "places": f"{len(self.places):,}",
            "legs": f"{len(self.legs):,}",
            "cohorts": f"{len(self.cohorts):,}",
        }
        on = [p for p in self.policies if p.enabled]
        rows = [(p.id, p.name, str(p.start or ""), str(p.end or "")) for p in on]
        title = "+".join([self.name, *self.applied])
        head = ("policy in force", "", "from", "to")
        return card(f"{title}: {self.settings.title}", facts, head, rows, more="policies")

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.settings.name

    @property
    def folder(self) -> Path:
        """The scenario's own folder, the last of the chain."""
        return self.folders[-1]

    @cached_property
    def calendar(self) -> Calendar:
        """Dates as day numbers."""
        return self.settings.calendar

    def in_transit(self, country: str) -> bool:
        """Whether a country is one of those through which the way leads."""
        return country in self.settings.transit

    def place(self, name: str) -> m.Place:
        """Place of an id. Raises :class:`KeyError` if there is none (as do the next five)."""
        return self._places[name]

    def leg(self, name: str) -> m.Leg:
        """Leg of an id."""
        return self._legs[name]

    def cohort(self, name: str) -> m.Cohort:
        """Cohort of an id."""
        return self._cohorts[name]

    def stay(self, name: str) -> m.Stay:
        """Stay of an id."""
        return self._stays[name]

    def transition(self, name: str) -> m.Transition:
        """Transition of an id."""
        return self._transitions[name]

    def policy(self, name: str) -> m.PolicyEntry:
        """Policy of an id."""
        return self._policies[name]

    def value(self, parameter: str) -> float:
        """Value of a parameter of the behaviour."""
        return self.parameters[parameter].value

    @cached_property
    def _places(self) -> dict[str, m.Place]:
        return {row.id: row for row in self.places}

    @cached_property
    def _legs(self) -> dict[str, m.Leg]:
        return {row.id: row for row in self.legs}

    @cached_property
    def _cohorts(self) -> dict[str, m.Cohort]:
        return {row.id: row for row in self.cohorts}

    @cached_property
    def _stays(self) -> dict[str, m.Stay]:
        return {row.id: row for row in self.stays}

    @cached_property
    def _transitions(self) -> dict[str, m.Transition]:
        return {row.id: row for row in self.transitions}

    @cached_property
    def _policies(self) -> dict[str, m.PolicyEntry]:
        return {row.id: row for row in self.policies}

    @cached_property
    def limited_places(self) -> tuple[m.Facility, ...]:
        """Facilities with limited places: those of the table, and the camps of each town."""
        return (*self.facilities, *town_camps(self.camps))

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Names of all regions of places and legs, sorted."""
        return tuple(sorted({p.region for p in self.places} | {g.region for g in self.legs}))

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Names of all zones of places, sorted."""
        return tuple(sorted({zone for p in self.places for zone in p.zones}))

    @cached_property
    def payers(self) -> tuple[str, ...]:
        """Who pays for anything: in the order of their words, then of the tables."""
        told = (w.code for w in self.words if w.kind == "payer")
        return tuple(
            dict.fromkeys((*told, *(r.payer for r in self.costs), *(r.payer for r in self.money)))
        )

    def where(self, table: str, index: int) -> str:
        """File and line of a row, and what changed it since, for messages."""
        traces = self.provenance.get(table, ())
        return str(traces[index]) if index < len(traces) else table

    def file(self, relative: str) -> Path | None:
        """A file of the scenario, from the last folder of the chain that has it."""
        for folder in reversed(self.folders):
            path = folder / relative
            if os.path.isfile(path):  # noqa: PTH113 - is_file() raises for a name that is too long
                return path
        return None

    @cached_property
    def observed(self) -> Observed:
        """The published tables that the targets name, as text; read once."""
        return read_observed((t.file for t in self.targets), self.folders)

    @cached_property
    def quantities(self) -> Register:
        """What a run of it can be asked, by id.

        Raises :class:`InputError` with every fault of their declarations.
        """
        from travesia.scenario.declared import quantities_of

        return quantities_of(self)

    def table(self, name: str) -> tuple[Any, ...] | Columns[Any]:
        """A table by its name."""
        rows: tuple[Any, ...] | Columns[Any] = getattr(self, name)
        return rows

    def sha256(self) -> str:
        """Hash of the contents after all changes; the order of rows and files does not matter."""
        return self._sha256

    @cached_property
    def _sha256(self) -> str:
        digest = hashlib.sha256()
        for spec in TABLES:
            rows = self.table(spec.name)
            if spec.name in LATE_TABLES and not len(rows):
                continue
            digest.update(f"\n# {spec.name}\n".encode())
            lines = _column_lines(rows) if isinstance(rows, Columns) else _row_lines(rows)
            digest.update("\n".join(lines).encode())
        digest.update(b"\n# policies\n" + "\n".join(_row_lines(self.policies)).encode())
        parameters = (f"{n} {_json(p)}" for n, p in sorted(self.parameters.items()))
        digest.update(b"\n# parameters\n" + "\n".join(parameters).encode())
        digest.update(b"\n# settings\n" + _json(self.settings).encode())
        for addition in self.additions:
            digest.update(f"\n# {addition.file}\n{addition.sha256}".encode())
        return digest.hexdigest()


def _json(record: m.Record) -> str:
    data = record.model_dump(mode="json", by_alias=True)
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def _row_lines(rows: Iterable[m.Record]) -> list[str]:
    return sorted(_json(row) for row in rows)


def _column_lines(rows: Columns[Any]) -> list[str]:
    columns = (map(_cell, rows.column(name)) for name in sorted(rows.record.columns()))
    return sorted("\x1f".join(cells) for cells in zip(*columns, strict=True))


def _cell(value: Any) -> str:
    return ";".join(value) if isinstance(value, tuple) else str(value)
