"""Metering and closure of ports of entry for asylum seekers."""

from __future__ import annotations

from travesia.policy.effects import Capacity, Effect
from travesia.policy.instruments.base import Instrument, Number, Scope, Spec, number


class PortMetering(Spec):
    """Officers at the port admit few people a day, or none; the others wait on the Mexican side.

    The facilities table holds the intake that was published, with the limit in force. Without it
    the named ports together would take ``without_per_day`` people, shared in proportion to their
    ordinary capacity. The fewer are called, the longer people wait in camps, and the more cross
    between ports (S4-p08-a, S4-p16-a, S2-p16-b).
    """

    without_per_day: Number = number("people/day", "intake of the named ports without limits")


def effects(spec: PortMetering, scope: Scope) -> list[Effect]:
    """Published intake at scale 1, that without the limit at 0, linear between.

    Above scale 1 the published intake is divided by the scale.
    """
    ports = scope.facility_ids("port")
    if not ports:
        return []
    scale = scope.scale
    if scale > 1.0:
        return [Capacity(facilities=ports, op="factor", value=1.0 / scale, **scope.when)]
    out: list[Effect] = [Capacity(facilities=ports, op="factor", value=scale, **scope.when)]
    if scale != 1.0:
        for port, people in _ordinary(spec, scope, ports).items():
            value = people * (1.0 - scale)
            out.append(Capacity(facilities=(port,), op="add", value=value, **scope.when))
    return out


def absence(spec: PortMetering, scope: Scope) -> list[Effect]:
    """Ordinary intake on all days of the limit."""
    ports = scope.facility_ids("port")
    return [
        Capacity(facilities=(port,), op="set", value=people, **scope.when)
        for port, people in _ordinary(spec, scope, ports).items()
    ]


def _ordinary(spec: PortMetering, scope: Scope, ports: tuple[str, ...]) -> dict[str, float]:
    """People per day at each port without the limit."""
    capacity = {port: scope.names.facilities[port].capacity for port in ports}
    total = sum(capacity.values())
    return {
        port: spec.without_per_day.value * (capacity[port] / total if total else 1 / len(ports))
        for port in ports
    }


INSTRUMENT = Instrument(
    id="port_metering",
    title="Metering and closure of ports of entry",
    codes=("I30",),
    spec=PortMetering,
    effects=effects,
    absence=absence,
    claims=("S4-p08-a", "S4-p16-a", "S2-p16-b"),
)
