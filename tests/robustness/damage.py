"""Ways to damage the folder of a run, each a function of the folder; used by the generator tests.

``RESEALED`` ways seal the folder anew afterwards, as a careful hand would, so that what lies behind
the seal is tried too: the typed contract of manifests and tables.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from travesia.results.contract import MANIFEST_KEYS, TABLES
from travesia.results.sealed import seal_of, sha256_of

Way = Callable[[Path], object]


def manifest_of(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "manifest.json").read_text("utf-8"))
    return found


def write_manifest(run: Path, manifest: Any) -> None:
    (run / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def reseal(run: Path) -> None:
    """Give a damaged folder the digests that it would have if it were sound."""
    manifest = manifest_of(run)
    for name in manifest["files"]:
        if (run / name).is_file():
            manifest["files"][name]["sha256"] = sha256_of(run / name)
    write_manifest(run, manifest | {"seal": seal_of(manifest)})


# -- the manifest --------------------------------------------------------------------------------


def _text(text: str) -> Way:
    return lambda run: (run / "manifest.json").write_text(text, "utf-8") and None


def _set(key: str, value: Any) -> Way:
    return lambda run: write_manifest(run, manifest_of(run) | {key: value})


def _drop(key: str) -> Way:
    def way(run: Path) -> None:
        manifest = manifest_of(run)
        del manifest[key]
        write_manifest(run, manifest)

    return way


def _listed(name: str, facts: Any) -> Way:
    def way(run: Path) -> None:
        manifest = manifest_of(run)
        manifest["files"][name] = facts
        write_manifest(run, manifest)

    return way


def _of_bytes(path: str, change: Callable[[bytes], bytes]) -> Way:
    def way(run: Path) -> None:
        (run / path).write_bytes(change((run / path).read_bytes()))

    return way


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def _to_link(path: str, target: str) -> Way:
    def way(run: Path) -> None:
        _remove(run / path)
        (run / path).symlink_to(target)

    return way


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _to_folder(path: str) -> Way:
    def way(run: Path) -> None:
        _remove(run / path)
        (run / path).mkdir()

    return way


def _to_pipe(path: str) -> Way:
    def way(run: Path) -> None:
        _remove(run / path)
        os.mkfifo(run / path)

    return way


def _moved_out(path: str) -> Way:
    """The file lies elsewhere, and a link leads to it."""

    def way(run: Path) -> None:
        away = run.with_name("elsewhere")
        shutil.move(run / path, away)
        (run / path).symlink_to(away)

    return way


WAYS: dict[str, Way] = {
    "manifest: empty": _text(""),
    "manifest: one brace": _text("{"),
    "manifest: a list": _text("[]"),
    "manifest: null": _text("null"),
    "manifest: an empty map": _text("{}"),
    "manifest: only a format": _text('{"format": 2, "files": {}, "result_sha256": "x"}'),
    "manifest: 100,000 brackets": _text("[" * 100_000),
    "manifest: 100,000 nested maps": _text('{"a":' * 100_000),
    "manifest: a number of 10,000 digits": _text('{"format": ' + "9" * 10_000 + "}"),
    "manifest: 20 MB": _text(" " * 20 * 2**20),
    "manifest: UTF-16": lambda run: (run / "manifest.json").write_bytes(
        "{}".encode("utf-16")) and None,
    "manifest: half": _of_bytes("manifest.json", lambda d: d[: len(d) // 2]),
    "manifest: gone": lambda run: (run / "manifest.json").unlink(),
    "manifest: a folder": _to_folder("manifest.json"),
    "manifest: a pipe": _to_pipe("manifest.json"),
    "manifest: a device": _to_link("manifest.json", "/dev/zero"),
    "manifest: a link to itself": _to_link("manifest.json", "manifest.json"),
    "manifest: moved, and a link to it": _moved_out("manifest.json"),
    "manifest: another seed": _set("seed", 8),
    "manifest: another sample": _set("sample", 0.5),
    "manifest: another patch": _set("patches", ["no_raids"]),
    "manifest: another kind": _set("kind", "flee"),
    "manifest: another people": _set("people", 1),
    "manifest: a new key": _set("approved", True),
    "manifest: no seal": _drop("seal"),
    "manifest: no seed": _drop("seed"),
    "manifest: an older format": _set("format", 1),
    "manifest: a newer format": _set("format", 99),
    "manifest: format true": _set("format", True),
    "manifest: format as text": _set("format", "2"),
    "manifest: files a list": _set("files", []),
    "manifest: files null": _set("files", None),
    "manifest: another fingerprint": _set("result_sha256", "0" * 64),
    "table: one bit": _of_bytes("tables/events.parquet", _flipped),
    "table: half": _of_bytes("tables/events.parquet", lambda d: d[: len(d) // 2]),
    "table: empty": _of_bytes("tables/events.parquet", lambda d: b""),
    "table: gone": lambda run: (run / "tables/events.parquet").unlink(),
    "table: a folder": _to_folder("tables/stocks.parquet"),
    "table: a pipe": _to_pipe("tables/stocks.parquet"),
    "table: a device": _to_link("tables/stocks.parquet", "/dev/zero"),
    "table: moved, and a link to it": _moved_out("tables/stocks.parquet"),
    "tables: gone": lambda run: shutil.rmtree(run / "tables"),
    "tables: moved, and a link to them": _moved_out("tables"),
    "table: another one in its place": lambda run: shutil.copy(
        run / "tables/departures.parquet", run / "tables/events.parquet") and None,
    "table: a further one": lambda run: shutil.copy(
        run / "tables/events.parquet", run / "tables/events2.parquet") and None,
    "table: a further one of an odd name": lambda run: (
        run / "tables" / "a\x1b[31m\n\u202eb.parquet").write_bytes(b"x") and None,
    "scenario: a further file": lambda run: (
        run / "scenario" / "notes.txt").write_text("x") and None,
    "scenario: places gone": lambda run: (run / "scenario/places.parquet").unlink(),
    "scenario: places half": _of_bytes("scenario/places.parquet", lambda d: d[: len(d) // 2]),
    "scenario: targets one bit": _of_bytes("scenario/targets.parquet", _flipped),
    "scenario: gone": lambda run: shutil.rmtree(run / "scenario"),
}  # fmt: skip
"""Damage that the seal, or what is read before it, finds."""


# -- behind the seal -----------------------------------------------------------------------------


def _frame(run: Path, table: str) -> pd.DataFrame:
    return pd.read_parquet(run / "tables" / f"{table}.parquet")


def _rewritten(table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Way:
    def way(run: Path) -> None:
        frame = change(_frame(run, table))
        frame.to_parquet(run / "tables" / f"{table}.parquet", index=False)

    return way


def _filled(column: str, value: Any) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame.assign(**{column: value})


def _cell(table: str, column: str, value: Any) -> Way:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        values: Any = frame[column].astype(object)
        values.iloc[len(values) // 2] = value
        kind = "float64" if isinstance(value, float) else None
        return frame.assign(**{column: values.astype(kind or type(value))})

    return _rewritten(table, change)


def _twice(table: str) -> Way:
    def way(run: Path) -> None:
        path = run / "tables" / f"{table}.parquet"
        found = pq.read_table(path)
        pq.write_table(found.append_column(found.schema.names[0], found.column(0)), path)

    return way


def _retyped(table: str, column: str, kind: pa.DataType) -> Way:
    def way(run: Path) -> None:
        path = run / "tables" / f"{table}.parquet"
        found = pq.read_table(path)
        values = pa.nulls(len(found), kind)
        place = found.schema.names.index(column)
        pq.write_table(found.set_column(place, column, values), path)

    return way


_WRONG: dict[str, Any] = {
    "text": 7, "texts": "no_raids", "flag": "yes", "whole": 1.5, "whole?": "seven", "count": -1,
    "number": -1, "share": 0,
}  # fmt: skip

RESEALED: dict[str, Way] = {
    **{f"manifest: {key} of the wrong type": _set(key, _WRONG[kind])
       for key, kind in MANIFEST_KEYS.items() if key != "seal"},
    **{f"manifest: {key} a nest": _set(key, {"a": [{}]})
       for key in ("seed", "sample", "people", "remarks", "scenario")},
    "manifest: people NaN": _set("people", float("nan")),
    "manifest: sample infinite": _set("sample", float("inf")),
    "manifest: a path out of the run": _listed("../../etc/passwd", {"sha256": "0"}),
    "manifest: an absolute path": _listed("/etc/passwd", {"sha256": "0"}),
    "manifest: a hidden way out": _listed("scenario/../x.parquet", {"sha256": "0"}),
    "manifest: a file of no digest": _listed("scenario/x.parquet", None),
    "manifest: a table of no name": _listed("tables/nothing.parquet", {"sha256": "0"}),
    **{f"{table}: without a column": _rewritten(table, lambda f: f.drop(columns=f.columns[-1]))
       for table in TABLES},
    **{f"{table}: a further column": _rewritten(table, lambda f: f.assign(more=1))
       for table in TABLES},
    **{f"{table}: text for numbers": _rewritten(
        table, _filled(TABLES[table].numbers[0], "x"))
       for table in TABLES},
    **{f"{table}: numbers for labels": _rewritten(
        table, _filled(TABLES[table].labels[0], 1)) for table in TABLES},
    "events: a column twice": _twice("events"),
    "events: lists for numbers": _retyped("events", "people", pa.list_(pa.int64())),
    "events: bytes for labels": _retyped("events", "place", pa.binary()),
    "events: days for labels": _retyped("events", "month", pa.date32()),
    "events: no labels at all": _retyped("events", "place", pa.string()),
    "events: no numbers at all": _retyped("events", "people", pa.float64()),
    "events: fewer than nobody": _cell("events", "people", -5),
    "events: not a number": _cell("events", "people", float("nan")),
    "events: infinite": _cell("events", "parties", float("inf")),
    "stocks: fewer than nobody": _cell("stocks", "people", -1),
    "stocks: a day that is none": _cell("stocks", "date", "2019-02-30"),
    "stocks: a day outside": _cell("stocks", "date", "2031-01-01"),
    "stocks: a place nobody knows": _cell("stocks", "place", "atlantis"),
    "events: a month that is none": _cell("events", "month", "2019-13"),
    "events: a month as people write it": _cell("events", "month", "Jan 2019"),
    "events: a transition nobody knows": _cell("events", "transition", "beamed_up"),
    "events: a cohort of control characters": _cell("events", "cohort", "\x1b[31m\u202e"),
    "flows: a leg nobody knows": _cell("flows", "leg", "a-b"),
    "facilities: an office nobody knows": _cell("facilities", "facility", "x"),
    "beliefs: a chance above one": _cell("beliefs", "capture", 1.5),
    "release_beliefs: a chance below none": _cell("release_beliefs", "release", -0.1),
    "facilities: fewer than nobody": _cell("facilities", "waiting", -1.0),
    "journeys: a negative hour": _cell("journeys", "hour", -1.0),
    "no rows, no columns": lambda run: pq.write_table(
        pa.table({}), run / "tables/events.parquet") or None,
    "scenario: places not a table": _of_bytes("scenario/places.parquet", lambda d: b"PAR1PAR1"),
}  # fmt: skip
"""Damage behind a seal that was made anew."""


# -- ranges --------------------------------------------------------------------------------------


def _bands(change: Callable[[dict[str, Any]], Any]) -> Way:
    def way(run: Path) -> None:
        path = run / "bands.json"
        path.write_text(json.dumps(change(json.loads(path.read_text("utf-8")))), "utf-8")

    return way


def _nudged(held: dict[str, Any]) -> dict[str, Any]:
    """The first number among the ranges, one higher."""
    band = next(iter(held["bands"].values()))
    band["nominal"] = float(band.get("nominal") or 0) + 1
    return held


BANDS: dict[str, Way] = {
    "bands: one brace": lambda run: (run / "bands.json").write_text("{") and None,
    "bands: 100,000 brackets": lambda run: (run / "bands.json").write_text("[" * 10**5) and None,
    "bands: a list": lambda run: (run / "bands.json").write_text("[]") and None,
    "bands: as older versions wrote them": _bands(lambda held: held["bands"]),
    "bands: of another run": _bands(lambda held: held | {"run": "0" * 64}),
    "bands: one number changed": _bands(_nudged),
    "bands: one range gone": _bands(lambda held: held | {"bands": {}}),
    "bands: texts for ranges": _bands(lambda held: held | {"bands": {"a": "b"}}),
    "bands: a pipe": _to_pipe("bands.json"),
    "bands: a device": _to_link("bands.json", "/dev/zero"),
}  # fmt: skip
"""Damage of the ranges, which only the report reads."""

__all__ = ["BANDS", "RESEALED", "WAYS", "np", "reseal"]
