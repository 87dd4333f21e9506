"""How well the bands of an ensemble hold the counts: interval scores and coverage, by camp.

Members differ by their random numbers, or by the numbers of the rule too. Each is rescaled to the
observed total of the day first, as the total is no forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from travesia.kinds.flee.measures import Floats, rescaled
from travesia.observe.scores import ALPHAS, coverage, interval_score, weighted_interval_score

VERSIONS = {"simulated": "capacities of the input", "known": "capacities by counts up to the cut",
            "blind": "no capacities"}  # fmt: skip
"""The runs of a case whose bands are scored."""


@dataclass(frozen=True)
class Bands:
    """Scores of the bands of one version of a case.

    ``weighted_interval_score`` and ``interval_score`` (of the central 80 % interval) are summed
    over camps and given as shares of the observed total, means over days; a perfect forecast
    has 0. ``coverage`` is the share of counts inside the central 50, 80 and 95 % intervals;
    ``camps`` holds the same by camp, its score as a share of the mean count there (None if nobody
    was ever counted).
    """

    weighted_interval_score: float
    interval_score: float
    coverage: dict[str, float]
    camps: dict[str, dict[str, float | None]]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "weighted_interval_score": self.weighted_interval_score,
            "interval_score": self.interval_score,
            "coverage": self.coverage,
            "camps": self.camps,
        }


def bands_of(members: Floats, truth: Floats, camps: Sequence[str]) -> Bands:
    """Scores of an ensemble.

    Args:
        members: [members, days, camps] people.
        truth: [days, camps] people.
        camps: names.
    """
    draws = np.array([rescaled(m, truth) for m in members])
    total = np.maximum(truth.sum(axis=1), 1.0)
    wis = weighted_interval_score(draws, truth)
    lower, upper = np.quantile(draws, [0.1, 0.9], axis=0)
    wide = interval_score(lower, upper, truth, 0.2)
    return Bands(
        float((wis.sum(axis=1) / total).mean()),
        float((wide.sum(axis=1) / total).mean()),
        _coverage(draws, truth),
        {
            camp: {
                "weighted_interval_score": _share(wis[:, i], truth[:, i]),
                **{f"coverage_{k}": v for k, v in _coverage(draws[:, :, i], truth[:, i]).items()},
            }
            for i, camp in enumerate(camps)
        },
    )


def bands_by_version(
    cube: Mapping[str, Floats], truth: Floats, camps: Sequence[str]
) -> dict[str, Bands]:
    """Scores of the bands of every version that was run; none with a single member."""
    return {
        version: bands_of(cube[version], truth, camps)
        for version in VERSIONS
        if version in cube and len(cube[version]) > 1
    }


def lines_of(bands: Mapping[str, Bands], members: int, drawn: bool) -> list[str]:
    """A table for people."""
    if not bands:
        return []
    what = "draws of the numbers of the rule" if drawn else "seeds"
    lines = [
        f"Bands over {members} {what} (interval scores as shares of the total; 0 is perfect)",
        "  weighted  80 %   inside 50, 80, 95 %",
    ]
    for version, b in bands.items():
        inside = ", ".join(f"{v:.0%}" for v in b.coverage.values())
        lines.append(
            f"  {b.weighted_interval_score:8.3f} {b.interval_score:5.3f}   {inside}: "
            f"{VERSIONS[version]}"
        )
    return [*lines, _honest(bands["simulated"].coverage["80"])]


def _honest(inside: float) -> str:
    """Whether the bands promise what they hold."""
    if inside < 0.7:
        return f"  The bands are too narrow: those of 80 % hold {inside:.0%} of the counts."
    if inside > 0.9:
        return f"  The bands are too wide: those of 80 % hold {inside:.0%} of the counts."
    return f"  The bands of 80 % hold {inside:.0%} of the counts."


def _coverage(draws: Floats, truth: Floats) -> dict[str, float]:
    return {f"{1 - alpha:.0%}".rstrip("%"): coverage(draws, truth, alpha) for alpha in ALPHAS}


def _share(score: Floats, truth: Floats) -> float | None:
    mean = float(truth.mean())
    return float(score.mean()) / mean if mean > 0 else None


__all__ = ["Bands", "bands_by_version", "bands_of", "lines_of"]
