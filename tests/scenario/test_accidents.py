"""Accidents of a scenario: what a row says is what the compiled model holds, and does."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenario.conftest import Folder
from tests.scenario.test_checks import accident
from travesia.engine.run import run
from travesia.errors import InputError
from travesia.model.codes import Codes
from travesia.model.compile import compile_model
from travesia.scenario.load import load

BURNT = {
    "id": "died_in_fire", "from": "mx_detention", "to": "dead", "where": "here",
    "sets": "lose_one", "counts_as": "death", "description": "Dies in a fire.",
}  # fmt: skip


def test_a_row_names_its_legs(folder: Folder) -> None:
    region = next(x.region for x in load(folder.path).legs if x.mode == "goods_truck")
    accident(region=region)(folder)
    scenario = load(folder.path)
    (row,) = compile_model(scenario).model.accidents
    codes = Codes(scenario)
    legs = {leg.id for leg in scenario.legs if leg.mode == "goods_truck" and leg.region == region}
    assert {codes.legs[i] for i in row.targets} == legs
    assert legs
    assert (row.rate, row.least, row.most, row.exponent) == (0.001, 5, 60, 1.2)
    assert codes.causes[row.cause] == "death_vehicle"
    assert len(set(row.key.tolist())) == len(row.key)


def test_fires_strike_where_people_are_held(folder: Folder) -> None:
    plain = run(compile_model(load(folder.path)).model, 1)
    folder.append("transitions.csv", **BURNT)
    fire = {"mode": "", "stay": "mx_detention", "transition": "died_in_fire", "rate": "1"}
    accident(**fire, high="1", least="1")(folder)
    scenario = load(folder.path)
    model = compile_model(scenario).model
    codes = Codes(scenario)
    burnt = run(model, 1)
    died = burnt.events[burnt.events[:, 1] == codes.transition["died_in_fire"]]
    assert died[:, 4].sum() > 5
    places = {codes.places[int(cell) % model.n_places] for cell in burnt.accidents[:, 2]}
    assert places <= {f.place for f in scenario.facilities if f.kind == "detention"}
    assert (burnt.accidents[:, 3] <= np.maximum(1, burnt.accidents[:, 4])).all()
    assert not len(plain.accidents)


@pytest.mark.parametrize(
    ("column", "value"),
    [("rate", "-0.1"), ("rate", "1.5"), ("exponent", "0"), ("exponent", "-1"), ("most", "0"),
     ("least", "0")],
)  # fmt: skip
def test_numbers_that_cannot_be_are_refused_with_their_line(
    folder: Folder, column: str, value: str
) -> None:
    accident(**{column: value})(folder)
    with pytest.raises(InputError) as caught:
        load(folder.path)
    assert "accidents.csv, line 2" in str(caught.value)
    assert column in str(caught.value)
