"""The folder of a run: Parquet tables and a manifest, written whole or not at all.

A run is written into a hidden sibling folder, flushed to the disk, and renamed. Whatever goes
wrong before the rename leaves the place as it was; the manifest is written last and holds the
SHA-256 of every other file.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from travesia.errors import OutputError, Problem, StoreError
from travesia.results.contract import FORMAT, TABLES
from travesia.results.digest import result_sha256
from travesia.results.result import LazyTables, Result, shaped

MANIFEST = "manifest.json"
_BROKEN = (OSError, pa.ArrowException)

_CURES = {
    errno.ENOSPC: "the disk is full: free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up: free some space or choose another folder",
    errno.EACCES: "you may not write there: choose a folder of your own",
    errno.EPERM: "you may not write there: choose a folder of your own",
    errno.EROFS: "that disk cannot be written to: choose another folder",
    errno.ENOTDIR: "a part of the path is a file: choose another folder",
    errno.EEXIST: "a part of the path is a file: choose another folder",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
}


# -- writing ------------------------------------------------------------------------------


def check_target(folder: Path, *, overwrite: bool = False) -> None:
    """Say before a long run whether its folder can be written at the end.

    Raises:
        OutputError: the path is taken by something else, or cannot be written.
    """
    if folder.exists() or folder.is_symlink():
        if not is_run(folder):
            raise OutputError(
                f"{folder} exists and is not the folder of a run → choose a name that is free"
            )
        if not overwrite:
            raise OutputError(
                f"{folder} already holds a run → choose another name, or ask to overwrite it"
            )
    parent = folder.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise OutputError(f"cannot write {folder}: {parent} is a file → choose another folder")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {folder}: {_CURES[errno.EACCES]} ({parent})")


def is_run(folder: Path) -> bool:
    """Whether a path is a folder that holds the manifest of a run."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and "result_sha256" in manifest


def write(
    result: Result,
    folder: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    also: Callable[[Path, Result], None] | None = None,
) -> Result:
    """Write a run as a folder, at once.

    Args:
        result: the run. Its manifest is completed with ``format``, ``files`` (SHA-256 and size
            of each) and ``result_sha256``.
        folder: where; its parents are made. It must not exist, unless it is the folder of an
            older run and ``overwrite`` is true: then the older run stays until the new one is
            complete.
        also: writes further files (a report) into the folder it is given, which is not yet at
            its place; it gets the run with the completed manifest. If it fails, nothing is kept.

    Returns:
        The run with the completed manifest.

    Raises:
        OutputError: nothing was written, with what to do about it.
    """
    target = Path(folder).absolute()
    check_target(target, overwrite=overwrite)
    partial: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = _sibling(target, "partial")
        written = replace(result, manifest=_fill(partial, result))
        if also is not None:
            also(partial, written)
        _put_in_place(partial, target)
    except _BROKEN as exc:
        raise _output_error(target, exc) from exc
    finally:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)
    return written


def _fill(folder: Path, result: Result) -> dict[str, Any]:
    """Write every file of a run into an empty folder; returns the manifest."""
    files: dict[str, dict[str, Any]] = {}
    frames = {f"tables/{n}.parquet": t for n, t in sorted(result.tables.items())}
    frames |= {f"scenario/{n}.parquet": t for n, t in sorted(result.scenario_tables.items())}
    for name, frame in frames.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_table(path, _storable(frame))
        files[name] = {"sha256": _sha256(path), "bytes": path.stat().st_size}
    manifest = {
        **result.manifest,
        "format": FORMAT,
        "result_sha256": result_sha256(result.tables),
        "files": files,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False, default=_plain) + "\n"
    with (folder / MANIFEST).open("w", encoding="utf-8") as stream:
        stream.write(text)
        _flush(stream)
    for path in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
        _flush_folder(path)
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of mixed objects as text, blank where missing; everything else as it is."""
    objects = [c for c in frame.columns if frame[c].dtype == object]
    text = {c: frame[c].map(lambda v: "" if _missing(v) else str(v)).astype("str") for c in objects}
    return frame.assign(**text).reset_index(drop=True)


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _write_table(path: Path, frame: pd.DataFrame) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with path.open("wb") as stream:
        pq.write_table(table, stream, compression="zstd", compression_level=3)
        _flush(stream)


def _put_in_place(partial: Path, target: Path) -> None:
    """Rename the complete folder; an older run steps aside and comes back if that fails."""
    if not target.exists():
        partial.rename(target)
        _flush_folder(target.parent)
        return
    aside = _sibling(target, "older")
    try:
        target.rename(aside / "run")
        partial.rename(target)
        _flush_folder(target.parent)
    except BaseException:
        if (aside / "run").exists() and not target.exists():
            (aside / "run").rename(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)


def _sibling(target: Path, purpose: str) -> Path:
    """A new hidden folder beside the target, on the same disk."""
    path = target.parent / f".{target.name}.{purpose}-{os.getpid()}-{secrets.token_hex(4)}"
    path.mkdir()
    return path


def _output_error(target: Path, exc: Exception) -> OutputError:
    number = getattr(exc, "errno", None)
    cure = _CURES.get(number or 0, "nothing was written; look at the disk and try again")
    reason = getattr(exc, "strerror", None) or str(exc)
    return OutputError(f"cannot write {target}: {reason} → {cure}")


def _flush(stream: Any) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _flush_folder(folder: Path) -> None:
    """Flush the names in a folder, where the system allows it (Windows does not)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _plain(value: object) -> object:
    """Values of a manifest as JSON: numpy numbers as numbers, paths and dates as text."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# -- reading ------------------------------------------------------------------------------


def read(folder: str | os.PathLike[str], *, verify: bool = True) -> Result:
    """Read the folder of a run; each table is loaded when it is first used.

    Args:
        folder: a folder written by :func:`write`.
        verify: compare every file with the SHA-256 in the manifest.

    Raises:
        StoreError: the folder or one of its files is missing, damaged, or of another version;
            every fault at once.
    """
    root = Path(folder)
    manifest = _read_manifest(root)
    problems = _faults(root, manifest["files"], verify)
    if problems:
        raise StoreError(f"the run in {root} cannot be read", problems)
    names = list(manifest["files"])
    return Result(
        manifest=manifest,
        tables=LazyTables(_loaders(root, names, "tables/")),
        scenario_tables=LazyTables(_loaders(root, names, "scenario/")),
    )


def _read_manifest(root: Path) -> dict[str, Any]:
    title = f"the run in {root} cannot be read"
    if not root.is_dir():
        cure = "give the folder that `travesia run` wrote"
        raise StoreError(title, [Problem("there is no such folder", str(root), cure)])
    path = root / MANIFEST
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as exc:
        cure = "give the folder that `travesia run` wrote, or run again"
        raise StoreError(title, [Problem("there is no manifest", str(path), cure)]) from exc
    except (OSError, ValueError) as exc:
        problem = Problem(f"the manifest is damaged ({exc})", str(path), "run again")
        raise StoreError(title, [problem]) from exc
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        problem = Problem("the manifest lists no files", str(path), "run again")
        raise StoreError(title, [problem])
    if manifest.get("format") != FORMAT:
        what = f"format {manifest.get('format')!r}, this version reads format {FORMAT}"
        cure = f"run again, or use travesia {manifest.get('travesia', 'of that time')}"
        raise StoreError(title, [Problem(what, str(path), cure)])
    return manifest


def _faults(root: Path, files: Mapping[str, Any], verify: bool) -> list[Problem]:
    problems = []
    for name in (n for n in TABLES if f"tables/{n}.parquet" not in files):
        problems.append(Problem(f"the manifest lists no table {name!r}", MANIFEST, "run again"))
    for name, facts in files.items():
        path = root / name
        try:
            sound = not verify or _sha256(path) == facts["sha256"]
        except FileNotFoundError:
            problems.append(Problem("the file is missing", str(path), "run again"))
        except (OSError, KeyError, TypeError) as exc:
            problems.append(
                Problem(f"the file cannot be checked ({exc!r})", str(path), "run again")
            )
        else:
            if not sound:
                problems.append(
                    Problem("the file was changed after the run", str(path), "run again")
                )
    return problems


def _loaders(root: Path, names: list[str], prefix: str) -> dict[str, Callable[[], pd.DataFrame]]:
    def loader(path: Path) -> Callable[[], pd.DataFrame]:
        return lambda: _load(path)

    mine = [n for n in names if n.startswith(prefix)]
    return {n.removeprefix(prefix).removesuffix(".parquet"): loader(root / n) for n in mine}


def _load(path: Path) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
    except _BROKEN as exc:
        problem = Problem(f"the table is damaged ({exc})", str(path), "run again")
        raise StoreError("a table of the run cannot be read", [problem]) from exc
    if path.parent.name != "tables":
        return frame
    return shaped(TABLES[path.stem], frame)  # an empty category column comes back as text
