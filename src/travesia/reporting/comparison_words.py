"""What a comparison says in words: the headline differences and the answer in a few sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from travesia.figures import words
from travesia.reporting.facts import tidy
from travesia.reporting.names import Words
from travesia.reporting.payload import Change, Numbers, Verdict
from travesia.reporting.story import month_words

EVENTS = "person-events"
EVENTS_NOTE = "Events are person-events: one person can count several times."

WAVE_MONTHS = 6
"""Length of a wave of arrivals, for the comparison of sums with what a wave costs."""

SCALED = (
    "base", "other", "difference", "low50", "high50", "low", "high", "error", "unpaired_low",
    "unpaired_high",
)  # fmt: skip
"""Numbers of a row that are in its unit."""

FEW_PAIRS = 20
"""With fewer pairs a 90 % interval is little more than the smallest and the largest difference."""

Row = Mapping[str, Any]


def verdict(row: Row, members: int) -> Verdict:
    """What the pairs say: ``more``, ``fewer``, ``same``, ``unclear``; ``single`` for one pair."""
    low, high = row["low"], row["high"]
    if low == high == 0:
        return "same"
    if members < 2:
        return "single"
    return "more" if low > 0 else "fewer" if high < 0 else "unclear"


def side(value: float) -> str:
    """A difference as people say it: ``12,300 fewer``."""
    if value == 0:
        return "no difference"
    return f"{words(abs(value))} {'more' if value > 0 else 'fewer'}"


def span(low: float, high: float) -> str:
    """An interval of differences in words: ``9,800 to 15,000 fewer``."""
    if low == high:
        return side(low)
    if low >= 0:
        return f"{words(low)} to {words(high)} more"
    if high <= 0:
        return f"{words(-high)} to {words(-low)} fewer"
    return f"{words(-low)} fewer to {words(high)} more"


def average_day(window: Row | None) -> str:
    """The day that people on a day are averaged over, in words: while the change is in force."""
    if window is None:
        return "on an average day"
    months = [month_words(window[k]) for k in ("start", "end")]
    return f"on an average day while the change acts ({months[0]} to {months[1]})"


def named(row: Row) -> str:
    """An output as a noun, with what a stock is measured by."""
    fullest = row["kind"] == "stock" and row.get("over", "max") == "max"
    return f"{row['title']} (fullest month)" if fullest else str(row["title"])


def headlines(scenario: Row, names: Sequence[str], members: int) -> list[Change]:
    """The headline outputs with their differences, intervals and what the pairs say."""
    known = {row["output"]: row for row in scenario["outputs"]}
    found = [known[name] for name in names if name in known]
    return [{**headline(row, members), "peak": peak(scenario, row, members)} for row in found]


def headline(row: Row, members: int) -> Change:
    """An output with its difference and interval in words."""
    said = verdict(row, members)
    return {
        "id": row["output"],
        "label": named(row),
        "verdict": said,
        "big": {"unclear": "not clear", "same": "no change"}.get(said, side(row["difference"])),
        "span": span(row["low"], row["high"]) if members > 1 else "",
        "peak": "",
        **numbers(row),
        "per_cent": None if row["per_cent"] is None else tidy(row["per_cent"], 2),
        "narrower": None if row["narrower"] is None else tidy(row["narrower"], 2),
    }


def peak(scenario: Row, row: Row, members: int) -> str:
    """When a stock differs most, as far as the pairs agree: its fullest month may hide it."""
    series = next((t for t in scenario["timelines"] if t["id"] == row["output"]), None)
    if row["kind"] != "stock" or series is None:
        return ""
    found = [
        (abs(d), -n, f"{side(d)} in {month_words(month)} ({span(low, high)})")
        for n, (month, d, low, high) in enumerate(
            zip(
                scenario["months"], series["difference"], series["low"], series["high"], strict=True
            )
        )
        if abs(d) >= 1 and verdict({"low": low, "high": high}, members) in ("more", "fewer")
    ]
    return max(found)[2] if found else ""


def in_per_cent(row: Row) -> Row:
    """A row or series as it is read: a ratio in per cent, all else as it is."""
    if row["kind"] != "ratio":
        return row
    known = {n: row[n] for n in SCALED if row.get(n) is not None}
    title = str(row["title"])
    share = "as a share of"
    return {
        **row,
        **{n: [100 * v for v in x] if isinstance(x, list) else 100 * x for n, x in known.items()},
        "title": title.replace(share, "in per cent of") if share in title else f"{title}, per cent",
    }


def numbers(row: Row) -> Numbers:
    """The numbers of a row that the page draws, with as many figures as they can stand for."""
    return {
        "base": tidy(row["base"], 3),
        "other": tidy(row["other"], 3),
        "difference": tidy(row["difference"], 3),
        "low50": tidy(row["low50"], 3),
        "high50": tidy(row["high50"], 3),
        "low": tidy(row["low"], 3),
        "high": tidy(row["high"], 3),
        "error": None if row["error"] is None else tidy(row["error"], 2),
    }


def story(scenario: Row, names: Sequence[str], members: int) -> list[str]:
    """The answer in a few paragraphs, made from the numbers of one scenario."""
    rows = {r["output"]: r for r in scenario["outputs"]}
    found = [rows[name] for name in names if name in rows]
    said = {r["output"]: verdict(r, members) for r in found}
    months = scenario["months"]
    when = f"From {month_words(months[0])} to {month_words(months[-1])}"
    clear = [r for r in found if said[r["output"]] in ("more", "fewer", "single")]
    caution = f", as far as {members} pairs of runs can tell," if 1 < members < FEW_PAIRS else ","
    first = (
        f"{when}{caution} with the change there are {_joined([_told(r) for r in clear])}."
        if clear
        else f"{when}, the pairs of runs do not agree on a direction in any of the headline "
        "numbers: the effect is small, or the pairs are too few to tell it from chance."
    )
    if any(r["title"] != plain(r["title"]) for r in clear):
        first += f" {EVENTS_NOTE}"
    loose = [plain(named(r)) for r in found if clear and said[r["output"]] == "unclear"]
    same = [plain(named(r)) for r in found if said[r["output"]] == "same"]
    second = []
    if loose:
        second.append(
            f"For {_joined(loose)} the pairs do not agree on a direction: the effect is small, or "
            "the pairs are too few to tell it from chance."
        )
    if same:
        second.append(f"Nothing changes in {_joined(same)}.")
    costs = scenario.get("costs", ())
    base = {t["id"]: t["base"] for t in scenario["timelines"] if t["id"] in costs}
    sums = sums_told(
        scenario["cells"].get("costs_by_item", ()), base, scenario.get("sums", {}), _known(scenario)
    )
    paid = [rows[name] for name in costs if name in rows]
    money = " ".join(p for p in (_money(paid, members), *sums) if p)
    parts = (first, " ".join(second), _details(scenario, names, members), money)
    return [p for p in parts if p]


def _money(paid: Sequence[Row], members: int) -> str:
    """What changes in money, as far as the pairs agree."""
    clear = [r for r in paid if verdict(r, members) in ("more", "fewer", "single")]
    return f"In money there are {_joined([_told(r) for r in clear])}." if clear else ""


def _told(row: Row) -> str:
    share = row["per_cent"]
    percent = "" if share is None or abs(share) < 0.05 else f" ({signed_per_cent(share)})"
    return f"{side(row['difference'])} {plain(named(row))}{percent}"


def plain(title: str) -> str:
    """A title without its unit, for a sentence; :data:`EVENTS_NOTE` is said once beside it."""
    return title.removesuffix(f" ({EVENTS})")


def signed_per_cent(value: float) -> str:
    """A change in per cent: ``+0.8 %``, ``−100 %``, with a space that does not break."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{tidy(abs(value), 3 if abs(value) >= 100 else 2):,}\u00a0%"


def sums_told(
    cells: Sequence[Row],
    series: Mapping[str, Sequence[float]],
    sums: Mapping[str, tuple[str, str]],
    names: Words,
) -> list[str]:
    """Sums of the ledger that are paid in one run only, beside what a wave costs their payer.

    ``cells`` are the rows of the bill, ``series`` the months of each output without the change,
    ``sums`` the name and payer of each sum, ``names`` the words of the scenario. A
    wave is the six months in a row that cost most.
    """
    out = []
    for row in cells:
        if row["item"] not in sums or not row["difference"]:
            continue
        name, payer = sums[row["item"]]
        months = np.asarray(series.get(f"cost_{payer}", ()), dtype=np.float64)
        if not len(months):
            continue
        width = min(WAVE_MONTHS, len(months))
        wave = float(np.convolve(months, np.ones(width), "valid").max())
        change = "more" if row["difference"] > 0 else "less"
        out.append(
            f"{name}: {words(abs(row['difference']))} US dollars {change}. The {width} months in a "
            f"row that cost {names.name('payer', payer)} most without the change cost "
            f"{words(wave)} US dollars, by the account of this scenario."
        )
    return out


def _known(scenario: Row) -> Words:
    found = scenario.get("words")
    return found if isinstance(found, Words) else Words()


def _details(scenario: Row, listed: Sequence[str], members: int) -> str:
    """When, where and for whom the difference is largest, as far as the pairs agree on it."""
    cells, names, known = scenario["cells"], scenario.get("names", {}), _known(scenario)
    rows = {row["output"]: row for row in scenario["outputs"]}
    sentences = []
    for row in scenario["outputs"]:
        most = peak(scenario, row, members) if row["output"] in listed else ""
        if most:
            sentences.append(f"The number of {row['title']} differs most, by month: {most}.")
    for output in listed:
        place = _largest(cells.get(f"{output}_by_place", ()), members)
        if place is not None and output in rows and rows[output]["kind"] == "stock":
            sentences.append(
                f"The number of {rows[output]['title']} changes most in "
                f"{names.get(place['place'], '')}: "
                f"{side(place['difference'])} {average_day(scenario.get('window'))}."
            )
    first = next((o for o in listed if f"{o}_by_nationality" in cells), "")
    people = _largest(cells.get(f"{first}_by_nationality", ()), members)
    if people is not None and first in rows:
        title = plain(rows[first]["title"])
        sentences.append(
            f"{title[:1].upper()}{title[1:]} change most for people from "
            f"{known.country(people['nationality'])}: {side(people['difference'])}."
        )
    return " ".join(sentences)


def _largest(rows: Sequence[Row], members: int) -> Row | None:
    clear = [
        r for r in rows if verdict(r, members) in ("more", "fewer") and abs(r["difference"]) >= 1
    ]
    return max(clear, key=lambda r: abs(r["difference"]), default=None)


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def how_sure(settings: Row, note: str) -> list[str]:
    """How far the intervals can be trusted, in words."""
    members, sample = settings["members"], settings["sample"]
    out = [note]
    if members < 2:
        out.append("One pair gives no interval: nothing here can be told from chance.")
    elif members < FEW_PAIRS:
        out.append(
            f"With {members} pairs the 90 % interval is little more than the smallest and the "
            "largest difference that came up. Ask for more members before resting on it."
        )
    if sample < 1:
        out.append(
            f"One simulated person stands for {words(1 / sample)}, so a difference of a few times "
            "that number in a rare event is a handful of simulated people."
        )
    return out
