"""Route values and choice probabilities: a nested recursive logit on an acyclic graph.

A party at place p takes leg l with probability P(l | p) = exp((u(l) + V(to l) - V(p)) / mu),
where V(p) = mu log sum exp(...) is the value of being at p (Fosgerau, Frejinger and Karlström
2013, *A link based network route choice model with unrestricted choice set*). Legs by different
modes to the same next place form a nest of scale lambda <= mu, so that adding a mode to a place
does not make the place itself much more attractive. One sweep in reverse topological order
solves the recursion exactly. Floating point, host side; results are quantised for the kernels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from travesia.model.compiled import ONE
from travesia.model.jit import compiled

NONE = -1e30
"""Value of a place from which nobody gets anywhere."""


LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10
"""The natural logarithm of two in two parts (the first has trailing zeros)."""

_POWERS = np.ldexp(1.0, -np.arange(1100))
"""2 ** -k, down to nothing."""


@njit(inline="always")
def exp_below_zero(x: float) -> float:
    """exp(x) for x <= 0, to the last bit or two: arithmetic only, so that loops can vectorise.

    x = -k ln 2 + r with |r| <= ln 2 / 2; exp(r) by its Taylor polynomial of degree 13.
    """
    x = max(x, -745.0)
    k = int(0.5 - x * LOG2_E)
    r = (x + k * LN2_HIGH) + k * LN2_LOW
    p = 1.0 + r * (1.0 / 13.0)
    p = 1.0 + r * p * (1.0 / 12.0)
    p = 1.0 + r * p * (1.0 / 11.0)
    p = 1.0 + r * p * (1.0 / 10.0)
    p = 1.0 + r * p * (1.0 / 9.0)
    p = 1.0 + r * p * (1.0 / 8.0)
    p = 1.0 + r * p * (1.0 / 7.0)
    p = 1.0 + r * p * (1.0 / 6.0)
    p = 1.0 + r * p * (1.0 / 5.0)
    p = 1.0 + r * p * (1.0 / 4.0)
    p = 1.0 + r * p * (1.0 / 3.0)
    p = 1.0 + r * p * (1.0 / 2.0)
    p = 1.0 + r * p
    return float(p * _POWERS[k])


@compiled
def route_values(
    utility: Any,
    terminal: Any,
    order: Any,
    out_ptr: Any,
    leg_to: Any,
    mu: float,
    nest: float,
    value: Any,
    probability: Any,
) -> None:
    """Solve the recursion for every class.

    ``utility`` [n, L] (``NONE`` or less = not possible), ``terminal`` [n, P] values of end
    places (``NONE`` elsewhere). Fills ``value`` [n, P] and ``probability`` [n, L].
    """
    n_classes, n_places = terminal.shape
    n_legs = utility.shape[1]
    # Classes lie next to each other, so that the inner loops run over contiguous numbers.
    u = utility.T.copy()
    v = np.empty((n_places, n_classes))
    share = np.zeros((n_legs, n_classes))
    inclusive = np.empty((n_legs, n_classes))
    best, total = np.empty(n_classes), np.empty(n_classes)
    for j in range(n_places - 1, -1, -1):
        p = order[j]
        lo, hi = out_ptr[p], out_ptr[p + 1]
        if hi == lo:
            v[p] = terminal[:, p]
            continue
        best[:] = 4.0 * NONE
        first = lo
        while first < hi:
            to = leg_to[first]
            after = first + 1
            while after < hi and leg_to[after] == to:
                after += 1
            _nest_values(u, share, first, after, nest, inclusive[first], total)
            for c in range(n_classes):
                inclusive[first, c] += v[to, c]
                best[c] = max(best[c], inclusive[first, c])
            first = after
        if leg_to[lo] == leg_to[hi - 1]:  # only one place to go to: nothing to weigh
            for c in range(n_classes):
                total[c] = 0.0 if best[c] < NONE / 2 else 1.0
                v[p, c] = NONE if best[c] < NONE / 2 else best[c]
            for leg in range(lo, hi):
                for c in range(n_classes):
                    share[leg, c] *= total[c]
            continue
        total[:] = 0.0
        first = lo
        while first < hi:
            to = leg_to[first]
            for c in range(n_classes):
                weight = exp_below_zero((inclusive[first, c] - best[c]) / mu)
                inclusive[first, c] = weight
                total[c] += weight
            after = first
            while after < hi and leg_to[after] == to:
                for c in range(n_classes):
                    share[after, c] *= inclusive[first, c]
                after += 1
            first = after
        for c in range(n_classes):
            if best[c] < NONE / 2:
                v[p, c] = NONE
                total[c] = np.inf  # nobody goes anywhere
            else:
                v[p, c] = best[c] + mu * np.log(total[c])
                total[c] = 1.0 / total[c]
        for c in range(n_classes):
            if total[c] == np.inf:
                total[c] = 0.0
        for leg in range(lo, hi):
            for c in range(n_classes):
                share[leg, c] *= total[c]
    value[:] = v.T
    probability[:] = share.T


@njit
def _nest_values(
    u: Any, share: Any, first: int, after: int, nest: float, out: Any, total: Any
) -> None:
    """Inclusive value of the legs first:after without the value of the place they lead to.

    Fills ``out`` [n] and the shares of the legs within the nest; ``total`` [n] is scratch.
    ``NONE`` lies so far below every utility that its weight is zero.
    """
    n = u.shape[1]
    for c in range(n):
        out[c] = u[first, c]
    if after == first + 1:
        for c in range(n):
            share[first, c] = 1.0
        return
    for leg in range(first + 1, after):
        for c in range(n):
            out[c] = max(out[c], u[leg, c])
    total[:] = 0.0
    for leg in range(first, after):
        for c in range(n):
            share[leg, c] = exp_below_zero((u[leg, c] - out[c]) / nest)
            total[c] += share[leg, c]
    for leg in range(first, after):
        for c in range(n):
            share[leg, c] /= total[c]
    for c in range(n):
        out[c] += nest * np.log(total[c])


@compiled
def choice_thresholds(probability: Any, out_ptr: Any, thresholds: Any) -> None:
    """Quantise leg probabilities [n, L] to cumulative integer thresholds within each place.

    The last leg that can be taken gets the threshold of one; a place without any keeps zeros.
    """
    n_classes = probability.shape[0]
    for c in range(n_classes):
        for p in range(len(out_ptr) - 1):
            lo, hi = out_ptr[p], out_ptr[p + 1]
            total = 0.0
            last = -1
            for leg in range(lo, hi):
                total += probability[c, leg]
                thresholds[c, leg] = np.uint32(min(float(ONE), np.floor(total * ONE)))
                if probability[c, leg] > 0.0:
                    last = leg
            if last >= 0:
                for leg in range(last, hi):
                    thresholds[c, leg] = np.uint32(ONE)


@compiled
def arrivals(
    probability: Any, start: Any, order: Any, out_ptr: Any, leg_to: Any, flow: Any
) -> None:
    """Propagate shares ``start`` [n, P] forward along the choice probabilities into ``flow``."""
    for c in range(start.shape[0]):
        for p in range(start.shape[1]):
            flow[c, p] = start[c, p]
        for j in range(start.shape[1]):
            p = order[j]
            if flow[c, p] <= 0.0:
                continue
            for leg in range(out_ptr[p], out_ptr[p + 1]):
                flow[c, leg_to[leg]] += flow[c, p] * probability[c, leg]


@compiled
def risk_thresholds(hazard: Any, who: Any, saturation: Any, total_out: Any, cause_out: Any) -> None:
    """Quantise competing hazards.

    ``hazard`` [K, L] rates per passage, ``who`` [risk classes, K] factors, ``saturation``
    [K, L] factors. A passage meets some cause with chance 1 - exp(-sum of rates); which one is
    in proportion to the rates. Fills ``total_out`` [n, L] and cumulative ``cause_out`` [n, L, K].
    """
    n_causes, n_legs = hazard.shape
    n = who.shape[0]
    factor = np.empty((n_causes, n))
    for c in range(n):
        for k in range(n_causes):
            factor[k, c] = who[c, k]
    rate, running, scale = np.empty(n), np.empty(n), np.empty(n)
    limit, threshold = np.empty(n, np.uint32), np.empty(n, np.uint32)
    one = float(ONE)
    for leg in range(n_legs):
        rate[:] = 0.0
        running[:] = 0.0
        threshold[:] = 0
        for k in range(n_causes):
            base = hazard[k, leg] * saturation[k, leg]
            if base > 0.0:
                for c in range(n):
                    rate[c] += base * factor[k, c]
        for c in range(n):
            chance = 1.0 - exp_below_zero(-rate[c])
            limit[c] = np.uint32(min(one, chance * one))
            scale[c] = chance * one / rate[c] if rate[c] > 0.0 else 0.0
            total_out[c, leg] = limit[c]
        for k in range(n_causes):
            base = hazard[k, leg] * saturation[k, leg]
            if base > 0.0:
                for c in range(n):
                    running[c] += base * factor[k, c]
                    # Rounding must not leave a gap below the total: the last cause that can
                    # strike, and those behind it, end there.
                    part = np.uint32(min(float(limit[c]), running[c] * scale[c]))
                    threshold[c] = limit[c] if running[c] >= rate[c] else part
            for c in range(n):
                cause_out[c, leg, k] = threshold[c]


@compiled
def branch_thresholds(
    probability: Any, before: Any, branch_ptr: Any, rest_branch: Any, out: Any
) -> None:
    """Quantise branch probabilities [C, R, B] to cumulative thresholds within each stay.

    Cohorts and regions in which all are as they were ``before`` keep what is in ``out``. The branch
    ``rest_branch`` [C, S] takes the remainder; if the others sum to more than one they are scaled
    down together.
    """
    for c in range(probability.shape[0]):
        for r in range(probability.shape[1]):
            new = 0
            for b in range(probability.shape[2]):
                new += probability[c, r, b] != before[c, r, b]
            if new == 0:
                continue
            for s in range(len(branch_ptr) - 1):
                lo, last, rest = branch_ptr[s], branch_ptr[s + 1] - 1, rest_branch[c, s]
                total = 0.0
                for b in range(lo, last + 1):
                    if b != rest:
                        total += max(0.0, probability[c, r, b])
                scale = 1.0 / total if total > 1.0 else 1.0
                running = 0.0
                for b in range(lo, rest):
                    running += max(0.0, probability[c, r, b]) * scale
                    out[c, r, b] = np.uint32(min(float(ONE), np.floor(running * ONE)))
                running = 0.0
                for b in range(last, rest - 1, -1):  # counted from the end, so that none is left
                    if b >= lo:
                        out[c, r, b] = np.uint32(ONE - min(float(ONE), np.floor(running * ONE)))
                        running += max(0.0, probability[c, r, b]) * scale


@compiled
def action_thresholds(base: Any, needs_none: Any, turn_back: int, factor: Any, out: Any) -> None:
    """Quantise chances of actions [C, P, A] to cumulative thresholds ``out`` [2 C, P, A].

    Row 2 c + 1 is for people of cohort c with valid papers, who skip the actions marked in
    ``needs_none`` [A]; ``factor`` [2 C, P] multiplies the action ``turn_back``. Chances that sum
    to more than one are scaled down together.
    """
    n_cohorts, n_places, n_actions = base.shape
    running = np.empty(n_actions)
    for row in range(2 * n_cohorts):
        for p in range(n_places):
            total = 0.0
            for a in range(n_actions):
                chance = min(max(base[row // 2, p, a], 0.0), 1.0)
                if row % 2 == 1 and needs_none[a] == 1:
                    chance = 0.0
                if a == turn_back:
                    chance *= factor[row, p]
                total += chance
                running[a] = total
            scale = max(1.0, total)
            for a in range(n_actions):
                out[row, p, a] = np.uint32(min(1.0, running[a] / scale) * float(ONE))
