"""A distribution that somebody else wrote: its instruments and its quantity, through every verb."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins.conftest import ACME, install, travesia
from travesia import testing

POLICIES = (
    testing.policy("night_watch", {"watchmen": 20, "each": 0.1}, id="watch"),
    testing.policy("wall", {"days": 2}, id="the_wall"),
)
PATCH = """\
id: no_wall
title: No wall
question: What if there were no wall?
policies:
  the_wall: {enabled: false}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, site: Path) -> Callable[..., str]:
    """The command line where the distribution is installed, in a folder with a scenario."""
    cwd = tmp_path_factory.mktemp("world")
    testing.scenario_folder(cwd / "mine", *POLICIES, files={"patches/no_wall.yaml": PATCH})

    def call(*arguments: str) -> str:
        status, out, err = travesia(*arguments, site=site, cwd=cwd)
        assert status == 0, err
        return out

    return call


def test_it_is_checked_listed_and_explained(world: Callable[..., str]) -> None:
    assert json.loads(world("check", "mine", "--json"))["problems"] == []
    listed = {row["id"]: row for row in json.loads(world("list", "instruments", "mine", "--json"))}
    assert listed["night_watch"] == {
        "id": "night_watch",
        "title": "Night watch",
        "title_es": "Ronda nocturna",
        "policies": 1,
    }
    assert listed["wall"]["title_es"] == "Un muro que cruza el camino"
    rows = {row["id"]: row for row in json.loads(world("list", "quantities", "mine", "--json"))}
    assert rows["walked"]["kind"] == "person-events"
    assert "leg" in rows["walked"]["axes"]
    told = world("explain", "the_wall", "--scenario", "mine")
    assert "days that a leg takes (leg_days): plus 2" in told
    assert "Watchmen walk" in world("explain", "night_watch", "--scenario", "mine")


def test_it_runs_and_reports(world: Callable[..., str], tmp_path: Path) -> None:
    out = tmp_path / "run"
    told = json.loads(world("run", "mine", "--sample", "0.2", "--out", str(out), "--json"))
    assert told["scenario"] == "mine"
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert [p.split(" (")[0] for p in manifest["plugins"]] == ["acme-walls 1.2", "acme-walls 1.2"]
    page = (out / "report.html").read_text("utf-8")
    data = json.loads(page.split('id="travesia-data">')[1].split("</script>")[0])
    (added,) = (s for s in data["sections"] if s["id"].startswith("added-"))
    assert (added["id"], added["paragraphs"]) == ("added-walks", ["By stretch."])
    assert added["title"] == "Walked <stretches> · Tramos a pie"
    assert [c["name"] for c in added["tables"][0]["columns"]] == ["stretch", "people"]
    assert "<stretches>" not in page

    from travesia import api

    result = api.read(out)  # in a process that does not have the distribution
    assert result.quantities["walked"].title == "stretches walked"


@pytest.mark.long
def test_it_is_compared_in_worker_processes(world: Callable[..., str], tmp_path: Path) -> None:
    """Its section stands on the page of the comparison, too."""
    asked = ("--members", "2", "--sample", "0.05", "--workers", "2", "--out", str(tmp_path / "c"))
    assert json.loads(world("compare", "mine", "no_wall", *asked, "--json"))
    page = (tmp_path / "c" / "comparison.html").read_text("utf-8")
    assert "added-walks" in page
    assert "Added by a plug-in" in page


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("import Path\n", "import Path\n\nraise OSError('no disk')\n", "OSError: no disk"),
        ("NIGHT_WATCH = Instrument(", "NIGHT_WATCH = dict(", "is not an Instrument"),
        ('id="night_watch"', 'id="train_raids"', "two instruments 'train_raids'"),
        ('"walls.yaml"', '"gone.yaml"', "gone.yaml"),
    ],
)
def test_a_faulty_distribution_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    site = install(ACME, tmp_path / "site")
    code = site / "acme_walls" / "__init__.py"
    text = code.read_text("utf-8")
    assert text.count(old) == 1
    code.write_text(text.replace(old, new), "utf-8")
    testing.scenario_folder(tmp_path / "mine", POLICIES[1])
    status, _, err = travesia("check", "mine", site=site, cwd=tmp_path)
    assert status == 2
    assert said in err
    assert "acme-walls 1.2 (entry point" in err
    assert "Traceback" not in err
