"""Compiling kernels, with a cache on disk that cannot stop a run.

The compiler keeps its machine code beside the source (or in ``NUMBA_CACHE_DIR``). A file cut
short by a full disk or a kill would make every later run fail, so each kernel looks at its own
files first and drops those that cannot be read; they are then compiled again.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile to machine code on the first call; cached on disk, without holding the lock.

    Division by zero follows IEEE 754 (no check, so that loops become vector instructions).

    Where no folder can be written, the kernel is compiled in every process.
    """
    try:
        dispatcher = njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no place for a cache
        return cast(Function, njit(nogil=True, error_model="numpy")(function))
    folder = dispatcher.stats.cache_path
    if folder:
        module = Path(function.__code__.co_filename).stem
        drop_unsound(Path(folder), module, function.__name__)
    return cast(Function, dispatcher)


def drop_unsound(folder: Path, module: str, name: str) -> list[Path]:
    """Delete cache files of a kernel that cannot be read. Returns what was deleted.

    An index that cannot be read goes with all its code; code that cannot be read takes its index
    with it, because the index would point to nothing.
    """
    dropped: list[Path] = []
    for index in folder.glob(f"{module}.{name}-*.nbi"):
        codes = list(folder.glob(f"{index.stem}.*.nbc"))
        if all(_is_sound(file) for file in (index, *codes)):
            continue
        for file in (index, *codes):
            try:
                file.unlink(missing_ok=True)
                dropped.append(file)
            except OSError:
                continue  # somebody else's cache: the compiler will say so
    return dropped


def _is_sound(file: Path) -> bool:
    """Whether a cache file can be read to its end as what the compiler wrote."""
    try:
        with file.open("rb") as handle:
            pickle.load(handle)
            if file.suffix == ".nbi":
                pickle.loads(handle.read())
            return not handle.read()
    except FileNotFoundError:
        return True  # another process has just tidied up
    except Exception:  # whatever a damaged pickle raises
        return False
