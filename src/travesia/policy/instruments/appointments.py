"""Appointments at ports of entry."""

from __future__ import annotations

from travesia.policy.effects import Capacity, Effect, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Number, Scope, Spec, number, optional


class Appointments(Spec):
    """A number of people a day may present themselves at a port with an appointment.

    ``per_day`` is added to the intake of those without one, shared over the named ports in
    proportion to their ordinary capacity. People wait for weeks in the north or centre of Mexico;
    ``list_factor`` changes how many choose to wait (S2-p16-a, S2-p16-b).
    """

    per_day: Number = number("people/day", "appointments a day at the named ports together")
    list_factor: Number | None = optional("factor", "factor on joining the list on arrival")


def effects(spec: Appointments, scope: Scope) -> list[Effect]:
    """People per day added at each port, and the choice to wait for it."""
    ports = scope.facility_ids("port")
    if not ports:
        return []
    capacity = {port: scope.names.facilities[port].capacity for port in ports}
    total = sum(capacity.values())
    out: list[Effect] = []
    for port in ports:
        part = capacity[port] / total if total else 1 / len(ports)
        value = scope.add(spec.per_day) * part
        out.append(Capacity(facilities=(port,), op="add", value=value, **scope.when))
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
    id="appointments",
    title="Appointments at ports of entry",
    codes=("I30",),
    spec=Appointments,
    effects=effects,
    claims=("S2-p16-a", "S2-p16-b"),
)
