"""A whole case in a second, a person in some tens of bytes: guards, not benchmarks."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from travesia.kinds.flee import read_instance
from travesia.kinds.flee.compile import compile_case
from travesia.kinds.flee.simulation import run_flee


def test_a_whole_case_takes_a_second_and_few_bytes(flee_cases: Path) -> None:
    case = read_instance(flee_cases / "mali2012", flee_cases / "simsetting.yml")
    run_flee(compile_case(replace(case, days=2)))
    model = compile_case(case)
    seconds = []
    for seed in range(3):
        clock = time.process_time()
        result = run_flee(model, seed)
        seconds.append(time.process_time() - clock)
    assert result.person_days > 19_000_000
    assert min(seconds) < 1.0
    assert result.bytes_per_person < 64
