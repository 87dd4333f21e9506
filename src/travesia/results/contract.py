"""What a run is made of: the tables of results, their labels and their numbers.

Written once, here: the engine's labelled output, the store, the observables and the report all
read these definitions.
"""

from __future__ import annotations

from dataclasses import dataclass

from travesia.quantities.quantity import COLUMNS

FORMAT = 2
"""Version of the layout of a run folder. It rises when an older folder can no longer be read."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: its label columns (names, months, dates) and its number columns.

    ``hashed`` tells whether the table enters ``result_sha256``. Beliefs do not: they are floating
    point from ``exp`` and ``log``, whose last bit may differ between machines, and everything
    that follows from them is in the other tables.

    All numbers are finite and not negative; those in ``shares`` are at most 1.
    """

    name: str
    labels: tuple[str, ...]
    numbers: tuple[str, ...]
    description: str
    hashed: bool = True
    shares: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, labels first."""
        return self.labels + self.numbers


_SPECS = (
    TableSpec(
        "departures", *COLUMNS["departures"],
        "People and parties who set out from home for the first time.",
    ),
    TableSpec("flows", *COLUMNS["flows"], "People and parties who entered each leg."),
    TableSpec(
        "events", *COLUMNS["events"],
        "Transitions executed, where the party was. A death counts one person.",
    ),
    TableSpec(
        "events_daily", *COLUMNS["events_daily"],
        "The same by day. `place` is `*` when the run counted days for all places together.",
    ),
    TableSpec(
        "stocks", *COLUMNS["stocks"],
        "People in each state at the end of the day, those held where they are held; ends of "
        "journeys are cumulative.",
    ),
    TableSpec(
        "stocks_monthly", *COLUMNS["stocks_monthly"],
        "People under way at the end of the last day of each month, by stay (`*`: on a leg, or "
        "about to go on) and cohort; ends of journeys are left out.",
    ),
    TableSpec(
        "stay_harms", *COLUMNS["stay_harms"],
        "People struck by each harm of a stay (`stay_hazards.csv`), where they are counted. They "
        "are among the events.",
    ),
    TableSpec(
        "repeats", *COLUMNS["repeats"],
        "Encounters at the line of people already met within the repeat window.",
    ),
    TableSpec(
        "facilities", *COLUMNS["facilities"],
        "Limited places: capacity, occupied and waiting are means over the month, admitted and "
        "refused sums; refused counts requests turned away, waiting only people in a line.",
    ),
    TableSpec(
        "beliefs", ("date", "group", "region", "mode"), ("capture", "harm"),
        "Believed chance of being stopped and of coming to harm on a passage.",
        hashed=False, shares=("capture", "harm"),
    ),
    TableSpec(
        "release_beliefs", ("date", "cohort", "sector"), ("release",),
        "Believed chance of release at a sector.",
        hashed=False, shares=("release",),
    ),
    TableSpec(
        "controllers", ("date", "policy"), ("level",),
        "Days on which a policy that reads published counts acts, and how far (0 to 1).",
        hashed=False, shares=("level",),
    ),
    TableSpec(
        "money", *COLUMNS["money"],
        "What things cost and who pays, USD; `units` are events, days, passages or shares of a "
        "sum, `median` and `p90` are per unit.",
        hashed=False,
    ),
    TableSpec(
        "journeys", ("journey", "date", "event", "place", "cohort"), ("step", "hour", "size"),
        "A sample of whole journeys, step by step.",
    ),
)  # fmt: skip

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in _SPECS}
"""The tables of a run by name."""

SCENARIO_TABLES = {
    "scenario": "key, value: title, description, purpose, limits, spin_up, start, end, ...",
    "places": "id, name, kind, country, admin1, region, lat, lon, zones",
    "legs": "id, from, to, mode, role, distance_km, days, region",
    "modes": "id, name",
    "cohorts": "id, nationality, family_type, group",
    "stays": "id, state, name",
    "transitions": "id, from, to, counts_as, recorded, said, description, claims",
    "facilities": "id, kind, place, name, capacity, unit, start, end",
    "policies": "id, name, name_es, instrument, programme, start, end, source, claims, note",
    "labels": "policy, transition, recorded, said, start, end",
    "money": "as money.csv, and counted (whether the total of the ledger adds it)",
    "costs": "as costs.csv",
    "words": "as words.csv",
    "quantities": "file, shared, declared: what the run can be asked, as quantities.yaml",
    "targets": "as targets.csv",
    "calibration": "as calibration.csv: what was set on which published months",
    "aims": "as aims.csv, the months of the run",
    "sources": "as the ledger, only the sources referred to",
}
"""The snapshot of the scenario that travels with a run, and its least columns.

Further tables may be added; each file of observations is a table ``observed/<file stem>``. All
are optional: what needs a missing one says so.
"""

KNOWN_IN = {
    "cohort": ("cohorts", "id"),
    "place": ("places", "id"),
    "stay": ("stays", "id"),
    "sector": ("places", "id"),
    "transition": ("transitions", "id"),
    "leg": ("legs", "id"),
    "facility": ("facilities", "id"),
    "policy": ("policies", "id"),
    "mode": ("modes", "id"),
    "group": ("cohorts", "group"),
}
"""Where the labels of a column are listed: a table and column of the scenario. ``*`` is known."""

MANIFEST_KEYS = {
    "format": "count", "seed": "whole", "draw": "whole?", "draws": "count", "seeds": "count",
    "sample": "share", "people": "number", "parties": "number", "person_days": "number",
    "transitions": "number", "seconds": "number", "cpu_seconds": "number",
    "bytes_per_person": "number", "people_still_waiting": "number", "compatible": "flag",
    "patches": "texts", "trusted": "texts", "plugins": "texts",
    "remarks": "texts", "travesia": "text", "python": "text", "numpy": "text",
    "numba": "text", "scenario": "text", "scenario_sha256": "text", "ledger_sha256": "text",
    "tally_sha256": "text", "result_sha256": "text", "started": "text", "kind": "text",
    "cut": "text", "rule": "text", "seal": "text",
}  # fmt: skip
"""Keys of a manifest and what stands there; ``?`` may be null. Further keys may be added."""
