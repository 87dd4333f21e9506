"""Kernels without a compiler, and caches that cannot be used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = ["run", "example", "--sample", "0.05", "--draws", "0", "--no-report", "--quiet", "--out", "r"]


def fingerprint(folder: Path, **environment: str) -> str:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "travesia", *RUN],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return str(json.loads((folder / "r/manifest.json").read_text())["tally_sha256"])


@pytest.mark.long
def test_plain_python_gives_the_same_bits(tmp_path: Path) -> None:
    plain = fingerprint(tmp_path / "plain", NUMBA_DISABLE_JIT="1")
    assert plain == fingerprint(tmp_path / "compiled")


@pytest.mark.long
def test_a_cache_that_cannot_be_used_is_gone_without(tmp_path: Path) -> None:
    whole = fingerprint(tmp_path / "whole")
    (tmp_path / "file").touch()
    assert fingerprint(tmp_path / "none", NUMBA_CACHE_DIR=str(tmp_path / "file" / "x")) == whole
    cache = tmp_path / "cache"
    assert fingerprint(tmp_path / "fresh", NUMBA_CACHE_DIR=str(cache)) == whole
    for path in cache.rglob("*.nb?"):
        path.write_bytes(path.read_bytes()[:100])
    assert fingerprint(tmp_path / "damaged", NUMBA_CACHE_DIR=str(cache)) == whole
