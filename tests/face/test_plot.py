"""Charts and datasets: what they show is what the run holds, and they say what it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes

import travesia as tv
from travesia.ensembles.bands import bands as bands_of
from travesia.ensembles.comparison import Comparison
from travesia.ensembles.settings import Settings
from travesia.kind import Case
from travesia.kinds import kind_of_run
from travesia.observe.table import ScoreTable
from travesia.results.result import Result


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def numbers(ax: Axes, line: int) -> list[float]:
    return [float(y) for y in np.asarray(ax.get_lines()[line].get_ydata())]


def drawn(ax: Axes) -> bytes:
    """The picture that the axes give."""
    out = BytesIO()
    ax.get_figure(root=True).savefig(out, format="png")  # type: ignore[union-attr]
    return out.getvalue()


def test_a_result_is_a_line_with_title_unit_source_and_published_dots(result: Result) -> None:
    ax = result.plot("us_encounters", scores=tv.score(result))
    quantity = result.quantities["us_encounters"]
    assert ax.get_title("left") == quantity.title
    assert ax.get_ylabel() == quantity.unit
    assert "example, seed 7" in ax.get_xlabel()
    assert numbers(ax, 0) == result.monthly("us_encounters").tolist()
    days = np.asarray(ax.get_lines()[0].get_xdata(), "datetime64[D]")
    assert [str(d) for d in days] == [f"2019-0{m}-01" for m in range(1, 5)]
    assert numbers(ax, 1) == [1420, 1540, 1660, 1780]
    assert ax.get_lines()[1].get_label() == "Invented"
    assert drawn(ax)


def test_bands_lie_around_the_line(result: Result) -> None:
    scenario = tv.load("example")
    kind = kind_of_run(result)
    found = bands_of(kind, scenario, Settings(members=4, sample=0.2, workers=1))
    ax = result.plot("us_encounters", bands=found)
    ends = np.asarray(ax.collections[0].get_paths()[0].vertices)[:, 1]
    assert ends.min() < max(numbers(ax, 0)) < ends.max() * 1.5
    assert ax.collections[0].get_label() == "90 % of 4 draws"


def test_axes_that_are_given_are_drawn_on(result: Result, comparison: Comparison[Case]) -> None:
    calls: list[Callable[[Axes], Axes]] = [
        lambda ax: result.plot("harm", ax=ax),
        lambda ax: comparison.plot(ax=ax),
        lambda ax: comparison.plot("harm", ax=ax),
    ]
    for draw in calls:
        ax = pyplot.subplots()[1]
        assert draw(ax) is ax
        assert drawn(ax)


def test_a_comparison_is_drawn_with_its_intervals(comparison: Comparison[Case]) -> None:
    ax = comparison.plot()
    row = next(r for r in comparison.to_rows() if r["output"] == "mx_detentions")
    at = [label.get_text() for label in ax.get_yticklabels()].index(row["title"])
    values = [100 * row[k] / row["base"] for k in ("low", "high")]
    lines = [line for line in ax.get_lines() if list(np.asarray(line.get_ydata())) == [at, at]]
    assert any(np.allclose(np.asarray(line.get_xdata()), values) for line in lines)
    assert ax.get_title("left") == "What example+no_raids changes"
    by_month = comparison.plot("mx_detentions", scenario="no_raids")
    assert numbers(by_month, 0) == comparison.effects[0].series("mx_detentions")["difference"]
    assert "4 pairs, sample 0.2, seed 7" in by_month.get_xlabel()
    with pytest.raises(tv.UnknownNameError, match="did you mean 'harm'"):
        comparison.plot("harms")


def test_scores_are_drawn_beside_the_best_guess(result: Result) -> None:
    scores = tv.score(result)
    assert isinstance(scores, ScoreTable)
    ax = scores.plot()
    (row,) = scores.primary()
    run, guess = (
        next(line for line in ax.get_lines() if line.get_label() == name)
        for name in ("run", "best naive guess")
    )
    assert list(np.asarray(run.get_xdata())) == [row.simulated]
    assert list(np.asarray(guess.get_xdata())) == [min(row.baselines.values())]


def test_quantities_are_a_dataset_that_adds_up(result: Result) -> None:
    found = result.to_xarray("mx_detentions", "us_encounters", by=("nationality",))
    assert found["us_encounters"].dims == ("nationality", "month")
    for name in ("mx_detentions", "us_encounters"):
        series = result.monthly(name)
        assert found[name].sum("nationality").to_series().tolist() == series.tolist()
        assert found[name].attrs["unit"] == result.quantities[name].unit
    assert found["month"].dtype.kind == "M"
    by_quarter = found["mx_detentions"].sum("nationality").resample(month="QS").sum()
    assert float(by_quarter[0]) == result.monthly("mx_detentions").iloc[:3].sum()
    with pytest.raises(tv.UnknownNameError, match="nationality"):
        result.to_xarray("mx_detentions", by=("nationalty",))
    with pytest.raises(tv.UnknownNameError, match="mx_detentions"):
        result.to_xarray("mx_detention_")


def test_comparisons_and_scores_are_datasets(result: Result, comparison: Comparison[Case]) -> None:
    found = comparison.to_xarray()
    assert found["difference"].dims == ("scenario", "output", "month")
    picked = found["difference"].sel(scenario="example+no_raids", output="harm")
    series = comparison.effects[0].series("harm")["difference"]
    assert np.allclose(picked.values, series, rtol=1e-4)
    assert str(found["unit"].sel(output="harm").values) == comparison.effects[0].known["harm"].unit
    scores = tv.score(result)
    assert isinstance(scores, ScoreTable)
    table = scores.to_xarray()
    assert np.array_equal(table["simulated"], [r.simulated for r in scores.rows], equal_nan=True)
    best = float(table["guess"].where(table["metric"] == "tv", drop=True).min())
    assert best == min(min(r.baselines.values()) for r in scores.rows if r.metric == "tv")


def test_a_missing_library_is_named_with_its_cure(
    result: Result, comparison: Comparison[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("xarray", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
    for call in (
        lambda: result.to_xarray("harm"),
        lambda: comparison.to_xarray(),
        lambda: result.plot("harm"),
        lambda: comparison.plot(),
    ):
        with pytest.raises(tv.InputError, match=r"pip install .*travesia\[(xarray|plot)\]"):
            call()
