"""The script that makes the packaged tables: same input, same bytes; its helpers by example."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
sys.path.insert(0, str(SCRIPTS))

from evidence_curated.pages import (  # noqa: E402
    date_of,
    kind_of,
    licence_of,
    plain_url,
    title_of,
    url_key,
)
from evidence_curated.periods import period_bounds  # noqa: E402

RAW = os.environ.get("TRAVESIA_RAW", "")


@pytest.mark.skipif(not RAW, reason="TRAVESIA_RAW does not name the folder of raw material")
def test_the_derivation_gives_the_packaged_bytes(tmp_path: Path) -> None:
    for attempt in ("first", "second"):
        command = [sys.executable, str(SCRIPTS / "derive_evidence.py"), "--raw", RAW]
        subprocess.run([*command, "--out", str(tmp_path / attempt)], check=True)
    for name in ("sources.csv", "figures.csv", "claims.csv", "conflicts.csv"):
        first = (tmp_path / "first" / name).read_bytes()
        assert first == (tmp_path / "second" / name).read_bytes()
        assert first == (ROOT / "src/travesia/evidence/data" / name).read_bytes()


@pytest.mark.parametrize(
    ("printed", "bounds"),
    [
        ("FY2019", ("2018-10-01", "2019-09-30")),
        ("FY2010-FY2020", ("2009-10-01", "2020-09-30")),
        ("FY2014-FY2023, status end 2023", ("2013-10-01", "2023-09-30")),
        ("2019", ("2019-01-01", "2019-12-31")),
        ("2013-2019", ("2013-01-01", "2019-12-31")),
        ("2020-02", ("2020-02-01", "2020-02-29")),
        ("2019-02", ("2019-02-01", "2019-02-28")),
        ("2018-11-22", ("2018-11-22", "2018-11-22")),
        ("2019-01/2019-11", ("2019-01-01", "2019-11-30")),
        ("2020-03-20/2021-02-04", ("2020-03-20", "2021-02-04")),
        ("2022-10 to 2022-11", ("2022-10-01", "2022-11-30")),
        ("2020-03/2022", ("2020-03-01", "2022-12-31")),
        ("c.2023", ("2023-01-01", "2023-12-31")),
        ("2019 (early)", ("2019-01-01", "2019-12-31")),
        ("2016-17", ("2016-01-01", "2017-12-31")),
        ("2011-", ("2011-01-01", "")),
        ("to 2022", ("", "2022-12-31")),
    ],
)
def test_periods(printed: str, bounds: tuple[str, str]) -> None:
    assert period_bounds(printed) == bounds


@pytest.mark.parametrize("printed", ["soon", "2019-13", "FY19", "2019-2", ""])
def test_a_period_that_is_not_understood_is_refused(printed: str) -> None:
    with pytest.raises(ValueError, match="not understood"):
        period_bounds(printed)


@given(st.integers(2000, 2098), st.integers(0, 9))
def test_a_span_of_years_starts_with_the_first_and_ends_with_the_last(y: int, n: int) -> None:
    assert period_bounds(f"{y}-{y + n}") == (period_bounds(str(y))[0], period_bounds(str(y + n))[1])
    assert period_bounds(f"FY{y}/FY{y + n}")[0] == f"{y - 1}-10-01"


def test_what_an_address_tells() -> None:
    page = "https://www.example.com/news/2021/09/05/caravan-broken-up-again-in-chiapas-778899.html"
    assert date_of(page) == "2021-09-05"
    assert date_of("https://example.com/2014/08/train") == "2014-08"
    assert date_of("https://example.com/story/2014081") == ""
    assert title_of(page) == "Caravan broken up again in chiapas"
    assert title_of("https://example.com/?p=123") == "Page of example.com"
    assert kind_of("https://cis.org/Report") == "research"
    assert kind_of("https://sanfranciscoherald.com/x") == "press"
    assert kind_of("https://www.cbp.gov/x") == "agency"
    paper = "https://pmc.ncbi.nlm.nih.gov/articles/1"
    assert kind_of(paper) == "research"
    assert licence_of(paper) == "all rights reserved; facts cited"
    assert licence_of("https://www.cbp.gov/x") == "US government work"
    assert licence_of("https://cbp.gov.example.com/x") != "US government work"
    assert (
        plain_url("a file that quotes https://example.org/a (table 3)") == "https://example.org/a"
    )
    assert plain_url("none") == ""


@given(st.sampled_from(["http://", "https://"]), st.sampled_from(["", "www."]), st.booleans())
def test_spellings_of_one_page_have_one_key(scheme: str, www: str, slash: bool) -> None:
    spelt = f"{scheme}{www}Example.org/a/b{'/' if slash else ''}"
    assert url_key(spelt) == url_key("https://example.org/a/b")
