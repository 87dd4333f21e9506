from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.report.synthetic import (
    Payload,
    full_payload,
    scenario_tables,
    synthetic_result,
)
from travesia.errors import OutputError
from travesia.reporting.render import page, render, safe_json

HOSTILE = "</script><img src=x onerror=alert(1)><!--<script>"


def data_of(text: str) -> Payload:
    found = re.search(
        r'<script type="application/json" id="travesia-data">(.*?)</script>', text, re.S
    )
    assert found is not None
    data: Payload = json.loads(found[1])
    return data


def test_the_page_carries_its_payload(payload: Payload) -> None:
    assert data_of(page(payload)) == json.loads(json.dumps(payload))


def test_hostile_text_cannot_leave_the_data() -> None:
    text = safe_json({"x": HOSTILE})
    assert "<" not in text
    assert json.loads(text) == {"x": HOSTILE}


def test_hostile_names_stay_inside_the_data() -> None:
    tables = scenario_tables()
    tables["places"].loc[0, "name"] = HOSTILE
    text = page(full_payload(synthetic_result(tables), title=HOSTILE))
    assert "<img" not in text.split("<script>")[0].split('id="travesia-data">')[0]
    assert data_of(text)["places"][0]["name"] == HOSTILE


def test_the_page_asks_nothing_of_any_host(payload: Payload) -> None:
    text = page(payload)
    assert re.findall(r"<(?:link|img|script|iframe)[^>]+(?:src|href)=(?![\"']data:)", text) == []
    assert "@import" not in text
    assert re.findall(r"url\((?!data:|#)", text.split("</style>")[0]) == []


def test_only_the_script_of_the_page_may_run(payload: Payload) -> None:
    text = page(payload)
    script = re.findall(r"<script>(.*?)</script>", text, re.S)
    assert len(script) == 1
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in text
    assert "default-src 'none'" in text


def test_numbers_that_json_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        safe_json({"x": float("nan")})


def test_an_existing_file_is_left_alone(payload: Payload, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("mine")
    with pytest.raises(OutputError, match="exists"):
        render(payload, target)
    assert target.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_an_existing_file_is_replaced_when_asked(payload: Payload, tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.html"
    render(payload, target)
    first = target.read_bytes()
    assert render(payload, target, overwrite=True) == target
    assert target.read_bytes() == first


def test_a_folder_is_no_report(payload: Payload, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="folder"):
        render(payload, tmp_path, overwrite=True)


def test_a_place_that_cannot_be_written_is_told_and_left_clean(
    payload: Payload, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="could not be written"):
        render(payload, tmp_path / "file" / "report.html")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_nothing_behind(
    payload: Payload, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from travesia import durable

    def full(*_args: Any, **_named: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable, "flush", full)
    with pytest.raises(OutputError, match="No space left"):
        render(payload, tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def test_the_page_stays_small(payload: Payload) -> None:
    assert len(page(payload).encode()) < 1_000_000
