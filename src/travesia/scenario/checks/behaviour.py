"""The parameters of the behaviour must be those that the engine reads, within sense."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.errors import Problem
from travesia.scenario.checks.context import Context
from travesia.scenario.faults import suggest

POSITIVE = (1e-12, float("inf"))
NON_NEGATIVE = (0.0, float("inf"))
SHARE = (0.0, 1.0)
ANY_NUMBER = (float("-inf"), float("inf"))

BOUNDS: dict[str, tuple[float, float]] = {
    "alpha_cost": NON_NEGATIVE, "beta_time": NON_NEGATIVE, "gamma_capture": NON_NEGATIVE,
    "delta_harm": NON_NEGATIVE, "mu_place": POSITIVE, "nest_scale": (1e-12, 1.0),
    "belief_half_life_weeks": POSITIVE, "belief_delay_weeks": NON_NEGATIVE,
    "belief_prior_capture": SHARE, "belief_prior_harm": SHARE, "belief_cap": (1e-12, 1 - 1e-12),
    "border_half_life_weeks": POSITIVE, "constant_train_family": ANY_NUMBER,
    "poor_cost_factor": NON_NEGATIVE, "turn_back_slope": NON_NEGATIVE,
    "boarding_speed_half_kmh": POSITIVE, "boarding_speed_scale_kmh": POSITIVE,
    "train_speed_kmh": NON_NEGATIVE, "boarding_guard": SHARE,
    **{f"family_size_{n}": SHARE for n in range(2, 7)}, "repeat_window_days": NON_NEGATIVE,
    "smuggler_price_slope": NON_NEGATIVE, "release_reference_weeks": POSITIVE,
    "demand_release_elasticity": NON_NEGATIVE,
}  # fmt: skip
"""Every parameter of the behaviour but the mode constants, with the numbers that make sense."""


def _wanted(context: Context) -> dict[str, tuple[float, float]]:
    modes = {f"constant_{mode}": ANY_NUMBER for mode in sorted(context.known("modes") or ())}
    return {**BOUNDS, **modes}


def missing_parameters(context: Context) -> Iterator[Problem]:
    """The engine reads a parameter that the behaviour does not give."""
    known = context.known("parameters")
    if known is None:
        return
    trace = context.scenario.provenance.get("parameters", ())
    where = trace[0].file if trace else "behaviour.yaml"
    for name in _wanted(context):
        if name not in known:
            yield Problem(
                f"parameter '{name}' is missing",
                where,
                "add it with value, range, unit, description and source",
            )


def unknown_parameters(context: Context) -> Iterator[Problem]:
    """A parameter is given that nothing reads, most likely a slip of the pen."""
    if context.known("modes") is None:
        return
    wanted = _wanted(context)
    for i, name in enumerate(context.scenario.parameters):
        if name not in wanted:
            yield Problem(
                f"parameter '{name}' is read by nothing",
                context.where("parameters", i),
                suggest(name, wanted),
            )


def parameters_out_of_bounds(context: Context) -> Iterator[Problem]:
    """A parameter, or an end of its range, makes no sense (a negative half-life, say)."""
    wanted = _wanted(context)
    for i, (name, parameter) in enumerate(context.scenario.parameters.items()):
        low, high = wanted.get(name, ANY_NUMBER)
        for field in ("value", "low", "high"):
            number = getattr(parameter, field)
            if number is not None and not low <= number <= high:
                shown = "above 0" if (low, high) == POSITIVE else f"from {low:.3g} to {high:.3g}"
                yield Problem(
                    f"{field} of parameter '{name}' is {number:g}, which makes no sense",
                    context.where("parameters", i),
                    f"give a number {shown}",
                )


def family_sizes(context: Context) -> Iterator[Problem]:
    """The shares of the family sizes do not sum to one."""
    names = [f"family_size_{n}" for n in range(2, 7)]
    given = context.scenario.parameters
    if any(name not in given for name in names):
        return
    total = sum(given[name].value for name in names)
    if abs(total - 1) > 0.01:
        i = list(given).index(names[0])
        severity = "error" if total <= 0 else "warning"
        yield Problem(
            f"the shares of the family sizes sum to {total:.4g}; they are scaled to 1",
            context.where("parameters", i),
            "correct family_size_2 to family_size_6",
            severity,
        )
