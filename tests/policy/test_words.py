"""What a policy writes, in words."""

from __future__ import annotations

from typing import Any

from travesia.policy import effects as fx
from travesia.policy.words import lines_of

WHEN: dict[str, Any] = {"policy": "p", "start": 0}


def test_a_write_is_told_with_its_table_operation_value_and_selectors() -> None:
    effect = fx.HazardFactor(causes=("robbery",), regions=("A", "B"), factor=1.5, **WHEN)
    assert lines_of([effect]) == [
        "rate of a cause per passage of a leg (hazard): times 1.5, for cause robbery; region A, B"
    ]
    assert lines_of([fx.Demand(factor=0.5, **WHEN)]) == [
        "factor on departures (demand): times 0.5, everywhere"
    ]
    many = fx.LegAvailability(legs=tuple("abcdef"), open=False, **WHEN)
    assert lines_of([many])[0].endswith("(leg_open): no, for leg a, b, c, d and 2 more")


def test_events_and_what_a_controller_drives_are_told_too() -> None:
    inner = fx.Signal(belief="release", shift=-0.2, **WHEN)
    told = lines_of(
        [
            fx.Recall(stay="camp", share=0.5, **WHEN),
            fx.Label(transition="detained", said="rescued", **WHEN),
            fx.Controller(
                reads="us_encounter", window_days=7, threshold=1500.0, then=(inner,), **WHEN
            ),
        ]
    )
    assert told[0] == "ends the stay camp of 0.5 of those who are in it"
    assert told[1] == "detained is recorded or told as rescued"
    assert told[2:] == [
        "as far as us_encounter passes 1500 a day:",
        "shift of the believed chance of release (release_signal): minus 0.2, everywhere",
    ]
