"""Scenarios that bring instruments of their own, and a small distribution that adds some."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from travesia import testing

ACME = Path(__file__).parent / "acme"

TEMPLATE = """\
wall:
  title: A wall across the road
  about: Whoever walks must go round it.
  parameters:
    days: {unit: days, title: days that the way round takes, range: [0, 60]}
  effects:
    - leg_time: {legs: {modes: [walk_road, walk_track]}, add_days: scaled_sum(days)}
"""

CODE = '''\
"""Instruments of this scenario."""

from travesia.extend import Instrument, Number, Spec, effects, number


class Wall(Spec):
    """Whoever walks must go round it."""

    days: Number = number("days", "days that the way round takes")


def wall(spec, scope):
    legs = scope.leg_ids("walk_road", "walk_track")
    return [effects.LegTime(legs=legs, add_days=scope.add(spec.days), **scope.when)]


INSTRUMENTS = [
    Instrument(id="wall", title="A wall across the road", codes=(), spec=Wall, effects=wall)
]
QUANTITIES = {
    "quantities": {
        "walked": {
            "title": "stretches walked",
            "kind": "person-events",
            "table": "flows",
            "where": {"mode": ["walk_road", "walk_track"]},
        }
    }
}
'''


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder that extends the example, with policies and further files (``name__py``)."""

    def make(*policies: Mapping[str, Any], **files: str) -> Path:
        told = {name.replace("__", "."): text for name, text in files.items()}
        return testing.scenario_folder(tmp_path / "mine", *policies, files=told)

    return make


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the distribution of :data:`ACME` is installed."""
    return install(ACME, tmp_path_factory.mktemp("site"))


def install(distribution: Path, site: Path) -> Path:
    """Put a distribution where Python finds it and its entry points, as an installer does."""
    project = tomllib.loads((distribution / "pyproject.toml").read_text("utf-8"))["project"]
    shutil.copytree(distribution / "src", site, dirs_exist_ok=True)
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    told = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(told, "utf-8")
    points = "".join(
        f"[{group}]\n" + "".join(f"{n} = {v}\n" for n, v in names.items())
        for group, names in project["entry-points"].items()
    )
    (info / "entry_points.txt").write_text(points, "utf-8")
    return site


def travesia(*arguments: str, site: Path | None = None, cwd: Path) -> tuple[int, str, str]:
    """The command line in a process of its own; ``site`` holds what else is installed."""
    path = [*([str(site)] if site else []), *sys.path]
    done = subprocess.run(
        [sys.executable, "-m", "travesia", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in path if p)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
