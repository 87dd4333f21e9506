"""Dated edits: their order in the file never matters, and ramps follow their closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from travesia.model.compiled import NEVER, OPS, Edit
from travesia.model.folding import Folder, canonical, change_days, fold_one

CELLS = 6


@st.composite
def edits(draw: st.DrawFn) -> list[Edit]:
    """A few edits of one table that collide in every way."""
    out = []
    for _ in range(draw(st.integers(1, 7))):
        index = draw(st.lists(st.integers(0, CELLS - 1), min_size=1, max_size=4, unique=True))
        start = draw(st.integers(0, 6))
        size = len(index)
        number = st.floats(-3, 3, allow_nan=False).map(lambda x: round(x, 3))
        value = draw(
            st.one_of(
                number,
                st.lists(number, min_size=size, max_size=size).map(np.array),
            )
        )
        out.append(
            Edit(
                "t",
                draw(st.sampled_from(OPS)),
                np.array(index),
                value,
                start,
                draw(st.sampled_from([start + 3, 20, NEVER])),
                draw(st.sampled_from([0, 10, 30])),
                (draw(st.integers(0, 1)),),
                draw(st.sampled_from(["a", "b"])),
            )
        )
    return out


@given(edits(), st.randoms(use_true_random=False), st.integers(0, 40))
def test_order_never_matters(group: list[Edit], shuffle: object, day: int) -> None:
    """Any permutation of the edits gives the same table, to the bit."""
    base = {"t": np.linspace(0.5, 1.5, CELLS)}
    one = Folder(base, group)
    one.fold(day)
    other = list(group)
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    two = Folder(base, other)
    two.fold(day)
    assert one.tables["t"].tobytes() == two.tables["t"].tobytes()


@given(edits(), st.integers(0, 40))
def test_history_never_matters(group: list[Edit], day: int) -> None:
    """Folding day by day ends at the same table as folding that day at once."""
    base = {"t": np.linspace(0.5, 1.5, CELLS)}
    walked, jumped = Folder(base, group), Folder(base, group)
    before = None
    listed = set(change_days(group, 41))
    for d in range(day + 1):
        changed = walked.fold(d)
        now = walked.tables["t"].tobytes()
        assert now == before or d in listed or d == 0
        assert (now != before) <= bool(changed)
        before = now
    jumped.fold(day)
    assert walked.tables["t"].tobytes() == jumped.tables["t"].tobytes()
    assert base["t"].tolist() == np.linspace(0.5, 1.5, CELLS).tolist()


def level_of(edit: Edit, day: int) -> float:
    """The closed form: min(1, 7 (weeks begun) / ramp)."""
    if not edit.start <= day < edit.end:
        return 0.0
    return min(1.0, 7 * ((day - edit.start) // 7 + 1) / edit.ramp) if edit.ramp else 1.0


@pytest.mark.parametrize("ramp", [0, 1, 7, 30, 60])
@pytest.mark.parametrize("op", OPS)
def test_ramp(op: str, ramp: int) -> None:
    """Levels step once a week up to one; each operation grows linearly with them."""
    edit = Edit("t", op, np.array([0]), 0.4, 10, 200, ramp)
    folder = Folder({"t": np.array([2.0])}, [edit])
    for day in range(260):
        level = level_of(edit, day)
        folder.fold(day)
        expected = {
            "set": 2.0 * (1 - level) + 0.4 * level,
            "factor": 2.0 * (1 + (0.4 - 1) * level),
            "add": 2.0 + 0.4 * level,
            "cap": 2.0 - (2.0 - 0.4) * level,
        }[op]
        assert folder.tables["t"][0] == pytest.approx(expected, rel=1e-14)


def test_order_of_operations() -> None:
    """Set, then factor, then addition, then cap; among sets the highest rank wins."""
    at = np.array([0])
    group = [
        Edit("t", "cap", at, 11.0, 0),
        Edit("t", "add", at, 4.0, 0),
        Edit("t", "factor", at, 3.0, 0),
        Edit("t", "set", at, 5.0, 0, rank=(2,)),
        Edit("t", "set", at, 1.0, 0, rank=(1,)),
    ]
    folder = Folder({"t": np.array([9.0])}, group)
    folder.fold(0)
    assert folder.tables["t"].tolist() == [11.0]
    without_cap = Folder({"t": np.array([9.0])}, group[1:])
    without_cap.fold(0)
    assert without_cap.tables["t"].tolist() == [19.0]


@pytest.mark.parametrize("op", OPS)
def test_edits_that_differ_in_value_or_ramp_only(op: str) -> None:
    """Even two edits of one origin, rank, span and set of cells have one order."""
    at = np.array([0])
    pair = [Edit("t", op, at, 1.1, 0, ramp=r) for r in (0, 30)]
    trio = [Edit("t", op, at, v, 0) for v in (0.3, 1.1, 0.7)]
    for group in (pair, trio):
        tables = []
        for order in (group, group[::-1]):
            folder = Folder({"t": np.array([0.9])}, order)
            folder.fold(1)
            tables.append(folder.tables["t"].tobytes())
        assert tables[0] == tables[1]


@given(edits(), st.integers(0, 60))
def test_levels_of_many_edits_are_those_of_each(group: list[Edit], day: int) -> None:
    """Folding by hand with the closed form gives the folder's table, to the bit."""
    folder = Folder({"t": np.linspace(0.5, 1.5, CELLS)}, group)
    folder.fold(day)
    by_hand = np.linspace(0.5, 1.5, CELLS)
    for edit in canonical(group):
        if edit.start <= day < edit.end:
            fold_one(by_hand, edit, level_of(edit, day))
    assert folder.tables["t"].tobytes() == by_hand.tobytes()
