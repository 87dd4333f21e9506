"""A scenario folder scores its own claims and expected failures, without Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from travesia import api
from travesia.errors import InputError
from travesia.observe.claims import score_claims
from travesia.results import store
from travesia.results.declared import expected_of
from travesia.scenario.layers import SHIPPED_FOLDER

MEASURES = """\
met_by_adults: {sum: us_encounters, period: [2019-01, 2019-04], where: {family_type: adult}}
share_of_harm: {value: hurt / out, hurt: {sum: harm, period: [2019-01, 2019-04]},
                out: {sum: departures, period: [2019-01, 2019-04]}}
later: {mean: present, period: [2030-01-01, 2030-01-02]}
"""
CLAIMS = """\
claim,type,title,printed,low,high,unit,band,class,basis,official,official_source,measure,reason
A,target,Adults met,many,1,,times,over,prediction,,,,met_by_adults,Invented.
B,target,Harm,some,0,9,per person,point,prediction,,,,share_of_harm,Invented.
C,target,Later,few,0,9,people,point,prediction,,,,later,Invented.
"""
EXPECTED = """\
- {id: spring, title: Spring, why: Invented., quantities: [us_encounters], start: 2019-03,
   end: 2019-04}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    shutil.copytree(SHIPPED_FOLDER / "example", folder)
    system = folder / "system"
    system.mkdir(exist_ok=True)
    (system / "measures.yaml").write_text(MEASURES, "utf-8")
    (system / "claims_targets.csv").write_text(CLAIMS, "utf-8")
    (system / "expected_failures.yaml").write_text(EXPECTED, "utf-8")
    return folder


def test_a_folder_scores_its_own_claims(own: Path, tmp_path: Path) -> None:
    assert not api.check(own).errors
    result = api.run(own, seed=1, sample=0.2)
    store.write(result, tmp_path / "run")
    again = store.read(tmp_path / "run")
    for one in (result, again):
        said = {row.target.claim: row for row in score_claims(one).rows}
        adults = one.count("us_encounters", ("family_type",))
        wanted = adults.loc[adults["family_type"] == "adult", "value"].sum()
        assert said["A"].value == pytest.approx(wanted)
        assert said["B"].value == pytest.approx(one.total("harm") / one.total("departures"))
        assert said["C"].value is None
        assert "covers" in said["C"].note
        assert [f.id for f in expected_of(one)] == ["spring"]
        assert any(row["expected"] == "spring" for row in api.score(one).to_rows())


def test_faults_name_file_and_line_all_at_once(own: Path) -> None:
    bad = MEASURES.replace("sum: harm", "sum: harms").replace("family_type: adult", "mode: bus")
    (own / "system/measures.yaml").write_text(bad, "utf-8")
    found = {(p.where, p.what) for p in api.check(own).errors}
    assert ("own/system/measures.yaml, line 2", "unknown quantity 'harms'") in found
    assert any(where == "own/system/measures.yaml, line 1" for where, _ in found)


def test_a_scenario_without_claims_says_so() -> None:
    with pytest.raises(InputError, match="no claims to score"):
        score_claims(api.run("example", seed=1, sample=0.05))
