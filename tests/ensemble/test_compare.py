from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.ensemble.asking import compare, ensemble
from tests.ensemble.fakes import FakeRun
from travesia import api
from travesia.ensembles import growing
from travesia.ensembles.align import align
from travesia.ensembles.comparison import Comparison
from travesia.ensembles.executors import Processes, Serial
from travesia.ensembles.reducer import Reducer, layout_of
from travesia.ensembles.settings import parse_precision
from travesia.ensembles.summary import Layout
from travesia.errors import InputError
from travesia.kind import Member
from travesia.kinds.corridor.changes import changes, in_force
from travesia.reporting.comparison_words import average_day
from travesia.scenario.load import load
from travesia.scenario.scenario import Scenario

HERE = Serial()


@dataclass(frozen=True)
class Known:
    """Member n of the baseline is a constant 10 n; the other scenarios have 100 + n more."""

    size: int
    baseline: str

    def __call__(self, member: Member) -> np.ndarray:
        n = member.replicate
        extra = 0 if member.scenario == self.baseline else 100 + n
        return np.full(self.size, 10.0 * n + extra)


@pytest.fixture(scope="module")
def known(example: Scenario, no_raids: Scenario) -> Comparison[Any]:
    run = Known(layout_of(example).size, example.sha256())
    return compare([example, no_raids], 21, function=run, executor=HERE)


def test_differences_are_taken_within_members(known: Comparison[Any]) -> None:
    (effect,) = known.effects
    rows = {r["output"]: r for r in effect.outputs()}
    row = rows["deaths"]  # four months: members have 40 n, differences 4 (100 + n)
    assert row["base"] == 400
    assert row["difference"] == 440
    assert (row["low"], row["high"]) == (pytest.approx(404), pytest.approx(476))
    assert (row["low50"], row["high50"]) == (pytest.approx(420), pytest.approx(460))
    assert row["mean"] == pytest.approx(440)
    assert row["error"] == pytest.approx(4 * 20 * 0.5 / np.sqrt(21))
    assert row["per_cent"] == pytest.approx(110)
    assert row["share_more"] == 1
    assert row["narrower"] > 5
    assert rows["waiting_mexico"]["difference"] == 110  # the fullest month, not the sum


def test_months_and_cells_are_paired_too(known: Comparison[Any]) -> None:
    (effect,) = known.effects
    months = [r for r in effect.months() if r["output"] == "deaths"]
    assert [r["month"] for r in months] == ["2019-01", "2019-02", "2019-03", "2019-04"]
    assert {r["difference"] for r in months} == {110.0}
    cells = effect.cells()
    assert {r["difference"] for r in cells["passages_by_leg"]} == {110.0}
    assert {r["difference"] for r in cells["us_encounters_by_nationality"]} == {440.0}
    assert {r["difference"] for r in cells["present_by_state"]} == {110.0}  # a mean of months
    ends = cells["in_us_by_nationality"]
    assert set(ends[0]) >= {"nationality", "difference", "low", "high"}


def test_outputs_for_people_and_machines(known: Comparison[Any], tmp_path: Path) -> None:
    payload = known.to_payload()
    again = json.loads(json.dumps(payload, allow_nan=False))
    assert again["format"] == "travesia-comparison/1"
    assert {p["id"] for p in again["places"]} >= {g["from"] for g in again["legs"]}
    (one,) = again["scenarios"]
    assert one["label"] == "example+no_raids"
    assert one["changes"]["questions"][0]["question"].startswith("How many more people ride")
    assert one["changes"]["policies"] == [
        {
            "id": "train_raids",
            "name": "Raids on the freight trains",
            "instrument": "train_raids",
            "start": "2019-02-01",
            "end": "2019-03-31",
            "what": ["switched off"],
            "source": ["assumption"],
            "claims": [],
            "note": "",
        }
    ]
    line = {t["id"]: t for t in one["timelines"]}["deaths"]
    assert line["difference"] == [110.0] * 4
    text = known.text_rows()
    assert text[0]["difference"] == "+440 (+110.0 %)"
    paths = known.write(tmp_path)
    assert {p.name for p in paths} == {
        "comparison.json",
        "outputs.csv",
        "outputs.parquet",
        "months.csv",
        "months.parquet",
        "cells.csv",
        "cells.parquet",
    }
    assert json.loads((tmp_path / "comparison.json").read_text()) == payload
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "cells.parquet"), known.tables()["cells"], check_dtype=False
    )
    assert len(pd.read_csv(tmp_path / "outputs.csv")) == len(known.to_rows())


def test_same_answer_from_any_executor_and_order(example: Scenario, no_raids: Scenario) -> None:
    run = FakeRun(layout_of(example).size)
    kept = [
        compare([example, no_raids], 9, function=run, executor=e).to_payload()
        for e in (HERE, Processes(2))
    ]
    assert kept[0] == kept[1]


def test_parameters_and_tables_are_told_in_words() -> None:
    base, other = load("example"), load("example", ["more_offices"])
    told = changes(base, other)
    assert told["policies"] == []
    (parameter,) = told["parameters"]
    assert (parameter["what"], parameter["from"], parameter["to"]) == (
        "belief_half_life_weeks",
        6.0,
        4.0,
    )
    assert told["tables"] == [
        {"table": "facilities", "rows": 1, "what": ["asilo_sur: capacity 20 instead of 4"]}
    ]
    dated = load("example", set={"policies.train_raids.start": "2019-02-15"})
    (policy,) = changes(base, dated)["policies"]
    assert policy["what"] == ["start: 2019-02-15 instead of 2019-02-01"]


# -- what scenarios share -----------------------------------------------------------------------


def test_other_periods_are_compared_on_what_they_share(example: Scenario) -> None:
    late = load("example", set={"settings.period.start": "2019-03-01"})
    run = FakeRun(layout_of(example).size)
    (effect,) = compare([example, late], 4, function=run, executor=HERE).effects
    assert effect.view.months == ("2019-03", "2019-04")
    assert "2 months from 2019-03 to 2019-04" in effect.remarks[0]
    assert "passages by leg" in effect.remarks[1]
    assert "passages_by_leg" not in effect.cells()
    assert "us_encounters_by_sector" in effect.cells()
    assert all(r["difference"] == 0 for r in effect.outputs())


def test_scenarios_without_a_shared_month_are_refused(example: Scenario) -> None:
    months = {"settings.period.spin_up": "2019-01-01", "settings.period.end": "2019-02-28"}
    early = load("example", set=months)
    late = load("example", set={"settings.period.start": "2019-03-01"})
    with pytest.raises(InputError, match="share no month"):
        compare([early, late], 2, function=FakeRun(1), executor=HERE)


def test_other_networks_are_compared_on_shared_cells(example: Scenario) -> None:
    base = layout_of(example)
    axes = dict(base.axes)
    gone, legs = axes["leg"][3], tuple(x for n, x in enumerate(axes["leg"]) if n != 3)
    other = type(base)({**axes, "leg": (*legs[::-1], "new_leg")}, base.arrays, base.spin_up_months)
    mine, theirs, remarks = align(base, other, Reducer(example).outputs)
    assert remarks == [
        f"Different names of leg: 1 only in the first ({gone}); 1 only in the second (new_leg). "
        "They count in totals only."
    ]
    vectors = [np.zeros(layout.size) for layout in (base, other)]
    for layout, vector in zip((base, other), vectors, strict=True):
        names = layout.axes["leg"]
        vector[layout.slices["passages_by_leg"]] = [
            float(len(name)) + ord(name[-1]) for name in names
        ]
    assert np.array_equal(mine.reduce(vectors[0]), theirs.reduce(vectors[1]))
    assert mine.size == len(mine.reduce(vectors[0]))
    flows = next(c for c in mine.cells if c.name == "passages_by_leg")
    assert len(flows.labels) == len(base.axes["leg"]) - 1


# -- numbers that tell nothing ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenarios", "options", "told"),
    [
        (["example", "no_raids"], {"members": 0}, "0 members tell nothing"),
        (["example"], {}, "at least one what-if"),
        (["example", "example"], {}, "is the same as"),
        (["example", "no_raids"], {"precision": 5.0}, "precision 5"),
        (["example", "no_raids"], {"outputs": ["deths"]}, "no output 'deths'"),
        (["example", "no_raids"], {"sample": 0.0}, "sample 0 is not a share"),
    ],
)
def test_refused_before_anything_runs(scenarios: Any, options: Any, told: str) -> None:
    with pytest.raises(InputError, match=told):
        compare(scenarios, **options, function=_never, executor=HERE)


def _never(_: Member) -> np.ndarray:
    raise AssertionError("nothing may run")


def test_precision_is_read_as_share_or_per_cent() -> None:
    assert parse_precision("5%") == parse_precision(" 0.05 ") == 0.05
    with pytest.raises(InputError, match="5 percent"):
        parse_precision("5 percent")


# -- stopping -----------------------------------------------------------------------------------


def test_stops_when_known_well_enough(example: Scenario, no_raids: Scenario) -> None:
    size, key = layout_of(example).size, no_raids.sha256()
    exact = FakeRun(size, shift=((key, 50.0),))
    told: list[tuple[int, int]] = []
    done = compare(
        [example, no_raids],
        200,
        function=exact,
        executor=HERE,
        precision=0.05,
        outputs=("deaths", "harm"),
        progress=lambda _, a, b: told.append((a, b)),
    )
    assert done.settings.members == growing.STEP
    assert all(v["known"] for v in done.settings.verdicts)
    assert told[-1] == (2 * growing.STEP, 400)


def test_goes_on_until_the_limit_if_it_must(example: Scenario, no_raids: Scenario) -> None:
    size = layout_of(example).size
    done = compare(
        [example, no_raids],
        20,
        function=_Noisy(size),
        executor=HERE,
        precision=0.01,
        outputs=("deaths",),
    )
    assert done.settings.members == 20
    (verdict,) = done.settings.verdicts
    assert not verdict["known"]
    assert verdict["half_width"] > verdict["tolerance"]


def _van_der_corput(n: int) -> float:
    """Even points in (0, 1): the digits of n + 1 in base 2, mirrored at the point."""
    out, weight, n = 0.0, 0.5, n + 1
    while n:
        out, weight, n = out + weight * (n & 1), weight / 2, n >> 1
    return out


@dataclass(frozen=True)
class _Normal:
    """Differences are normal scores with mean 100 and standard deviation 20, evenly spread."""

    size: int
    baseline: str

    def __call__(self, member: Member) -> np.ndarray:
        extra = 100 + 20 * NormalDist().inv_cdf(_van_der_corput(member.replicate))
        return np.full(self.size, 50.0 + (0 if member.scenario == self.baseline else extra))


def test_stops_where_the_closed_form_says(example: Scenario, no_raids: Scenario) -> None:
    """Of normal differences the median's error is sqrt(pi / 2) s / sqrt(n)."""
    run = _Normal(layout_of(example).size, example.sha256())
    wanted = (1.96 * np.sqrt(np.pi / 2) * 20 / (0.05 * 100)) ** 2  # 96.5
    asked: dict[str, Any] = {
        "function": run,
        "executor": HERE,
        "precision": 0.05,
        "outputs": ("deaths",),
    }
    done = compare([example, no_raids], 1000, **asked)
    assert abs(done.settings.members - wanted) <= growing.STEP
    (verdict,) = done.settings.verdicts
    assert (verdict["known"], verdict["members_more"]) == (True, 0)
    capped = compare([example, no_raids], 32, **asked)
    assert capped.settings.members == 32
    (verdict,) = capped.settings.verdicts
    assert not verdict["known"]
    assert verdict["members_needed"] == pytest.approx(wanted, rel=0.2)
    assert verdict["members_more"] == verdict["members_needed"] - 32


def test_a_store_that_is_precise_already_is_only_read(
    example: Scenario, no_raids: Scenario, tmp_path: Path
) -> None:
    run = _Normal(layout_of(example).size, example.sha256())
    first = compare([example, no_raids], 104, function=run, executor=HERE, folder=tmp_path)
    done = compare(
        [example, no_raids],
        1000,
        function=_never,
        executor=HERE,
        precision=0.05,
        outputs=("deaths",),
        folder=tmp_path,
    )
    assert done.settings.members <= 104 == first.settings.members


@dataclass(frozen=True)
class _Noisy:
    size: int

    def __call__(self, member: Member) -> np.ndarray:
        seed = int(member.id[:8], 16)
        return np.random.default_rng(seed).normal(100, 30, self.size)


# -- the example, really run --------------------------------------------------------------------


def test_shared_luck_narrows_the_interval(example: Scenario, no_raids: Scenario) -> None:
    done = compare([example, no_raids], 12, sample=0.25, seed=1, executor=HERE)
    ratio = {r["output"]: r["narrower"] for r in done.to_rows()}
    for output in ("us_encounters", "mx_detentions", "harm", "in_us", "waiting_mexico"):
        assert ratio[output] > 3, (output, ratio[output])


def test_an_ensemble_says_what_is_known_of_each(example: Scenario, tmp_path: Path) -> None:
    run = FakeRun(layout_of(example).size)
    found = ensemble([example], 25, folder=tmp_path, function=run, executor=HERE)
    row = next(r for r in found.rows if r["output"] == "deaths")
    assert row["low"] < row["low50"] < row["median"] < row["high50"] < row["high"]
    assert row["mean_error"] == pytest.approx(20 / np.sqrt(25), rel=0.5)  # four months of sd 10
    parts = pd.read_parquet(tmp_path / "members.parquet")
    deaths = parts[parts["output"] == "deaths"].groupby("member")["value"].sum()
    assert deaths.median() == pytest.approx(row["median"])
    assert len(parts) == 25 * len(layout_of(example).axes["metric"]) * 4
    assert len(pd.read_csv(tmp_path / "plan.csv")) == 25
    known = ensemble(
        [example], 400, function=run, executor=HERE, precision=0.05, outputs=["deaths"]
    )
    assert known.members < 100
    assert [v["known"] for v in known.verdicts] == [True]
    capped = ensemble(
        [example], 4, function=run, executor=HERE, precision=0.001, outputs=["deaths"]
    )
    assert [v["known"] for v in capped.verdicts] == [False]
    assert capped.verdicts[0]["members_more"] > 100
    assert 1.96 * next(r for r in known.rows if r["output"] == "deaths")["error"] <= 0.05 * 400
    with pytest.raises(InputError, match="0 members"):
        ensemble([example], 0)


# -- memory -------------------------------------------------------------------------------------

_PEAK = """
import sys
from pathlib import Path
from tests.ensemble.asking import compare
from tests.ensemble.fakes import FakeRun
from travesia.ensembles import compare as module
from travesia.ensembles.executors import Serial
from travesia.scenario.load import load

def kib(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(x for x in lines if x.startswith(name)).split()[1])

module.BLOCK_NUMBERS = 1 << 16
scenarios = [load("example"), load("example", ["no_raids"])]
run, here = FakeRun(int(sys.argv[2])), Serial()
compare(scenarios, 2, function=run, executor=here)  # what is loaded once
Path("/proc/self/clear_refs").write_text("5")  # the highest memory so far is what there is now
before = kib("VmHWM")
compare(scenarios, int(sys.argv[1]), function=run, executor=here)
print(kib("VmHWM") - before)
"""


def _growth_mib(members: int, size: int) -> float:
    """How much the memory of a process grows that compares so many members, in MiB."""
    path = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(members), str(size)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout) / 1024


@pytest.mark.long
@pytest.mark.skipif(
    not os.access("/proc/self/clear_refs", os.W_OK), reason="needs Linux's account of memory"
)
def test_a_thousand_members_need_no_more_memory_than_ten(example: Scenario) -> None:
    size = layout_of(example).size
    few, many = _growth_mib(10, size), _growth_mib(1000, size)
    whole = 2 * 1000 * size * 8 / (1 << 20)
    assert many - few < whole / 3, (few, many, whole)


@dataclass(frozen=True)
class FromMarch:
    """Both scenarios have 10 everywhere, the second one 12 more from the third month on."""

    layout: Layout
    base: str

    def __call__(self, member: Member) -> np.ndarray:
        vector = np.full(self.layout.size, 10.0)
        if member.scenario != self.base:
            for name, axes in self.layout.arrays.items():
                if "month" in axes:
                    part = vector[self.layout.slices[name]].reshape(self.layout.shapes[name])
                    part[..., -2:] += 12.0
        return vector


def test_people_on_a_day_are_averaged_while_the_change_acts(example: Scenario) -> None:
    """Twelve more people on every day of the last two of four months are twelve, not six."""
    late = api.load("example", set={"parameters.alpha_cost": 0.7})
    fake = FromMarch(layout_of(example), example.sha256())
    (effect,) = compare([example, late], 3, function=fake, executor=HERE).effects
    assert effect.window == {"start": "2019-03", "end": "2019-04"}
    for name in ("present_by_state", "waiting_mexico_by_place"):
        assert {r["difference"] for r in effect.cells()[name]} == {12.0}
    assert {r["difference"] for r in effect.cells()["passages_by_mode"]} == {24.0}  # a sum


def policy(start: str, end: str | None) -> dict[str, Any]:
    return {"start": start, "end": end}


@pytest.mark.parametrize(
    ("policies", "other", "window"),
    [
        ([policy("2021-01-05", None)], {}, ("2021-01", "2023-12")),
        ([policy("2014-07-01", "2016-03-31")], {}, ("2014-07", "2016-03")),
        ([policy("2010-01-01", "2016-03-31")], {}, ("2013-01", "2016-03")),
        (
            [policy("2014-07-01", "2015-01-01"), policy("2020-01-01", None)],
            {},
            ("2014-07", "2023-12"),
        ),
        ([], {}, None),
        ([policy("2030-01-01", None)], {}, None),
        ([policy("2021-01-05", None)], {"parameters": [1]}, None),
        ([policy("2021-01-05", None)], {"tables": [1]}, None),
    ],
)
def test_a_change_acts_while_its_policies_are_in_force(
    policies: Any, other: Any, window: Any
) -> None:
    months = [f"{y}-{m:02d}" for y in range(2013, 2024) for m in range(1, 13)]
    told = {"policies": policies, "parameters": [], "tables": [], "settings": [], **other}
    assert in_force(told, months) == window


def test_the_window_is_named_in_words() -> None:
    assert average_day(None) == "on an average day"
    window = {"start": "2021-01", "end": "2023-12"}
    assert average_day(window) == (
        "on an average day while the change acts (January 2021 to December 2023)"
    )
