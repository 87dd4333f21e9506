"""FLEE input folders: read them, report every fault, and write them as scenario folders."""

from __future__ import annotations

from travesia.kinds.flee.instance import Closure, Counts, Instance, Place, Route, Spell
from travesia.kinds.flee.read import read_instance
from travesia.kinds.flee.settings import Settings
from travesia.kinds.flee.store import is_flee_scenario, load_scenario, write_scenario

__all__ = [
    "Closure", "Counts", "Instance", "Place", "Route", "Settings", "Spell", "is_flee_scenario",
    "load_scenario", "read_instance", "write_scenario",
]  # fmt: skip
