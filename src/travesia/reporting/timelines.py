"""Series by month: what the model says, its likely range, and what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from travesia.reporting.facts import Facts, Floats, tidy, tidy_row
from travesia.reporting.names import MX_STATES
from travesia.reporting.payload import Line, Observed, Timeline, Waiting
from travesia.results.bands import Band, read_band

STATES_SHOWN = 8


@dataclass(frozen=True)
class Metric:
    """A quantity of the report; ``tag`` is the published statistic in which it is counted."""

    id: str
    title: str
    text: str
    tag: str = ""
    role: str = ""


METRICS: tuple[Metric, ...] = (
    Metric("departures", "People who set out", "Given to the model, month by month. It was "
           "derived from published counts of detentions and encounters, so it explains nothing "
           "by itself.", role="input"),
    Metric("us_encounters", "Encounters at the US border",
           "Times that people were taken into custody by the Border Patrol. One person can be "
           "counted several times.", "us_encounter"),
    Metric("mx_detentions", "Detentions in Mexico",
           "Times that people were taken to a migration station or handed to family services. "
           "One person can be counted several times.", "mx_detention"),
    Metric("mx_returns", "Returns from Mexico", "Times that people were sent back to the country "
           "that they had left.", "mx_return"),
    Metric("us_expulsions", "Expulsions under the pandemic rule", "Times that people were put out "
           "of the United States without a hearing, from March 2020 to May 2023.",
           "us_expulsion"),
    Metric("waiting_mexico", "People waiting, stranded or held in Mexico",
           "Average number on a day of the month, with those who rest or work on the way."),
    Metric("asylum_mexico", "Asylum claims in Mexico",
           "Times that people asked Mexico for protection.",
           "asylum_application_mx"),
    Metric("deaths", "Deaths on the way", "People who died between setting out and arriving.",
           "death"),
)  # fmt: skip


def series(facts: Facts, metric: Metric) -> Floats:
    """A metric by month, in people."""
    if metric.id == "departures":
        return np.asarray(facts.departures.sum(axis=0))
    if metric.id == "waiting_mexico":
        return np.asarray(facts.stocks[:, in_mexico(facts), :].sum(axis=(0, 1)))
    return facts.monthly(facts.tagged(metric.tag))


def in_mexico(facts: Facts) -> NDArray[np.bool_]:
    """Mask of the places that lie in Mexico."""
    return np.asarray([p.country == "MEX" for p in facts.scenario.places])


def timelines(
    facts: Facts,
    bands: Mapping[str, Mapping[str, Any]],
    observed: Mapping[str, Sequence[Mapping[str, Any]]],
) -> list[Timeline]:
    """Charts of every metric that this run or the record knows."""
    charts: list[Timeline] = []
    for metric in METRICS:
        simulated = series(facts, metric)
        known = observed.get(metric.id, ())
        by_month = [one for one in known if one.get("frequency", "month") == "month"]
        by_year = [one for one in known if one not in by_month]
        published = [_observed(facts, one) for one in by_month]
        if not simulated.any() and not known:
            continue
        total = simulated.max() if metric.id == "waiting_mexico" else simulated.sum()
        band = read_band(bands.get(metric.id), facts.months, float(total))
        chart = _chart(metric, simulated, band, published, facts.partial_note)
        chart["unpublished"] = "" if published else unpublished(by_year)
        charts.append(chart)
    return charts


def unpublished(by_year: Sequence[Mapping[str, Any]]) -> str:
    """What is said below a chart without published months; yearly statistics are not hidden."""
    if not by_year:
        return "No monthly statistic is published for this."
    named = []
    for one in by_year:
        years = sorted(one["values"])
        named.append(f"{one['name']}, {years[0]} to {years[-1]}")
    return f"Published by year only: {'; '.join(named)}. The scores hold the run against them."


def _chart(
    metric: Metric, simulated: Floats, band: Band, published: list[Observed], note: str
) -> Timeline:
    return {
        "id": metric.id,
        "title": metric.title,
        "text": f"{metric.text} {note}".strip(),
        "role": metric.role or (published[0]["role"] if published else ""),
        "simulated": tidy_row(simulated),
        "low": band.low_by_month and _tidy_gaps(band.low_by_month),
        "high": band.high_by_month and _tidy_gaps(band.high_by_month),
        "observed": published,
        "verdict": verdict(simulated, published[0]["values"]) if published else "",
        "unpublished": "",
    }


def _tidy_gaps(values: Sequence[float | None]) -> list[float | None]:
    return [None if v is None else tidy(v) for v in values]


def _observed(facts: Facts, one: Mapping[str, Any]) -> Observed:
    values = one["values"]
    return {
        "name": str(one["name"]),
        "role": str(one.get("role") or ""),
        "source": [str(s) for s in one.get("source") or ()],
        "values": _tidy_gaps([None if m in facts.partial else values.get(m) for m in facts.months]),
    }


def verdict(simulated: Floats, published: Sequence[float | None]) -> str:
    """One sentence on how far the months are from the published ones."""
    pairs = [(s, o) for s, o in zip(simulated.tolist(), published, strict=True) if o]
    if len(pairs) < 6:
        return ""
    model, record = np.asarray(pairs).T
    error = float(np.abs(model - record).sum() / record.sum())
    total = float(model.sum() / record.sum() - 1)
    if abs(total) < 0.005:
        side = "The total is within half a per cent of the published one"
    else:
        side = (
            f"The total is {abs(total):.0%} {'above' if total > 0 else 'below'} the published one"
        )
    return f"{side}; the average month is off by {error:.0%}."


def waiting(facts: Facts) -> Waiting:
    """People waiting, stranded or held in Mexico by state: the fullest states, then the rest."""
    states = [p.admin1 if p.country == "MEX" else "" for p in facts.scenario.places]
    stocks = facts.stocks.sum(axis=0)
    by_state = {
        s: stocks[[i for i, t in enumerate(states) if t == s]].sum(axis=0)
        for s in dict.fromkeys(states)
        if s
    }
    order = sorted(by_state, key=lambda s: (-by_state[s].sum(), s))
    items: list[Line] = [
        {"id": s, "title": MX_STATES.get(s, s), "simulated": tidy_row(by_state[s])}
        for s in order[:STATES_SHOWN]
        if by_state[s].any()
    ]
    rest = order[STATES_SHOWN:]
    if rest:
        total = np.sum([by_state[s] for s in rest], axis=0)
        if total.any():
            items.append({"id": "rest", "title": "Other states", "simulated": tidy_row(total)})
    title = "People waiting, stranded or held in Mexico, by state"
    return {"title": title, "items": items}
