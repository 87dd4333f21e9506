"""Aid as capacities that people meet or miss, and what becomes of those who miss it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from travesia.engine.run import run
from travesia.model.compile import compile_model
from travesia.scenario.load import load

STAYS = """\
id,state,name,facility_kind,facility_unit,reach_km,overflow,distribution,median_days,p90_days,\
low,high,source,reason
clinic,recovering,At a clinic,clinic,cases_per_day,60,clinic_full,fixed,1,,1,1,assumption,Invented.
untreated,untreated,Ill without care,,,,,lognormal,14,50,7,30,assumption,Invented.
border_street,border_street,Outside,kitchen,places,25,no_meals,fixed,20,,20,20,assumption,Invented.
street_hungry,border_hungry,Hungry,,,,,fixed,5,,5,5,assumption,Invented.
"""
TRANSITIONS = """\
id,from,to,sets,counts_as,description
camp_ill,border_camp,clinic,,harm,Falls ill.
camp_street,border_camp,border_street,,,Leaves the camp.
treated,clinic,continue,,,Is seen.
clinic_full,clinic,untreated,,,Is sent away.
well_again,untreated,continue,,,Gets well.
died_untreated,untreated,dead,lose_one,death,Dies.
no_meals,border_street,street_hungry,,,No meal is left.
street_on,border_street,continue,,,Goes on.
hungry_on,street_hungry,continue,,,Goes on.
"""
OUTCOMES = """\
stay,transition,probability,low,high,source,reason
border_camp,camp_ill,0.4,0.1,0.5,assumption,Invented.
border_camp,camp_street,0.3,0.1,0.5,assumption,Invented.
clinic,treated,rest,,,assumption,Invented.
untreated,well_again,rest,,,assumption,Invented.
untreated,died_untreated,0.2,0,0.3,assumption,Invented.
border_street,street_on,rest,,,assumption,Invented.
street_hungry,hungry_on,rest,,,assumption,Invented.
"""
FACILITIES = """\
id,kind,place,name,capacity,unit,low,high,source,reason
clinic_este,clinic,norte_este,Clinic,{visits},cases_per_day,0,9000,assumption,Invented.
kitchen_este,kitchen,norte_este,Kitchen,{meals},places,0,9000,assumption,Invented.
"""


def counts(path: Path, visits: float, meals: float) -> dict[str, int]:
    """People by transition, all places but the city without aid apart."""
    path.mkdir()
    stay = (
        "border_camp,border_camp,In a camp,,,,,fixed,6,,6,6,assumption,Invented.\n"  # a short one
    )
    for name, text in {
        "scenario.yaml": "name: aid\ntitle: Aid\nextends: example\n",
        "stays.csv": STAYS + stay,
        "transitions.csv": TRANSITIONS,
        "outcomes_aid.csv": OUTCOMES,
        "facilities.csv": FACILITIES.format(visits=visits, meals=meals),
    }.items():
        (path / name).write_text(text, encoding="utf-8")
    model = compile_model(load(path)).model
    found = run(model, 4).events
    here = model.names.places.index("norte_este")
    out = {}
    for number, name in enumerate(model.names.transitions):
        mine = found[(found[:, 1] == number) & (found[:, 2] == here), 4]
        out[name] = int(np.sum(mine))
    return out


@pytest.mark.parametrize(("visits", "meals"), [(0, 0), (0.2, 3), (9000, 9000)])
def test_who_misses_a_visit_or_a_meal_goes_the_other_way(
    tmp_path: Path, visits: float, meals: float
) -> None:
    n = counts(tmp_path / "s", visits, meals)
    assert n["camp_ill"] > 20
    assert n["camp_street"] > 20
    assert abs(n["treated"] + n["clinic_full"] - n["camp_ill"]) <= 2  # the last are still there
    if visits == 0:
        assert n["treated"] == 0
        assert n["died_untreated"] > 0
    elif visits > 1000:
        assert n["clinic_full"] == n["died_untreated"] == 0
    else:
        assert n["treated"] > 0
        assert n["clinic_full"] > 0
    assert (n["no_meals"] == 0) == (meals > 1000)
    assert (n["street_on"] == 0) == (meals == 0)
