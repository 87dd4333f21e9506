"""The opening of the report: headline numbers, and what they say in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from travesia.ensembles.categories import HARMS, transitions_of
from travesia.figures import words
from travesia.reporting.facts import Facts, tidy
from travesia.reporting.payload import Headline as Number
from travesia.reporting.payload import Timeline
from travesia.reporting.timelines import METRICS, series
from travesia.results.bands import Band, read_band

_SERIES = {m.id: m for m in METRICS}


@dataclass(frozen=True)
class Headline:
    """One number at the top of the page, and where the page explains it."""

    id: str
    label: str
    href: str
    note: str = ""


HEADLINES: tuple[Headline, ...] = (
    Headline("departures", "people set out", "#chart-departures",
             "given to the model, not its result"),
    Headline("us_encounters", "times people were taken into custody at the US border",
             "#chart-us_encounters"),
    Headline("mx_detentions", "times people were detained in Mexico", "#chart-mx_detentions"),
    Headline("mx_returns", "times people were sent back by Mexico", "#chart-mx_returns"),
    Headline("waiting_mexico", "people waiting, stranded or held in Mexico on the fullest days",
             "#chart-waiting_mexico"),
    Headline("kidnapping", "times people were kidnapped on the way", "#harm-kidnapping"),
    Headline("deaths", "people died on the way", "#harm-deaths"),
)  # fmt: skip


def total(facts: Facts, metric: str) -> float:
    """A headline's value in people (or times); the fullest month for a number of people waiting."""
    if metric == "kidnapping":
        return float(
            facts.monthly(transitions_of(facts.scenario.transitions, HARMS).get(metric, [])).sum()
        )
    values = series(facts, _SERIES[metric])
    return float(values.max() if metric == "waiting_mexico" else values.sum())


def headlines(
    facts: Facts,
    bands: Mapping[str, Mapping[str, Any]],
    charts: Sequence[Timeline],
) -> list[Number]:
    """Headline numbers with ranges, chance error apart and the published number beside."""
    known = {chart["id"]: chart for chart in charts}
    out: list[Number] = []
    for headline in HEADLINES:
        value = total(facts, headline.id)
        if value <= 0:
            continue
        band = read_band(bands.get(headline.id), facts.months, value)
        low, high = _range(facts, headline.id, band)
        observed, note = published_total(known.get(headline.id), facts.months)
        out.append(
            {
                "id": headline.id,
                "label": headline.label,
                "value": tidy(value, 3 if headline.id != "departures" else 4),
                "low": None if low is None else tidy(low, 3),
                "median": None if low is None or band.median is None else tidy(band.median, 3),
                "high": None if high is None else tidy(high, 3),
                "chance": None if band.chance is None else tidy(2 * band.chance, 2),
                "observed": observed if headline.id != "waiting_mexico" else None,
                "note": headline.note or note,
                "kind": "input" if headline.id == "departures" else "result",
                "href": headline.href,
            }
        )
    return out


def _range(facts: Facts, metric: str, band: Band) -> tuple[float | None, float | None]:
    """The likely range of a headline; without one of the total, a number of people waiting takes
    that of its fullest month.
    """
    if band.low is not None or metric != "waiting_mexico":
        return band.low, band.high
    if band.low_by_month is None or band.high_by_month is None:
        return None, None
    month = int(series(facts, _SERIES[metric]).argmax())
    return band.low_by_month[month], band.high_by_month[month]


def published_total(chart: Timeline | None, months: Sequence[str]) -> tuple[float | None, str]:
    """Sum of the first published series, if it covers every month; else the years it covers."""
    if not chart or not chart["observed"]:
        return None, ""
    values = chart["observed"][0]["values"]
    rows = zip(months, chart["simulated"], values, strict=True)
    known = [(m, s, v) for m, s, v in rows if v is not None]
    record = sum(v for _, _, v in known)
    if len(known) == len(months):
        return tidy(record, 3), ""
    if not known:
        return None, ""
    model = sum(s for _, s, _ in known)
    return None, (
        f"where published by month ({month_words(known[0][0])} to {month_words(known[-1][0])}): "
        f"{words(record)}; the model there: {words(model)}"
    )


def story(facts: Facts, numbers: Sequence[Number], scores: str) -> list[str]:
    """The answer in a few sentences, made from the run's numbers."""
    value = {n["id"]: n for n in numbers}
    begin, end = facts.months[0][:4], facts.months[-1][:4]
    when = f"Between {begin} and {end}" if begin != end else f"In {begin}"
    sentences = []
    if "departures" in value:
        sentences.append(
            f"{when}, {words(value['departures']['value'])} people set out through this corridor: "
            "a number that is given to the model. What became of them is its answer."
        )
    taken = [
        f"{what} {words(value[key]['value'])} times"
        for key, what in (
            ("mx_detentions", "detained in Mexico"),
            ("us_encounters", "taken into custody at the US border"),
        )
        if key in value
    ]
    if taken:
        sentences.append(
            f"They were {' and '.join(taken)}; one person can be counted several times."
        )
    first = " ".join(sentences)
    second = " ".join(s for s in (_harm(value), _waiting(facts, value), _ends(facts)) if s)
    return [p for p in (first, second, scores) if p]


def _harm(value: Mapping[str, Number]) -> str:
    if "deaths" not in value:
        return ""
    deaths = value["deaths"]
    sentence = f"About {words(deaths['value'])} people died on the way"
    if told := likely(deaths["low"], deaths["median"], deaths["high"]):
        sentence += f" ({told})"
    if "kidnapping" in value:
        sentence += f", and people were kidnapped about {words(value['kidnapping']['value'])} times"
    return f"{sentence}."


def likely(low: float | None, median: float | None, high: float | None) -> str:
    """The range of a number over the draws, with their median where it is known; blank without."""
    if low is None or high is None:
        return ""
    span = f"likely between {words(low)} and {words(high)}"
    if median is None:
        return span
    return f"with the numbers as written; in draws of them {words(median)}, {span}"


def _waiting(facts: Facts, value: Mapping[str, Number]) -> str:
    if "waiting_mexico" not in value:
        return ""
    values = series(facts, _SERIES["waiting_mexico"])
    month = facts.months[int(values.argmax())]
    return (
        f"The number of people waiting, stranded or held in Mexico was highest in "
        f"{month_words(month)}, at about {words(value['waiting_mexico']['value'])}."
    )


def _ends(facts: Facts) -> str:
    ends = {
        e: float(facts.monthly(facts.ending(e)).sum())
        for e in ("in_us", "returned", "dead", "settled_mx")
    }
    whole = sum(ends.values())
    if whole <= 0:
        return ""
    return (
        f"Of the journeys that ended, {ends['in_us'] / whole:.0%} ended in the United States, "
        f"{ends['returned'] / whole:.0%} back in the home country and "
        f"{ends['settled_mx'] / whole:.0%} with a life in Mexico."
    )


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip


def month_words(month: str) -> str:
    """A month in words: ``2023-12`` is December 2023."""
    return f"{_MONTHS[int(month[5:7]) - 1]} {month[:4]}"
