"""The bound of the daily hazards of those who stay."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from travesia.model.compiled import Edit
from travesia.model.waiting import highest

EDITS = st.lists(
    st.builds(
        lambda op, cell, value, start, days: Edit(
            "t", op, np.array([cell]), value, start, start + days
        ),
        st.sampled_from(["set", "factor", "add"]),
        st.integers(0, 2),
        st.floats(0.0, 3.0),
        st.integers(0, 20),
        st.integers(1, 10),
    ),
    max_size=6,
)


@given(EDITS)
def test_no_day_is_above_the_bound(edits: list[Edit]) -> None:
    base = {"t": np.array([0.1, 0.2, 0.0])}
    most = highest(base, edits, "t")
    for day in range(32):
        now = base["t"].copy()
        for op in ("set", "factor", "add"):
            for edit in edits:
                if edit.op == op and edit.start <= day < edit.end:
                    for cell in edit.index:
                        if op == "set":
                            now[cell] = edit.value
                        elif op == "factor":
                            now[cell] *= edit.value
                        else:
                            now[cell] += edit.value
        assert (now <= most + 1e-12).all()


def test_winters_that_follow_each_other_do_not_multiply() -> None:
    base = {"t": np.array([0.1])}
    cell = np.array([0])
    winters = [Edit("t", "factor", cell, 4.0, 365 * y, 365 * y + 90) for y in range(11)]
    assert highest(base, winters, "t") == np.array([0.4])
    crowd = Edit("t", "factor", cell, 2.0, 0)
    assert highest(base, [*winters, crowd], "t") == np.array([0.8])
