"""Small things that users meet first: names, listings, explanations, evidence, completion."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main

import travesia
from tests.cli.conftest import Command
from travesia.cli.app import app
from travesia.cli.listing import NAMES
from travesia.scenario.layers import SHIPPED_FOLDER, shipped_names

COMMANDS = sorted(
    name
    for name, command in typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
    if not command.hidden
)


@pytest.fixture(scope="session")
def corridor() -> Any:
    """The corridor, read once."""
    return travesia.load("corridor")


@pytest.fixture
def looking(cli: Command, corridor: Any, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Commands that look into the corridor, without reading it each time."""
    monkeypatch.setattr("travesia.api.load", lambda *_: corridor)
    return cli


# -- a name means one thing -------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_names())
def test_new_refuses_the_name_of_a_shipped_scenario(
    cli: Command, tmp_path: Path, name: str
) -> None:
    for more in ((), ("--from", name), ("--out", "elsewhere")):
        done = cli("new", name, *more)
        assert done.status == 2
        assert f"travesia new my-{name} --from {name}" in done.err
    assert list(tmp_path.iterdir()) == []


def test_new_suggests_a_base(cli: Command, tmp_path: Path) -> None:
    done = cli("new", "mine", "--from", "exmaple")
    assert done.status == 2
    assert "did you mean 'example'?" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "example"),
        ("check", "example"),
        ("compare", "example", "no_raids"),
        ("ensemble", "example"),
        ("list", "places", "--scenario", "example"),
        ("explain", "patio", "--scenario", "example"),
        ("compare", "./example", "example"),
    ],
)
def test_a_folder_never_stands_in_for_a_shipped_scenario(
    cli: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    shutil.copytree(SHIPPED_FOLDER / "example", tmp_path / "example")
    done = cli(*arguments)
    assert done.status == 2
    assert "both a shipped scenario and the folder example" in done.err
    assert "write ./example for the folder" in done.err
    assert not (tmp_path / "runs").exists()


def test_a_folder_of_a_shipped_name_is_used_by_its_path(cli: Command, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED_FOLDER / "example", tmp_path / "example")
    assert cli("check", "./example").status == 0
    assert cli("check", tmp_path / "example").status == 0
    assert [r["name"] for r in cli("list", "--json").json] == list(shipped_names())


def test_a_path_in_python_is_a_path(cli: Command, tmp_path: Path) -> None:
    import travesia as tv

    shutil.copytree(SHIPPED_FOLDER / "example", tmp_path / "example")
    assert tv.load(Path("example")).folder == tmp_path / "example"
    with pytest.raises(tv.InputError, match=r"write \./example"):
        tv.load("example")
    shutil.rmtree(tmp_path / "example")
    assert tv.load(Path("example")).folder == SHIPPED_FOLDER / "example"


def test_a_folder_without_a_scenario_is_no_rival(cli: Command, tmp_path: Path) -> None:
    (tmp_path / "example").mkdir()
    assert cli("check", "example").status == 0


def test_a_base_is_not_a_matter_of_luck(cli: Command, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED_FOLDER / "example", tmp_path / "example")
    (tmp_path / "mine").mkdir()
    (tmp_path / "example/README.md").write_text("My own.")
    text = "name: mine\nextends: example\n"
    (tmp_path / "mine/scenario.yaml").write_text(text)
    done = cli("check", "mine")
    assert done.status == 0
    assert "mine/scenario.yaml, line 2: 'example' is the folder beside it" in done.err
    (tmp_path / "mine/scenario.yaml").write_text(text.replace("example", "./example"))
    assert cli("check", "mine").err == ""


def test_an_imported_case_of_a_shipped_name_is_refused(cli: Command, tmp_path: Path) -> None:
    (tmp_path / "example").mkdir()
    (tmp_path / "example/scenario.yaml").write_text("name: example\nkind: flee\n")
    for verb in ("run", "check", "compare"):
        done = cli(verb, "example", *(["x"] if verb == "compare" else []))
        assert done.status == 2
        assert "write ./example for the folder" in done.err


def test_a_folder_called_like_a_what_if_is_refused(cli: Command, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED_FOLDER / "example", tmp_path / "no_raids")
    done = cli("compare", "example", "no_raids")
    assert done.status == 2
    assert "both a what-if of example and the folder no_raids" in done.err
    assert "example+no_raids for the what-if" in done.err


# -- questions by their number ----------------------------------------------------------------


@pytest.fixture
def numbered(tmp_path: Path) -> str:
    """The example with two numbered questions, the second of them with two answers."""
    shutil.copytree(SHIPPED_FOLDER / "example", tmp_path / "mine")
    (tmp_path / "mine/system").mkdir(exist_ok=True)
    (tmp_path / "mine/system/what_ifs.csv").write_text(
        "id,patch,more,question,expectation,outputs,claims,missing\n"
        "W1,no_raids,,What without raids?,,harm,,\n"
        "W2,more_offices,no_raids,What with more offices?,,harm,,\n"
    )
    return "./mine"


@pytest.mark.parametrize(
    ("asked", "labels"),
    [
        (["W1"], ["no_raids"]),
        (["w1"], ["no_raids"]),
        (["W1+W2"], ["no_raids+more_offices"]),
        (["w2+no_raids"], ["more_offices+no_raids"]),
        (["W2"], ["more_offices", "no_raids"]),
    ],
)
def test_questions_are_compared_by_their_number(
    cli: Command, numbered: str, asked: list[str], labels: list[str]
) -> None:
    from travesia.kind import label
    from travesia.kinds.corridor.resolve import resolve

    assert [label(s) for s in resolve([numbered, *asked])[1:]] == [f"example+{n}" for n in labels]
    base = resolve([f"{numbered}+W1", "W2"])
    assert label(base[0]) == "example+no_raids"


def test_questions_of_the_corridor_have_numbers() -> None:
    from travesia.scenario.questions import answering, numbered

    folders = [SHIPPED_FOLDER / "corridor"]
    assert list(numbered(folders)) == [f"W{n}" for n in range(1, 28)]
    assert answering(folders, "w7") == ("regional_offices",)
    assert answering(folders, "W28") == ()


def test_a_run_takes_the_number_of_a_question(cli: Command, numbered: str) -> None:
    import travesia as tv

    assert tv.load(numbered, ["w1"]).applied == ("no_raids",)
    with pytest.raises(tv.InputError, match="there is no patch 'W11' → did you mean 'W1'"):
        tv.load(numbered, ["W11"])
    done = cli("compare", numbered, "w1", "--members", 1, "--sample", 1, "--no-report", "--json")
    assert done.status == 0, done.err


def test_an_unknown_what_if_is_one_fault_with_the_nearest(cli: Command) -> None:
    done = cli("compare", "example", "no_rais")
    assert done.status == 2
    assert done.err.count("no_rais") == 1
    assert "neither a what-if of example nor a scenario → did you mean 'no_raids'?" in done.err
    assert "travesia list what-ifs" in done.err


# -- lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", NAMES)
def test_every_listing_is_narrow_plain_and_whole(looking: Command, what: str) -> None:
    done = looking("list", what)
    assert (done.status, done.err) == (0, "")
    rows = looking("list", what, "--json").json
    table = [line for line in done.out.splitlines() if line and not line.endswith(":")]
    heads = 2 if what == "policies" else 1
    assert len(table) == len(rows) + heads * bool(rows)
    assert max((len(line) for line in table), default=0) <= 240
    assert "\x1b" not in done.out
    assert "True" not in done.out


def test_a_harm_that_strikes_in_many_stays_names_the_first_of_them(looking: Command) -> None:
    line = next(
        line for line in looking("list", "transitions").out.splitlines() if "robbed_waiting" in line
    )
    row = next(
        r for r in looking("list", "transitions", "--json").json if r["id"] == "robbed_waiting"
    )
    stays = row["from"].split(";")
    assert len(stays) > 10
    assert f"{stays[0]};{stays[1]} and {len(stays) - 2} more " in line


def test_numbers_of_a_list_have_one_form(looking: Command) -> None:
    lines = looking("list", "facilities").out.splitlines()
    capacities = {line.split()[3] for line in lines[1:]}
    assert {"1,890", "56"} <= capacities
    assert not any(c.endswith("0") and "." in c for c in capacities)
    assert "0.8 " in looking("list", "parameters").out


def test_listings_are_found_however_they_are_written(looking: Command) -> None:
    assert looking("list", "What_Ifs").out == looking("list", "what-ifs").out
    assert looking("list", "whatifs").out == looking("list", "what-ifs").out


def test_policies_that_are_off_stand_apart(looking: Command) -> None:
    rows = {r["id"]: r for r in looking("list", "policies", "--json").json}
    on, _, off = looking("list", "policies").out.partition("Switched off")
    assert rows["regional_processing"]["enabled"] is False
    for name, row in rows.items():
        where = on if row["in_force"] else off
        assert f"\n{name} " in where, name
        assert row["in_force"] <= row["enabled"]


def terminal(*arguments: str, columns: int = 80, **variables: str) -> str:
    """What a command writes to a terminal of some width."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "travesia", *arguments],
        stdout=follower,
        stderr=follower,
        env={**os.environ, "COLUMNS": str(columns), "TERM": "xterm", **variables},
    )
    os.close(follower)
    out = b""
    while True:
        try:
            block = os.read(leader, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not block:
            break
        out += block
    process.wait(timeout=60)
    os.close(leader)
    return out.decode("utf-8")


def test_a_table_fits_the_terminal() -> None:
    wide = terminal("list", "patches", columns=70, NO_COLOR="1")
    assert "\x1b" not in wide
    assert max(len(line) for line in wide.splitlines()) <= 70
    assert "no_remain_in_mexico" in wide, "names stay whole where there is room"
    assert "\x1b" not in terminal("list", "scenarios", TERM="dumb")


# -- explanations -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("regional_offices", "number: W7"),
        ("Tapachula", "Tapachula (place tapachula)"),
        ("TAPACHULA", "Tapachula (place tapachula)"),
        ("tecún umán", "(place tecun_uman)"),
        ("W7", "answered by: regional_offices"),
        ("w7", "answered by: regional_offices"),
        ("Niñez en custodia del DIF", "(policy child_custody)"),
        ("ninez en custodia", "(policy child_custody)"),
        ("train-raids", "(policy train_raids)"),
        ("gamma capture", "parameter gamma_capture"),
        ("hnd-family", "cohort hnd-family"),
        ("remain in mexico", "(stay remain_in_mexico)"),
        ("office_capacity", "(instrument office_capacity)"),
        ("leg_cost", "effect leg_cost"),
        ("LegCost", "effect leg_cost"),
        ("Day", "The order of a simulated day"),
    ],
)
def test_what_is_called_so_is_explained(looking: Command, asked: str, told: str) -> None:
    done = looking("explain", asked)
    assert done.status == 0, done.err
    assert told in done.out


@pytest.mark.parametrize("asked", ["darien", "darién", "DARIÉN", "raids", "guatemala border"])
def test_words_that_fit_several_things_give_a_short_list(looking: Command, asked: str) -> None:
    done = looking("explain", asked)
    assert done.status == 0, done.err
    assert f"things fit '{asked}', the best first:" in done.out
    assert len(done.out.splitlines()) <= 15
    told = looking("explain", asked, "--json").json
    assert told["explanations"] == []
    assert {"id", "kind", "name"} == set(told["others"][0])


@pytest.mark.parametrize("asked", ["darien", "darién", "DARIÉN"])
def test_accents_and_case_find_the_same(looking: Command, asked: str) -> None:
    found = [t["id"] for t in looking("explain", asked, "--json").json["others"]]
    assert "necocli__meteti__wt" in found


@pytest.mark.parametrize(
    ("typed", "meant"), [("tapachla", "tapachula"), ("regional_offises", "regional_offices")]
)
def test_typing_errors_get_the_nearest(looking: Command, typed: str, meant: str) -> None:
    done = looking("explain", typed)
    assert done.status == 2
    assert f"did you mean '{meant}'" in done.err


def test_every_printed_id_can_be_explained() -> None:
    """Whatever a listing prints, `explain` knows."""
    import travesia as tv
    from travesia.cli.explaining import explanations
    from travesia.cli.listing import rows_of
    from travesia.scenario.explain import explain

    scenario = tv.load("example")
    ledger = tv.api.ledger_of(scenario)
    more = explanations(scenario, ledger)
    for what in NAMES:
        if what in ("scenarios", "systems", "checkpoints", "what-ifs"):
            continue
        for row in rows_of(what, "example")[:4]:
            assert explain(scenario, ledger, row["id"], more=more).parts, row["id"]


# -- evidence ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "deported three weeks",
        "weeks three DEPORTED",
        "deportation 3 week",
        "11800",
        "11,800",
        "april 2019 deportations",
    ],
)
def test_the_claim_is_found_by_its_words(cli: Command, query: str) -> None:
    done = cli("evidence", query)
    assert done.status == 0
    assert done.out.splitlines()[1].startswith("S3-p13-a ")
    assert "`travesia score RUN --claims`" in done.err


def test_the_claim_names_the_command_of_its_twin(cli: Command) -> None:
    assert "simulated: `travesia score RUN --claims`" in cli("evidence", "S3-p13-a").out
    assert "--claims" in cli("evidence", "S3-p13-a", "--json").json["simulated"]
    assert "simulated" not in cli("evidence", "PF168").out


def test_evidence_that_holds_most_of_the_words_is_offered(cli: Command) -> None:
    done = cli("evidence", "deported weeks zzzqqq april")
    assert done.out.splitlines()[1].startswith("S3-p13-a ")
    assert "Nothing holds all of these words" in done.err


# -- help, options, completion ----------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_short_help(cli: Command, command: str) -> None:
    assert cli(command, "-h").out == cli(command, "--help").out != ""


def test_help_tells_whole_sentences(cli: Command) -> None:
    assert "..." not in cli("-h").out.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("run", "example", "--sampel", "1"), "--sample"),
        (("list", "--jsn"), "--json"),
        (("evidnce",), "evidence"),
        (("check", "--ptch", "x"), "--patch"),
    ],
)
def test_near_options_and_commands_are_named(
    cli: Command, arguments: tuple[str, ...], meant: str
) -> None:
    done = cli(*arguments)
    assert done.status == 2
    assert meant in done.err
    assert "Traceback" not in done.err


@pytest.fixture
def complete(
    cli: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[str]]:
    """What bash is offered for the last of some words."""

    def offer(*words: str) -> list[str]:
        monkeypatch.setenv("_TRAVESIA_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", " ".join(["travesia", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        with pytest.raises(SystemExit) as stop:
            cli()
        out, err = capsys.readouterr()
        assert (stop.value.code, err) == (0, "")
        return out.split()

    return offer


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("run", "ex"), {"example"}),
        (("run", "./"), {"./mine"}),
        (("run", "corridor", "-p", "regional"), {"regional_offices"}),
        (("run", "example", "--patch", "no_r"), {"no_raids"}),
        (("compare", "corridor", "W27"), {"W27"}),
        (("compare", "corridor", "W7+regional"), {"W7+regional_offices"}),
        (
            ("run", "--set", "policies.train_raids.e"),
            {"policies.train_raids.enabled=", "policies.train_raids.end="},
        ),
        (("run", "--set", "parameters.gamma"), {"parameters.gamma_capture="}),
        (("explain", "tapachula"), None),
        (("list", "facil"), {"facilities"}),
        (("evidence", "--kind", "cl"), {"claim"}),
    ],
)
def test_names_are_completed(
    complete: Callable[..., list[str]], tmp_path: Path, words: tuple[str, ...], offered: set[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/scenario.yaml").write_text("name: mine\n")
    found = set(complete(*words))
    assert found == offered if offered is not None else {"tapachula"} <= found


def test_completion_is_quick_and_survives_broken_files(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_bytes(b"\xff\xfe")
    began = time.process_time()
    from travesia.cli import completing

    assert completing._folders(str(tmp_path)) == [tmp_path]
    assert completing._patches(str(tmp_path)) == []
    assert completing._questions(str(tmp_path / "nowhere")) == []
    assert time.process_time() - began < 0.5
