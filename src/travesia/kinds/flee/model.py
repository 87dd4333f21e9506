"""A FLEE case as arrays: what the kernels of FLEE's rule need. Arrays in, arrays out.

Places, half-links (a road in one direction) and candidate paths have numbers. A party that
travels by several roads holds the number of its path and how many of its roads are done.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

ONE = 1 << 31
"""Certainty, as a threshold for a draw of 31 bits."""

OPEN, CLOSE = 1, 0


@dataclass(frozen=True, slots=True)
class FleeRule:
    """The settings that the day needs. ``compatible`` is FLEE 3.1 with its quirks; ``stands_for``
    people one departure that conflict drives stands for.
    """

    compatible: bool
    decay: tuple[float, ...]
    decay_interval: int
    foreign_weight: float
    camp_weight: float
    conflict_weight: float
    conflict_movechance: float
    camp_movechance: float
    idpcamp_movechance: float
    default_movechance: float
    capacity_buffer: float
    weight_softening: float
    weight_power: float
    max_speed_m: int
    walk_speed_m: int
    short_stints: bool
    start_on_foot: bool
    take_from_population: bool
    insert_day0: bool
    conflict_driven: bool
    spawn_mode: str
    displaced_per_day: float
    pop_base: float
    pop_scale: float
    known_camps: bool = False
    camp_pull: float = 0.0
    pull_base: float = 1.0
    stands_for: int = 1


@dataclass(frozen=True, slots=True)
class FleeModel:
    """A case: [p] places, [k] half-links, [c] candidate paths, [t] days, [s] camps.

    ``path_ptr`` [p + 1] delimits the paths that begin at a place; ``path_distance`` [c] is
    ``(softening + km) ** distance_power``; ``path_links`` lists the half-links of path ``c`` from
    ``path_link_ptr[c]`` on. ``changes`` holds, for each day, (place, intensity) pairs that hold
    from that day on; ``gates`` holds, for each day, (half-links, open or closed) in order;
    ``camp_gates`` the same for camps, with the kind of closure. ``scored`` [s] are the camps with
    a count in the period.
    """

    rule: FleeRule
    n_days: int
    country_foreign: npt.NDArray[np.bool_]
    kind: npt.NDArray[np.int8]
    population: Longs
    capacity: Floats
    capacity_per_day: Floats
    attraction: Floats
    start_intensity: Floats
    start_people: Longs
    link_start: Ints
    link_end: Ints
    link_m: Longs
    link_speed_m: Longs
    link_walk: Longs
    path_ptr: Ints
    path_dest: Ints
    path_distance: Floats
    path_link_ptr: Ints
    path_links: Ints
    changes: tuple[tuple[tuple[int, float], ...], ...]
    gates: tuple[tuple[tuple[Ints, int], ...], ...]
    camp_gates: tuple[tuple[tuple[int, int, bool], ...], ...]
    new_people: Longs
    debt: Longs
    camps: Ints
    observed: Longs
    scored: npt.NDArray[np.bool_]

    @property
    def n_places(self) -> int:
        """Number of places."""
        return len(self.kind)

    @property
    def n_links(self) -> int:
        """Number of half-links."""
        return len(self.link_start)


KIND_CODES = {
    "conflict": 0, "town": 1, "camp": 2, "idp_camp": 3, "forwarding_hub": 4, "marker": 5,
}  # fmt: skip
CONFLICT, TOWN, CAMP, IDP_CAMP, HUB, MARKER = range(6)
