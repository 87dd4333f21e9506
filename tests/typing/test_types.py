"""The public interface has the types that it promises; a wrong call is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

api = pytest.importorskip("mypy.api", reason="mypy is not installed")


def checked(*files: Path) -> tuple[str, int]:
    told, _, status = api.run([f"--config-file={ROOT / 'pyproject.toml'}", *map(str, files)])
    return told, status


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_types_are_as_promised_and_wrong_calls_are_refused() -> None:
    told, status = checked(HERE / "public.py", HERE / "refused.py")
    assert status == 0, told


def test_the_check_can_fail(tmp_path: Path) -> None:
    text = (HERE / "public.py").read_text(encoding="utf-8")
    (tmp_path / "wrong.py").write_text(text.replace("(folder), Result)", "(folder), str)"))
    (tmp_path / "needless.py").write_text("x: int = 1  # type: ignore[assignment]\n")
    told, status = checked(tmp_path / "wrong.py", tmp_path / "needless.py")
    assert status == 1
    assert told.count("[assert-type]") == 1
    assert told.count("[unused-ignore]") == 1
