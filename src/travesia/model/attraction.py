"""The frozen attraction of the sectors.

Which sector people aim for is filtered, not explained. For every month the attraction xi of each
sector is solved so that, at the prior beliefs and without any policy, the shares of the sectors
among those who set out equal the observed shares of the six months before (``aims.csv``). The
fixed point xi <- xi + log(target) - log(model) is the contraction of Berry, Levinsohn and Pakes
(1995). During a run the attraction stays as it is, so a policy or a learned belief moves people
between sectors and nothing pulls them back.
"""

from __future__ import annotations

import numpy as np

from travesia.model import choice
from travesia.model.compiled import CompiledModel, Floats, choice_class
from travesia.model.folding import Folder
from travesia.model.utility import UtilityTables, boarding_failure, leg_utilities

MAX_STEPS = 40
TOLERANCE = 0.002
"""Largest total-variation distance between target and model shares at which solving stops."""


def solve_attraction(model: CompiledModel, aims: Floats, month_days: list[int]) -> Floats:
    """Attraction [months, C, 2 (unguided, guided), X].

    ``aims`` [months, C, X] are target shares, ``month_days`` a day inside each month (which legs
    exist then). Sectors that nobody can reach keep their share's logarithm.
    """
    g, p, names = model.graph, model.parameters, model.names
    n_months, n_cohorts, n_sectors = aims.shape
    rows = np.array([choice_class(c, k, 0, 0) for c in range(n_cohorts) for k in range(2)])
    start = np.zeros((len(rows), model.n_places))
    shares = np.diff(model.cohorts.origin_cum, axis=1, prepend=0) / float(1 << 31)
    for c in range(n_cohorts):
        for o in range(shares.shape[1]):
            start[2 * c : 2 * c + 2, model.cohorts.origin_place[c, o]] += shares[c, o]
    sectors = np.array([names.places.index(s) for s in names.sectors], np.int64)
    base = [e for e in model.edits if e.origin.endswith(".csv")]
    folder = Folder({k: model.base[k] for k in _TABLES}, [e for e in base if e.target in _TABLES])
    prior = np.empty((2, len(names.groups), len(names.regions), len(names.modes)))
    prior[0] = p["belief_prior_capture"]
    prior[1] = p["belief_prior_harm"]
    prior[0, [i for i, name in enumerate(names.groups) if name in names.natives]] = 0.0
    fixed = UtilityTables(model)
    out = np.zeros((n_months, n_cohorts, 2, n_sectors))
    xi = np.log(np.repeat(aims[0], 2, axis=0))
    value = np.full(start.shape, choice.NONE)
    flow = np.zeros_like(start)
    terminal = np.full(start.shape, choice.NONE)
    utility = probability = np.zeros((0, 0))
    for month in range(n_months):
        if folder.fold(month_days[month]) or month == 0:
            failure = boarding_failure(model, folder.tables)
            utility = leg_utilities(fixed, folder.tables, failure, prior)[rows]
            probability = np.zeros_like(utility)
        target = np.log(np.repeat(aims[month], 2, axis=0))
        for _ in range(MAX_STEPS):
            terminal[:, sectors] = xi
            choice.route_values(
                utility,
                terminal,
                g.order,
                g.out_ptr,
                g.leg_to,
                p["mu_place"],
                p["nest_scale"],
                value,
                probability,
            )
            choice.arrivals(probability, start, g.order, g.out_ptr, g.leg_to, flow)
            share = flow[:, sectors]
            gap = 0.5 * np.abs(share - np.exp(target)).sum(1)
            if gap.max() < TOLERANCE:
                break
            step = target - np.log(np.maximum(share, 1e-12))
            xi += np.where(share > 0, np.clip(step, -3.0, 3.0), 0.0)
            xi -= xi.mean(1, keepdims=True)
        out[month] = xi.reshape(n_cohorts, 2, n_sectors)
    return out


_TABLES = (
    "leg_open", "leg_utility", "leg_cost", "leg_cost_add", "leg_days", "boarding_guard",
    "train_speed",
)  # fmt: skip
