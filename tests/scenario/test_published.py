"""Published tables are read as strictly as inputs: every way in which people write them wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.scenario.conftest import Folder
from travesia.errors import Problem, ProblemList
from travesia.scenario.cells import Fault, is_total, read_count, read_share
from travesia.scenario.load import load
from travesia.scenario.observed import file_fault, read_cells
from travesia.scenario.published import Published, meaning_of, published

REGISTER = load("example").quantities
GOOD = "month,sector,people\n2019-01,a,960\n2019-01,b,460\n2019-02,a,1020\n2019-02,b,520\n"
SECTORS = ("us_encounters", "sector", "month")


def read(
    tmp_path: Path, data: str | bytes, meaning: tuple[str, str, str] = SECTORS
) -> tuple[Published | None, list[Problem]]:
    path = tmp_path / "t.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    problems = ProblemList()
    cells = read_cells(path, "s/observed/t.csv", problems)
    found = None if cells is None else published(cells, meaning_of(REGISTER, *meaning), problems)
    return found, list(problems)


def errors(problems: list[Problem]) -> list[Problem]:
    return [p for p in problems if p.severity == "error"]


# -- cells ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("960", 960), ("960.0", 960), ("1000", 1000), ("007", 7)]
)
def test_counts(text: str, number: float) -> None:
    assert read_count(text) == number


UNKNOWN = [
    "", "-", "–", "—", "..", "...", "…", "n/a", "N/A", "NA", "n.d.", "s/d", "nan", "D", "X", "*",
    "<10", "< 5", "≤10", "-99", "-999", "-9999", "-99.0", "null", "suppressed",
]  # fmt: skip


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_withheld_is_unknown_and_not_zero(text: str) -> None:
    assert np.isnan(read_count(text))  # type: ignore[arg-type]
    assert np.isnan(read_share(text))  # type: ignore[arg-type]


NO_COUNTS = [
    "1,020", "1.100", "1.020.300", "1 020", "1\u00a0020", "1\u202f020", "1'020", "1,020.00",
    "960.5", "1,5", "-5", "−5", "12%", "1.2E+05", "1e3", "many", "960*", "960 1/", "Honduras (1)",
    "131 mil", "about 960", ">10", "$960", "inf", "-inf", "0x10", "٩٦٠", "1/2", "99999999999999",
    "=A1", "#REF!", "960-970", "+5", "1000,0", "1_000", "¹⁰", "true", "x", "d",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_COUNTS)
def test_what_is_no_count_is_named_with_a_cure(text: str) -> None:
    fault = read_count(text)
    assert isinstance(fault, Fault), fault
    assert fault.what
    assert fault.cure


@pytest.mark.parametrize(
    ("text", "number"), [("0.14", 0.14), (".14", 0.14), ("1", 1.0), ("0", 0.0), ("0.1400", 0.14)]
)
def test_shares(text: str, number: float) -> None:
    assert read_share(text) == number


@pytest.mark.parametrize("text", ["14", "14%", "14 %", "0,14", "-0.1", "1.01", "140", "1e-3", "x"])
def test_what_is_no_share_is_named(text: str) -> None:
    assert isinstance(read_share(text), Fault)


def test_a_cure_says_the_number() -> None:
    assert read_count("1,020") == Fault("is no plain number", "write 1020 (no mark for thousands)")
    fault = read_share("14")
    assert isinstance(fault, Fault)
    assert "0.14" in fault.cure


@pytest.mark.parametrize(
    "text",
    [
        "Total",
        "TOTAL",
        "total general",
        "Totales",
        "Grand Total",
        "Subtotal",
        "Sub-total",
        "All",
        "Suma",
        "Total:",
    ],
)
def test_totals(text: str) -> None:
    assert is_total(text)


@pytest.mark.parametrize("text", ["us_este", "Totonicapán", "Allende", "OTH", "", "total_zone"])
def test_no_totals(text: str) -> None:
    assert not is_total(text)


# -- the matrix: every column times every bad value ----------------------------------------


BAD = {
    "month": ["", "2019-13", "2019-00", "2019", "FY2019", "OCT", "01/2019", "Jan 2019", "Total",
              "2019-1", "43466", "2019-02-30", "x", "NaN", "#date"],
    "sector": ["", "Total", "Total general"],
    "people": NO_COUNTS,
}  # fmt: skip


@pytest.mark.parametrize(("column", "value"), [(c, v) for c, values in BAD.items() for v in values])
@pytest.mark.parametrize("row", [0, 3])
def test_every_bad_cell_is_one_fault_with_its_line_and_column(
    tmp_path: Path, column: str, value: str, row: int
) -> None:
    lines = [line.split(",") for line in GOOD.strip().split("\n")]
    lines[row + 1][lines[0].index(column)] = f'"{value}"'
    found, (fault,) = read(tmp_path, "\n".join(",".join(line) for line in lines) + "\n")
    if value.startswith("#") and column == "month":
        assert "HXL" in fault.what
    else:
        assert found is None
        assert fault.where == f"s/observed/t.csv, line {row + 2}, column {column}"
    assert fault.severity == "error"
    assert fault.cure


@pytest.mark.parametrize("value", UNKNOWN)
def test_every_unknown_number_is_a_remark_with_its_cell(tmp_path: Path, value: str) -> None:
    found, (remark,) = read(tmp_path, GOOD.replace("1020", value))
    assert remark.severity == "warning"
    assert remark.where == "s/observed/t.csv, line 4, column people"
    assert found is not None
    np.testing.assert_array_equal(found.values, [[960, 460], [np.nan, 520]])


def test_two_bad_cells_are_two_faults(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path, GOOD.replace("1020", "1,5").replace("460", "x").replace("1,5", "x")
    )
    assert len(problems) == 2


# -- files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the table is empty"),
        (b"\n\n", "the table is empty"),
        (b"\xef\xbb\xbf", "the table is empty"),
        (b"month,sector,people\n", "a header but no rows"),
        (GOOD.replace(",a,", ",\xe9,").encode("cp1252"), "not UTF-8"),
        (GOOD.encode("utf-16"), "not UTF-8"),
        (GOOD.encode("utf-16-le"), "not UTF-8"),
        (GOOD.replace(",", ";").encode(), "separated by ';'"),
        (GOOD.replace(",", "\t").encode(), "separated by tabs"),
        (b"month,sector,people\n#date,#adm1,#affected\n2019-01,a,1\n", "HXL"),
        (b"month,sector,people\n2019-01,a\n", "the row has 2 cells"),
        (b"month,sector,people\n2019-01,a,1,020\n", "the row has 4 cells"),
        (b'month,sector,people\n2019-01,"a,1\n', "the CSV is broken"),
        (b"month,month,sector,people\n2019-01,2019-01,a,1\n", "given twice"),
        (b"PK\x03\x04\x00\x00\xff\xfe", "not UTF-8"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, data: bytes, says: str) -> None:
    _, problems = read(tmp_path, data)
    assert len(problems) == 1
    assert problems[0].severity == "error"
    assert says in problems[0].what
    assert problems[0].cure


def test_a_byte_order_mark_and_blank_lines_are_no_fault(tmp_path: Path) -> None:
    found, problems = read(
        tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode() + b"\n,,\n"
    )
    assert problems == []
    assert found is not None
    assert found.values.tolist() == [[960, 460], [1020, 520]]


@pytest.mark.parametrize(
    "file",
    [
        "encounters.csv",
        "observed2/encounters.csv",
        "observed/x/encounters.csv",
        "/etc/passwd",
        "../observed/e.csv",
        "observed/../e.csv",
        "observed/e.CSV",
        "observed/e.xlsx",
        "observed/",
        "observed/.csv/x.csv",
        "observed/" + "x" * 3000 + ".csv",
        "observed/a\x00.csv",
        "observed\\e.csv",
        "~/e.csv",
        "C:/e.csv",
        "https://a/e.csv",
        "",
    ],
)
def test_misplaced_files_are_told_where_they_belong(file: str) -> None:
    fault = file_fault(file)
    assert fault is not None
    assert len(fault[0]) < 120
    assert "observed/NAME.csv" in fault[1]


# -- what the columns mean -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "meaning", "says"),
    [
        ("Month,sector,people", SECTORS, "rename column 'Month' to 'month'"),
        ("when,sector,people", SECTORS, "no column holds the period"),
        ("month,sector,amount", SECTORS, "no column holds the number"),
        ("month,area,people", SECTORS, "column 'sector' is missing"),
        ("month,sector,people,deaths", SECTORS, "'people' and 'deaths' could be the number"),
        ("month,sector,share", SECTORS, "the table holds shares, not counts"),
        ("year,sector,people", SECTORS, "the target is by month, the table by year"),
        (
            "fiscal_year,sector,people",
            ("us_encounters", "sector", "year"),
            "the target is by year, the table by fiscal year",
        ),
        (
            "year,sector,people",
            ("us_encounters", "sector", "fiscal_year"),
            "the target is by fiscal year, the table by year",
        ),
        (
            "month,family,family_type,people",
            ("us_encounters", "family", "month"),
            "could be the family_type",
        ),
    ],
)
def test_columns_that_do_not_fit_are_named(
    tmp_path: Path, header: str, meaning: tuple[str, str, str], says: str
) -> None:
    row = ",".join("2019-01" if i == 0 else "1" for i in range(header.count(",") + 1))
    _, problems = read(tmp_path, f"{header}\n{row}\n", meaning)
    assert len(problems) == 1
    assert says in str(problems[0])


def test_fiscal_years_are_no_calendar_years(tmp_path: Path) -> None:
    text = "year,sector,people\nFY2019,a,1\n"
    _, (fault,) = read(tmp_path, text, ("us_encounters", "sector", "year"))
    assert "'FY2019' is no year" in fault.what


def test_a_second_number_for_one_period_and_key_is_a_fault(tmp_path: Path) -> None:
    _, (fault,) = read(tmp_path, GOOD + "2019-01,a,961\n")
    assert fault.what == "a second number for 2019-01 a, first given in line 2"
    assert fault.where == "s/observed/t.csv, line 6"


def test_a_second_source_is_no_second_number(tmp_path: Path) -> None:
    text = "month,sector,people,source\n2019-01,a,1,X\n2019-01,a,2,Y\n"
    _, problems = read(tmp_path, text)
    assert "a second number" in problems[0].what


def test_rows_that_differ_in_a_dimension_are_added_up_without_a_word(tmp_path: Path) -> None:
    text = "month,sector,family_type,people\n2019-01,a,adult,1\n2019-01,a,family,2\n"
    found, problems = read(tmp_path, text)
    assert problems == []
    assert found is not None
    assert found.values.tolist() == [[3]]


def test_rows_that_differ_in_an_unknown_column_are_remarked_on(tmp_path: Path) -> None:
    text = "month,sector,component,people\n2019-01,a,OFO,1\n2019-01,a,USBP,2\n"
    found, (remark,) = read(tmp_path, text)
    assert "rows that differ in column 'component' are added up" in remark.what
    assert found is not None


def test_totals_in_other_columns_are_faults(tmp_path: Path) -> None:
    text = "month,sector,sex,people\n2019-01,a,Total,3\n2019-01,a,f,2\n2019-01,a,m,1\n"
    _, problems = read(tmp_path, text)
    assert [p.where[-10:] for p in errors(problems)] == ["column sex"]


def test_dates_are_their_month_and_incidents_of_a_day_are_added_up(tmp_path: Path) -> None:
    text = "date,sector,id,deaths\n2019-01-03,a,1,2\n2019-01-03,a,2,1\n2019-02-01,a,3,1\n"
    found, problems = read(tmp_path, text, ("us_deaths", "sector", "month"))
    assert errors(problems) == []
    assert found is not None
    assert found.values.tolist() == [[3], [1]]


def test_cells_without_a_row_are_zero_and_told(tmp_path: Path) -> None:
    found, _ = read(tmp_path, GOOD.replace("2019-02,b,520\n", ""))
    assert found is not None
    assert found.absent == (("2019-02", ("b",)),)
    assert found.values[1].tolist() == [1020, 0]


# -- whole public tables thrown in ---------------------------------------------------------


PUBLIC = {
    "incidents": (
        "Main ID,Incident Type,Region of Incident,Incident Date,Incident Year,Month,Number of Dead,"
        "Total Number of Dead and Missing\n2019.MMUS001,Incident,North America,2019-01-05,2019,"
        "January,1,2\n"
    ),
    "encounters": (
        "Fiscal Year,Month Grouping,Month (abbv),Component,Land Border Region,Area of "
        "Responsibility,Demographic,Citizenship,Encounter Count\n2020,FYTD,OCT,U.S. Border Patrol,"
        "Southwest Land Border,Del Rio Sector,FMUA,BRAZIL,6\n"
    ),
    "population": (
        "Year,Country of origin,Country of origin (ISO),Country of asylum,Refugees,Asylum-seekers\n"
        "2019,Honduras,HND,Mexico,100,2000\n"
    ),
    "hxl": (
        "adm1Name,adm1Pcode,numPresentIdpInd,reportingDate\n#adm1+name,#adm1+code,#affected+idps,"
        "#date+reported\nAtlántida,HN01,120,2019-01-31\n"
    ),
}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_whole_public_table_is_refused_in_plain_words(folder: Folder, name: str) -> None:
    folder.write("observed/encounters.csv", PUBLIC[name])
    problems = folder.problems()
    said = " ".join(map(str, problems))
    assert "no column holds the period" in said
    assert "no column holds the number" in said
    assert "column 'sector' is missing" in said
    assert len(problems) == (4 if name == "hxl" else 3)


def test_two_renamed_columns_do_not_hide_what_is_added_up(folder: Folder) -> None:
    """A table whose period and number were renamed still says that it is another table."""
    table = PUBLIC["encounters"].replace("Fiscal Year", "fiscal_year")
    folder.write("observed/encounters.csv", table.replace("Encounter Count", "people"))
    said = " ".join(map(str, folder.problems()))
    assert "the target is by month, the table by fiscal year" in said
    assert "column 'sector' is missing" in said


# -- targets.csv: every column times every bad value ---------------------------------------


TARGETS = {
    "id": ["", "Two words", "../x"],
    "observable": ["", "us_encount", "encounters", "us_encounters_by_", "us_encounters_by_moon",
                   "us_encounters_by_state", "US_ENCOUNTERS"],
    "file": ["", "encounters.csv", "observed2/encounters.csv", "/tmp/x.csv", "observed/no.csv",
             "observed/" + "x" * 3000 + ".csv", "observed/encounters.CSV", "../x.csv"],
    "frequency": ["", "weekly", "MONTHS", "2019", "date", "quarter"],
    "by": ["moon", "sector;sector", "sector;moon"],
    "start": ["spring", "2019-13", "13-2019", "2019-02-30", "201", "tomorrow", "2019-05", "-"],
    "end": ["spring", "2019-13", "2018-12", "1.1.2019", "FY", "x"],
    "role": ["", "predicted", "Fit", "test", "0"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value"), [(c, v) for c, values in TARGETS.items() for v in values]
)
def test_every_bad_cell_of_targets_is_named(folder: Folder, column: str, value: str) -> None:
    folder.cell("targets.csv", 2, column, value)
    problems = folder.problems()
    assert errors(problems)
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert problems[0].where == "example/targets.csv, line 2"
    assert len(str(problems[0])) < 900


def test_a_real_country_that_nobody_is_simulated_of_is_a_remark(folder: Folder) -> None:
    folder.cell("targets.csv", 2, "by", "nationality")
    folder.write(
        "observed/encounters.csv",
        "month,nationality,people\n2019-01,CHN,1\n2019-01,HDN,1\n2019-04,CHN,1\n2019-04,HDN,1\n",
    )
    found = {p.severity: p for p in folder.problems()}
    assert "no nationality of the scenario is 'HDN'" in found["error"].what
    assert found["error"].where.endswith("line 3, column nationality")
    assert "nobody is simulated for CHN" in found["warning"].what


def test_a_fault_of_a_table_that_two_targets_take_is_told_once(folder: Folder) -> None:
    rows = folder.rows("targets.csv")
    second = [*rows[1]]
    second[0] = "second"
    folder.write_rows("targets.csv", [*rows, second])
    folder.cell("observed/encounters.csv", 4, "people", "x")
    assert len(folder.problems()) == 1
