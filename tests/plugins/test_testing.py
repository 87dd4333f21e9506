"""The checks that the library offers to others find what they should."""

from __future__ import annotations

from pathlib import Path

import pytest

import travesia as tv
from tests.plugins.conftest import TEMPLATE
from travesia import testing
from travesia.errors import InputError, ProblemList
from travesia.extend import Effect, Instrument, Scope, Section, Spec, effects
from travesia.policy.instruments.base import Instrument as Made
from travesia.policy.templates import read_templates
from travesia.reporting.comparison import build_comparison


def wall() -> Made:
    (found,) = read_templates(TEMPLATE, "instruments.yaml", ProblemList())
    return found


@pytest.mark.parametrize(
    ("instrument", "parameters", "says"),
    [
        ("train_raids", {"stop_factor": 2, "guard_add": 0.3},
         {"hazard": "+", "boarding_guard": "+"}),
        ("road_block", {"add_days": 2}, {"leg_days": "+"}),
        ("rail_closure", {}, {"leg_open": "-"}),
        ("custody_places", {"beds": 0.5, "seats": 2}, {"capacity": "+-"}),
        ("credible_fear_test", {"removal_factor": 2}, {"outcome": "+"}),
    ],
)  # fmt: skip
def test_shipped_instruments_change_what_they_say(
    instrument: str, parameters: dict[str, float], says: dict[str, str]
) -> None:
    testing.check_instrument(instrument, parameters, says)


def test_an_instrument_that_changes_something_else_is_found() -> None:
    testing.check_instrument(wall(), {"days": 2}, {"leg_days": "+"})
    for says in ({"leg_days": "-"}, {"leg_days": "+", "hazard": "+"}, {}):
        with pytest.raises(AssertionError, match="wall changes"):
            testing.check_instrument(wall(), {"days": 2}, says)
    with pytest.raises(InputError, match="days"):
        testing.check_instrument(wall(), {}, {"leg_days": "+"})


def test_an_instrument_that_acts_before_its_dates_is_found() -> None:
    class Early(Spec):
        """It forgets its dates."""

    def early(_spec: Early, scope: Scope) -> list[Effect]:
        legs = scope.leg_ids("bus")
        return [effects.LegTime(legs=legs, add_days=1.0, policy=scope.policy, start=0)]

    made = Instrument(id="early", title="Early", codes=(), spec=Early, effects=early)
    with pytest.raises(AssertionError, match="before its policy starts"):
        testing.check_instrument(made, {}, {"leg_days": "+"})


def test_a_quantity_sums() -> None:
    walked = {
        "title": "stretches walked",
        "kind": "person-events",
        "table": "flows",
        "where": {"mode": ["walk_road", "walk_track"]},
    }
    some = testing.check_quantity({"walked": walked})
    every = testing.check_quantity("passages")
    assert 0 < some < every
    with pytest.raises(InputError, match="axis 'moon'"):
        testing.check_quantity({"walked": {**walked, "where": {"moon": "full"}}})


def test_what_is_registered_is_gone_afterwards() -> None:
    before = [row["id"] for row in tv.load("example").quantities.rows()]
    with tv.register(instruments=[wall()], quantities={"quantities": {"x": {}}}):
        with testing.refused("x has no title", "test_testing.py, line"):
            tv.load("example").quantities  # noqa: B018 - it is read when it is asked for
        assert testing.faults("example")
    assert [row["id"] for row in tv.load("example").quantities.rows()] == before
    assert testing.faults("example") == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"instruments": ["wall"]}, "'wall' is not an Instrument"),
        ({"instruments": [wall(), wall()]}, "two instruments 'wall'"),
        ({"instruments": [Path("gone.yaml")]}, "gone.yaml"),
        ({"quantities": ["walked"]}, "'walked' is not a mapping"),
    ],
)
def test_what_is_registered_and_is_not_what_the_group_wants(
    given: dict[str, object], said: str
) -> None:
    with tv.register(**given):
        told = testing.faults("example")
        with testing.refused():
            testing.small_run()
    places = ("test_testing.py, line", "instruments.yaml, line 1")
    assert any(said in fault and any(p in fault for p in places) for fault in told), told


def test_a_check_for_refusals_can_fail() -> None:
    with pytest.raises(AssertionError, match="nothing was refused"), testing.refused():
        pass
    with pytest.raises(AssertionError, match="is not said in"), testing.refused("moon"):
        tv.load("no such scenario")


def test_the_library_offers_its_checks_without_a_test_framework() -> None:
    import subprocess
    import sys

    code = "import sys, travesia.testing; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_worker_processes_get_what_is_registered(tmp_path: Path) -> None:
    templates = tmp_path / "walls.yaml"
    templates.write_text(TEMPLATE, "utf-8")
    folder = testing.scenario_folder(tmp_path / "mine", testing.policy("wall", {"days": 2}))
    with tv.register(instruments=templates):
        found = tv.ensemble(folder, members=2, sample=0.02, workers=2)
    assert len(found.plan) == 2
    with tv.register(instruments=wall()), testing.refused("cannot be sent", "workers=1"):
        tv.ensemble(folder, members=2, sample=0.02, workers=2)


def test_sections_of_pages_are_told_apart_and_named_when_they_fail(tmp_path: Path) -> None:
    def fails(_result: object) -> list[dict[str, object]]:
        raise OSError("no moon")

    result = testing.small_run()
    broken, empty = Section("moon", "The moon", fails), Section("moon", "Nothing", lambda _: [])
    with tv.register(sections=empty):
        page = tv.report(result, tmp_path / "a.html")
    assert "added-moon" not in page.read_text("utf-8")
    for sections, said in (
        (broken, "section 'moon' raised OSError: no moon"),
        ([broken, empty], "two sections 'moon'"),
        ("moon", "'moon' is not a Section"),
    ):
        with tv.register(sections=sections), testing.refused(said, "test_testing.py, line"):
            tv.report(result, tmp_path / "b.html")
    assert not (tmp_path / "b.html").exists()


def test_sections_of_comparisons_are_made_of_comparisons(tmp_path: Path) -> None:
    """One that has nothing to say of them is left out; one that fails is named."""
    found = tv.compare("example", "no_raids", members=2, sample=0.05, workers=1)
    told = Section("tide", "The tide", compared=lambda c: [{"members": c.settings.members}])
    silent = Section("moon", "The moon", lambda _: [{"a": 1}])
    with tv.register(sections=[told, silent]):
        page = build_comparison(found)
        assert [s["id"] for s in page["sections"]] == ["added-tide"]
        assert page["sections"][0]["tables"][0]["rows"] == [["2"]]
        assert "added-moon" in tv.report(testing.small_run(), tmp_path / "a.html").read_text(
            "utf-8"
        )
    broken = Section("sun", "The sun", compared=lambda _: [][0])
    with tv.register(sections=broken), testing.refused("section 'sun' raised IndexError"):
        build_comparison(found)


@pytest.mark.parametrize("group", ["kinds", "importers"])
def test_kinds_and_importers_are_what_they_should_be(group: str) -> None:
    from travesia import kinds

    with tv.register(**{group: "moon"}), testing.refused("'moon' is not", "test_testing.py, line"):
        kinds.kinds() if group == "kinds" else kinds.importers()
