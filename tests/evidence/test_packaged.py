"""The evidence that ships with Travesía is complete, sound and cites what it says it cites."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from travesia.evidence import Claim, Figure, Ledger, Source, check_ledger

STABLE = [
    "DATA-CBP",
    "DATA-USBP-SECTOR",
    "DATA-USBP-CIT",
    "DATA-USBP-FAM",
    "DATA-OHSS",
    "DATA-USBP-PROFILE",
    "DATA-UPM-DET",
    "DATA-UPM-RET",
    "DATA-UPM-STATE",
    "DATA-GN",
    "DATA-DARIEN",
    "DATA-HONDURAS",
    "DATA-GUATEMALA",
    "DATA-UNHCR",
    "DATA-MMP",
    "DATA-GEONAMES",
    "DATA-NATURALEARTH",
    "DATA-BTS",
    "DATA-PRESS-GEO",
    "LIT",
    "MODEL-FINDINGS",
    "ART-S0",
    "ART-S1",
    "ART-S2",
    "ART-S3",
    "ART-S4",
]


def test_the_packaged_ledger_has_no_problems(packaged: Ledger) -> None:
    assert [str(p) for p in check_ledger(packaged)] == []


def test_counts(packaged: Ledger) -> None:
    series = Counter(f[:2] for f in packaged.figures)
    assert {name: series[name] for name in ("PF", "PA", "PS")} == {"PF": 307, "PA": 257, "PS": 7}
    assert series.keys() <= {"PF", "PA", "PS", "CT", "HR", "CO", "CH", "WD"}
    assert len(packaged.claims) == 291
    by_article = Counter(c.source for c in packaged.claims.values())
    assert by_article == {"ART-S0": 53, "ART-S1": 47, "ART-S2": 61, "ART-S3": 54, "ART-S4": 76}
    kinds = Counter(c.id.split("-")[1][0] for c in packaged.conflicts.values())
    assert kinds["C"] == 18
    assert kinds["N"] >= 25


@pytest.mark.parametrize("ref", STABLE)
def test_the_ids_that_scenarios_build_on_exist(packaged: Ledger, ref: str) -> None:
    assert isinstance(packaged.resolve(ref), Source)


def test_every_policy_row_figure_and_network_fact_leads_to_a_source(packaged: Ledger) -> None:
    refs = [f"SRC-PO{n:03d}" for n in range(1, 157)]
    refs += [f"SRC-{f}" for f in packaged.figures]
    refs += [f"NET-S{n:02d}" for n in range(1, 83)]
    assert packaged.missing(refs) == []
    assert {type(packaged.resolve(ref)) for ref in refs} == {Source}


def test_a_figure_and_its_row_name_the_same_source(packaged: Ledger) -> None:
    for figure in packaged.figures.values():
        assert packaged.source_of(figure.id) is packaged.resolve(f"SRC-{figure.id}")


def test_one_page_is_one_source(packaged: Ledger) -> None:
    def key(url: str) -> str:
        return re.sub(r"^https?://(www\.)?", "", url).rstrip("/").lower()

    pages = Counter(key(s.url) for s in packaged.sources.values() if s.url and s.kind != "dataset")
    assert [page for page, count in pages.items() if count > 1] == []


def test_numbers_survive_the_derivation(packaged: Ledger) -> None:
    fy2019 = packaged.figures["PF003"]
    assert (fy2019.value, fy2019.unit) == (851508.0, "apprehension events")
    assert (fy2019.period_start, fy2019.period_end) == ("2018-10-01", "2019-09-30")
    gotaways = packaged.figures["PA007"]
    assert (gotaways.low, gotaways.value, gotaways.high) == (387398, 387398, 389000)
    assert (gotaways.period_start, gotaways.period_end) == ("2020-10-01", "2021-09-30")
    claim = packaged.claims["S0-p07-c"]
    assert (claim.value, claim.unit, claim.paragraph) == (12.0, "checkpoints", 7)


def test_claims_that_dispute_each_other_say_so(packaged: Ledger) -> None:
    for claim in packaged.claims.values():
        assert (claim.status == "disputed") == bool(claim.disputed_by)
        for other in claim.disputed_by:
            assert packaged.conflicts_of(claim.id), claim.id
            assert isinstance(packaged.resolve(other), Claim)


def test_figures_seen_only_at_second_hand_are_marked(packaged: Ledger) -> None:
    judged = [f for f in packaged.figures.values() if f.certainty == "A"]
    assert len([f for f in judged if f.id.startswith(("PF", "PA", "PS"))]) == 35
    assert all(f.note or (f.low, f.high) != (None, None) for f in judged)
    assert all(isinstance(f, Figure) for f in judged)


def test_no_private_trace_is_left_in_the_tables(packaged: Ledger) -> None:
    text = "\n".join(str(entry.item) for entry in packaged.entries).lower()
    for trace in ("published_figures", "find_string", "phpsessid", "project note"):
        assert trace not in text


def test_the_page_on_the_ledger_tells_the_true_counts(packaged: Ledger) -> None:
    page = Path(__file__).resolve().parents[2] / "docs/evidence.md"
    told = re.findall(r"^\| `(\w+)\.csv` \|.*\| (\d+) \|$", page.read_text(encoding="utf-8"), re.M)
    tables = ("sources", "figures", "claims", "conflicts")
    assert told == [(name, str(len(getattr(packaged, name)))) for name in tables]
