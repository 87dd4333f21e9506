from __future__ import annotations

from pathlib import Path

import pytest

from tests.ensemble.asking import CORRIDOR, plan_of
from travesia import plugins
from travesia.ensembles.members import pack, unpack
from travesia.ensembles.plan import Plan, member_id
from travesia.errors import InputError
from travesia.kind import label
from travesia.kinds.corridor.resolve import resolve
from travesia.scenario.load import load
from travesia.scenario.scenario import Scenario


def test_members_share_draw_and_luck_across_scenarios(plan: Plan) -> None:
    for n in range(4):
        a, b = plan.member(0, n), plan.member(1, n)
        assert (a.draw, a.replicate, a.seed) == (b.draw, b.replicate, b.seed) == (n, n, 3)
        assert a.id != b.id


def test_names_are_a_hash_of_what_decides_the_result(plan: Plan, example: Scenario) -> None:
    same = plan_of(load("example"), seed=3, sample=0.2)
    assert [m.id for m in same.members(0, 3)] == [plan.member(0, n).id for n in range(3)]
    facts = [
        ("a", 1, 1, 0, 0.1),
        ("b", 1, 1, 0, 0.1),
        ("a", None, 1, 0, 0.1),
        ("a", 2, 1, 0, 0.1),
        ("a", 1, 2, 0, 0.1),
        ("a", 1, 1, 1, 0.1),
        ("a", 1, 1, 0, 0.2),
    ]
    assert len({member_id(*f) for f in facts}) == len(facts)


def test_another_version_gives_other_names(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    before = plan.member(0, 0).id
    monkeypatch.setattr("travesia.ensembles.plan.__version__", "9.9.9")
    assert plan.member(0, 0).id != before


def test_draws_and_replicates(example: Scenario) -> None:
    central = plan_of(example, draws=False)
    assert [(m.draw, m.replicate) for m in central.members(0, 3)] == [
        (None, 0),
        (None, 1),
        (None, 2),
    ]
    nested = plan_of(example, per_draw=2)
    assert [(m.draw, m.replicate) for m in nested.members(0, 4)] == [(0, 0), (0, 1), (1, 2), (1, 3)]
    rows = nested.table(2)
    assert [r["number"] for r in rows] == [0, 1]
    assert rows[1]["id"] == nested.member(0, 1).id


def test_equal_scenarios_are_refused(example: Scenario) -> None:
    with pytest.raises(InputError, match="is the same as example"):
        plan_of(example, load("example"), sample=2.0)


def test_names_of_what_ifs() -> None:
    base, raids, both = resolve(["example", "no_raids", "example+no_raids+more_offices"])
    assert [label(s) for s in (base, raids, both)] == [
        "example",
        "example+no_raids",
        "example+no_raids+more_offices",
    ]


def test_patch_files_are_what_ifs(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("id: mine\ntitle: Mine\nparameters: {belief_half_life_weeks: 3}\n")
    assert resolve(["example", str(path)])[1].value("belief_half_life_weeks") == 3


def test_every_unknown_name_is_told() -> None:
    with pytest.raises(InputError) as caught:
        resolve(["example", "no_radis", "no_such_place"])
    text = str(caught.value)
    assert "'no_radis'" in text
    assert "'no_such_place'" in text
    assert "no_raids" in text
    with pytest.raises(InputError):
        resolve([])


def test_scenarios_travel_whole(no_raids: Scenario) -> None:
    again = unpack(pack(CORRIDOR, no_raids))
    assert again.sha256() == no_raids.sha256()
    assert again.policies == no_raids.policies
    assert again.provenance == {}


def test_members_of_another_plug_in_are_other_members(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kept folder must not mix what two versions of somebody's instrument gave."""
    before = plan.member(0, 0).id, plan.identity()
    monkeypatch.setattr(plugins, "distributions", lambda: ("acme 1.1",))
    assert plan.member(0, 0).id != before[0]
    assert plan.identity() != before[1]
