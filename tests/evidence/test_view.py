"""What the command shows."""

from __future__ import annotations

import json

import pytest

from travesia.errors import InputError
from travesia.evidence import Ledger, view


def test_a_listing_without_words_has_everything(packaged: Ledger) -> None:
    rows = view.listing(packaged)
    total = sum(map(len, (packaged.sources, packaged.figures, packaged.claims, packaged.conflicts)))
    assert len(rows) == total
    assert {tuple(row) for row in rows} == {("id", "kind", "date", "source", "what")}


@pytest.mark.parametrize(
    ("kind", "count"), [("source", None), ("figure", None), ("claim", 291), ("dataset", None)]
)
def test_a_listing_by_kind(packaged: Ledger, kind: str, count: int | None) -> None:
    rows = view.listing(packaged, None, kind)
    assert rows
    assert count is None or len(rows) == count
    for row in rows:
        assert packaged.resolve(row["id"]) is not None
        if kind == "source":
            assert row["id"] in packaged.sources
        else:
            assert row["kind"] == kind


def test_words_and_kind_narrow_together(packaged: Ledger) -> None:
    rows = view.listing(packaged, "checkpoints", "claim")
    assert "S0-p07-c" in {row["id"] for row in rows}
    assert all("checkpoint" in str(packaged.resolve(row["id"])).lower() for row in rows)
    assert next(r for r in rows if r["id"] == "S0-p07-c")["what"].endswith("[12 checkpoints]")


def test_an_unknown_kind_names_the_known_ones(packaged: Ledger) -> None:
    with pytest.raises(InputError, match=r"there is no kind 'facts' → use one of source, figure"):
        view.listing(packaged, None, "facts")


def test_the_detail_of_a_figure_shows_source_and_conflicts(packaged: Ledger) -> None:
    shown = view.detail(packaged, "PF058")
    assert shown["is"] == "figure"
    assert shown["amount"] == "387,398 persons"
    assert shown["url"].startswith("http")
    assert any(line.startswith("CF-N13 (range)") for line in shown["conflicts"])


def test_the_detail_of_a_source_lists_what_was_read_in_it(packaged: Ledger) -> None:
    shown = view.detail(packaged, "SRC-PF064")
    assert shown["asked_for"] == "SRC-PF064"
    assert shown["id"] == packaged.figures["PF064"].source
    assert any(line.startswith("PF064: ") for line in shown["read_in_it"])


def test_the_detail_of_a_conflict_tells_both_sides(packaged: Ledger) -> None:
    shown = view.detail(packaged, "CF-C02")
    assert [line.split(":")[0] for line in shown["claim_a"]] == ["S4-p14-b"]
    assert "attended" in shown["claim_a"][0]
    assert [line.split(":")[0] for line in shown["claim_b"]] == ["S4-p15-a"]


def test_an_unknown_id_suggests_the_nearest(packaged: Ledger) -> None:
    with pytest.raises(InputError, match="did you mean 'DATA-DARIEN'"):
        view.detail(packaged, "DATA-DARIAN")


def test_every_detail_is_json_and_text(packaged: Ledger) -> None:
    for ref in packaged.ids():
        shown = view.detail(packaged, ref)
        assert json.loads(json.dumps(shown)) == shown
        text = view.lines(shown)
        assert text[0] == f"id: {shown['id']}"
        assert not any(line.rstrip().endswith(": ") or "\n" in line for line in text)


def test_conflicts_are_listed_whole(packaged: Ledger) -> None:
    rows = view.conflicts(packaged)
    assert len(rows) == len(packaged.conflicts)
    for row in rows:
        sides = packaged.references(row["claim_a"] + ";" + row["claim_b"])
        assert packaged.missing(sides) == []
        assert row["note"]
        assert row["resolution"]
