"""CPU seconds by part of a simulated day, and how many records the kernel took up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from travesia.engine.chunk import Chunk
from travesia.engine.host import Host
from travesia.engine.places import Places
from travesia.engine.record import Recorder

PARTS = (
    (Chunk, "gather", "kernel"), (Chunk, "assign", "kernel"), (Chunk, "act", "kernel"),
    (Places, "allocate", "places"), (Recorder, "close_day", "record"),
    (Recorder, "published", "record"), (Host, "update", "host"),
)  # fmt: skip


@dataclass
class Spent:
    """What the parts of a run took (one thread)."""

    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("kernel", "places", "record", "host"), 0.0)
    )
    records: int = 0
    """How often a party was taken up to act."""


@contextmanager
def parts_timed() -> Iterator[Spent]:
    """Measure the parts of a day while the block runs."""
    spent = Spent()
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in PARTS]

    def timed(function: Callable[..., Any], name: str, part: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            clock = time.thread_time()
            try:
                found = function(*args, **kwargs)
            finally:
                spent.seconds[part] += time.thread_time() - clock
            if name in ("gather", "assign"):  # both tell how many records they took up
                spent.records += found
            return found

        return call

    for owner, name, part in PARTS:
        setattr(owner, name, timed(getattr(owner, name), name, part))
    try:
        yield spent
    finally:
        for owner, name, function in originals:
            setattr(owner, name, function)
