"""One run, for people: labelled tables, the scenario they belong to, and the headline numbers.

``Result(manifest=..., tables=..., scenario_tables=...)`` takes pandas tables in the columns of
:mod:`travesia.results.contract`; a result read from disk loads each table when it is first used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from travesia.display.cite import Citation
from travesia.display.frames import dated, months
from travesia.errors import InputError, Problem, UnknownNameError
from travesia.likeness import check_known, did_you_mean
from travesia.quantities.counting import Counter, period
from travesia.quantities.register import Register
from travesia.results import shown
from travesia.results.contract import TABLES, TableSpec
from travesia.results.counting import counter_of
from travesia.results.declared import register_of
from travesia.scenario.periods import whole_months

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

    from travesia.results.shown import Published


def labels(codes: npt.ArrayLike, names: list[str] | tuple[str, ...]) -> pd.Categorical[Any]:
    """A label column out of integer codes: ``names[codes]``, without a string per row.

    Args:
        codes: [rows] positions in ``names``.
        names: distinct names.
    """
    return pd.Categorical.from_codes(np.asarray(codes), categories=pd.Index(names, dtype=str))


class NamedTables(dict[str, pd.DataFrame]):
    """Tables by name; a name that none has is refused with the nearest."""

    def __missing__(self, name: str) -> pd.DataFrame:
        check_known([name], self, "table")
        raise KeyError(name)


class LazyTables(Mapping[str, pd.DataFrame]):
    """Tables by name, each loaded by its own function when it is first asked for."""

    def __init__(self, loaders: Mapping[str, Callable[[], pd.DataFrame]]) -> None:
        self._loaders = dict(loaders)
        self._loaded: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        check_known([name], self._loaders, "table")
        if name not in self._loaded:
            self._loaded[name] = self._loaders[name]()
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._loaders

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaders)

    def __len__(self) -> int:
        return len(self._loaders)


def _label_column(values: pd.Series[Any]) -> pd.Series[Any]:
    """A label column as a categorical of ISO text."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = values.dt.strftime("%Y-%m-%d")
    return values.astype(str).astype("category")


def shaped(spec: TableSpec, table: pd.DataFrame) -> pd.DataFrame:
    """A table in the columns of its contract, labels as categories, numbers as they are."""
    missing = [c for c in spec.columns if c not in table.columns]
    if missing:
        raise InputError(
            f"table {spec.name!r} of a result is not complete",
            [Problem(f"column {c!r} is missing", spec.name, "see the contract") for c in missing],
        )
    out = {c: _label_column(table[c]) for c in spec.labels}
    out |= {c: pd.to_numeric(table[c]) for c in spec.numbers}
    return pd.DataFrame(out).reset_index(drop=True)


def _empty(spec: TableSpec) -> pd.DataFrame:
    columns: dict[str, pd.Series[Any]] = {
        c: pd.Series([], dtype=str).astype("category") for c in spec.labels
    }
    columns |= {c: pd.Series([], dtype="int64") for c in spec.numbers}
    return pd.DataFrame(columns)


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """A run: manifest, tables of results, and the snapshot of its scenario.

    Attributes:
        manifest: versions, hashes, seed, sizes; see ``docs/results.md`` for the keys.
        tables: pandas tables by name in the columns of :data:`~travesia.results.contract.TABLES`.
            Tables that are not given are empty. Labels may be text, dates or categoricals;
            they are kept as categoricals. Numbers of people are already scaled to the full
            population.
        scenario_tables: small tables by name, see
            :data:`~travesia.results.contract.SCENARIO_TABLES`.

    Raises:
        InputError: an unknown table, or a column that is missing.
    """

    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    scenario_tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if isinstance(self.tables, LazyTables):
            return
        unknown = sorted(set(self.tables) - set(TABLES))
        if unknown:
            raise InputError(
                "a result has tables that are not part of the contract",
                [
                    Problem(f"unknown table {n!r}", "", f"known: {', '.join(TABLES)}")
                    for n in unknown
                ],
            )
        complete = NamedTables(
            {
                name: shaped(spec, self.tables[name]) if name in self.tables else _empty(spec)
                for name, spec in TABLES.items()
            }
        )
        object.__setattr__(self, "tables", complete)

    # -- the tables by name ---------------------------------------------------------------

    @property
    def departures(self) -> pd.DataFrame:
        """People who set out: month, cohort, people, parties."""
        return self.tables["departures"]

    @property
    def flows(self) -> pd.DataFrame:
        """Entries of legs: month, leg, cohort, people, parties."""
        return self.tables["flows"]

    @property
    def events(self) -> pd.DataFrame:
        """Transitions executed: month, transition, place, cohort, people, parties."""
        return self.tables["events"]

    @property
    def events_daily(self) -> pd.DataFrame:
        """Transitions by day: date, transition, place, people."""
        return self.tables["events_daily"]

    @property
    def stocks(self) -> pd.DataFrame:
        """People at the end of each day: date, state, place, people."""
        return self.tables["stocks"]

    @property
    def stocks_monthly(self) -> pd.DataFrame:
        """People under way at the end of each month: month, state, stay, place, cohort, people,
        parties."""
        return self.tables["stocks_monthly"]

    @property
    def stay_harms(self) -> pd.DataFrame:
        """People struck by each harm while they stayed: month, stay, transition, place, people."""
        return self.tables["stay_harms"]

    @property
    def repeats(self) -> pd.DataFrame:
        """Encounters of people met before: month, place, cohort, people."""
        return self.tables["repeats"]

    @property
    def facilities(self) -> pd.DataFrame:
        """Limited places: month, facility, capacity, occupied, admitted, refused, waiting."""
        return self.tables["facilities"]

    @property
    def controllers(self) -> pd.DataFrame:
        """Policies that read published counts, on the days on which they act: date, policy,
        level."""
        return self.tables["controllers"]

    @property
    def beliefs(self) -> pd.DataFrame:
        """Beliefs about the way: date, group, region, mode, capture, harm."""
        return self.tables["beliefs"]

    @property
    def release_beliefs(self) -> pd.DataFrame:
        """Beliefs about release: date, cohort, sector, release."""
        return self.tables["release_beliefs"]

    @property
    def money(self) -> pd.DataFrame:
        """What things cost and who pays: month, payer, payee, purpose, item, units, usd, ..."""
        return self.tables["money"]

    @property
    def journeys(self) -> pd.DataFrame:
        """Sampled journeys: journey, step, date, hour, event, place, cohort, size."""
        return self.tables["journeys"]

    # -- what belongs to the scenario -----------------------------------------------------

    def scenario_table(self, name: str) -> pd.DataFrame:
        """A table of the scenario's snapshot.

        Raises:
            UnknownNameError: the run carries no such table.
        """
        if name not in self.scenario_tables:
            cure = did_you_mean(name, self.scenario_tables)
            raise UnknownNameError(
                f"the run carries no table {name!r} of its scenario",
                [Problem(f"{name!r} is missing", "scenario_tables", f"{cure} Or run it again")],
            )
        return self.scenario_tables[name]

    def attribute(self, table: str, column: str) -> dict[str, str]:
        """A column of a scenario table by id, such as the nationality of each cohort.

        Raises:
            UnknownNameError: the run carries no such table, or the table no such column.
        """
        frame = self.scenario_table(table)
        check_known(("id", column), frame.columns, f"column of {table}")
        values = frame[column].astype(object).where(frame[column].notna(), "")
        return dict(zip(frame["id"].astype(str), values.map(str), strict=True))

    def about(self, key: str) -> str:
        """A fact about the scenario (title, start, ...), blank if the run does not say."""
        found = self._facts.get(key)
        return str(self.manifest.get(key) or "") if found is None else found

    @cached_property
    def _facts(self) -> dict[str, str | None]:
        """The first value of each key of the scenario's facts; None where it is blank."""
        if "scenario" not in self.scenario_tables:
            return {}
        facts = self.scenario_tables["scenario"]
        values = facts["value"].astype(object).where(facts["value"].notna(), None)
        told: dict[str, str | None] = {}
        for key, value in zip(facts["key"].tolist(), values.tolist(), strict=True):
            told.setdefault(key, None if value is None else str(value))
        return told

    def tagged(self, tag: str) -> tuple[str, ...]:
        """Ids of the transitions that count as ``tag`` (``harm``, ``death``, ...).

        Raises:
            UnknownNameError: no transition and no quantity counts as it.
        """
        counts_as = self.attribute("transitions", "counts_as")
        found = tuple(t for t, tags in counts_as.items() if tag in tags.split(";"))
        if not found:
            own = {t for tags in counts_as.values() for t in tags.split(";") if t}
            check_known([tag], {*self.quantities.tags, *own}, "statistic")
        return found

    def events_tagged(self, tag: str) -> pd.DataFrame:
        """Events that count as ``tag``, with the nationality and family type of the cohort,
        and the kind and region of the place.

        Columns: those of ``events`` plus nationality, family_type, place_kind, region.
        """
        events = self.events[self.events["transition"].isin(self.tagged(tag))]
        return self.with_attributes(events)

    def with_attributes(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table with columns ``place`` and ``cohort``, and what the scenario says of both."""
        cohort, place = frame["cohort"].astype(str), frame["place"].astype(str)
        return frame.assign(
            nationality=cohort.map(self.attribute("cohorts", "nationality")),
            family_type=cohort.map(self.attribute("cohorts", "family_type")),
            place_kind=place.map(self.attribute("places", "kind")),
            region=place.map(self.attribute("places", "region")),
        )

    @cached_property
    def quantities(self) -> Register:
        """What the run can be asked, by id."""
        return register_of(self)

    @cached_property
    def counter(self) -> Counter:
        """Counts the quantities of the run by any axes, by month or day."""
        return counter_of(self)

    # -- series and headline numbers ------------------------------------------------------

    @property
    def days(self) -> tuple[str, str]:
        """First and last day that counts (spin-up left out), as ISO dates; blank if none.

        From the scenario's ``start`` and ``end``, else from the months with events.
        """
        start, end = self.about("start"), self.about("end")
        if start and end:
            return start[:10], end[:10]
        months = sorted({*self.departures["month"].unique(), *self.events["month"].unique()})
        if not months:
            return "", ""
        return f"{months[0]}-01", f"{pd.Period(months[-1], 'M').end_time:%Y-%m-%d}"

    @property
    def period(self) -> tuple[str, str]:
        """First and last month of the period that counts; either may be simulated in part."""
        first, last = self.days
        return first[:7], last[:7]

    def partial_months(self) -> tuple[str, ...]:
        """Months of the period that are simulated only in part."""
        whole = whole_months(*self.days) if self.days[0] else ()
        return tuple(m for m in self.months() if m not in whole)

    def months(self) -> pd.Index[str]:
        """Labels of all months of the period, those without any event included."""
        return self._months

    @cached_property
    def _months(self) -> pd.Index[str]:
        first, last = self.period
        if not first:
            return pd.Index([], dtype=str)
        return pd.period_range(first, last, freq="M").strftime("%Y-%m")

    def count(self, name: str, by: Sequence[str] = ()) -> pd.DataFrame:
        """A quantity by month of the period and by further axes, such as ``("place", "state")``.

        Returns:
            A table: one column per axis, ``month`` (its first day, as a date) and ``value`` (in
            the unit of the quantity), without the rows that are 0.

        Raises:
            UnknownNameError: there is no such quantity, or it has no such axis.
        """
        counted = self.by_month(name, by)
        where = np.nonzero(np.nan_to_num(counted))
        names = [self.counter.domain(axis) for axis in by] + [tuple(self.months())]
        columns = {
            axis: labels(codes, known)
            for axis, codes, known in zip((*by, "month"), where, names, strict=True)
        }
        return dated(pd.DataFrame({**columns, "value": counted[where]}))

    def by_month(self, name: str, by: Sequence[str] = ()) -> npt.NDArray[np.float64]:
        """A quantity by axes and month of the period: ``[*by, months]``.

        Raises:
            UnknownNameError: there is no such quantity, or it has no such axis.
        """
        counted = self.counter.count(self.quantities[name], by)
        asked = self.months()
        first = self.counter.months.index(asked[0]) if len(asked) else 0
        return counted[..., first : first + len(asked)]

    def counted(self, name: str, label: str) -> tuple[str, ...]:
        """The names of a label (``transition``, ``state``) whose rows a quantity counts.

        Raises:
            UnknownNameError: there is no such quantity.
        """
        return self.counter.chosen(self.quantities[name], label)

    def axis(self, name: str) -> tuple[str, ...]:
        """The values that an axis of the quantities can have, in order.

        Raises:
            UnknownNameError: there is no such axis.
        """
        check_known([name], self.quantities.axes, "axis")
        return self.counter.domain(name)

    def monthly(self, name: str) -> pd.Series[float]:
        """A quantity by month of the period, in its unit; the index holds the first days of the
        months, as dates.

        The months of a sum add up to its number in :meth:`headline`; of people at the end they are
        those at the end of each month.

        Raises:
            UnknownNameError: there is no such quantity; the nearest is named.
        """
        index = months(self.months())
        return pd.Series(self.by_month(name), index=index, name=name)

    def total(self, name: str) -> float:
        """A quantity over the period: all of it, or as it says that it is summed up.

        Raises:
            UnknownNameError: there is no such quantity.
        """
        quantity = self.quantities[name]
        if not len(self.months()):
            return 0.0
        if quantity.kind == "share":
            part, whole = (
                sum(self.total(q) for q in side) for side in (quantity.part, quantity.whole)
            )
            return quantity.scale * part / whole if whole > 0 else float("nan")
        return float(period(quantity.over, self.by_month(name)))

    def stock(self, states: str | tuple[str, ...], date: str) -> float:
        """People in any of ``states`` at the end of a day; an absent row is nobody.

        Raises:
            UnknownNameError: no state is called so, or the run does not cover the day.
        """
        asked = (states,) if isinstance(states, str) else tuple(states)
        check_known(asked, self.counter.domain("state"), "state")
        dates = self.dates()
        if dates and not dates[0] <= date <= dates[-1]:
            problem = Problem(f"no day {date!r}", "", f"give a day from {dates[0]} to {dates[-1]}")
            raise UnknownNameError("The run has no such day", [problem])
        return self.people(asked, date)

    def people(self, states: tuple[str, ...], date: str) -> float:
        """As :meth:`stock`, for states and days that may be missing."""
        stocks = self.stocks
        rows = stocks[(stocks["date"] == date) & stocks["state"].isin(states)]
        return float(rows["people"].sum())

    def dates(self) -> list[str]:
        """Days for which stocks were counted, in order."""
        dates = self.stocks["date"].cat.remove_unused_categories()
        return sorted(dates.cat.categories.astype(str))

    def headline(self) -> dict[str, float]:
        """The numbers that matter, over the period (spin-up left out): the quantities that the
        scenario lists as ``headline``, by id."""
        return {q.id: self.total(q.id) for q in self.quantities.listed("headline")}

    # -- for people who look at it ----------------------------------------------------------

    def to_pandas(self, table: str = "events") -> pd.DataFrame:
        """A table of the run with real dates: months and days are ``datetime64``.

        A month is its first day, so that ``resample`` works; other labels stay categories, and
        the tables of the run itself keep them as text (``2019-05``).

        Raises:
            UnknownNameError: the run has no such table.
        """
        return dated(self.tables[table])

    def to_xarray(self, *names: str, by: Sequence[str] = ()) -> xr.Dataset:
        """Quantities by month and further axes as a labelled dataset (extra ``xarray``).

        Args:
            names: ids of quantities; by default those of the charts of a report, or all where the
                scenario names none.
            by: axes that all of them have, as ``travesia list quantities`` names them.

        Returns:
            One variable per quantity ``[*by, month]``, with its title, unit and kind.

        Raises:
            UnknownNameError: there is no such quantity, or it has no such axis.
            InputError: xarray is not installed.
        """
        return shown.cube(self, names, by)

    def plot(
        self,
        name: str,
        *,
        bands: Mapping[str, Any] | None = None,
        scores: Published | None = None,
        ax: Axes | None = None,
    ) -> Axes:
        """A quantity by month as a line (extra ``plot``); returns the axes.

        Args:
            name: id of a quantity.
            bands: ranges over draws, as :func:`travesia.results.store.read_bands` gives them.
            scores: what :func:`travesia.score` gives; its published numbers are drawn as dots.
            ax: axes to draw on; by default new ones.

        Raises:
            UnknownNameError: there is no such quantity.
            InputError: matplotlib is not installed.
        """
        return shown.plot(self, name, bands, scores, ax)

    def cite(self) -> Citation:
        """How to cite this run: ``to_text()``, ``to_bibtex()`` and ``to_dict()``.

        With the version, the settings and the hashes by which anybody can tell that they found
        the same.
        """
        return shown.citation(self)

    def __repr__(self) -> str:
        """What was run, in a line."""
        return shown.line(self)

    def _repr_html_(self) -> str:
        return shown.html(self)
