"""The instruments that Travesía ships: an open set, listed explicitly.

A new instrument is a module with a spec, a pure function and an ``INSTRUMENT``; add it here, or
hand your own tuple to :func:`travesia.policy.build.effects_of`.
"""

from __future__ import annotations

from travesia.policy.instruments import (
    aerial_surveillance,
    appointments,
    asylum_accord,
    asylum_bar,
    biometric_registration,
    border_troops,
    border_works,
    camp_clearance,
    caravan_raid,
    child_custody,
    complaints,
    court_delay,
    court_wind_down,
    credible_fear_test,
    custody_places,
    detention_time,
    enforcement_effort,
    expectation_shock,
    expulsion_agreement,
    family_detention,
    humanitarian_visas,
    interior_checkpoints,
    isthmus_containment,
    layered_belt,
    legal_pathway,
    national_guard,
    office_capacity,
    pandemic_expulsion,
    patrol_funnel,
    port_metering,
    public_wording,
    quota_pressure,
    rail_barriers,
    rail_closure,
    relocation_south,
    remain_in_mexico,
    return_threat,
    road_block,
    shelter_places,
    shutdown_trigger,
    train_raids,
    train_speed,
    transit_forms,
    transport_bar,
    upstream_block,
    visa_wall,
    visitor_card,
    work_rights,
)
from travesia.policy.instruments.base import Instrument

INSTRUMENTS: tuple[Instrument, ...] = (
    patrol_funnel.INSTRUMENT,
    layered_belt.INSTRUMENT,
    aerial_surveillance.INSTRUMENT,
    biometric_registration.INSTRUMENT,
    visitor_card.INSTRUMENT,
    enforcement_effort.INSTRUMENT,
    interior_checkpoints.INSTRUMENT,
    train_raids.INSTRUMENT,
    train_speed.INSTRUMENT,
    rail_barriers.INSTRUMENT,
    rail_closure.INSTRUMENT,
    custody_places.INSTRUMENT,
    detention_time.INSTRUMENT,
    quota_pressure.INSTRUMENT,
    caravan_raid.INSTRUMENT,
    road_block.INSTRUMENT,
    humanitarian_visas.INSTRUMENT,
    transit_forms.INSTRUMENT,
    isthmus_containment.INSTRUMENT,
    office_capacity.INSTRUMENT,
    transport_bar.INSTRUMENT,
    relocation_south.INSTRUMENT,
    remain_in_mexico.INSTRUMENT,
    court_delay.INSTRUMENT,
    court_wind_down.INSTRUMENT,
    pandemic_expulsion.INSTRUMENT,
    expulsion_agreement.INSTRUMENT,
    asylum_accord.INSTRUMENT,
    return_threat.INSTRUMENT,
    camp_clearance.INSTRUMENT,
    national_guard.INSTRUMENT,
    upstream_block.INSTRUMENT,
    border_works.INSTRUMENT,
    family_detention.INSTRUMENT,
    asylum_bar.INSTRUMENT,
    credible_fear_test.INSTRUMENT,
    shutdown_trigger.INSTRUMENT,
    legal_pathway.INSTRUMENT,
    port_metering.INSTRUMENT,
    appointments.INSTRUMENT,
    visa_wall.INSTRUMENT,
    border_troops.INSTRUMENT,
    work_rights.INSTRUMENT,
    child_custody.INSTRUMENT,
    expectation_shock.INSTRUMENT,
    public_wording.INSTRUMENT,
    shelter_places.INSTRUMENT,
    complaints.INSTRUMENT,
)
"""All instruments, in the order of the evidence (I1 to I33, then aid and governance)."""


def instrument_of(instrument_id: str) -> Instrument:
    """The instrument of an id; raises :class:`KeyError` if there is none."""
    for instrument in INSTRUMENTS:
        if instrument.id == instrument_id:
            return instrument
    raise KeyError(instrument_id)
