"""The opening of the report: headline numbers, and what they say in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from travesia.figures import words
from travesia.quantities.quantity import Quantity
from travesia.reporting.facts import Facts, tidy
from travesia.reporting.payload import Headline, Timeline
from travesia.results.bands import Band, read_band


def headlines(
    facts: Facts, bands: Mapping[str, Mapping[str, Any]], charts: Sequence[Timeline]
) -> list[Headline]:
    """Headline numbers with ranges, chance error apart and the published number beside."""
    known = {chart["id"]: chart for chart in charts}
    out: list[Headline] = []
    harms = {q.id for q in facts.quantities.listed("harms")}
    for quantity in facts.quantities.listed("page"):
        value = facts.total(quantity.id)
        if value <= 0:
            continue
        band = read_band(bands.get(quantity.id), facts.months, value)
        low, high = _range(facts, quantity, band)
        observed, note = published_total(known.get(quantity.id), facts.months)
        section = "harm" if quantity.id in harms | {"deaths"} else "chart"
        out.append(
            {
                "id": quantity.id,
                "label": quantity.label or quantity.title,
                "value": tidy(value, 4 if quantity.given else 3),
                "low": None if low is None else tidy(low, 3),
                "median": None if low is None or band.median is None else tidy(band.median, 3),
                "high": None if high is None else tidy(high, 3),
                "chance": None if band.chance is None else tidy(2 * band.chance, 2),
                "observed": observed if quantity.measure != "stock" else None,
                "note": quantity.note or note,
                "kind": "input" if quantity.given else "result",
                "href": f"#{section}-{quantity.id}",
            }
        )
    return out


def _range(facts: Facts, quantity: Quantity, band: Band) -> tuple[float | None, float | None]:
    """The likely range of a headline; without one of the total, a number of people waiting takes
    that of its fullest month.
    """
    if band.low is not None or quantity.measure != "stock":
        return band.low, band.high
    if band.low_by_month is None or band.high_by_month is None:
        return None, None
    month = int(facts.count(quantity.id).argmax())
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


def story(facts: Facts, numbers: Sequence[Headline], scores: str) -> list[str]:
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
    harms = [q.id for q in facts.quantities.listed("harms") if q.id in value]
    events = [n for n in numbers if _is_event(facts, n["id"]) and n["id"] not in harms]
    if events:
        counted = "; ".join(f"{words(n['value'])} {n['label']}" for n in events)
        sentences.append(f"In numbers: {counted}. One person can be counted several times.")
    first = " ".join(sentences)
    parts = (_harm(value, harms), *_waiting(facts, value), _ends(facts))
    return [p for p in (first, " ".join(s for s in parts if s), scores) if p]


def _is_event(facts: Facts, quantity: str) -> bool:
    return facts.quantities[quantity].kind == "person-events"


def _harm(value: Mapping[str, Headline], harms: Sequence[str]) -> str:
    if "deaths" not in value:
        return ""
    deaths = value["deaths"]
    sentence = f"About {words(deaths['value'])} people died on the way"
    if told := likely(deaths["low"], deaths["median"], deaths["high"]):
        sentence += f" ({told})"
    for harm in harms:
        sentence += f", and about {words(value[harm]['value'])} {value[harm]['label']}"
    return f"{sentence}."


def likely(low: float | None, median: float | None, high: float | None) -> str:
    """The range of a number over the draws, with their median where it is known; blank without."""
    if low is None or high is None:
        return ""
    span = f"likely between {words(low)} and {words(high)}"
    if median is None:
        return span
    return f"with the numbers as written; in draws of them {words(median)}, {span}"


def _waiting(facts: Facts, value: Mapping[str, Headline]) -> list[str]:
    """When most people were waiting."""
    out = []
    for name, number in value.items():
        quantity = facts.quantities[name]
        if quantity.over == "max":
            month = facts.months[int(facts.count(name).argmax())]
            out.append(
                f"The number of {quantity.title} was highest in {month_words(month)}, at about "
                f"{words(number['value'])}."
            )
    return out


def _ends(facts: Facts) -> str:
    ends = {q.title: facts.total(q.id) for q in facts.quantities.listed("ends")}
    whole = sum(ends.values())
    if whole <= 0:
        return ""
    told = [f"{n / whole:.0%} {title.removeprefix('journeys that ')}" for title, n in ends.items()]
    return f"Of the journeys that ended, {', '.join(told[:-1])} and {told[-1]}."


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip


def month_words(month: str) -> str:
    """A month in words: ``2023-12`` is December 2023."""
    return f"{_MONTHS[int(month[5:7]) - 1]} {month[:4]}"
