"""The tests of effects find planted faults, and name the effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policy.plant import FAULTS, ROOT, Fault, copy_of_the_package, plant


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_package(tmp_path_factory.mktemp("planted"))


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_a_planted_fault_is_found_and_named(fault: Fault, package: Path) -> None:
    finding = plant(fault, package)
    assert finding.found, finding.output


def test_there_are_faults_of_every_kind_of_effect() -> None:
    assert len(FAULTS) >= 40
    assert len({f.name for f in FAULTS}) == len(FAULTS)


def test_the_text_of_every_fault_stands_once_in_its_file() -> None:
    files = {f.file: (ROOT / "src" / "travesia" / f.file).read_text("utf-8") for f in FAULTS}
    assert [f.name for f in FAULTS if files[f.file].count(f.old) != 1] == []
