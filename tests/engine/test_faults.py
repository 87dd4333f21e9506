"""Memory that would not suffice, and a cache of kernels that is damaged or cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from bench.worlds import random_world

from travesia.engine.memory import available_bytes, check_fits, estimate_bytes
from travesia.errors import InputError
from travesia.model.jit import TOLD, drop_unsound


def test_a_run_that_would_not_fit_is_refused() -> None:
    """What is needed, what is free, and a share of the people that would fit."""
    model = random_world(1, n_days=400, rate=100_000.0)
    with pytest.raises(InputError, match="--sample 0") as error:
        check_fits(model, 1, available=2_000_000_000)
    text = str(error.value)
    assert "needs about" in text
    assert "2.0 GB are free" in text
    share = float(text.split("--sample ")[1].split(",")[0])
    check_fits(replace(model, sample=share), 1, available=2_000_000_000)


def test_cures_that_are_not_a_sample() -> None:
    """Fewer threads where that is enough; a shorter period where nothing else helps."""
    model = random_world(1, n_days=60)
    one = estimate_bytes(model, 1)
    with pytest.raises(InputError, match="--threads 1"):
        check_fits(model, 64, available=one + 1000)
    with pytest.raises(InputError, match="shorten the period"):
        check_fits(model, 1, available=one // 100)
    check_fits(model, 1, available=one)


def test_the_estimate_grows_with_what_costs_memory() -> None:
    """Longer periods, more chunks and more people need more."""
    model = random_world(1, n_days=60)
    one = estimate_bytes(model)
    assert estimate_bytes(random_world(1, n_days=600)) > one
    assert estimate_bytes(model, 8) > one
    assert estimate_bytes(replace(model, sample=0.5)) < one


def test_free_memory_is_known_here() -> None:
    """Some number between a megabyte and a petabyte, or the system does not say."""
    free = available_bytes()
    assert free is None or 1e6 < free < 1e15


PROGRAM = """
import sys
sys.path.insert(0, {root!r})
import numpy as np
from travesia.model import choice
thresholds = np.zeros((1, 2), np.uint32)
choice.choice_thresholds(np.array([[0.25, 0.75]]), np.array([0, 2]), thresholds)
sys.stdout.write(str(thresholds.tolist()))
"""


def call(cache: Path, before: str = "") -> tuple[str, str]:
    """What one kernel in a process of its own says, with its cache in a folder."""
    program = before + PROGRAM.format(root=str(Path(__file__).parents[2]))
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        env={k: v for k, v in os.environ.items() if k != TOLD} | {"NUMBA_CACHE_DIR": str(cache)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def first_call(cache: Path) -> str:
    return call(cache)[0]


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_a_damaged_cache_is_rebuilt(tmp_path: Path, suffix: str) -> None:
    """A file cut short, or full of zeros, is compiled again with the same answer."""
    answer = first_call(tmp_path)
    (file,) = tmp_path.rglob(f"choice.choice_thresholds-*{suffix}")
    size = file.stat().st_size
    for content in (file.read_bytes()[: size // 2], bytes(size), b""):
        file.write_bytes(content)
        assert first_call(tmp_path) == answer
        (again,) = tmp_path.rglob(f"choice.choice_thresholds-*{suffix}")
        assert again.stat().st_size == size


def test_sound_files_stay(tmp_path: Path) -> None:
    """Looking at a sound cache deletes nothing; a damaged kernel takes only its own files."""
    first_call(tmp_path)
    (index,) = tmp_path.rglob("choice.choice_thresholds-*.nbi")
    assert drop_unsound(index.parent, "choice", "choice_thresholds") == []
    index.with_name("choice.other-1.py311.nbi").write_bytes(b"half")
    dropped = drop_unsound(index.parent, "choice", "other")
    assert [f.name for f in dropped] == ["choice.other-1.py311.nbi"]
    assert index.exists()


READ_ONLY = """
import errno, os
from numba.core import caching
def refuse(*_, **__):
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))
"""
"""Root may write everywhere, so a test can only refuse where the compiler asks or writes."""


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("caching._CacheLocator.ensure_cache_path", "no folder for them can be written"),
        ("caching.IndexDataCacheFile.save", "Read-only file system"),
    ],
)
def test_a_cache_that_cannot_be_written_is_said_once(tmp_path: Path, what: str, why: str) -> None:
    """Nowhere, or no longer when a kernel is to be kept: the same answer and one line."""
    answer = first_call(tmp_path / "sound")
    said, told = call(tmp_path / "none", f"{READ_ONLY}{what} = refuse\n")
    assert said == answer
    assert told.count("\n") == 1
    assert f"cannot be kept ({why})" in told
    assert "NUMBA_CACHE_DIR" in told
    assert not list((tmp_path / "none").rglob("*.nb?"))
