"""No sum is added twice, under any nesting and overlap; policies follow what is spent on them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from travesia.scenario.money import Money
from travesia.scenario.sums import counted, overlapping, strength, total, wholes


def row(name: str, value: float, **more: Any) -> Money:
    cells = {
        "id": name,
        "name": name,
        "payer": "mexico",
        "payee": "rail",
        "purpose": "works",
        "value": value,
        **more,
    }
    return Money.model_validate(cells)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Money]:
    """Trees of sums: every part lies in a sum before it, and some overlap."""
    n = draw(st.integers(1, 12))
    rows = []
    for i in range(n):
        part_of = draw(st.none() | st.integers(0, i - 1)) if i else None
        overlaps = draw(st.sets(st.integers(0, n - 1), max_size=2)) - {i}
        rows.append(
            row(
                f"s{i}",
                draw(st.integers(0, 1000)),
                part_of=None if part_of is None else f"s{part_of}",
                overlaps=tuple(f"s{o}" for o in overlaps),
            )
        )
    return draw(st.permutations(rows))


@given(ledgers(), st.data())
def test_nothing_counts_twice(rows: list[Money], data: st.DataObject) -> None:
    chosen = [r for r in rows if data.draw(st.booleans())]
    added = counted(chosen, rows)
    by_id = {r.id: r for r in rows}
    ids = {r.id for r in added}
    for one in added:
        assert not ids & {w.id for w in wholes(one, by_id)}  # never a part and its whole
        assert not ids & set(one.overlaps)  # never two that overlap
    assert total(chosen, rows) == sum(r.value for r in added) <= sum(r.value for r in chosen)
    for left in chosen:  # whoever is left out is covered: by a whole, or by one as large
        covers = {w.id for w in wholes(left, by_id)} & {r.id for r in chosen}
        group = next(
            (
                g
                for g in overlapping(
                    [
                        r
                        for r in chosen
                        if not {w.id for w in wholes(r, by_id)} & {c.id for c in chosen}
                    ]
                )
                if left in g
            ),
            [],
        )
        assert left in added or covers or any(r in added and r.value >= left.value for r in group)


@given(ledgers())
def test_the_order_of_rows_does_not_matter(rows: list[Money]) -> None:
    assert total(rows) == total(list(reversed(rows)))
    assert {r.id for r in counted(rows)} == {r.id for r in counted(sorted(rows, key=_name))}


def _name(one: Money) -> str:
    return one.id


@given(ledgers())
def test_a_total_of_one_row_is_the_row(rows: list[Money]) -> None:
    assert all(total([one], rows) == one.value for one in rows)


def test_a_part_reaches_its_whole_through_rows_that_were_not_chosen() -> None:
    rows = [row("a", 100), row("b", 50, part_of="a"), row("c", 20, part_of="b")]
    assert total(rows) == 100
    assert total([rows[0], rows[2]], rows) == 100
    assert total([rows[1], rows[2]], rows) == 50
    assert total([rows[2]], rows) == 20


def test_of_sums_that_overlap_the_largest_counts() -> None:
    rows = [
        row("a", 112, overlaps=("b",)),
        row("b", 58),
        row("c", 86, overlaps=("b",)),
        row("d", 80),
    ]
    assert total(rows) == 112 + 80
    assert [r.id for r in counted(rows)] == ["a", "d"]


@pytest.mark.parametrize(
    ("spent", "elasticity", "own", "factor"),
    [
        (100, 1, 0, 1.0),
        (50, 1, 0, 0.5),
        (0, 1, 0, 0.0),
        (0, 0.5, 0.3, 0.3),
        (25, 0.5, 0, 0.5),
        (25, 0.5, 0.2, 0.6),
        (400, 0.5, 0, 2.0),
        (200, 1, 0.5, 1.5),
    ],
)
def test_strength_follows_spending(
    spent: float, elasticity: float, own: float, factor: float
) -> None:
    one = row("a", spent, policy="p", full=100, elasticity=elasticity, own_share=own)
    assert strength("p", [one]) == pytest.approx(factor)
    assert strength("q", [one]) == 1.0


def test_strength_is_exactly_one_where_all_is_spent() -> None:
    rows = [row("a", 0.1, policy="p", full=0.1), row("b", 0.2, policy="p", full=0.2)]
    assert strength("p", rows) == 1.0


def test_parts_do_not_pay_twice_for_a_policy() -> None:
    rows = [row("a", 50, policy="p", full=100), row("b", 0, policy="p", full=40, part_of="a")]
    assert strength("p", rows) == 0.5  # the part lies in the whole, which is half spent


def test_what_is_not_spent_buys_nothing() -> None:
    one = row("a", 100, policy="p", full=100, spent_share=0.25)
    assert one.spent == 25
    assert strength("p", [one]) == 0.25


def test_a_sum_without_full_is_only_recorded() -> None:
    assert strength("p", [row("a", 0, policy="p")]) == 1.0
