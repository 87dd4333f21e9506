"""Thousands of damaged scenarios: none gives a traceback, and no plain fault is accepted."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import islice

import pytest

from tests.robustness import mutants
from tests.robustness.mutants import Bench, Mutant

PARTS = 12
"""Pieces of the long suite, so that two cores can share it."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A scenario to damage."""
    with Bench(tmp_path_factory.mktemp("bench")) as made:
        yield made


def _try(bench: Bench, found: Iterable[Mutant]) -> None:
    complaints = [c for c in map(bench.check, found) if c]
    assert not complaints, f"{len(complaints)} wrong answers:\n" + "\n".join(complaints[:20])


def test_the_undamaged_scenario_is_sound(bench: Bench) -> None:
    assert bench.check(Mutant("nothing", {}, faults=0)) == ""


def test_some_cells_of_the_matrix(bench: Bench) -> None:
    all_of_it = list(mutants.matrix())
    _try(bench, random.Random(1).sample(all_of_it, 80))


def test_two_bad_cells_are_two_faults(bench: Bench) -> None:
    _try(bench, mutants.pairs(2, 30))


def test_some_unknown_names(bench: Bench) -> None:
    _try(bench, random.Random(3).sample(list(mutants.unknown_names()), 30))


def test_some_values_of_the_yaml_files(bench: Bench) -> None:
    _try(bench, random.Random(5).sample(list(mutants.yaml_values()), 30))


def test_some_damaged_files(bench: Bench) -> None:
    _try(bench, mutants.damaged(4, 60))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_the_whole_matrix(bench: Bench, part: int) -> None:
    _try(bench, islice(mutants.matrix(), part, None, PARTS))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_unknown_name(bench: Bench, part: int) -> None:
    _try(bench, islice(mutants.unknown_names(), part, None, PARTS))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_value_of_the_yaml_files(bench: Bench, part: int) -> None:
    _try(bench, islice(mutants.yaml_values(), part, None, PARTS))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_many_pairs_of_bad_cells(bench: Bench, part: int) -> None:
    _try(bench, mutants.pairs(100 + part, 100))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_many_damaged_files(bench: Bench, part: int) -> None:
    _try(bench, mutants.damaged(200 + part, 300))
