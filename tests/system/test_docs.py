"""The generated pages say what the scenario says now."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def make_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "scripts" / "make_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_are_up_to_date(make_docs: ModuleType) -> None:
    assert make_docs.stale() == [], "run: python scripts/make_docs.py"


def test_a_changed_or_idle_page_is_noticed(make_docs: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    for name, text in make_docs.pages().items():
        (tmp_path / name).write_text(text, "utf-8")
    assert make_docs.stale(tmp_path) == []
    (tmp_path / "systems.md").write_text("old", "utf-8")
    (tmp_path / "instruments" / "gone.md").write_text("old", "utf-8")
    assert make_docs.stale(tmp_path) == ["instruments/gone.md", "systems.md"]
