"""Tests of equality that state how often they would err."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np


def largest_z(one: np.ndarray, other: np.ndarray) -> float:
    """Largest absolute Welch z between the columns of two samples [replicates, columns]."""
    gap = one.mean(0) - other.mean(0)
    error = np.sqrt(one.var(0, ddof=1) / len(one) + other.var(0, ddof=1) / len(other))
    known = error > 0
    assert (gap[~known] == 0).all()
    return float(np.abs(gap[known] / error[known]).max())


def z_limit(columns: int, false_alarm: float) -> float:
    """Limit of the largest of ``columns`` z values (Bonferroni)."""
    return NormalDist().inv_cdf(1.0 - false_alarm / (2.0 * columns))
