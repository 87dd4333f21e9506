"""The importer of FLEE's input folders: ``travesia import flee``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.errors import InputError, Problem, ProblemList

if TYPE_CHECKING:
    from travesia.kinds.flee.instance import Instance

MOST_TOLD = 15
"""Things without effect that an import names; its list of them has all."""


class FleeImporter:
    """Turns a FLEE input folder into a scenario folder, with a list of what was left out."""

    id = "flee"
    help = "a FLEE case: input_csv and source_data, with FLEE's YAML settings beside them"

    def read(self, folder: Path, settings: Path | None) -> Instance:
        """Read a case. Raises :class:`InputError` with every fault."""
        from travesia.kinds.flee.read import read_instance

        if settings is not None and not settings.is_file():
            problem = Problem("there is no such file", str(settings), "give FLEE's YAML settings")
            raise InputError("The case was not imported", [problem])
        return read_instance(folder, settings, problems=ProblemList())

    def write(
        self, case: Instance, target: Path, *, overwrite: bool = False, claimed: bool = False
    ) -> Path:
        """Write it as a scenario folder, whole or not at all."""
        from travesia.kinds.flee.store import write_scenario

        return write_scenario(case, target, overwrite=overwrite, claimed=claimed)

    def facts(self, case: Instance) -> dict[str, Any]:
        """What was read, as plain values."""
        return facts(case)

    def told(self, case: Instance, target: Path) -> list[str]:
        """What was read and left out, in lines."""
        return [
            f"{case.name}: {case.days} days from {case.start}, {len(case.places)} places, "
            f"{len(case.routes)} roads, {len(case.camps)} camps",
            f"Settings: {case.extra.get('settings')}",
            *(f"  {remark}" for remark in (*case.remarks, *case.not_carried[:MOST_TOLD])),
            *_more(len(case.not_carried) - MOST_TOLD),
            f"Scenario: {target}   (what was left out: {target / 'NOT-CARRIED-OVER.md'})",
        ]


def _more(number: int) -> list[str]:
    return [f"  and {number} more things without effect here"] if number > 0 else []


def facts(case: Instance) -> dict[str, Any]:
    """What a case consists of."""
    return {
        "kind": "flee",
        "name": case.name,
        "start": str(case.start),
        "days": case.days,
        "places": len(case.places),
        "routes": len(case.routes),
        "camps": len(case.camps),
        "settings": case.extra.get("settings"),
        "remarks": list(case.remarks),
        "not_carried_over": list(case.not_carried),
    }
