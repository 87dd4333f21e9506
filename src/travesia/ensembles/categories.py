"""What counts as a harm and as a cause of death. Written once, here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

HARMS: tuple[str, ...] = ("robbery", "extortion", "kidnapping", "sexual_violence", "injury")
"""Harms that a journey can do, by the id of the cause."""

DEATHS: tuple[str, ...] = (
    "death_exposure", "death_drowning", "death_vehicle", "death_train", "death_violence",
    "death_illness",
)  # fmt: skip
"""Causes of death, by their id."""


def transitions_of(transitions: Iterable[Any], causes: Sequence[str]) -> dict[str, list[str]]:
    """Transitions that follow each cause, for the causes that occur.

    ``transitions`` have ``id``, ``from_``, ``to`` and ``counts_as``. A death outside the listed
    causes (in captivity) counts as a death by violence, being led into captivity from anywhere as
    a kidnapping, and money taken by officers at a stop as extortion.
    """
    rows = list(transitions)
    known: dict[str, list[str]] = {}
    for row in rows:
        for origin in str(row.from_).split(";"):
            cause = origin.removeprefix("cause:")
            if origin.startswith("cause:") and cause in causes:
                known.setdefault(cause, []).append(row.id)
    taken = {t for ids in known.values() for t in ids}
    for row in rows:
        if row.id in taken:
            continue
        if "death_violence" in known and "death" in row.counts_as:
            known["death_violence"].append(row.id)
        if "kidnapping" in known and row.to == "captive":
            known["kidnapping"].append(row.id)
        if "extortion" in known and row.id.startswith("extorted_"):
            known["extortion"].append(row.id)
    return {cause: known[cause] for cause in causes if cause in known}
