"""Scenarios that bring instruments of their own, and a small distribution that adds some."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ACME = Path(__file__).parent / "acme"

POLICY = """\
- id: {id}
  name: A policy of its own
  name_es: Una política propia
  instrument: {instrument}
  programme: [own]
  start: 2019-01-01
  end: null
  parameters: {parameters}
  source: assumption
  reason: Invented for a test.
"""
"""A policy of an instrument, as an entry of ``policies.yaml``."""

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


def make_scenario(folder: Path, *policies: str, **files: str) -> Path:
    """A folder that extends the example, with policies and further files (``name__py``)."""
    folder.mkdir()
    (folder / "scenario.yaml").write_text(f"name: {folder.name}\ntitle: Own\nextends: example\n")
    if policies:
        (folder / "policies.yaml").write_text("".join(policies), "utf-8")
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Path]:
    """Makes such a folder."""
    return lambda *policies, **files: make_scenario(tmp_path / "mine", *policies, **files)


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
