from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from tests.scripts import script

ROOT = Path(__file__).parents[2]


@pytest.fixture
def check() -> ModuleType:
    """The script that compares the built page with its sources."""
    return script("check_bundle")


def test_the_lock_file_records_no_download_address(check: ModuleType, tmp_path: Path) -> None:
    lock = ROOT / "web" / "package-lock.json"
    assert check.addresses(lock) == []
    packages = json.loads(lock.read_text())
    packages["packages"]["node_modules/svelte"]["resolved"] = "https://registry.example/svelte.tgz"
    flawed = tmp_path / "package-lock.json"
    flawed.write_text(json.dumps(packages))
    assert check.addresses(flawed) == ["node_modules/svelte"]


def test_the_built_page_is_in_the_package(check: ModuleType) -> None:
    assert all((check.BUILT / name).stat().st_size > 5_000 for name in check.FILES)


def test_a_changed_bundle_is_found(
    check: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    built = shutil.copytree(check.BUILT, tmp_path / "built")
    monkeypatch.setattr(check, "BUILT", built)
    monkeypatch.setattr(check, "rebuild", lambda _folder: ROOT / "src/travesia/reporting/static")
    monkeypatch.setattr(check.shutil, "which", lambda _name: "npm")
    assert check.main() == 0
    (built / "report.js").write_text("something else")
    assert check.main() == 1
    assert "cure" in capsys.readouterr().out


@pytest.mark.long
@pytest.mark.skipif(
    shutil.which("npm") is None or bool(os.environ.get("TRAVESIA_OFFLINE")),
    reason="needs npm and a package registry",
)
def test_the_built_page_is_what_its_sources_give(
    check: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check.main() == 0, capsys.readouterr().out
