"""Departures, origins and aims must cover the cohorts and the months."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.calendar import month_label
from travesia.errors import Problem
from travesia.scenario.checks.context import Context

TOLERANCE = 1e-3


def origin_shares(context: Context) -> Iterator[Problem]:
    """The shares of a nationality's origins do not sum to one."""
    if not context.complete("origins"):
        return
    sums: dict[str, float] = {}
    last: dict[str, int] = {}
    for i, row in enumerate(context.scenario.origins):
        sums[row.nationality] = sums.get(row.nationality, 0.0) + row.share
        last[row.nationality] = i
    for nationality, total in sums.items():
        if abs(total - 1) > TOLERANCE:
            yield Problem(
                f"the shares of {nationality} sum to {total:.4g}, not 1",
                context.where("origins", last[nationality]),
                "correct its shares",
            )


def cohorts_have_origins(context: Context) -> Iterator[Problem]:
    """A cohort has nowhere to set out from."""
    if not context.complete("origins"):
        return
    known = {o.nationality for o in context.scenario.origins}
    for i, cohort in enumerate(context.scenario.cohorts):
        if cohort.nationality not in known:
            yield Problem(
                f"cohort '{cohort.id}' has no place of origin",
                context.where("cohorts", i),
                f"add a row for {cohort.nationality} to origins.csv",
            )


def origins_lead_on(context: Context) -> Iterator[Problem]:
    """No leg leaves a place of origin."""
    if not context.complete("legs"):
        return
    tails = {g.from_ for g in context.scenario.legs if g.role != "return"}
    known = {p.id for p in context.scenario.places}
    for i, row in enumerate(context.scenario.origins):
        if row.share > 0 and row.place in known and row.place not in tails:
            yield Problem(
                f"no leg leaves '{row.place}', where {row.nationality} set out",
                context.where("origins", i),
                "add a leg from it",
            )


def aim_shares(context: Context) -> Iterator[Problem]:
    """The shares of the sectors do not sum to one for some month, nationality and family type."""
    if not context.complete("aims"):
        return
    for key, (total, last) in context.aim_sums.items():
        if abs(total - 1) > 20 * TOLERANCE:
            yield Problem(
                f"the shares of the sectors sum to {total:.4g}, not 1, for {' '.join(key)}",
                context.where("aims", last),
                "correct them or leave all of them out",
            )


def months_beyond(context: Context) -> Iterator[Problem]:
    """Departures or aims lie outside the period.

    An error, unless the period was changed by an extending scenario, a patch or on the command
    line: then the other months are simply not simulated.
    """
    if not context.period_known:
        return
    period = context.scenario.settings.period
    own = context.trace("settings", 0)
    first, last = month_label(period.spin_up), month_label(period.end)
    for table, late_only in (("departures", False), ("aims", True)):
        rows = context.scenario.departures if table == "departures" else context.scenario.aims
        told: set[str] = set()
        for i, month in enumerate(rows.text("month")):
            if month in told or first <= month <= last or (late_only and month < first):
                continue
            if own.changed_by or own.folder != context.trace(table, i).folder:
                continue
            told.add(month)
            yield Problem(
                f"month {month} is outside the period {first} to {last}",
                context.where(table, i),
                "remove its rows or lengthen the period",
            )


def missing_months(context: Context) -> Iterator[Problem]:
    """Nobody sets out in some month of the period, or a cohort has a gap."""
    scenario = context.scenario
    if not context.period_known or not context.complete("departures"):
        return
    table = scenario.departures
    months = tuple(scenario.calendar.inputs_of())
    have: dict[str, set[str]] = {}
    for month, name in zip(table.text("month"), table.text("cohort"), strict=True):
        have.setdefault(name, set()).add(month)
    present = set().union(*have.values()) if have else set()
    absent = [month for month in months if month not in present]
    where = context.trace("departures", 0).file
    if absent:
        yield Problem(
            f"there are no departures in {_list(absent)}",
            where,
            "add rows for these months (0 people where nobody leaves)",
        )
    for cohort in scenario.cohorts:
        gaps = [m for m in months if m not in have.get(cohort.id, set()) and m not in absent]
        if gaps:
            yield Problem(
                f"cohort '{cohort.id}' has no row for {_list(gaps)}: nobody leaves then",
                where,
                "add rows, with 0 people where that is meant",
                "warning",
            )


def smooth_column(context: Context) -> Iterator[Problem]:
    """The smoothed departures are asked for and not given."""
    scenario = context.scenario
    if scenario.settings.departures_column != "people_smooth":
        return
    for i, value in enumerate(scenario.departures.column("people_smooth")):
        if value is None:
            yield Problem(
                "people_smooth is blank, but departures_column asks for it",
                context.where("departures", i),
                "fill it in, or set departures_column to people",
            )


def _list(months: list[str]) -> str:
    shown = ", ".join(months[:6])
    return shown if len(months) <= 6 else f"{shown} and {len(months) - 6} more months"
