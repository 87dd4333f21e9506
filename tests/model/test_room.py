"""What has no room in a party's record is refused, and never packed into a neighbour's bits."""

from __future__ import annotations

import pytest

from travesia import api
from travesia.errors import InputError
from travesia.model import layout
from travesia.model.compile import compile_model


def test_more_than_a_record_can_tell_apart_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = api.load("example")
    monkeypatch.setitem(layout.ROOM, "stays", 3)
    monkeypatch.setitem(layout.ROOM, "papers", 1)
    with pytest.raises(InputError, match="too large") as caught:
        compile_model(scenario)
    assert [p.where for p in caught.value.problems] == ["stays.csv", "papers.csv"]


def test_fields_of_a_record_do_not_overlap() -> None:
    assert layout.PAPER_AT + (layout.ROOM["papers"] - 1).bit_length() <= 64
    assert layout.ROOM["places"] <= layout.ROOM["legs"], "a place fits where a leg does"
