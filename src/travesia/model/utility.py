"""Utility of every leg for every choice class.

u(l) = - alpha cost / means - beta (days + expected days of failed boarding)
       - gamma (-log(1 - believed capture)) - delta (-log(1 - believed harm))
       + constant of the mode + edits.

Costs are the lower end of a leg's range for those who hold papers and the upper end for others;
a guide's price rises with the believed chance of capture.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from travesia.model.choice import NONE
from travesia.model.compiled import CompiledModel, Floats
from travesia.model.jit import compiled

PAPERS_CAPTURE = 0.25
"""Share of the believed chance of capture that people with papers reckon with for themselves."""


class UtilityTables:
    """What of the utilities does not change during a run."""

    def __init__(self, model: CompiledModel) -> None:
        g, p, names = model.graph, model.parameters, model.names
        self.cell = g.leg_region.astype(np.int64) * len(names.modes) + g.leg_mode
        self.requires = g.leg_requires
        self.train = g.leg_train
        self.constant = np.array([p[f"constant_{m}"] for m in names.modes])[g.leg_mode]
        self.cost = np.stack([g.cost_high, g.cost_low])  # without, with papers
        guided = g.leg_requires == 1
        self.cost[:, guided] = (g.cost_low[guided] + g.cost_high[guided]) / 2.0
        self.group = model.cohorts.group
        self.train_constant = model.cohorts.train_constant
        self.means = model.cohorts.means
        self.weights = np.array(
            [
                p["alpha_cost"] / 1000.0,
                p["beta_time"],
                p["gamma_capture"],
                p["delta_harm"],
                p["poor_cost_factor"],
                p["smuggler_price_slope"],
                p["belief_prior_capture"],
            ]
        )


def boarding_failure(model: CompiledModel, tables: dict[str, Floats]) -> Floats:
    """Chance that a party fails to board a freight train on a day [L].

    Boarding a moving train succeeds with 1 / (1 + exp((v - v_half) / s)), v its speed; guards at
    the yard prevent a further share.
    """
    p = model.parameters
    excess = tables["train_speed"] - p["boarding_speed_half_kmh"]
    success = 1.0 / (1.0 + np.exp(excess / p["boarding_speed_scale_kmh"]))
    guard = np.clip(tables["boarding_guard"], 0.0, 1.0)
    fails = np.clip(1.0 - (1.0 - guard) * success, 0.0, 0.98)
    return np.asarray(np.where(model.graph.leg_train > 0, fails, 0.0))


def leg_utilities(
    fixed: UtilityTables, tables: dict[str, Floats], boarding: Floats, way: Floats
) -> Floats:
    """Utilities [choice classes, L]; legs that a class cannot take get the value ``NONE``.

    ``way`` [2, G, R, M] are believed chances, ``boarding`` [L] chances that boarding fails.
    """
    believed = way.reshape(2, way.shape[1], -1)[:, :, fixed.cell]  # [2, G, L]
    n_cohorts, n_legs = tables["leg_utility"].shape
    out = np.empty((n_cohorts * 8, n_legs))
    _fill(
        believed,
        tables["leg_open"],
        tables["leg_utility"],
        tables["leg_cost"],
        tables["leg_cost_add"],
        tables["leg_days"],
        boarding,
        fixed.requires,
        fixed.train,
        fixed.constant,
        fixed.cost,
        fixed.group,
        fixed.train_constant,
        fixed.means,
        fixed.weights,
        out,
    )
    return out


@compiled
def _fill(
    believed: Any,
    is_open: Any,
    edits: Any,
    cost_factor: Any,
    cost_add: Any,
    days: Any,
    boarding: Any,
    requires: Any,
    train: Any,
    constant: Any,
    cost: Any,
    group: Any,
    train_constant: Any,
    means: Any,
    weights: Any,
    out: Any,
) -> None:
    alpha, beta, gamma, delta = weights[0], weights[1], weights[2], weights[3]
    poor_factor, slope, prior = weights[4], weights[5], weights[6]
    n_groups = believed.shape[1]
    n_legs = len(is_open)
    fear = np.empty((n_groups, 2, n_legs))
    price = np.ones((n_groups, n_legs))
    for g in range(n_groups):
        for leg in range(n_legs):
            b = believed[0, g, leg]
            harm = -delta * -np.log1p(-believed[1, g, leg])
            fear[g, 0, leg] = harm - gamma * -np.log1p(-b)
            fear[g, 1, leg] = harm - gamma * -np.log1p(-b * PAPERS_CAPTURE)
            if requires[leg] == 1:
                price[g, leg] = max(0.2, 1.0 + slope * (b - prior))
    for c in range(len(group)):
        g = group[c]
        for leg in range(n_legs):
            fail = boarding[leg]
            time = beta * (days[leg] + fail / (1.0 - fail))
            common = constant[leg] + edits[c, leg] - time
            if train[leg] == 1:
                common += train_constant[c]
            for papers in range(2):
                usd = (cost[papers, leg] * cost_factor[leg] + cost_add[leg]) * price[g, leg]
                money = alpha * usd / means[c]
                for guided in range(2):
                    closed = (
                        is_open[leg] < 0.5
                        or (requires[leg] == 1 and guided == 0)
                        or (requires[leg] == 2 and papers == 0)
                    )
                    for poor in range(2):
                        row = ((c * 2 + guided) * 2 + papers) * 2 + poor
                        if closed:
                            out[row, leg] = NONE
                        else:
                            factor = poor_factor if poor == 1 else 1.0
                            out[row, leg] = common - money * factor + fear[g, papers, leg]
