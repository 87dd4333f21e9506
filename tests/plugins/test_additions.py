"""What stands beside a scenario: templates are read, code runs only where it is trusted."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import travesia as tv
from tests.plugins.conftest import CODE, TEMPLATE
from travesia import testing
from travesia.cli.app import run_app
from travesia.errors import InputError
from travesia.model.compile import compile_model
from travesia.plugins import trusting
from travesia.policy.gate import problems_of
from travesia.policy.instruments.registry import instruments_of
from travesia.scenario.load import load

Own = Callable[..., Path]
DAYS = {"value": 2, "low": 1, "high": 3, "unit": "days", "source": ["assumption"]}
WALL = testing.policy("wall", {"days": DAYS}, id="my_wall")


def test_templates_beside_a_scenario_need_no_trust(own: Own) -> None:
    folder = own(WALL, instruments__yaml=TEMPLATE)
    assert testing.faults(folder) == []
    scenario = load(folder)
    assert {i.id: i.origin for i in instruments_of(scenario)}["wall"] == (
        "mine/instruments.yaml, line 1"
    )
    days = [e for e in compile_model(scenario).model.edits if e.origin == "my_wall"]
    assert {float(v) for e in days for v in np.ravel(e.value)} == {2.0}


def test_the_files_are_part_of_what_the_scenario_is(own: Own) -> None:
    folder = own(WALL, instruments__yaml=TEMPLATE)
    first = load(folder).sha256()
    (folder / "instruments.yaml").write_text(TEMPLATE.replace("60", "50"), "utf-8")
    second = load(folder).sha256()
    (folder / "instruments.py").write_text(CODE, "utf-8")
    assert len({first, second, load(folder).sha256()}) == 3
    assert load("example").additions == ()


def test_code_that_nobody_trusts_is_not_run_and_the_rest_is_checked(own: Own) -> None:
    wrong = testing.policy("train_raids", {"stop_facto": 2}, id="raid")
    folder = own(WALL, wrong, instruments__py="raise SystemExit\n")
    told = testing.faults(folder)
    assert any("mine/instruments.py: the scenario brings code" in f for f in told)
    assert any("--trust" in f for f in told)
    assert any("stop_facto" in f and "policy 'raid'" in f for f in told)
    assert not any("unknown instrument" in f for f in told)
    with pytest.raises(InputError, match=r"mine/instruments\.py"):
        compile_model(load(folder))


def test_code_that_is_trusted_runs_and_is_remembered(own: Own) -> None:
    folder = own(WALL, instruments__py=CODE)
    assert testing.faults(folder, trust=True) == []
    with trusting(True):
        scenario = load(folder)
    elsewhere = pickle.loads(pickle.dumps(scenario))  # as a worker process gets it
    for one in (scenario, elsewhere):
        edits = [e for e in compile_model(one).model.edits if e.origin == "my_wall"]
        assert {float(v) for e in edits for v in np.ravel(e.value)} == {2.0}
    assert "walked" in scenario.quantities


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("INSTRUMENTS = [1 / 0]\n", "line 1: it raised ZeroDivisionError: division by zero"),
        ("\n\ndef f(:\n", "line 3: it raised SyntaxError"),
        ("raise SystemExit(3)\n", "it raised SystemExit: 3"),
        ("x = 1\n", "it defines neither INSTRUMENTS nor QUANTITIES"),
        ("INSTRUMENTS = 'wall'\n", "'wall' in INSTRUMENTS is no Instrument"),
        (CODE.replace('id="wall"', 'id="train_raids"'), "two instruments 'train_raids'"),
        (CODE.replace('"table": "flows"', '"table": "flows", "keep": [["moon"]]'), "axis 'moon'"),
        (CODE.replace('"walked"', '"deaths"'), "two quantities 'deaths'"),
        (CODE.replace("spec=Wall", "spec=None"), "has no spec of parameters"),
    ],
)
def test_faulty_code_is_told_with_its_file(own: Own, code: str, said: str) -> None:
    told = testing.faults(own(instruments__py=code), trust=True)
    assert any(said in f and "mine/instruments.py" in f for f in told), told


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    return [1]", "gave 1, which is no effect"),
        ("    return None", "raised TypeError"),
        ("    raise KeyError('moon')", "raised KeyError: 'moon'"),
    ],
)
def test_code_that_fails_when_it_is_asked_names_policy_and_file(
    own: Own, body: str, said: str
) -> None:
    code = CODE.replace('    legs = scope.leg_ids("walk_road", "walk_track")\n', f"{body}\n")
    told = testing.faults(own(WALL, instruments__py=code), trust=True)
    assert any(said in f and "policy 'my_wall'" in f for f in told), told
    assert any("mine/instruments.py" in f for f in told)


def test_two_templates_with_one_id_are_told(own: Own) -> None:
    told = testing.faults(own(instruments__yaml=TEMPLATE.replace("wall:", "train_raids:")))
    assert any(
        "two instruments 'train_raids': the other is of rail.yaml, line 3" in f for f in told
    )


def test_faulty_templates_are_told_with_their_line(own: Own) -> None:
    told = testing.faults(own(WALL, instruments__yaml=TEMPLATE.replace("scaled_sum", "scaled")))
    assert any("mine/instruments.yaml, line 7" in f for f in told)


def test_every_verb_of_the_command_line_takes_trust(
    own: Own, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(own(WALL, instruments__py=CODE))
    for verb in (
        ["check", folder],
        ["list", "instruments", folder],
        ["explain", "wall", "--scenario", folder],
    ):
        assert run_app(verb) == 2
        assert "mine/instruments.py" in capsys.readouterr().err
        assert run_app([*verb, "--trust"]) == 0
    assert "wall" in capsys.readouterr().out


def test_the_manifest_says_what_was_trusted(own: Own) -> None:
    from travesia import api

    with trusting(True):
        scenario = load(own(WALL, instruments__py=CODE))
    result = api.run(scenario, sample=0.02)
    (trusted,) = result.manifest["trusted"]
    assert trusted == f"mine/instruments.py {scenario.additions[0].sha256}"
    assert "trusted" not in api.run("example", sample=0.02).manifest
    assert problems_of(scenario).errors == ()


def test_every_function_that_loads_takes_trust(own: Own) -> None:
    folder = own(WALL, instruments__py=CODE)
    calls: list[Callable[[bool], object]] = [
        lambda trust: tv.check(folder, trust=trust).raise_if_any("faults"),
        lambda trust: tv.run(folder, sample=0.02, trust=trust),
        lambda trust: tv.run(tv.load(folder, trust=trust), sample=0.02),
        lambda trust: tv.ensemble(folder, members=2, sample=0.02, workers=1, trust=trust),
        lambda trust: tv.compare(
            folder, "no_raids", members=2, sample=0.02, workers=2, trust=trust
        ),
    ]
    for call in calls:
        with testing.refused("mine/instruments.py: the scenario brings code"):
            call(False)
        call(True)
