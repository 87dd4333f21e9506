"""The folder of a run: Parquet tables and a manifest, written whole or not at all.

A run is written into a hidden sibling folder, flushed to the disk, and renamed. Whatever goes
wrong before the rename leaves the place as it was; the manifest is written last, and seals every
other file (see :mod:`travesia.results.sealed`). While a run is made, its name is held: a second
process that wants the same name is told so before it begins.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from travesia.durable import (
    CURES,
    BusyError,
    flush,
    flush_folder,
    held,
    hidden,
    put_folder,
    recover,
    uninterrupted,
    write_whole,
)
from travesia.errors import OutputError, Problem, StoreError
from travesia.results.contract import FORMAT, TABLES
from travesia.results.digest import result_sha256
from travesia.results.result import LazyTables, Result, shaped
from travesia.results.sealed import (
    BANDS,
    MANIFEST,
    RUN_AGAIN,
    file_faults,
    is_run,
    pack_bands,
    read_manifest,
    seal_of,
    sha256_of,
    strangers_beside,
)
from travesia.results.sealed import read_bands as _read_bands
from travesia.results.sound import value_faults

_BROKEN = (OSError, pa.ArrowException)


# -- holding a name -----------------------------------------------------------------------


def check_target(folder: Path, *, overwrite: bool = False) -> None:
    """Say before a long run whether its folder can be written at the end.

    Raises:
        OutputError: the path is taken by something else, or cannot be written.
    """
    try:
        if "\0" in str(folder):
            raise ValueError("embedded null byte")
        _check_free(folder, overwrite)
        parent = folder.absolute().parent
        while not parent.exists():
            parent = parent.parent
    except (OSError, ValueError) as error:  # a name that is too long, or holds a NUL
        raise output_error(folder, error) from error
    if not parent.is_dir():
        raise OutputError(f"cannot write {folder}: {parent} is a file → choose another folder")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {folder}: {CURES[errno.EACCES]} ({parent})")


def _check_free(folder: Path, overwrite: bool) -> None:
    if folder.is_symlink() or (folder.exists() and not is_run(folder)):
        raise OutputError(
            f"{folder} exists and is not the folder of a run → choose a name that is free"
        )
    if not folder.exists():
        return
    if not overwrite:
        raise OutputError(
            f"{folder} already holds a run → choose another name, or ask to overwrite it"
        )
    if strange := strangers_beside(folder):
        more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
        raise OutputError(
            f"{folder} holds files that are not of the run: {', '.join(strange[:3])}{more} → "
            "move them, or choose another name"
        )


@contextmanager
def claim(folder: str | os.PathLike[str], *, overwrite: bool = False) -> Iterator[Path]:
    """Hold the name of a run while the run is made; gives the folder.

    Raises:
        OutputError: another process is making a run of that name, or it cannot be written.
    """
    target = Path(folder)
    check_target(target, overwrite=overwrite)
    with _held(target):
        check_target(target, overwrite=overwrite)  # a run may have come while the name was free
        yield target


@contextmanager
def claim_free(
    parent: Path, name: str, *, avoid: Callable[[Path], bool] = lambda _: False
) -> Iterator[Path]:
    """Hold the first of ``parent/name-1``, ``parent/name-2``, ... that nobody has or holds.

    ``avoid`` may refuse further names.
    """
    number = 1
    with ExitStack() as stack:
        while True:
            target = parent / f"{name}-{number}"
            if not (_is_there(target) or avoid(target)):
                try:
                    stack.enter_context(_held(target))
                except BusyError:
                    pass
                else:
                    if not _is_there(target):
                        break
                    stack.close()
            number += 1
        yield target


@contextmanager
def settled(folder: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """The folder in which a claimed run is stored in the end.

    That is the claimed one, unless something came there meanwhile that may not be replaced: then
    the next free name beside it, as a finished simulation must not be lost.
    """
    try:
        check_target(folder, overwrite=overwrite)
    except OutputError:
        if not _is_there(folder):
            raise
        with claim_free(folder.parent, re.sub(r"-\d+\Z", "", folder.name)) as other:
            yield other
    else:
        yield folder


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


@contextmanager
def _held(target: Path) -> Iterator[None]:
    """Hold a name; what the system says against it is told in words."""
    with ExitStack() as stack:
        try:
            stack.enter_context(held(target.absolute()))
        except (OSError, ValueError) as error:
            raise output_error(target, error) from error
        yield


# -- writing ------------------------------------------------------------------------------


def write(
    result: Result,
    folder: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    claimed: bool = False,
    also: Callable[[Path, Result], None] | None = None,
) -> Result:
    """Write a run as a folder, at once.

    Args:
        result: the run. Its manifest is completed with ``format``, ``files`` (SHA-256 and size
            of each), ``result_sha256`` and ``seal``.
        folder: where; its parents are made. It must not exist, unless it is the folder of an
            older run and ``overwrite`` is true: then the older run stays until the new one is
            complete.
        claimed: the caller holds the name already (see :func:`claim`).
        also: writes further files (a report) into the folder it is given, which is not yet at
            its place; it gets the run with the completed manifest. If it fails, nothing is kept.

    Returns:
        The run with the completed manifest.

    Raises:
        OutputError: nothing was written, with what to do about it.
    """
    target = Path(folder).absolute()
    with ExitStack() as stack:
        if not claimed:
            stack.enter_context(claim(target, overwrite=overwrite))
        else:
            check_target(target, overwrite=overwrite)
        return _write(result, target, overwrite, also)


def _write(
    result: Result, target: Path, overwrite: bool, also: Callable[[Path, Result], None] | None
) -> Result:
    partial = hidden(target, "partial")
    try:
        partial.mkdir(parents=True)
        written = replace(result, manifest=_fill(partial, result))
        if also is not None:
            also(partial, written)
        put_folder(partial, target, replace=overwrite)
    except _BROKEN as exc:
        raise output_error(target, exc) from exc
    finally:
        with uninterrupted():
            shutil.rmtree(partial, ignore_errors=True)
    return written


def write_bands(folder: Path, result: Result, bands: Mapping[str, Any]) -> None:
    """Put ranges over draws into the folder of a run that is there, at once.

    ``result`` is the run as :func:`write` or :func:`read` gave it. Raises :class:`OutputError`.
    """
    path = Path(folder) / BANDS
    try:
        write_whole(path, pack_bands(str(result.manifest["seal"]), bands))
    except OSError as exc:
        raise output_error(path, exc) from exc


def read_bands(folder: Path, result: Result) -> dict[str, Any] | None:
    """The ranges over draws in the folder of a run, or None if it has none.

    Raises :class:`StoreError` if they are damaged or belong to another run.
    """
    return _read_bands(Path(folder), str(result.manifest.get("seal")))


def _fill(folder: Path, result: Result) -> dict[str, Any]:
    """Write every file of a run into an empty folder; returns the manifest."""
    files: dict[str, dict[str, Any]] = {}
    frames = {f"tables/{n}.parquet": t for n, t in sorted(result.tables.items())}
    frames |= {f"scenario/{n}.parquet": t for n, t in sorted(result.scenario_tables.items())}
    for name, frame in frames.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_table(path, _storable(frame))
        files[name] = {"sha256": sha256_of(path), "bytes": path.stat().st_size}
    manifest = {
        **result.manifest,
        "format": FORMAT,
        "result_sha256": result_sha256(result.tables),
        "files": files,
    }
    loaded: dict[str, Any] = json.loads(json.dumps(manifest, default=_plain))
    loaded["seal"] = seal_of(loaded)
    with (folder / MANIFEST).open("wb") as stream:
        stream.write(json.dumps(loaded, indent=2, ensure_ascii=False).encode() + b"\n")
        flush(stream)
    for path in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
        flush_folder(path)
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
        flush(stream)


def output_error(target: Path, exc: Exception) -> OutputError:
    """Why something could not be written, and what to do about it."""
    number = getattr(exc, "errno", None)
    if number is None and isinstance(exc, ValueError):
        number = errno.EINVAL
    cure = CURES.get(number or 0, "nothing was written; look at the disk and try again")
    reason = getattr(exc, "strerror", None) or str(exc)
    return OutputError(f"cannot write {target}: {reason} → {cure}")


def _plain(value: object) -> object:
    """Values of a manifest as JSON: numpy numbers as numbers, paths and dates as text."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


# -- reading ------------------------------------------------------------------------------


def read(folder: str | os.PathLike[str], *, verify: bool = True) -> Result:
    """Read the folder of a run; each table is loaded when it is first used.

    Args:
        folder: a folder written by :func:`write`.
        verify: recompute the seal: the digest of every file, of the manifest and of all together
            (some 0.1 s for a whole corridor), and look at the columns of every table. The
            values of a table are looked at when it is loaded.

    Raises:
        StoreError: the folder or one of its files is missing, damaged, changed, or of another
            version; every fault at once.
    """
    root = Path(folder)
    recover(root)
    try:
        manifest = read_manifest(root)
        problems = file_faults(root, manifest["files"], verify=verify)
    except (OSError, ValueError) as exc:  # a name that is too long, or holds a NUL
        problem = Problem(f"it cannot be read ({exc})", str(root), "give the folder of a run")
        raise StoreError(f"the run in {root} cannot be read", [problem]) from exc
    if problems:
        raise StoreError(f"the run in {root} cannot be read", problems)
    names = list(manifest["files"])
    scenario = LazyTables(_loaders(root, names, "scenario/", _load))

    def load(path: Path) -> pd.DataFrame:
        return _load_result(path, scenario)

    return Result(
        manifest=manifest,
        tables=LazyTables(_loaders(root, names, "tables/", load)),
        scenario_tables=scenario,
    )


def _loaders(
    root: Path, names: list[str], prefix: str, load: Callable[[Path], pd.DataFrame]
) -> dict[str, Callable[[], pd.DataFrame]]:
    def loader(path: Path) -> Callable[[], pd.DataFrame]:
        return lambda: load(path)

    mine = [n for n in names if n.startswith(prefix)]
    return {n.removeprefix(prefix).removesuffix(".parquet"): loader(root / n) for n in mine}


def _load(path: Path) -> pd.DataFrame:
    try:
        with pq.ParquetFile(path) as file:
            frame: pd.DataFrame = file.read().to_pandas()
    except Exception as exc:  # whatever a damaged file makes the reader raise
        raise _table_fault(path, [f"the table is damaged ({str(exc)[:200]})"]) from exc
    return frame


def _load_result(path: Path, scenario: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    spec, frame = TABLES[path.stem], _load(path)
    missing = [f"column {c!r} is missing" for c in spec.columns if c not in frame]
    faults = missing or list(value_faults(spec, frame, scenario))
    if faults:
        raise _table_fault(path, faults)
    return shaped(spec, frame)  # an empty category column comes back as text


def _table_fault(path: Path, faults: list[str]) -> StoreError:
    problems = [Problem(what, str(path), RUN_AGAIN) for what in faults]
    return StoreError("a table of the run cannot be read", problems)


__all__ = [
    "BANDS", "MANIFEST", "check_target", "claim", "claim_free", "is_run", "output_error", "read",
    "read_bands", "settled", "write", "write_bands",
]  # fmt: skip
