"""The schema of the pages: what Python builds is what the front end is told."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any, Literal, Union, get_args, get_origin

import pytest

from tests.flee.helpers import SMALL
from tests.report.comparisons import page_data
from tests.report.synthetic import Payload
from tests.scripts import script
from travesia import api
from travesia.kinds import kind_of_run
from travesia.kinds.flee import read_instance
from travesia.kinds.flee.payload import CampsPage
from travesia.kinds.flee.tables import run_case
from travesia.reporting import payload as schema
from travesia.reporting.comparison import build_comparison
from travesia.reporting.view import Place


def faults(value: Any, kind: Any, where: str = "page") -> list[str]:
    """Where a value is not of a kind of the schema; keys must be those, no more and no fewer."""
    origin, parts = get_origin(kind), get_args(kind)
    if typing.is_typeddict(kind):
        hints = typing.get_type_hints(kind)
        if not isinstance(value, dict) or value.keys() != hints.keys():
            keys = value.keys() if isinstance(value, dict) else {repr(value)}
            return [f"{where}: {sorted(keys ^ hints.keys())}"]
        return [f for k, h in hints.items() for f in faults(value[k], h, f"{where}.{k}")]
    if origin is Literal:
        return [] if value in parts else [f"{where}: {value!r}"]
    if origin in (Union, types.UnionType):
        each = [faults(value, part, where) for part in parts]
        return [] if [] in each else min(each, key=len)
    if origin is list:
        if not isinstance(value, list):
            return [f"{where}: {value!r}"]
        return [f for n, v in enumerate(value) for f in faults(v, parts[0], f"{where}[{n}]")]
    if origin is tuple:
        if not isinstance(value, tuple) or len(value) != len(parts):
            return [f"{where}: {value!r}"]
        return [f for v, p in zip(value, parts, strict=True) for f in faults(v, p, where)]
    if origin is dict:
        return [f for k, v in value.items() for f in faults(v, parts[1], f"{where}.{k}")]
    wanted = (int, float) if kind is float else kind
    return [] if isinstance(value, wanted) else [f"{where}: {value!r} is no {kind.__name__}"]


def test_the_report_is_what_the_schema_says(payload: Payload) -> None:
    assert faults(payload, schema.Report) == []
    misspelt = {**payload, "headlines": [{**payload["headlines"][0], "vlaue": 1.0}]}
    assert faults(misspelt, schema.Report) == ["page.headlines[0]: ['vlaue']"]


def test_the_comparison_is_what_the_schema_says() -> None:
    assert faults(page_data("no_raids"), schema.ComparisonPage) == []


def test_the_pages_of_an_imported_case_are_what_the_schema_says() -> None:
    case = dataclasses.replace(read_instance(SMALL), name="small")
    kind = kind_of_run(run_case(case, seeds=2))
    made = kind.page(run_case(case, seeds=2))
    assert made is not None
    assert faults(made[0], CampsPage) == []
    shut = dataclasses.replace(case, name="open", closures=())
    found = api.compare(case, shut, members=2, sample=1.0, workers=1)
    assert faults(build_comparison(found), schema.ComparisonPage) == []


def test_the_types_of_the_front_end_are_written_from_the_schema(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = script("payload_types")
    monkeypatch.setattr("sys.argv", ["payload_types.py", "--check"])
    assert tool.main() == 0, "run scripts/payload_types.py"
    monkeypatch.setitem(schema.Titled.__annotations__, "subtitle", str)
    assert "subtitle: string;" in tool.declarations()
    assert tool.main() == 1
    assert "cure" in capsys.readouterr().out


def test_a_type_without_a_word_is_refused() -> None:
    tool = script("payload_types")
    assert tool.typescript(list[float | None], {}) == "(number | null)[]"
    assert tool.typescript(tuple[str, Literal["a", "b"]], {}) == "[string, 'a' | 'b']"
    with pytest.raises(TypeError, match="no word"):
        tool.typescript(set[str], {})


def test_a_misspelt_attribute_of_a_row_is_an_error() -> None:
    assert Place(id="a").country == ""
    with pytest.raises(AttributeError):
        getattr(Place(id="a"), "cuontry")  # noqa: B009
