"""Random numbers: published vectors, twins, uniformity."""

from __future__ import annotations

import numpy as np
import pytest

from tests.theory.small import chi_square, chi_square_limit
from travesia import rng
from travesia.engine import draws as compiled
from travesia.engine import keys as bulk
from travesia.population import people

FALSE_ALARM = 1e-6

KNOWN_PHILOX = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((rng.MASK32,) * 4, (rng.MASK32,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]  # fmt: skip
"""Known answers of Philox4x32-10, published with Random123 (Salmon et al. 2011)."""

KNOWN_SPLITMIX = {
    0: (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC),
    1234567: (6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431),
}
"""First outputs of splitmix64 for two seeds."""


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN_PHILOX)
def test_philox(counter: tuple[int, ...], key: tuple[int, int], words: tuple[int, ...]) -> None:
    """Ten rounds give the published words, here and compiled."""
    assert rng.philox(counter, key) == words  # type: ignore[arg-type]
    party = counter[0] | counter[1] << 32
    got = compiled.philox64(
        np.uint64(key[0] | key[1] << 32),
        np.uint64(counter[2]),
        np.uint64(counter[3]),
        np.uint64(party),
    )
    assert int(got) == words[0] << 32 | words[1]


@pytest.mark.parametrize("seed", KNOWN_SPLITMIX)
def test_splitmix(seed: int) -> None:
    """The finaliser is that of splitmix64."""
    states = [(seed + (i + 1) * rng.GOLDEN) & rng.MASK64 for i in range(4)]
    assert tuple(rng.mix64(s) for s in states) == KNOWN_SPLITMIX[seed]
    assert tuple(int(compiled.mix64(np.uint64(s))) for s in states) == KNOWN_SPLITMIX[seed]
    assert people.mix64(np.array(states, np.uint64)).tolist() == list(KNOWN_SPLITMIX[seed])


def test_compiled_twins() -> None:
    """Arrays, kernels and plain Python draw the same bits."""
    key, day = rng.run_key(99, 3), 1234
    with_tail = bulk.decision_keys(key, day, 512)
    keys = with_tail[:-2]
    assert with_tail[-2:].tolist() == [key, day]
    for slot in (0, 5, 17, 511):
        hop, decision = divmod(slot, rng.N_DECISIONS)
        plain = rng.decision_key(key, day, hop, decision)
        assert int(keys[slot]) == plain
        for party in (0, 1, rng.MASK64, rng.party_key(rng.name_key("hnd-family"), 7, 3)):
            word = np.uint64(party)
            assert int(bulk.draws(plain, np.array([word]))[0]) == rng.draw(plain, party)
            assert int(compiled.draw31(with_tail, slot, word, 0)) == rng.draw(plain, party) >> 33
            expected = rng.philox_draw(key, day, slot, party) >> 33
            assert int(compiled.draw31(with_tail, slot, word, 1)) == expected


def test_departures_have_their_keys() -> None:
    """Compiled departures are floor(rate + u) parties of a cohort, with plain Python's keys."""
    key, day = rng.run_key(7), 3000
    cohorts = [rng.name_key(f"cohort {c}") for c in range(40)]
    rates = np.linspace(0.0, 7.5, 40)
    born, cohort = bulk.departures(key, day, np.array(cohorts, np.uint64), rates)
    count = rng.decision_key(key, day, 0, rng.Decision.COUNT)
    expected = [
        (rng.party_key(name, day, ordinal), c)
        for c, (name, rate) in enumerate(zip(cohorts, rates.tolist(), strict=True))
        for ordinal in range(int(rate + rng.unit(rng.draw(count, name))))
    ]
    assert list(zip(born.tolist(), cohort.tolist(), strict=True)) == expected
    assert len(expected) > 100


def _streams() -> dict[str, np.ndarray]:
    """Draws along every axis that a key has, 40,960 each."""
    n = 40_960
    cohort = np.uint64(rng.name_key("hnd-adult"))
    numbers = (np.uint64(700 << 32) | np.arange(n, dtype=np.uint64)) + np.uint64(rng.GOLDEN)
    parties = people.mix64(cohort ^ people.mix64(numbers))
    key = rng.run_key(1)
    one = rng.decision_key(key, 700, 0, rng.Decision.RISK)
    party = int(parties[0])
    by_day = [rng.draw(rng.decision_key(key, d, 0, 8), party) for d in range(n)]
    by_slot = [
        rng.draw(rng.decision_key(key, d, h, c), party)
        for d in range(n // 512)
        for h in range(32)
        for c in range(16)
    ]
    by_seed = [rng.draw(rng.decision_key(rng.run_key(s), 5, 0, 8), party) for s in range(n)]
    by_replicate = [rng.draw(rng.decision_key(rng.run_key(4, s), 5, 0, 8), party) for s in range(n)]
    plain = bulk.draws(one, np.arange(n, dtype=np.uint64))
    listed = (by_day, by_slot, by_seed, by_replicate)
    arrays = [bulk.draws(one, parties), plain, *(np.array(x, np.uint64) for x in listed)]
    names = ("parties", "small keys", "days", "slots", "seeds", "replicates")
    return dict(zip(names, arrays, strict=True))


STREAMS = _streams()


@pytest.mark.parametrize("name", STREAMS)
def test_uniform(name: str) -> None:
    """256 bins of the high bits, of the low ones used, and pairs of neighbours in 16 x 16 bins.

    Three tests in each of six streams, with one false alarm in a million each; keys are fixed, so
    the test either always passes or never.
    """
    bits = STREAMS[name]
    high, low = bits >> np.uint64(56), (bits >> np.uint64(33)) & np.uint64(255)
    pairs = (bits[:-1] >> np.uint64(60)) * np.uint64(16) + (bits[1:] >> np.uint64(60))
    for sample in (high, low, pairs[::2]):
        counts = np.bincount(sample.astype(np.int64), minlength=256).astype(float)
        expected = np.full(256, len(sample) / 256)
        assert chi_square(counts, expected) < chi_square_limit(255, FALSE_ALARM)


def test_no_two_decisions_of_a_day_share_a_key() -> None:
    """Both phases of hops: 512 slots, and neighbouring days, all different."""
    keys = np.concatenate([bulk.decision_keys(rng.run_key(3), d, 512)[:-2] for d in range(40)])
    assert len(np.unique(keys)) == len(keys)


def test_a_rising_rate_only_adds_parties() -> None:
    """Common parties keep their keys when a cohort's rate rises."""
    cohorts = np.array([rng.name_key("a"), rng.name_key("b")], np.uint64)
    few, few_cohort = bulk.departures(9, 4, cohorts, np.array([3.2, 5.0]))
    many, _ = bulk.departures(9, 4, cohorts, np.array([8.9, 5.0]))
    assert set(few.tolist()) < set(many.tolist())
    more = set(many.tolist()) - set(few.tolist())
    assert len(more) in (5, 6)
    assert (np.bincount(few_cohort) == [3, 5]).all() or (np.bincount(few_cohort) == [4, 5]).all()
