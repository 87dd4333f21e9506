"""Periods as printed in the parameter table, turned into first and last days."""

from __future__ import annotations

import calendar
import re

_PLACES = re.compile(
    r"^(US |SW border|Mexico|Guatemala|Honduras|Chiapas|Oaxaca|Veracruz|Tapachula|Tijuana|Reynosa|"
    r"Matamoros|Tapanatepec|Ciudad Juárez|El Paso|Arriaga|Chetumal|La Mesilla|north|rural|all "
    r"north|central and north|Central America|Tlaxcala|Guanajuato|Ixtepec|8 ports)|sector$"
)


def is_place(text: str) -> bool:
    """True where a figure's scope names a place rather than a group of people."""
    return bool(_PLACES.search(text))


def _bounds(text: str) -> tuple[str, str] | None:
    """First and last day of ``FY2019``, ``2019``, ``2019-05`` or ``2019-05-03``."""
    if match := re.fullmatch(r"FY(\d{4})", text):
        year = int(match[1])
        return f"{year - 1}-10-01", f"{year}-09-30"
    if re.fullmatch(r"\d{4}", text):
        return f"{text}-01-01", f"{text}-12-31"
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text):
        last = calendar.monthrange(int(match[1]), int(match[2]))[1]
        return f"{text}-01", f"{text}-{last:02d}"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return text, text
    return None


_ODD = {
    "FY2021 to Aug": ("2020-10-01", "2021-08-31"),
    "FY2022 to Sept": ("2021-10-01", "2022-09-30"),
    "2010 / 2023 review": ("2010-01-01", "2023-12-31"),
    "2016-17": ("2016-01-01", "2017-12-31"),
    "2011-": ("2011-01-01", ""),
    "to 2022": ("", "2022-12-31"),
    "after 2016": ("2017-01-01", ""),
    "not shown in excerpt (before 2019)": ("", "2018-12-31"),
}


def period_bounds(text: str) -> tuple[str, str]:
    """First and last day (ISO dates) of a period as printed; an open or unknown end is blank.

    Fiscal years of the United States run from October to September.
    """
    if text in _ODD:
        return _ODD[text]
    core = re.split(r",| \(", text.removeprefix("c."))[0].strip()
    if whole := _bounds(core):
        return whole
    for pattern in (
        r"(.+?)\s*/\s*(.+)",
        r"(.+?) to (.+)",
        r"(FY\d{4})-(FY\d{4})",
        r"(\d{4})-(\d{4})",
    ):
        if match := re.fullmatch(pattern, core):
            first, last = _bounds(match[1]), _bounds(match[2])
            if first and last:
                return first[0], last[1]
    raise ValueError(f"period not understood: {text!r}")
