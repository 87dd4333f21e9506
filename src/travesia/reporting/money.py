"""What the journey costs and who pays, and the sums of the ledger with what they buy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from travesia.figures import words
from travesia.reporting.facts import Facts, tidy, tidy_row
from travesia.reporting.payload import Amounts, ByPayer, Figures, Item, LedgerSum, Money, Payer
from travesia.reporting.view import records
from travesia.results.bands import read_band

LEAST_USD = 1.0

DRAWN = (
    "The ranges by payer hold nine tenths of draws of all numbers with a range, unit costs, fares "
    "and sums of the ledger among them; those of single lines are with all unit costs at their "
    "lowest or highest."
)
EXTREMES = "Ranges are with all unit costs at their lowest or highest."

NOTE = (
    "Counts of the run times a cost per event, day or passage. Most unit costs are judgements, so "
    "the ranges are wide: read orders of magnitude, and who pays. Amounts that vary from case to "
    "case (bribes, ransoms) are drawn after the run and do not change the journey."
)


def money(facts: Facts, bands: Mapping[str, Mapping[str, Any]]) -> Money:
    """The bill of a run: by payer, by item, by year; and the ledger. Empty where none is kept.

    With ``bands`` the range of each payer is that of the draws, as for every other number.
    """
    table = _inside(facts)
    items = _items(facts, table)
    ledger = _ledger(facts)
    if not items and not ledger:
        return {"text": "", "payers": [], "items": [], "by_year": None, "ledger": [], "total": ""}
    return {
        "text": f"{NOTE} {DRAWN if _banded(bands) else EXTREMES}",
        "payers": _payers(facts, table, bands),
        "items": items,
        "by_year": _by_year(facts, table),
        "ledger": ledger,
        "total": _total(facts),
    }


def _inside(facts: Facts) -> pd.DataFrame:
    """The table ``money`` in the months of the report, labels as text."""
    table = facts.result.money
    if len(table) == 0:
        return pd.DataFrame(
            {
                c: []
                for c in ("month", "payer", "item", "units", "usd", "low", "high", "median", "p90")
            }
        )
    text = {c: table[c].astype(str) for c in ("month", "payer", "payee", "purpose", "item")}
    table = table.assign(**text)
    return table[table["month"].isin(facts.months)]


def _banded(bands: Mapping[str, Mapping[str, Any]]) -> bool:
    return any(name.startswith("cost_") for name in bands)


def _payers(
    facts: Facts, table: pd.DataFrame, bands: Mapping[str, Mapping[str, Any]]
) -> list[Payer]:
    found = table.groupby("payer")[["usd", "low", "high"]].sum()
    sums = {p: [float(v) for v in row] for p, *row in found.itertuples(name=None)}

    def told(payer: str, name: str) -> Payer:
        usd, low, high = sums[payer]
        band = read_band(bands.get(f"cost_{payer}"), facts.months, usd)
        median = None
        if band.low is not None and band.high is not None:
            low, high = band.low, band.high
            median = None if band.median is None else tidy(band.median, 3)
        return {"id": payer, "name": name, **_amounts(usd, low, high), "median": median}

    return [
        told(payer, name)
        for payer, name in _named(facts, sums).items()
        if sums[payer][0] >= LEAST_USD
    ]


def _named(facts: Facts, payers: Iterable[str]) -> dict[str, str]:
    """Payers and their names, in the order of the scenario's words."""
    found = {str(p) for p in payers}
    told = [p for p in facts.words.all("payer") if p in found]
    order = dict.fromkeys((*told, *sorted(found)))
    return {p: facts.words.name("payer", p) for p in order}


def _items(facts: Facts, table: pd.DataFrame) -> list[Item]:
    """Lines of the bill, the largest first, with the typical amount per unit."""
    names, sources, judged = _told(facts)
    sums = {str(r["id"]) for r in _rows(facts, "money")}
    rows: list[Item] = []
    for item, part in table.groupby("item"):
        usd = float(part["usd"].sum())
        if usd < LEAST_USD:
            continue
        weight = part["units"] / part["units"].sum()
        typical, p90 = (tidy(float((part[c] * weight).sum()), 3) for c in ("median", "p90"))
        counted = item not in sums
        rows.append(
            {
                "id": str(item),
                "name": names.get(str(item), str(item)),
                "payer": facts.words.name("payer", str(part["payer"].iloc[0])),
                **_amounts(*(float(part[c].sum()) for c in ("usd", "low", "high"))),
                "units": tidy(float(part["units"].sum())) if counted else None,
                "typical": typical if counted else None,
                "p90": p90 if counted and p90 > typical else None,
                "source": sources.get(str(item), []),
                "judged": str(item) in judged,
            }
        )
    return sorted(rows, key=lambda r: -r["usd"])


def _amounts(usd: float, low: float, high: float) -> Amounts:
    return {"usd": tidy(usd, 3), "low": tidy(low, 3), "high": tidy(high, 3)}


def _told(facts: Facts) -> tuple[dict[str, str], dict[str, list[str]], set[str]]:
    """Names and sources of the lines of the bill, and those that are judgements."""
    names: dict[str, str] = {}
    sources: dict[str, list[str]] = {}
    judged: set[str] = set()
    for name in ("costs", "money"):
        for row in _rows(facts, name):
            names[str(row["id"])] = str(row["name"])
            sources[str(row["id"])] = _refs(row)
            judged |= {str(row["id"])} if _judged(row) else set()
    return names, sources, judged


def _judged(row: Mapping[str, object]) -> bool:
    return "assumption" in str(row.get("source") or "").split(";")


def _rows(facts: Facts, name: str) -> list[dict[str, Any]]:
    table = facts.result.scenario_tables.get(name)
    return [] if table is None else records(table)


def _refs(row: Mapping[str, object]) -> list[str]:
    cells = [str(row.get(c) or "") for c in ("source", "claims")]
    ids = [p.strip() for cell in cells for p in cell.split(";")]
    return [i for i in dict.fromkeys(ids) if i and i not in ("assumption", "nan")]


def _by_year(facts: Facts, table: pd.DataFrame) -> ByPayer:
    """USD by payer and calendar year."""
    present = _named(facts, table["payer"])
    sums = table.assign(year=table["month"].str[:4]).groupby(["year", "payer"])["usd"].sum()
    rows: list[Figures] = [
        {"name": name, "values": [*tidy_row(sums.get((year, p), 0.0) for p in present)]}
        for year, name in zip(facts.years, facts.year_names, strict=True)
    ]
    return {"columns": [*present.values()], "rows": rows}


def _ledger(facts: Facts) -> list[LedgerSum]:
    """Sums that were paid or pledged, with the policy that each buys."""
    policies = {p.id: p.name for p in facts.scenario.policies}
    off = {p.id for p in facts.scenario.policies if not p.enabled}
    names, _, _ = _told(facts)
    return [
        {
            "id": str(r["id"]),
            "name": str(r["name"]),
            "payer": facts.words.name("payer", str(r["payer"])),
            "usd": tidy(float(r["value"])),
            "spent": tidy(float(r["spent"])),
            "start": _date(r.get("start")),
            "end": _date(r.get("end")),
            "buys": policies.get(str(r.get("policy") or ""), ""),
            "part_of": names.get(str(r.get("part_of") or ""), ""),
            "planned": str(r.get("policy") or "") in off,
            "counted": str(r["counted"]) == "True",
            "source": _refs(r),
            "judged": _judged(r),
        }
        for r in _rows(facts, "money")
    ]


def _date(value: object) -> str:
    text = "" if value is None or value is np.nan else str(value)
    return "" if text in ("None", "nan", "NaT") else text[:10]


def _total(facts: Facts) -> str:
    """What the ledger adds up to, by payer, in words."""
    sums: dict[str, float] = {}
    for row in _ledger(facts):
        if row["counted"]:
            sums[row["payer"]] = sums.get(row["payer"], 0.0) + row["usd"]
    told = [f"{name}: {words(usd)} USD" for name, usd in sums.items()]
    return (
        f"{'; '.join(told)}. Sums inside another sum are not added again, and of sums that "
        "overlap only the largest counts."
        if told
        else ""
    )
