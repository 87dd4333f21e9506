"""Runs that are stopped and go on: the same bits, and clear words when that cannot be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench.worlds import random_world

from travesia import api
from travesia.engine import checkpoint
from travesia.engine import run as run_module
from travesia.engine.record import RawResult
from travesia.engine.run import run
from travesia.errors import InputError, OutputError
from travesia.model.compiled import CompiledModel

SEED = 5


def world() -> CompiledModel:
    """Learning, queues, lots, beds, recalls and edits, over three months."""
    return random_world(17, n_days=90, rate=5.0)


class StoppedError(Exception):
    """Raised in the middle of a run."""


def stop_after(day: int) -> Any:
    """A progress callback that stops the run after a day."""

    def tell(done: int, total: int) -> None:
        if done == day:
            raise StoppedError

    return tell


def assert_equal_in_everything(one: RawResult, other: RawResult) -> None:
    """Integers and floats alike, to the bit."""
    assert one.digest() == other.digest()
    assert one.way_beliefs.tobytes() == other.way_beliefs.tobytes()
    assert one.release_beliefs.tobytes() == other.release_beliefs.tobytes()
    for name in ("transitions", "person_days", "party_days"):
        assert getattr(one, name) == getattr(other, name)


@pytest.mark.parametrize("every", [1, 30, 41])
@pytest.mark.parametrize("stop", [43, 89])
def test_a_stopped_run_goes_on(tmp_path: Path, every: int, stop: int) -> None:
    """Stopped on any day and resumed: the result is that of a run in one piece."""
    file = tmp_path / "run.checkpoint"
    whole = run(world(), SEED, journeys=0.5)
    with pytest.raises(StoppedError):
        run(world(), SEED, journeys=0.5, checkpoint=file, every=every, progress=stop_after(stop))
    days = []
    resumed = run(
        world(),
        SEED,
        journeys=0.5,
        checkpoint=file,
        resume=True,
        progress=lambda done, total: days.append(done),
    )
    assert days[0] == stop // every * every + 1
    assert_equal_in_everything(whole, resumed)


def test_a_stopped_sample_goes_on(tmp_path: Path) -> None:
    """A sample keeps the account of the whole population: the same bits after a resume."""
    file = tmp_path / "run.checkpoint"
    model = random_world(17, n_days=90, rate=80.0, sample=0.1)
    whole = run(model, SEED)
    with pytest.raises(StoppedError):
        run(model, SEED, checkpoint=file, every=20, progress=stop_after(55), chunks=2)
    assert_equal_in_everything(whole, run(model, SEED, checkpoint=file, resume=True, chunks=3))


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1), (2, 2), (7, 5)])
def test_the_number_of_chunks_may_change(tmp_path: Path, before: int, after: int) -> None:
    """A run may go on with more or fewer threads and chunks."""
    file = tmp_path / "run.checkpoint"
    whole = run(world(), SEED)
    with pytest.raises(StoppedError):
        run(
            world(),
            SEED,
            chunks=before,
            threads=2,
            checkpoint=file,
            every=20,
            progress=stop_after(55),
        )
    resumed = run(world(), SEED, chunks=after, threads=2, checkpoint=file, every=20, resume=True)
    assert_equal_in_everything(whole, resumed)


def test_saving_changes_nothing(tmp_path: Path) -> None:
    """A run that saves every day gives what a run gives that never saves."""
    saved = run(world(), SEED, checkpoint=tmp_path / "c", every=1)
    assert_equal_in_everything(run(world(), SEED), saved)


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.engine.test_checkpoint import world
from travesia.engine.run import run
def tell(done, total):
    sys.stdout.write(f"{{done}}\\n"); sys.stdout.flush()
run(world(), {seed}, journeys=0.5, checkpoint=Path({file!r}), every=3, progress=tell)
"""


@pytest.mark.parametrize("when", [8, 37])
def test_a_killed_process_goes_on(tmp_path: Path, when: int) -> None:
    """kill -9 at some moment of a real process; the last complete checkpoint is there."""
    file = tmp_path / "run.checkpoint"
    root = str(Path(__file__).parents[2])
    program = PROGRAM.format(root=root, seed=SEED, file=str(file))
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= when:
                time.sleep(0.001 * when)
                os.kill(process.pid, signal.SIGKILL)
                break
    assert process.returncode in (-signal.SIGKILL, 0)
    resumed = run(world(), SEED, journeys=0.5, checkpoint=file, resume=True)
    assert_equal_in_everything(run(world(), SEED, journeys=0.5), resumed)


def test_a_kill_while_saving_leaves_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a file is never put in place of a whole one."""
    file = tmp_path / "run.checkpoint"
    whole = run(world(), SEED)
    real = np.savez

    def torn(handle: Any, **arrays: Any) -> None:
        if file.exists():
            handle.write(b"PK half of a file")
            raise StoppedError
        real(handle, **arrays)

    monkeypatch.setattr(np, "savez", torn)
    with pytest.raises(StoppedError):
        run(world(), SEED, checkpoint=file, every=20)
    monkeypatch.undo()
    assert [p.name for p in tmp_path.iterdir()] == ["run.checkpoint"]
    assert_equal_in_everything(whole, run(world(), SEED, checkpoint=file, resume=True))


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old checkpoint stays, the half of the new one goes."""
    file = tmp_path / "run.checkpoint"

    def full(handle: Any, **arrays: Any) -> None:
        handle.write(b"some")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OutputError, match="No space left on device"):
        run(world(), SEED, checkpoint=file, every=20)
    assert list(tmp_path.iterdir()) == []


def saved(tmp_path: Path) -> Path:
    """A checkpoint of day 40."""
    file = tmp_path / "run.checkpoint"
    with pytest.raises(StoppedError):
        run(world(), SEED, checkpoint=file, every=40, progress=stop_after(45))
    return file


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    """Cut short, bits flipped at any of many positions, or not ours at all."""
    file = saved(tmp_path)
    good = file.read_bytes()
    flipped = []
    for position in range(200, len(good) - 200, len(good) // 11):
        wrong = bytearray(good)
        wrong[position] ^= 0x10
        flipped.append(bytes(wrong))
    whole = run(world(), SEED)
    said: list[str] = []
    for content in (b"", b"nonsense", good[: len(good) // 2], good[:-1], *flipped):
        file.write_bytes(content)
        try:
            result = run(world(), SEED, checkpoint=file, resume=True)
        except InputError as error:
            said.append(str(error))
        else:  # a bit that means nothing, such as a time stamp in the zip
            assert_equal_in_everything(whole, result)
    assert len(said) >= 13
    for text in said:
        assert "run.checkpoint" in text
        assert "without --resume" in text or "another" in text


def test_every_changed_bit_is_refused(tmp_path: Path) -> None:
    """The digest at the end covers all: 150 bits, cuts, additions, and things that are no file."""
    file = tmp_path / "x.checkpoint"
    head = {"format": checkpoint.FORMAT, "seed": 1}
    state = {"days": np.arange(500), "flag": True, "more": [1.5, "text", None]}
    checkpoint.save(file, head, state)
    good = file.read_bytes()
    assert checkpoint.load(file, head)["flag"] is True
    places = np.random.default_rng(1).choice(len(good) * 8, 150, replace=False)
    wrong = [
        good[: p // 8] + bytes([good[p // 8] ^ (1 << p % 8)]) + good[p // 8 + 1 :]
        for p in places.tolist()
    ]
    for data in [*wrong, good[:-1], good + b"x", good[:-32], good[-32:], b"\0" * len(good)]:
        file.write_bytes(data)
        with pytest.raises(InputError, match="checkpoint is damaged"):
            checkpoint.load(file, head)
    file.unlink()
    file.mkdir()
    with pytest.raises(InputError, match="it is not a file"):
        checkpoint.load(file, head)


def test_a_state_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    """A whole file with the right header and a wrong state."""
    file = tmp_path / "x.checkpoint"
    model = world()
    head = checkpoint.header(model, seed=SEED, replicate=0, generator=0, journeys=0.0)
    states: list[Any] = [{}, [], None, {"days_done": "x"}, {"days_done": 3, "host": {}}]
    for state in states:
        checkpoint.save(file, head, state)
        with pytest.raises(InputError, match="checkpoint is damaged"):
            run(model, SEED, checkpoint=file, resume=True)


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    """Another scenario, seed, replicate or share of journeys: said by name, all at once."""
    file = saved(tmp_path)
    with pytest.raises(InputError, match="another seed: 5 and not 6"):
        run(world(), 6, checkpoint=file, resume=True)
    with pytest.raises(InputError) as error:
        run(world(), 6, replicate=2, journeys=0.1, checkpoint=file, resume=True)
    assert len(error.value.problems) == 3
    other = world()
    other.base["hazard"][0, 0] += 1e-9
    with pytest.raises(InputError, match="another scenario"):
        run(other, SEED, checkpoint=file, resume=True)
    with pytest.raises(InputError, match="there is no checkpoint"):
        run(world(), SEED, checkpoint=tmp_path / "none", resume=True)


def test_a_checkpoint_of_another_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules and layout may differ between versions, so its state is never gone on from."""
    file = saved(tmp_path)
    monkeypatch.setattr(checkpoint, "__version__", "0.0.1")
    with pytest.raises(InputError, match=r"another version of Travesía: .* and not '0\.0\.1'"):
        run(world(), SEED, checkpoint=file, resume=True)
    monkeypatch.setattr(checkpoint, "FORMAT", checkpoint.FORMAT + 1)
    with pytest.raises(InputError, match="another layout of the file"):
        run(world(), SEED, checkpoint=file, resume=True)


def test_every_part_of_a_model_is_in_its_fingerprint() -> None:
    """A change anywhere changes the fingerprint; the same model compiled twice has one."""
    model = world()
    one = checkpoint.fingerprint(model)
    assert checkpoint.fingerprint(world()) == one
    others = [
        replace(model, learning=False),
        replace(model, sample=0.5),
        replace(model, edits=model.edits[1:]),
        replace(model, edits=(replace(model.edits[0], start=21), *model.edits[1:])),
        replace(model, parameters=model.parameters | {"mu_place": 1.1}),
        replace(model, graph=replace(model.graph, leg_km=model.graph.leg_km + 1)),
        replace(model, names=replace(model.names, places=("x", *model.names.places[1:]))),
    ]
    prints = {checkpoint.fingerprint(m) for m in others}
    assert len(prints) == len(others)
    assert one not in prints


def test_the_state_survives_the_file(tmp_path: Path) -> None:
    """Trees of arrays, lists, numbers and nothing come back as they were."""
    state = {"a": [1, 2.5, None, "x", np.arange(3)], "b": {"c": np.zeros((0, 4), np.uint64)}}
    file = tmp_path / "c"
    checkpoint.save(file, {"format": 1}, state)
    back = checkpoint.load(file, {"format": 1})
    assert back["a"][:4] == [1, 2.5, None, "x"]
    assert back["a"][4].tolist() == [0, 1, 2]
    assert back["b"]["c"].shape == (0, 4)
    assert back["b"]["c"].dtype == np.uint64
    assert vars(run_module)["save"] is checkpoint.save


def test_the_command_line_goes_on(tmp_path: Path) -> None:
    """``travesia run --resume`` ends with the numbers of a run in one piece, and tidies up."""

    def stop(what: str, done: int, total: int) -> None:
        if what == "simulating" and done == 75:
            raise StoppedError

    out = tmp_path / "run"
    file = tmp_path / "run.checkpoint"
    with pytest.raises(StoppedError):
        api.run("example", checkpoint=file, checkpoint_every=30, progress=stop, threads=1)
    command = [
        sys.executable,
        "-c",
        "from travesia.cli import main; main()",
        "run",
        "example",
        "--draws",
        "0",
        "--no-report",
        "--json",
        "--checkpoint-every",
        "30",
    ]
    resumed = subprocess.run(
        [*command, "--resume", "--out", str(out)], capture_output=True, text=True, check=False
    )
    assert resumed.returncode == 0, resumed.stderr
    whole = api.run("example")
    assert json.loads(resumed.stdout)["tally_sha256"] == whole.manifest["tally_sha256"]
    assert not file.exists()
    nothing = subprocess.run(
        [*command, "--resume", "--out", str(tmp_path / "other")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert nothing.returncode == 2
    assert "there is no checkpoint" in nothing.stderr
