"""The notebooks run from a clean kernel as they stand, and hold no outputs in the repository."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PLACES = ("README.md", "docs/notebooks.md")


def test_there_is_one_for_each_reader() -> None:
    assert [n.stem for n in NOTEBOOKS] == ["journalist", "planner", "researcher"]
    for page in PLACES:
        text = (ROOT / page).read_text("utf-8")
        assert all(f"notebooks/{n.name}" in text for n in NOTEBOOKS), page


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    stored = json.loads(path.read_text("utf-8"))
    for cell in stored["cells"]:
        assert cell["metadata"] == {}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
    assert set(stored["metadata"]) == {"kernelspec", "language_info"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings are errors there, too."""
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src")]))
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    strict = "import warnings; warnings.simplefilter('error')"
    first = nbformat.v4.new_code_cell(strict)  # type: ignore[no-untyped-call]
    # The kernel's own warning when it is told to stop would keep it from stopping.
    lenient = "warnings.resetwarnings(); warnings.simplefilter('ignore')"
    last = nbformat.v4.new_code_cell(lenient)  # type: ignore[no-untyped-call]
    notebook.cells = [first, *notebook.cells, last]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the machinery that starts kernels
        NotebookClient(
            notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}
        ).execute()
    shown = [out for cell in notebook.cells[1:-1] for out in cell.get("outputs", [])]
    assert sum("image/png" in out.get("data", {}) for out in shown) >= 1
    assert sum("text/html" in out.get("data", {}) for out in shown) >= 2
    assert not [out for out in shown if out.output_type == "stream" and out.name == "stderr"]
