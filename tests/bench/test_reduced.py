"""The rivals of the bench do the engine's work: the same tallies, to the bit, of the same draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from bench.reduced import Ran, Tables, by_engine, chance_of, person_days, reduced, tables
from bench.sweep import by_numpy

from bench import c_loop
from travesia import api
from travesia.engine import kernel
from travesia.model.compile import compile_model
from travesia.rng import Generator

SEED = 7
FALSE_ALARM = 1e-5
"""How often a rival with draws of its own would be refused though it is sound; seeds are fixed."""


@cache
def world(
    scenario: str = "example", days: int = 60, share: float = 1.0, generator: int = 0
) -> tuple[Tables, Ran]:
    """A reduced scenario, and what the engine makes of it."""
    kind = Generator(generator)
    model = reduced(compile_model(api.load(scenario)).model, days, share)
    return tables(model, SEED, kind), by_engine(model, SEED, kind)[0]


def by_c(t: Tables) -> Ran:
    if c_loop.compiler() is None:
        pytest.skip("there is no C compiler")
    return c_loop.by_c(t, c_loop.load())


@pytest.mark.parametrize("rival", [by_c, by_numpy])
@pytest.mark.parametrize("generator", list(Generator))
@pytest.mark.parametrize(
    ("scenario", "days", "share"), [("example", 60, 1.0), ("corridor", 120, 0.02)]
)
def test_tallies_agree_to_the_bit(
    rival: Callable[[Tables], Ran], scenario: str, days: int, share: float, generator: Generator
) -> None:
    t, engines = world(scenario, days, share, int(generator))
    found = rival(t)
    assert found.tallies.differences(engines.tallies) == []
    assert found.records == engines.records > 10_000
    assert (engines.tallies.events_daily.sum(0) > 100).all()


@pytest.mark.parametrize("rival", [by_c, by_numpy])
def test_a_rival_with_another_rule_is_noticed(rival: Callable[[Tables], Ran]) -> None:
    t, engines = world()
    longer = replace(t, wait=t.wait + (t.wait > 2))
    assert "people" in rival(longer).tallies.differences(engines.tallies)
    other = replace(t, outcome=t.outcome + 1_000_000)
    assert "events" in rival(other).tallies.differences(engines.tallies)


def test_it_is_the_package_own_kernel_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    process = kernel.process

    def watched(*args: object) -> None:
        taken.append(int(args[2]))  # type: ignore[call-overload]
        process(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(kernel, "process", watched)
    model = reduced(compile_model(api.load("example")).model, 20)
    ran, raw, _ = by_engine(model, SEED)
    assert sum(taken) == ran.records > 0
    assert person_days(tables(model, SEED), ran.tallies) == raw.person_days


def test_mesa_agrees_to_the_bit_when_fed_the_engine_draws() -> None:
    pytest.importorskip("mesa")
    from bench.mesa_model import by_mesa, keyed

    t, engines = world(days=40)
    assert by_mesa(t, keyed(t)).tallies.differences(engines.tallies) == []


def test_starsim_agrees_to_the_bit_when_fed_the_engine_draws() -> None:
    pytest.importorskip("starsim")
    from bench.starsim_model import by_starsim

    t, engines = world(days=40)
    assert by_starsim(t, keyed=True).tallies.differences(engines.tallies) == []


def by_mesa(t: Tables) -> Ran:
    pytest.importorskip("mesa")
    from bench import mesa_model

    return mesa_model.by_mesa(t)


def by_starsim(t: Tables) -> Ran:
    pytest.importorskip("starsim")
    from bench import starsim_model

    return starsim_model.by_starsim(t)


@pytest.mark.parametrize("rival", [by_mesa, by_starsim])
def test_with_draws_of_its_own_a_package_agrees_in_distribution(
    rival: Callable[[Tables], Ran],
) -> None:
    t, engines = world()
    assert chance_of(t, rival(t).tallies, engines.tallies) > FALSE_ALARM


def test_other_luck_is_no_other_distribution_and_other_rules_are() -> None:
    t, engines = world(share=6.0)
    other_luck = by_numpy(replace(t, key=t.key + 1)).tallies
    assert other_luck.differences(engines.tallies)
    assert chance_of(t, other_luck, engines.tallies) > FALSE_ALARM
    more_settle = replace(t, key=t.key + 1, outcome=t.outcome + (1 << 24))  # 2.8 % for 2 %
    assert chance_of(t, by_numpy(more_settle).tallies, engines.tallies) < FALSE_ALARM
