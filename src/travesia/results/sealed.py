"""The seal of a run: one digest over everything in its folder, recomputed when it is read.

The manifest lists every file with its SHA-256, and its own ``seal`` is the SHA-256 of all the rest
of the manifest: so one digest stands for every number, name and setting of the run. Ranges over
draws come later into a folder that is complete; they carry the seal of their run and a digest of
their own. A report is drawn from all this and can be made again; it is not sealed.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from travesia.durable import read_json
from travesia.errors import Problem, StoreError
from travesia.results.contract import FORMAT, TABLES
from travesia.results.sound import column_faults, manifest_faults, shown
from travesia.version import __version__

MANIFEST = "manifest.json"
BANDS = "bands.json"
REPORT = "report.html"
TOP = ("tables", "scenario")
"""Folders of a run; nothing may lie in them but what the manifest lists."""

MANIFEST_BYTES = 16 * 2**20
BANDS_BYTES = 64 * 2**20
MOST_FILES = 2_000
MOST_ROWS = 500_000_000
"""Budgets: what is larger is no run, and is not read."""

RUN_AGAIN = "run again"
_FILE = re.compile(r"(tables/\w+|scenario/([^/\\\0]+/)?[^/\\\0]+)\.parquet")


def seal_of(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of a manifest without its own seal, however it is laid out."""
    rest = {k: v for k, v in manifest.items() if k != "seal"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_run(folder: Path) -> bool:
    """Whether a path is a folder that holds the manifest of a run."""
    try:
        manifest = read_json(folder / MANIFEST, MANIFEST_BYTES)
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and "result_sha256" in manifest


def kind_of(folder: Path) -> str:
    """What a run in a folder says of its kind; blank where there is no run."""
    try:
        manifest = read_json(folder / MANIFEST, MANIFEST_BYTES)
    except (OSError, ValueError):
        return ""
    return str(manifest.get("kind") or "") if isinstance(manifest, dict) else ""


# -- the manifest --------------------------------------------------------------------------------


def read_manifest(root: Path) -> dict[str, Any]:
    """The manifest of a run. Raises :class:`StoreError` with everything that is wrong with it."""
    title = f"the run in {root} cannot be read"
    path = root / MANIFEST
    cure = "give the folder that `travesia run` wrote"
    try:
        if not root.is_dir():
            raise StoreError(title, [Problem("there is no such folder", str(root), cure)])
        manifest = read_json(path, MANIFEST_BYTES)
    except FileNotFoundError as error:
        problem = Problem("there is no manifest", str(path), f"{cure}, or run again")
        raise StoreError(title, [problem]) from error
    except (OSError, ValueError) as error:
        what = f"the manifest is damaged ({getattr(error, 'strerror', None) or error})"
        raise StoreError(title, [Problem(what, str(path), RUN_AGAIN)]) from error
    if not isinstance(manifest, dict):
        raise StoreError(title, [Problem("the manifest is damaged", str(path), RUN_AGAIN)])
    if manifest.get("format") != FORMAT or isinstance(manifest.get("format"), bool):
        what = f"format {shown(manifest.get('format'))}, this version reads format {FORMAT}"
        version, cure = manifest.get("travesia"), RUN_AGAIN
        if isinstance(version, str) and len(version) < 40 and version != __version__:
            cure = f"run again, or use travesia {version}"
        raise StoreError(title, [Problem(what, str(path), cure)])
    problems = [Problem(what, str(path), RUN_AGAIN) for what in _manifest_faults(manifest)]
    if problems:
        raise StoreError(title, problems)
    return manifest


def _manifest_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    yield from manifest_faults(manifest)
    files = manifest.get("files")
    if not isinstance(files, dict):
        yield "the manifest lists no files"
    elif len(files) > MOST_FILES:
        yield f"the manifest lists {len(files):,} files, more than {MOST_FILES:,}"
    else:
        for name, facts in files.items():
            if not _FILE.fullmatch(name) or ".." in name.split("/"):
                yield f"{shown(name)} cannot be a file of a run"
            elif not (isinstance(facts, dict) and isinstance(facts.get("sha256"), str)):
                yield f"nothing is known of the file {shown(name)}"
        for name in (n for n in TABLES if f"tables/{n}.parquet" not in files):
            yield f"the manifest lists no table {name!r}"
    try:
        sealed = manifest.get("seal") == seal_of(manifest)
    except (RecursionError, ValueError):
        sealed = False
    if not sealed:
        yield "the manifest was changed after the run"


# -- the files -----------------------------------------------------------------------------------


def file_faults(root: Path, files: Mapping[str, Any], *, verify: bool) -> list[Problem]:
    """Files that are missing, changed, too many, links, or not the tables of a run."""
    problems = []
    for name, facts in files.items():
        path = root / name
        what = _fault_of(path, facts["sha256"] if verify else None)
        if not what and verify and name.startswith("tables/"):
            problems += [Problem(w, str(path), RUN_AGAIN) for w in _schema_faults(path)]
        if what:
            problems.append(Problem(what, str(path), RUN_AGAIN))
    if verify:
        problems += _strangers(root, files)
    return problems


def _fault_of(path: Path, sha256: str | None) -> str:
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode) or path.parent.is_symlink():
            return "a link stands in its place"
        if not stat.S_ISREG(mode):
            return "it is not a file"
        if sha256 is not None and sha256_of(path) != sha256:
            return "the file was changed after the run"
    except (FileNotFoundError, NotADirectoryError):
        return "the file is missing"
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    return ""


def _schema_faults(path: Path) -> list[str]:
    try:
        with pq.ParquetFile(path) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
    except (OSError, ValueError, pa.ArrowException) as error:
        return [f"the table is damaged ({str(error).splitlines()[0]})"]
    if rows > MOST_ROWS:
        return [f"the table has {rows:,} rows, more than {MOST_ROWS:,}"]
    return (
        list(column_faults(TABLES[path.stem], schema))
        if path.stem in TABLES
        else ["there is no such table in a run"]
    )


def _strangers(root: Path, files: Mapping[str, Any]) -> Iterator[Problem]:
    """Files in the folders of a run that the run did not write."""
    for top in TOP:
        for path in sorted((root / top).rglob("*")):
            name = path.relative_to(root).as_posix()
            if not path.is_dir() and name not in files and not path.name.startswith("."):
                cure = "move it elsewhere, or run again"
                yield Problem("this file does not belong to the run", str(path), cure)


def strangers_beside(root: Path) -> list[str]:
    """Files in the folder of a run that Travesía did not write there, hidden ones left out."""
    try:
        files = read_json(root / MANIFEST, MANIFEST_BYTES).get("files")
    except (OSError, ValueError, AttributeError):
        files = None
    known = {*(files if isinstance(files, dict) else ()), MANIFEST, BANDS, REPORT}
    return sorted(
        name
        for path in root.rglob("*")
        if not (path.is_dir() and not path.is_symlink())
        and not path.name.startswith(".")
        and (name := path.relative_to(root).as_posix()) not in known
    )


# -- ranges --------------------------------------------------------------------------------------


def _canonical(run: str, bands: Mapping[str, Any]) -> str:
    text = json.dumps({"run": run, "bands": bands}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def pack_bands(seal: str, bands: Mapping[str, Any]) -> bytes:
    """Ranges over draws as a file that belongs to one run."""
    plain = json.loads(json.dumps(bands))
    held = {"run": seal, "sha256": _canonical(seal, plain), "bands": plain}
    return json.dumps(held).encode()


def read_bands(root: Path, seal: str) -> dict[str, Any] | None:
    """The ranges that lie in the folder of a run, if there are any.

    Raises :class:`StoreError` if they are damaged, were changed, or belong to another run.
    """
    path = root / BANDS
    try:
        held = read_json(path, BANDS_BYTES)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _bands_fault(path, f"the ranges are damaged ({error})") from error
    if not isinstance(held, dict) or not isinstance(held.get("bands"), dict):
        raise _bands_fault(path, "the ranges are damaged")
    if held.get("run") != seal:
        raise _bands_fault(path, "the ranges belong to another run")
    bands: dict[str, Any] = held["bands"]
    try:
        sound = held.get("sha256") == _canonical(seal, bands)
    except (RecursionError, ValueError):
        sound = False
    if not sound or not all(isinstance(b, dict) for b in bands.values()):
        raise _bands_fault(path, "the ranges were changed after the run")
    return bands


def _bands_fault(path: Path, what: str) -> StoreError:
    cure = "delete the file for a report without ranges, or run again"
    return StoreError("the ranges of the run cannot be read", [Problem(what, str(path), cure)])
