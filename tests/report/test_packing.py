from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from travesia.reporting.packing import block, pack, unpack


@given(
    arrays(
        np.int64,
        st.integers(0, 60),
        elements=st.one_of(st.just(0), st.integers(0, 200), st.integers(0, 2**40)),
    )
)
def test_unpacking_gives_back_what_was_packed(counts: Any) -> None:
    assert unpack(pack(counts), counts.size).tolist() == counts.tolist()


def test_a_known_row_has_known_bytes() -> None:
    # 3; 300 = 0b10_0101100 in two bytes; a zero followed by two further zeros; 1.
    import base64

    assert base64.b64decode(pack(np.array([3, 300, 0, 0, 0, 1]))) == bytes([3, 0xAC, 2, 0, 2, 1])


def test_parts_of_a_person_are_rounded() -> None:
    assert unpack(pack(np.array([0.4, 0.6, 2.5, 3.5])), 4).tolist() == [0, 1, 2, 4]


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_what_is_no_count_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="finite"):
        pack(np.array([1.0, bad]))


def test_an_empty_cube_takes_no_room() -> None:
    assert block(np.zeros((3, 4, 5))) == {"shape": [3, 4, 5], "data": ""}
