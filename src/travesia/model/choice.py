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

from travesia.model.compiled import ONE
from travesia.model.jit import compiled

NONE = -1e30
"""Value of a place from which nobody gets anywhere."""


@compiled
def route_values(
    utility: Any, terminal: Any, order: Any, out_ptr: Any, leg_to: Any, mu: float, nest: float,
    value: Any, probability: Any,
) -> None:  # fmt: skip
    """Solve the recursion for every class.

    ``utility`` [n, L] (``NONE`` or less = not possible), ``terminal`` [n, P] values of end
    places (``NONE`` elsewhere). Fills ``value`` [n, P] and ``probability`` [n, L].
    """
    n_classes, n_places = terminal.shape
    n_legs = utility.shape[1]
    nest_value = np.empty(n_legs)
    for c in range(n_classes):
        for j in range(n_places - 1, -1, -1):
            p = order[j]
            lo, hi = out_ptr[p], out_ptr[p + 1]
            if hi == lo:
                value[c, p] = terminal[c, p]
                continue
            # Inclusive value of each nest (legs to one next place lie together).
            best = NONE
            first = lo
            while first < hi:
                to = leg_to[first]
                after = first + 1
                top = utility[c, first]
                while after < hi and leg_to[after] == to:
                    top = max(top, utility[c, after])
                    after += 1
                inclusive = NONE
                if top > NONE / 2 and value[c, to] > NONE / 2:
                    inclusive = top + value[c, to]
                    if after == first + 1:
                        probability[c, first] = 1.0
                    else:
                        total = 0.0
                        for leg in range(first, after):
                            weight = 0.0
                            if utility[c, leg] > NONE / 2:
                                weight = np.exp((utility[c, leg] - top) / nest)
                            probability[c, leg] = weight
                            total += weight
                        for leg in range(first, after):
                            probability[c, leg] /= total
                        inclusive += nest * np.log(total)
                else:
                    for leg in range(first, after):
                        probability[c, leg] = 0.0
                nest_value[first] = inclusive
                best = max(best, inclusive)
                first = after
            if best < NONE / 2:
                value[c, p] = NONE
                continue
            total = 0.0
            first = lo
            while first < hi:
                to = leg_to[first]
                weight = 0.0
                if nest_value[first] > NONE / 2:
                    weight = np.exp((nest_value[first] - best) / mu)
                total += weight
                after = first
                while after < hi and leg_to[after] == to:
                    probability[c, after] *= weight
                    after += 1
                first = after
            value[c, p] = best + mu * np.log(total)
            for leg in range(lo, hi):
                probability[c, leg] /= total


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
def risk_thresholds(
    hazard: Any, who: Any, saturation: Any, total_out: Any, cause_out: Any
) -> None:
    """Quantise competing hazards.

    ``hazard`` [K, L] rates per passage, ``who`` [risk classes, K] factors, ``saturation``
    [K, L] factors. A passage meets some cause with chance 1 - exp(-sum of rates); which one is
    in proportion to the rates. Fills ``total_out`` [n, L] and cumulative ``cause_out`` [n, L, K].
    """
    n_causes, n_legs = hazard.shape
    active = np.empty((n_legs, n_causes), np.int64)
    n_active = np.zeros(n_legs, np.int64)
    for leg in range(n_legs):
        for k in range(n_causes):
            if hazard[k, leg] * saturation[k, leg] > 0.0:
                active[leg, n_active[leg]] = k
                n_active[leg] += 1
    share = np.empty(n_causes)
    for c in range(who.shape[0]):
        for leg in range(n_legs):
            rate = 0.0
            last = 0
            for i in range(n_active[leg]):
                k = active[leg, i]
                share[i] = hazard[k, leg] * saturation[k, leg] * who[c, k]
                rate += share[i]
                if share[i] > 0.0:
                    last = k
            if rate <= 0.0:
                total_out[c, leg] = 0
                continue
            chance = 1.0 - np.exp(-rate)
            limit = np.uint32(min(float(ONE), np.floor(chance * ONE)))
            total_out[c, leg] = limit
            running = 0.0
            scale = chance * ONE / rate
            i = 0
            threshold = np.uint32(0)
            for k in range(last):
                if active[leg, i] == k:
                    running += share[i]
                    threshold = np.uint32(min(float(limit), np.floor(running * scale)))
                    i += 1
                cause_out[c, leg, k] = threshold
            # Rounding must not leave a gap below the total: the last cause that can strike, and
            # those behind it, end there.
            for k in range(last, n_causes):
                cause_out[c, leg, k] = limit


@compiled
def branch_thresholds(probability: Any, branch_ptr: Any, out: Any) -> None:
    """Quantise branch probabilities [C, R, B] to cumulative thresholds within each stay.

    The last branch of a stay takes the remainder; if the others sum to more than one they are
    scaled down together.
    """
    for c in range(probability.shape[0]):
        for r in range(probability.shape[1]):
            for s in range(len(branch_ptr) - 1):
                lo, last = branch_ptr[s], branch_ptr[s + 1] - 1
                total = 0.0
                for b in range(lo, last):
                    total += max(0.0, probability[c, r, b])
                scale = 1.0 / total if total > 1.0 else 1.0
                running = 0.0
                for b in range(lo, last):
                    running += max(0.0, probability[c, r, b]) * scale
                    out[c, r, b] = np.uint32(min(float(ONE), np.floor(running * ONE)))
                if last >= lo:
                    out[c, r, last] = np.uint32(ONE)
