"""Likely ranges of a run's numbers: what the report shows as bands.

Some members are drawn from the ranges of all numbers, each at a sampled population; a few more
keep the numbers as written and differ by chance alone. The spread of the first, less the chance
that the small sample adds, is the band. The spread of the second, scaled to the full population
by the square root of the sample (independent parties: variance falls as their number), is the
chance error.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from travesia.ensembles.members import MemberRunner
from travesia.ensembles.settings import Settings
from travesia.ensembles.summary import Floats, Summary
from travesia.kind import Case, Kind, Member, Output
from travesia.options import Options
from travesia.quantities.counting import period

C = TypeVar("C", bound=Case)

QUANTILES = (0.05, 0.5, 0.95)
REPLICATES = 2
"""Members that differ by chance alone, behind the chance error."""

SMOOTHED_MONTHS = 13
"""Window over which the share of chance in the spread of the draws is estimated."""


def bands(
    kind: Kind[C], case: C, settings: Settings, replicates: int = REPLICATES
) -> dict[str, dict[str, Any]]:
    """Ranges of every named output, in the form that the report reads.

    Args:
        kind: the kind of the case.
        case: what is run.
        settings: ``members`` are versions of the numbers with ranges, at least 2.
        replicates: members that differ by chance alone, at least 2.

    Returns:
        By output: ``quantiles`` (0.05, 0.5, 0.95 to numbers by month), ``months`` (their labels),
        ``total`` (quantiles of the sum over the period; of the fullest month for stocks),
        ``nominal`` (the same total with the numbers as written, at the same sample),
        ``chance`` (standard deviation of the total between full-population runs that differ by
        seed alone, estimated from the sampled replicates), ``draws``, ``replicates``, ``sample``.

    Raises:
        InputError: numbers of draws or replicates below 2, or a sample that is not a share.
    """
    read = Options("The draws were not started")
    draws = read.whole("draws", settings.members, 2, cure="use at least 2: one draw gives no range")
    replicates = read.whole("replicates", replicates, 2, cure="use at least 2")
    sample = kind.coarsely(settings.sample, read.faults) if settings.coarse else settings.sample
    sample = read.sample(kind.sample if sample is None else sample)
    given = read.seed(settings.seed)
    read.raise_if_any()
    key, seed = case.sha256(), kind.seed(case) if given is None else given
    chance = (Member(f"chance-{r}", key, None, draws + r, seed, sample) for r in range(replicates))
    jobs = [*(Member(f"draw-{d}", key, d, d, seed, sample) for d in range(draws)), *chance]
    jobs = [replace(job, coarse=settings.coarse) for job in jobs]
    executor = settings.runs_on(kind.light(case, len(jobs), sample), len(jobs))
    layout = kind.layout(case)
    found: dict[str, Summary] = {}
    for outcome in executor.map_unordered(MemberRunner(kind, {key: case}), jobs):
        if outcome.error is not None:
            raise outcome.error
        found[outcome.id] = Summary(layout, outcome.value)
        settings.tell(len(found), len(jobs), "drawing parameters")
    drawn, noise = ([found[j.id] for j in part] for part in (jobs[:draws], jobs[draws:]))
    return bands_of(kind.outputs(case), drawn, noise, sample)


def bands_of(
    outputs: Mapping[str, Output],
    drawn: Iterable[Summary],
    chance: Iterable[Summary],
    sample: float,
) -> dict[str, dict[str, Any]]:
    """Bands from the summaries of draws, and of members that differ by chance alone."""
    drawn, chance = list(drawn), list(chance)
    out = {}
    for name, output in outputs.items():
        values = np.stack([s.series(name) for s in drawn])
        noise = np.stack([s.series(name) for s in chance])
        if not values.any() and not noise.any():
            continue
        out[name] = {
            **band(values, noise, sample, output.over),
            "months": list(drawn[0].layout.months),
            "draws": len(drawn),
            "replicates": len(chance),
            "sample": sample,
        }
    return out


def band(values: Floats, noise: Floats, sample: float, over: str) -> dict[str, Any]:
    """Quantiles by month and of the total, and the chance error, of one output.

    ``values`` [draws, months] and ``noise`` [replicates, months] are at the sampled population.
    """
    total = period(over, values)
    chance = chance_of_total(noise, over)
    keep = shrink_by_month(values, noise, sample)
    keep_total = shrink(float(total.var(ddof=1)), chance**2, sample)
    return {
        "quantiles": _quantiles(values, keep),
        "total": {q: float(v) for q, v in _quantiles(total, keep_total).items()},
        "chance": chance * math.sqrt(sample),
        "nominal": float(period(over, noise).mean()),
    }


def chance_of_total(noise: Floats, over: str) -> float:
    """Standard deviation of the total between replicates, at the sampled population.

    Few replicates give a poor estimate, so for counts the sum of the variances of single years is
    taken too, which has ten times the degrees of freedom on ten years, and the larger one is used:
    years that move together would make the second too small.
    """
    direct = float(period(over, noise).var(ddof=1))
    if over != "sum":
        return math.sqrt(direct)
    years = np.add.reduceat(noise, np.arange(0, noise.shape[1], 12), axis=1)
    return math.sqrt(max(direct, float(years.var(axis=0, ddof=1).sum())))


def shrink(spread: float, chance: float, sample: float) -> float:
    """Factor on deviations that takes the sample's extra chance out of a variance.

    ``spread`` is the variance between draws and ``chance`` that between replicates, both at the
    sampled population; at the full one chance is ``sample * chance``. What is left is never less
    than the chance at the full population.
    """
    if spread <= 0:
        return 1.0
    share = min(1.0, chance / spread)
    return math.sqrt(max(1.0 - (1.0 - sample) * share, sample * share))


def shrink_by_month(values: Floats, noise: Floats, sample: float) -> Floats:
    """:func:`shrink` by month, with chance taken as proportional to the mean.

    The factor between variance and mean is pooled over all months, and the shares of chance over
    a window, as single months of a few replicates say little.
    """
    mean = values.mean(axis=0)
    pooled = float(noise.mean(axis=0).sum())
    ratio = float(noise.var(axis=0, ddof=1).sum()) / pooled if pooled > 0 else 0.0
    width = min(SMOOTHED_MONTHS, len(mean))
    window = np.ones(width)
    spread = np.convolve(values.var(axis=0, ddof=1), window, "same")
    chance = np.convolve(ratio * mean, window, "same")
    return np.array([shrink(s, c, sample) for s, c in zip(spread, chance, strict=True)])


def _quantiles(values: Floats, keep: Floats | float) -> dict[float, Any]:
    """Quantiles over the first axis of values drawn together around their mean; none below 0."""
    centre = values.mean(axis=0)
    drawn = np.maximum(0.0, centre + keep * (values - centre))
    return {q: np.quantile(drawn, q, axis=0).tolist() for q in QUANTILES}
