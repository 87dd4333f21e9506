"""Travesía: journeys through a migration corridor, simulated one by one.

The public interface mirrors the command line: ``load``, ``run``, ``score``, ``report``.
Everything heavy is imported when it is used.
"""

from __future__ import annotations

__version__ = "0.1.0"
