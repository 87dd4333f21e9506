"""Published statistics in our columns and categories: the files of observed/."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from corridor_statistics import children
from corridor_statistics import columns as c
from corridor_statistics.united_states import UnitedStates

Rows = list[tuple[object, ...]]
CROSS_TABLE = "2019-10"
SECTORS_FROM_WEST = (
    # Western limits of the sectors along the line, degrees of longitude (approximate).
    (-117.3, "us_san_diego"), (-116.1, "us_el_centro"), (-114.9, "us_yuma"),
    (-113.33, "us_tucson"), (-109.05, "us_el_paso"), (-104.9, "us_big_bend"),
    (-101.8, "us_del_rio"),
)  # fmt: skip
DEL_RIO_SOUTH, LAREDO_EAST, LAREDO_SOUTH = 28.2, -98.9, 26.75
BORDERLANDS = ((25.7, 34.0), (-117.3, -96.9))
MEXICAN_STATES = {
    "Aguascalientes": "AGU", "Baja California": "BCN", "Baja California Sur": "BCS",
    "Campeche": "CAM", "Chiapas": "CHP", "Chihuahua": "CHH", "Ciudad de México": "CMX",
    "Coahuila": "COA", "Colima": "COL", "Durango": "DUR", "Guanajuato": "GUA", "Guerrero": "GRO",
    "Hidalgo": "HID", "Jalisco": "JAL", "México": "MEX", "Michoacán": "MIC", "Morelos": "MOR",
    "Nayarit": "NAY", "Nuevo León": "NLE", "Oaxaca": "OAX", "Puebla": "PUE", "Querétaro": "QUE",
    "Quintana Roo": "ROO", "San Luis Potosí": "SLP", "Sinaloa": "SIN", "Sonora": "SON",
    "Tabasco": "TAB", "Tamaulipas": "TAM", "Tlaxcala": "TLA", "Veracruz": "VER",
    "Yucatán": "YUC", "Zacatecas": "ZAC",
}  # fmt: skip
COURT_SECTORS = {
    "San Ysidro": "us_san_diego", "Calexico": "us_el_centro", "El Paso": "us_el_paso",
    "Laredo": "us_laredo", "Brownsville": "us_rgv",
}  # fmt: skip


def _source(month: str, before: str) -> str:
    return before if month < CROSS_TABLE else "DATA-CBP"


def encounters(us: UnitedStates, out: Path) -> None:
    """Border Patrol encounters by sector, nationality and family type, and their cross-tables."""
    sector: Rows = []
    family: Rows = []
    nationality: Rows = []
    both: Rows = []
    for t, month in enumerate(c.MONTHS):
        split = us.by_sector_family[t]
        source = _source(month, "DATA-USBP-FAM")
        for s, name in enumerate(c.SECTORS):
            for k, kind in enumerate(c.FAMILY_TYPES):
                sector.append((month, name, kind, int(split[k, s]), source))
        for k, kind in enumerate(c.FAMILY_TYPES):
            family.append((month, kind, int(split[k].sum()), source))
        for n, code in enumerate(c.NATIONALITIES):
            count = int(us.by_nationality[t, n])
            nationality.append((month, code, count, _source(month, "DATA-OHSS")))
            if month >= CROSS_TABLE:
                for s, name in enumerate(c.SECTORS):
                    people = int(us.people[t, n, :, s].sum())
                    both.append((month, name, code, people, "DATA-CBP"))
    yearly: Rows = [
        (f"FY{year}", name, code, int(cells[n, s]), "DATA-USBP-CIT")
        for year, cells in sorted(us.by_year_sector.items())
        for n, code in enumerate(c.NATIONALITIES)
        for s, name in enumerate(c.SECTORS)
    ]
    tail = ["people", "source"]
    month_sector = ["month", "sector"]
    c.write_table(sector, [*month_sector, "family_type", *tail], out / "us_encounters_sector.csv")
    c.write_table(family, ["month", "family_type", *tail], out / "us_encounters_family.csv")
    name = "us_encounters_nationality.csv"
    c.write_table(nationality, ["month", "nationality", *tail], out / name)
    name = "us_encounters_sector_nationality.csv"
    c.write_table(both, [*month_sector, "nationality", *tail], out / name)
    name = "us_encounters_sector_nationality_fy.csv"
    c.write_table(yearly, ["fiscal_year", "sector", "nationality", *tail], out / name)


def expulsions(us: UnitedStates, out: Path) -> None:
    """Title 42 expulsions by month, nationality, family type and sector: rows above zero, and one
    row of zero for a nationality without any in a month, since none is not the same as unknown.
    """
    rows: Rows = [
        (
            c.MONTHS[t],
            c.NATIONALITIES[n],
            c.FAMILY_TYPES[k],
            c.SECTORS[s],
            int(us.expelled[t, n, k, s]),
            "DATA-CBP",
        )
        for t, n, k, s in np.argwhere(us.expelled > 0)
    ]
    rows = _with_none(
        rows,
        1,
        lambda month, nation: (month, nation, c.FAMILY_TYPES[0], c.SECTORS[0], 0, "DATA-CBP"),
    )
    columns = ["month", "nationality", "family_type", "sector", "people", "source"]
    c.write_table(rows, columns, out / "us_expulsions.csv")


def _with_none(rows: Rows, key: int, none: Callable[[str, str], tuple[object, ...]]) -> Rows:
    """Rows by month (the first cell), and a row of zero for each key that a month lacks."""
    keys = list(dict.fromkeys(str(r[key]) for r in rows))
    out: Rows = []
    for month in dict.fromkeys(str(r[0]) for r in rows):
        mine = [r for r in rows if r[0] == month]
        absent = [k for k in keys if k not in {r[key] for r in mine}]
        out += [*mine, *(none(month, k) for k in absent)]
    return out


def _monthly(raw: Path, name: str) -> c.Floats:
    """Every nationality of a Mexican table, those outside the corridor in OTH."""
    table = c.read_raw(raw, name)
    counts = np.zeros((len(c.MONTHS), len(c.NATIONALITIES)))
    code = table["nat"].where(table["nat"] != "MEX", "OTH")
    index = (table["t"].str[:7].map(c.MONTH_INDEX).to_numpy(), code.map(c.nationality_index))
    np.add.at(counts, index, c.numbers(table["n"]).to_numpy(dtype=float))
    return counts


def mexico(raw: Path, out: Path) -> c.Floats:
    """Mexican detentions and returns; gives back detentions [months, nationalities]."""
    detentions = _monthly(raw, "mexico_detentions_monthly_by_nationality.csv")
    returns = _monthly(raw, "mexico_returns_monthly_by_nationality.csv")
    for counts, first, source, name in (
        (detentions, "2018-01", "DATA-UPM-DET", "mx_detentions_nationality.csv"),
        (returns, "2015-01", "DATA-UPM-RET", "mx_returns_nationality.csv"),
    ):
        rows: Rows = [
            (month, code, int(counts[t, n]), source)
            for t, month in enumerate(c.MONTHS)
            for n, code in enumerate(c.NATIONALITIES)
            if month >= first and code != "MEX"
        ]
        c.write_table(rows, ["month", "nationality", "people", "source"], out / name)
    states = c.read_raw(raw, "mexico_detentions_monthly_by_state_2019_2020.csv")
    by_state: Rows = sorted(
        (
            f"{row.year}-{int(str(row.month)):02d}",
            f"MX-{MEXICAN_STATES[str(row.state)]}",
            int(str(row.events_presented)),
            "DATA-UPM-STATE",
        )
        for row in states.itertuples()
    )
    c.write_table(
        by_state, ["month", "region", "people", "source"], out / "mx_detentions_state.csv"
    )
    return detentions


def us_share(us: UnitedStates, detentions: c.Floats, out: Path) -> None:
    """US share of Northern Triangle events, where both countries publish months."""
    triangle = [c.NAT_INDEX[n] for n in c.NORTHERN_TRIANGLE]
    rows: Rows = []
    for t in range(c.MONTH_INDEX["2018-01"], len(c.MONTHS)):
        us_events, mx_events = us.by_nationality[t, triangle].sum(), detentions[t, triangle].sum()
        source = _source(c.MONTHS[t], "DATA-OHSS") + ";DATA-UPM-DET"
        rows.append((c.MONTHS[t], round(us_events / (us_events + mx_events), 4), source))
    c.write_table(rows, ["month", "share", "source"], out / "mx_share_northern_triangle.csv")


def nearest_sector(lat: float, lon: float) -> str:
    """Border Patrol sector of a place in the borderlands, by approximate limits."""
    sector = SECTORS_FROM_WEST[0][1]
    for west, name in SECTORS_FROM_WEST:
        if lon >= west:
            sector = name
    if sector == "us_del_rio" and lat < DEL_RIO_SOUTH:
        return "us_laredo" if lon < LAREDO_EAST and lat > LAREDO_SOUTH else "us_rgv"
    return sector


def deaths(raw: Path, out: Path) -> None:
    """Deaths by sector: Border Patrol by fiscal year to 2019, Missing Migrants by year."""
    table = c.read_raw(raw, "usbp_deaths_by_sector_1998_2019.csv")
    table = table[table["sector"].isin(c.SECTOR_NAMES)]
    rows: Rows = sorted(
        (
            f"FY{row.fiscal_year}",
            c.SECTOR_NAMES[str(row.sector)],
            int(str(row.deaths)),
            "DATA-USBP-PROFILE",
        )
        for row in table.itertuples()
        if int(str(row.fiscal_year)) >= 2013
    )
    c.write_table(rows, ["fiscal_year", "sector", "deaths", "source"], out / "us_deaths_sector.csv")
    table = c.read_raw(raw, "missing_migrants_incidents.csv")
    table = table[(table["lat"] != "") & (table["lon"] != "") & (table["geo"] == "USA")]
    lat, lon = c.numbers(table["lat"]), c.numbers(table["lon"])
    (south, north), (west, east) = BORDERLANDS
    table = table[lat.between(south, north) & lon.between(west, east)]
    sector = [
        nearest_sector(float(a), float(b)) for a, b in zip(table["lat"], table["lon"], strict=True)
    ]
    dead = c.numbers(table["dead"]).groupby([table["t"].str[:4], pd.Series(sector, table.index)])
    sums = dead.sum()
    years = sorted({year for year, _ in sums.index})
    rows = [
        (year, name, int(sums.get((year, name), 0)), "DATA-MMP")
        for year in years
        for name in c.SECTORS
    ]
    c.write_table(rows, ["year", "sector", "deaths", "source"], out / "us_deaths_sector_iom.csv")


class _Figure(NamedTuple):
    """A published number: its id in the ledger, its period, what it is about."""

    id: str
    start: str
    end: str
    geography: str
    population: str
    number: float


def _figures(raw: Path, series: str) -> list[_Figure]:
    table = c.read_raw(raw, "published_figures.csv")
    table = table[table["series"] == series]
    words = ["id", "period_start", "period_end", "geography", "population"]
    cells = (table[word].astype(str) for word in words)
    return list(map(_Figure, *cells, c.numbers(table["value"])))


def figures(raw: Path, out: Path) -> None:
    """Series made of single published figures (their ids are the sources)."""
    rows: Rows = [
        (f"FY{f.end[:4]}", round(f.number / 100, 3), f.id)
        for f in _figures(raw, "usbp_recidivism_rate")
        if f.end > "2013"
    ]
    c.write_table(rows, ["fiscal_year", "share", "source"], out / "repeat_share.csv")
    rows = [
        (f.end[:4], int(f.number), f"DATA-UPM-DET;{f.id}")
        for f in _figures(raw, "inm_events_presentados_canalizados")
        if "PF129" <= f.id <= "PF138"
    ]
    c.write_table(rows, ["year", "people", "source"], out / "mx_detentions_year.csv")
    rows = [
        (f.end[:4], int(f.number), f.id)
        for f in _figures(raw, "comar_applications")
        if "PF197" <= f.id <= "PF207"
    ]
    c.write_table(rows, ["year", "people", "source"], out / "asylum_mx.csv")
    _remain_in_mexico(raw, out)


def _remain_in_mexico(raw: Path, out: Path) -> None:
    rows: Rows = [
        (f.start[:7], COURT_SECTORS[f.geography], int(f.number), f.id)
        for f in _figures(raw, "mpp_new_court_cases")
        if f.geography in COURT_SECTORS
    ]
    told = {str(r[0]): str(r[3]) for r in reversed(rows)}  # a source of the same month
    rows = _with_none(rows, 1, lambda month, sector: (month, sector, 0, told[month]))
    c.write_table(rows, ["month", "sector", "people", "source"], out / "mpp_enrolments.csv")
    enrolled = [
        f for f in _figures(raw, "mpp_enrolled_cumulative") if f.population == "MPP enrollees"
    ]
    rows = sorted((f.end, int(f.number), f.id) for f in enrolled)
    c.write_table(rows, ["date", "people", "source"], out / "mpp_enrolled_cumulative.csv")
    closed = {f.end: f for f in _figures(raw, "mpp_closed_cases")}
    still = [
        (f.end, int(f.number - closed[f.end].number), f"{f.id};{closed[f.end].id}")
        for f in enrolled
        if f.end in closed
    ]
    still += [(f.end, int(f.number), f.id) for f in _figures(raw, "mpp_still_in_mexico")]
    rows = [*sorted(still)]
    c.write_table(rows, ["date", "people", "source"], out / "mpp_waiting.csv")


def asylum(raw: Path, out: Path) -> None:
    """Asylum applicants in Mexico by year and nationality (UNHCR)."""
    table = c.read_raw(raw, "unhcr_asylum_applications.csv")
    table = table[table["coa_iso"] == "MEX"]
    year = table["year"].astype(float).astype(int)
    table = table[year.between(2013, 2023)]
    sums = (
        c.numbers(table["applied"])
        .groupby([year[table.index], table["coo_iso"].map(c.nationality_index)])
        .sum()
    )
    rows: Rows = [
        (y, code, int(sums.get((y, n), 0)), "DATA-UNHCR")
        for y in range(2013, 2024)
        for n, code in enumerate(c.NATIONALITIES)
        if code != "MEX"
    ]
    columns = ["year", "nationality", "people", "source"]
    c.write_table(rows, columns, out / "asylum_mx_nationality.csv")


def write(raw: Path, us: UnitedStates, out: Path) -> None:
    """Write every file of observed/."""
    encounters(us, out)
    expulsions(us, out)
    us_share(us, mexico(raw, out), out)
    deaths(raw, out)
    figures(raw, out)
    asylum(raw, out)
    children.write(raw, out)
