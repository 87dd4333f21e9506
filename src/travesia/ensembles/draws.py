"""Likely ranges of a run's numbers: what the report shows as bands.

Some members are drawn from the ranges of all numbers, each at a sampled population; a few more
keep the numbers as written and differ by chance alone. The spread of the first, less the chance
that the small sample adds, is the band. The spread of the second, scaled to the full population
by the square root of the sample (independent parties: variance falls as their number), is the
chance error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from travesia.ensembles.executors import Executor, Processes, Serial, usable_cores
from travesia.ensembles.members import Member, MemberRunner
from travesia.ensembles.metrics import METRICS, STOCKS, layout_of, period_total
from travesia.ensembles.summary import Floats, Summary
from travesia.options import LARGEST_SEED, Options
from travesia.scenario.scenario import Scenario

QUANTILES = (0.05, 0.5, 0.95)
REPLICATES = 2
"""Members that differ by chance alone, behind the chance error."""

SMOOTHED_MONTHS = 13
"""Window over which the share of chance in the spread of the draws is estimated."""

LIGHT_WORK = 1_000_000
"""Days x legs x cohorts below which starting worker processes costs more than it saves."""

Progress = Callable[[int, int], None]


def bands(
    scenario: Scenario,
    draws: int = 16,
    sample: float = 0.02,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
    replicates: int = REPLICATES,
) -> dict[str, dict[str, Any]]:
    """Ranges of every named output, in the form that the report reads.

    Args:
        scenario: what is run.
        draws: versions of the numbers with ranges, at least 2.
        sample: share of the population that each member simulates, in (0, 1].
        seed: of the draws and of chance.
        executor: where members run; by default worker processes, or this process for small work.
        progress: called with (members done, members in all).
        replicates: members that differ by chance alone, at least 2.

    Returns:
        By metric: ``quantiles`` (0.05, 0.5, 0.95 to numbers by month), ``months`` (their labels),
        ``total`` (quantiles of the sum over the period; of the fullest month for stocks),
        ``nominal`` (the same total with the numbers as written, at the same sample),
        ``chance`` (standard deviation of the total between full-population runs that differ by
        seed alone, estimated from the sampled replicates), ``draws``, ``replicates``, ``sample``.

    Raises:
        InputError: numbers of draws or replicates below 2, or a sample that is not a share.
    """
    read = Options("The draws were not started")
    draws = read.whole("draws", draws, 2, cure="use at least 2: one draw gives no range")
    replicates = read.whole("replicates", replicates, 2, cure="use at least 2")
    sample, seed = read.sample(sample), read.whole("seed", seed, 0, LARGEST_SEED)
    read.raise_if_any()
    key = scenario.sha256()
    jobs = [
        *(Member(f"draw-{d}", key, d, d, seed, sample) for d in range(draws)),
        *(Member(f"chance-{r}", key, None, draws + r, seed, sample) for r in range(replicates)),
    ]
    executor = executor or default_executor(scenario, len(jobs))
    layout = layout_of(scenario)
    found: dict[str, Summary] = {}
    for outcome in executor.map_unordered(MemberRunner({key: scenario}), jobs):
        if outcome.error is not None:
            raise outcome.error
        found[outcome.id] = Summary(layout, outcome.value)
        if progress is not None:
            progress(len(found), len(jobs))
    drawn = [found[j.id] for j in jobs[:draws]]
    chance = [found[j.id] for j in jobs[draws:]]
    return bands_of(drawn, chance, sample)


def bands_of(
    drawn: Iterable[Summary], chance: Iterable[Summary], sample: float
) -> dict[str, dict[str, Any]]:
    """Bands from the summaries of draws, and of members that differ by chance alone."""
    drawn, chance = list(drawn), list(chance)
    out = {}
    for metric in METRICS:
        values = np.stack([s.series(metric.id) for s in drawn])
        noise = np.stack([s.series(metric.id) for s in chance])
        if not values.any() and not noise.any():
            continue
        out[metric.id] = {
            **band(values, noise, sample, metric.id),
            "months": list(drawn[0].layout.months),
            "draws": len(drawn),
            "replicates": len(chance),
            "sample": sample,
        }
    return out


def band(values: Floats, noise: Floats, sample: float, metric: str) -> dict[str, Any]:
    """Quantiles by month and of the total, and the chance error, of one metric.

    ``values`` [draws, months] and ``noise`` [replicates, months] are at the sampled population.
    """
    total = period_total(metric, values)
    chance = chance_of_total(noise, metric)
    keep = shrink_by_month(values, noise, sample)
    keep_total = shrink(float(total.var(ddof=1)), chance**2, sample)
    return {
        "quantiles": _quantiles(values, keep),
        "total": {q: float(v) for q, v in _quantiles(total, keep_total).items()},
        "chance": chance * math.sqrt(sample),
        "nominal": float(period_total(metric, noise).mean()),
    }


def chance_of_total(noise: Floats, metric: str) -> float:
    """Standard deviation of the total between replicates, at the sampled population.

    Few replicates give a poor estimate, so for counts the sum of the variances of single years is
    taken too, which has ten times the degrees of freedom on ten years, and the larger one is used:
    years that move together would make the second too small.
    """
    direct = float(period_total(metric, noise).var(ddof=1))
    if metric in STOCKS:
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


def default_executor(scenario: Scenario, members: int) -> Executor:
    """This process for small work, else one worker process per core."""
    work = scenario.calendar.n_days * len(scenario.legs) * len(scenario.cohorts)
    cores = min(usable_cores(), members)
    return Serial() if work < LIGHT_WORK or cores < 2 else Processes(cores)
