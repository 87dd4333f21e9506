"""Intake of asylum seekers at ports of entry: metering, closure, appointments."""

from __future__ import annotations

from travesia.policy.effects import Capacity, Effect, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, optional, quantity


class PortIntake(Spec):
    """Officers at the port admit so many people a day; the others wait on the Mexican side.

    ``per_day`` is the intake of all named ports together, shared in proportion to their ordinary
    capacity. The fewer are called, the longer people wait in camps, and the more cross between
    ports. An appointment by telephone (``list_factor``) also changes how many choose to wait for
    the port (S2-p16-a, S2-p16-b, S4-p08-a).
    """

    per_day: Quantity = quantity("people/day", "intake of the named ports together")
    list_factor: Quantity | None = optional("factor", "factor on joining the list on arrival")


def effects(spec: PortIntake, scope: Scope) -> list[Effect]:
    """People per day at each port, and the choice to wait for it."""
    ports = scope.facility_ids("port")
    if not ports:
        return []
    ordinary = {port: scope.names.facilities[port].capacity for port in ports}
    total = sum(ordinary.values())
    out: list[Effect] = []
    for port in ports:
        part = ordinary[port] / total if total > 0 else 1.0 / len(ports)
        value = scope.add(spec.per_day) * part
        out.append(Capacity(facilities=(port,), op="set", value=value, **scope.when))
    if spec.list_factor is not None:
        out.append(
            OutcomeFactor(
                stay="border_wait",
                transition="join_port_list",
                cohorts=scope.cohorts,
                regions=scope.regions,
                factor=scope.factor(spec.list_factor),
                **scope.when,
            )
        )
    return out


INSTRUMENT = Instrument(
    id="port_intake",
    title="Intake at ports of entry",
    codes=("I30",),
    spec=PortIntake,
    effects=effects,
    claims=("S2-p16-a", "S2-p16-b"),
)
