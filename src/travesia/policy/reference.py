"""The reference page of policies, made from the instruments and the policies themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from travesia.policy.instruments.base import Instrument
from travesia.policy.instruments.registry import shipped
from travesia.policy.words import table_rows

INTRODUCTION = """# Policies

A policy is a dated edit of the tables of the model: it closes a leg, multiplies a hazard, sets the
chance of an outcome, adds places to a facility. It is an entry of `policies.yaml`:

| field | meaning |
|---|---|
| `id`, `name`, `name_es` | how it is asked for and shown |
| `instrument` | what kind of policy it is; the table of instruments below lists them |
| `programme` | the instruments (I) and systems (Y) of the evidence that it belongs to |
| `start`, `end` | first and last day (`end: null` = to the end of the simulation) |
| `ramp_days` | days until it acts in full; it grows in weekly steps |
| `enabled` | whether it is in force |
| `scale` | factor on its strength; see below |
| `where` | `regions`, `zones`, `places`, `modes`, `legs`; what is not named is not narrowed |
| `whom` | `nationalities`, `family_types`, `cohorts` |
| `parameters` | the numbers of the instrument, each with value, low, high, unit and source |
| `source`, `claims` | what it rests on |
| `variant_of` | another reading of the same policy; the two are never in force together |

**Scale.** A factor *f* acts as 1 + (*f* − 1) × scale, an addition is multiplied by the scale, and a
share is multiplied by it and stays at most 1. A ramp acts in the same way, from 0 to 1.

**When policies meet.** Per cell of a table, the *set* of highest priority comes first, then all
factors, then additions, then caps. A closed leg beats an open one. Two policies that set one cell
to two values at one time are a fault, and the message names both. The order in which policies are
written does not matter.

**Switches.** Expulsions, custody of children, family detention, port intake, departures and
removals are in tables made from published counts, so the policy is already inside them. Such a
policy is neutral as dated. Switching it off, moving it or scaling it takes it out of the table, in
full or in part; where that needs a number that nobody observed (`without`), it is a judgement with
a range.

**Totals.** Two factors carry the level of stops in Mexico: `southern_border_program` (1.5) and
`national_guard` (1.88). `effort.csv` holds what is left of each year after them. Other policies on
stops move people between modes, places and outcomes, and are kept small.
"""


def reference_page(policies: Sequence[Any], instruments: Iterable[Instrument] | None = None) -> str:
    """The page in Markdown: how policies work, every instrument, every policy of a scenario.

    ``policies`` are entries with the fields of ``policies.yaml``.
    """
    lines = [INTRODUCTION, "## Tables that policies write", "", *table_rows(), ""]
    lines.extend(["`travesia explain POLICY` says what a policy writes into them.", ""])
    lines.extend(["## Instruments", ""])
    for instrument in shipped() if instruments is None else instruments:
        lines.extend(_instrument(instrument))
    lines.extend(["## Policies of the corridor", ""])
    lines.extend(
        ["| policy | name | instrument | from | to | in force |", "|---|---|---|---|---|---|"]
    )
    for entry in sorted(policies, key=lambda e: (e.start, e.id)):
        on = "yes" if entry.enabled else f"no{': ' + entry.note if entry.note else ''}"
        lines.append(
            f"| `{entry.id}` | {entry.name} | `{entry.instrument}` | {entry.start} "
            f"| {entry.end or 'open'} | {on} |"
        )
    return "\n".join(lines) + "\n"


def _instrument(instrument: Instrument) -> list[str]:
    codes = f" ({', '.join(instrument.codes)})" if instrument.codes else ""
    lines = [f"### {instrument.title}{codes}", "", f"`{instrument.id}`", ""]
    lines.extend([_flat(instrument.description), ""])
    if instrument.uncalibrated:
        lines.extend(["**Not calibrated.**", ""])
    rows = []
    for name, info in instrument.spec.model_fields.items():
        declared = info.json_schema_extra
        if isinstance(declared, dict):
            rows.append(f"| `{name}` | {declared['unit']} | {info.description} |")
        elif name != "series":
            rows.append(f"| `{name}` | date | |")
    if instrument.spec.series_name:
        name, unit = instrument.spec.series_name, instrument.spec.series_unit
        rows.append(f"| `{name}_YYYY_MM` | {unit} | one number per month |")
    if rows:
        lines.extend(["| parameter | unit | meaning |", "|---|---|---|", *rows, ""])
    return lines


def _flat(text: str) -> str:
    """A docstring as one Markdown paragraph per block, without reST quotes."""
    blocks = text.replace("``", "`").split("\n\n")
    return "\n\n".join(" ".join(block.split()) for block in blocks)
