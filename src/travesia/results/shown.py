"""What a notebook shows of a run: a line, a card, and how it is cited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from travesia.display.cite import Citation, key_of
from travesia.display.frames import months, needed
from travesia.display.html import card
from travesia.display.plot import over_time
from travesia.figures import count
from travesia.quantities.counting import period
from travesia.results.bands import read_band
from travesia.version import __version__

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

    from travesia.results.result import Result


def named(manifest: Mapping[str, Any]) -> str:
    """A scenario and what was applied to it."""
    return "+".join([str(manifest.get("scenario") or "?"), *(manifest.get("patches") or ())])


def line(result: Result) -> str:
    """What was run, in a line."""
    facts = [_period(result), *(f"{k} {v}" for k, v in _settings(result.manifest).items())]
    return f"<Result of {named(result.manifest)}: {', '.join(facts)}>"


def html(result: Result) -> str:
    """What was run and the numbers that matter, as a card."""
    facts = {"": _period(result), **_settings(result.manifest)}
    known = result.quantities
    rows = [(known[q].title, count(n), known[q].unit) for q, n in result.headline().items()]
    title = f"{named(result.manifest)}: {result.about('title')}".removesuffix(": ")
    return card(title, facts, ("", "", "unit"), rows, more="headline()")


def citation(result: Result) -> Citation:
    """How the run is cited: with its period, its seed, and the hashes of scenario and result."""
    from travesia.results.digest import result_sha256

    said = result.manifest
    facts = {"period": _period(result), **_settings(said)}
    if said.get("scenario_sha256"):
        facts["scenario_sha256"] = str(said["scenario_sha256"])
    facts["result_sha256"] = str(said.get("result_sha256") or result_sha256(result.tables))
    name = named(said)
    return Citation(
        f"Run of {name}",
        key_of(name, facts["result_sha256"][:8]),
        facts,
        version=str(said.get("travesia") or __version__),
        year=str(said.get("started") or "")[:4],
    )


def source(result: Result) -> str:
    """A line below a chart."""
    told = ", ".join(f"{k} {v}" for k, v in _settings(result.manifest).items())
    return f"Travesía {result.manifest.get('travesia') or ''}, {named(result.manifest)}, {told}"


class Published(Protocol):
    """Scores that know the published numbers behind them."""

    @property
    def published(self) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
        """Numbers by quantity, publisher and month (``2019-05``)."""
        ...


def cube(result: Result, names: Sequence[str], by: Sequence[str]) -> xr.Dataset:
    """Quantities by axes and month as a dataset; see :meth:`Result.to_xarray`."""
    xarray = needed("xarray", "xarray")
    known = result.quantities
    asked = [known[n] for n in names] or known.listed("charts") or known.summed
    dims = (*by, "month")
    variables = {
        q.id: (dims, result.by_month(q.id, by), {"title": q.title, "unit": q.unit, "kind": q.kind})
        for q in asked
    }
    coordinates: dict[str, object] = {axis: list(result.axis(axis)) for axis in by}
    coordinates["month"] = months(result.months())
    told = {"title": result.about("title"), "source": source(result)}
    found: xr.Dataset = xarray.Dataset(variables, coordinates, told)
    return found


def plot(
    result: Result,
    name: str,
    bands: Mapping[str, Any] | None,
    scores: Published | None,
    ax: Axes | None,
) -> Axes:
    """A quantity by month; see :meth:`Result.plot`."""
    quantity = result.quantities[name]
    counted = result.by_month(name)
    values = pd.Series(counted, index=months(result.months()))
    known = {} if scores is None else scores.published.get(quantity.id, {})
    dots = {who: _dated(numbers) for who, numbers in known.items()}
    total = float(period(quantity.over, counted)) if len(values) else 0.0
    band = read_band((bands or {}).get(quantity.id), list(result.months()), total)
    spans = []
    if band.low_by_month is not None and band.high_by_month is not None:
        low, high = (pd.Series(b, values.index) for b in (band.low_by_month, band.high_by_month))
        spans.append((f"90 % of {band.draws} draws", low, high))
    return over_time(
        quantity.title, quantity.unit, values, source(result), bands=spans, dots=dots, ax=ax
    )


def _dated(numbers: Mapping[str, float]) -> pd.Series[float]:
    return pd.Series(list(numbers.values()), index=pd.to_datetime(list(numbers), format="%Y-%m"))


def _period(result: Result) -> str:
    first, last = result.period
    return f"{first} to {last}" if first else "no months"


def _settings(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Seed, sample and draw, as far as they are said."""
    known = ("seed", "sample", "draw")
    return {k: str(manifest[k]) for k in known if manifest.get(k) is not None}
