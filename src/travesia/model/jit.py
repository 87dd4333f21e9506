"""Compiling kernels, with a cache on disk that cannot stop a run.

The compiler keeps its machine code beside the source (or in ``NUMBA_CACHE_DIR``). A file cut
short by a full disk or a kill would make every later run fail, so each kernel looks at its own
files first and drops those that cannot be read; they are then compiled again. Where no folder can
be written, kernels are compiled in every process; that is said once.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numba.core import config

Function = TypeVar("Function", bound=Callable[..., Any])

TOLD = "TRAVESIA_TOLD_OF_CACHE"
"""Set in the environment once it was said that kernels cannot be kept: no worker repeats it."""


def compiled(function: Function) -> Function:
    """Compile to machine code on the first call; cached on disk, without holding the lock.

    Division by zero follows IEEE 754 (no check, so that loops become vector instructions).

    Where no folder can be written, the kernel is compiled in every process. With
    ``NUMBA_DISABLE_JIT=1`` (for debuggers and coverage) it is plain Python: the same bits, some
    hundred times slower.
    """
    return _compiled(function, error_model="numpy")


def checked(function: Function) -> Function:
    """The same, but a division by zero is an error."""
    return _compiled(function)


def _compiled(function: Function, **options: Any) -> Function:
    if config.DISABLE_JIT:
        return _plain(function)
    try:
        dispatcher = njit(cache=True, nogil=True, **options)(function)
    except RuntimeError:  # no place for a cache
        _tell("no folder for them can be written")
        return cast(Function, njit(nogil=True, **options)(function))
    folder = dispatcher.stats.cache_path
    if folder:
        module = Path(function.__code__.co_filename).stem
        drop_unsound(Path(folder), module, function.__name__)
    _let_saving_fail(dispatcher)
    return cast(Function, dispatcher)


def _let_saving_fail(dispatcher: Any) -> None:
    """A cache that cannot be written (a full disk) must not end the run that compiled."""
    cache: Any = getattr(dispatcher, "_cache", None)
    save = getattr(cache, "save_overload", None)
    if save is None:
        return

    def save_if_possible(*arguments: Any) -> None:
        try:
            save(*arguments)
        except OSError as error:
            _tell(error.strerror or str(error))

    cache.save_overload = save_if_possible


def _tell(why: str) -> None:
    """Say once that nothing is kept; without a traceback, as the run goes on."""
    if TOLD in os.environ:
        return
    os.environ[TOLD] = "1"
    with suppress(OSError, ValueError, AttributeError):  # nobody there to read it
        sys.stderr.write(
            f"Compiled kernels cannot be kept ({why}): every start compiles them anew, which takes "
            "some 15 seconds; NUMBA_CACHE_DIR may name a folder that can be written.\n"
        )


def _plain(function: Function) -> Function:
    """A kernel in Python, where arithmetic wraps around and divides by zero without a word, too."""

    @wraps(function)
    def call(*arguments: Any) -> Any:
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            return function(*arguments)

    return cast(Function, call)


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
