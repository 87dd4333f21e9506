"""Files and folders that appear whole, names that one process holds, and what a kill leaves.

Everything that Travesía keeps is written beside its place under a hidden name
(``.NAME.partial-MACHINE-PROCESS-RANDOM``), flushed, and renamed. While a folder is being made its
name is held by a lock (``.NAME.lock``) that the system lets go when the process dies, however it
dies. So whoever holds a name knows that all hidden files of that name are left by the dead, and
:func:`clear_leftovers` may clear them away; other hidden files go when their process is dead.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from travesia.errors import OutputError

CURES = {
    errno.ENOSPC: "the disk is full: free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up: free some space or choose another folder",
    errno.EFBIG: "files may not grow that large there: choose another folder",
    errno.EACCES: "you may not write there: choose a folder of your own",
    errno.EPERM: "you may not write there: choose a folder of your own",
    errno.EROFS: "that disk cannot be written to: choose another folder",
    errno.ENOTDIR: "a part of the path is a file: choose another folder",
    errno.EEXIST: "that name is taken: choose another one",
    errno.ENOTEMPTY: "that name is taken: choose another one",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
    errno.EINVAL: "such a name cannot exist: choose another one",
    errno.ELOOP: "the path is a circle of links: choose another folder",
}
"""What to do about a write that failed, by the number of the error."""

STOPS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)
)
"""Signals that ask a program to stop: from the keyboard, a closed terminal, a scheduler."""

_LEFTOVER = re.compile(
    r"\.(?P<name>.+)\.(?P<kind>partial|older)-(?P<machine>[0-9a-f]{6})-(?P<process>\d{1,9})-[0-9a-f]{8}",
    re.DOTALL,
)
_LOCK = re.compile(r"\.(?P<name>.+)\.lock", re.DOTALL)
PATIENCE = 3
"""How often a lock is tried again, as somebody who clears up may hold it for a moment."""

_UNSUPPORTED = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


class BusyError(OutputError):
    """Another process is writing under the same name."""


# -- reading -------------------------------------------------------------------------------------


def read_json(path: Path, limit: int) -> Any:
    """The value in a JSON file, however hostile the file is.

    Raises :class:`OSError` if it cannot be read, :class:`ValueError` if it is not a regular file,
    larger than ``limit`` bytes, nested too deeply, or not JSON.
    """
    facts = path.lstat()
    if not stat.S_ISREG(facts.st_mode):
        raise ValueError("it is not a regular file")
    if facts.st_size > limit:
        raise ValueError(f"it has {facts.st_size:,} bytes, more than {limit:,}")
    try:
        return json.loads(path.read_text("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


# -- writing -------------------------------------------------------------------------------------


def hidden(target: Path, kind: str) -> Path:
    """A new hidden name beside a target, on the same disk; ``kind`` is partial or older."""
    ending = f"{kind}-{_machine()}-{os.getpid()}-{secrets.token_hex(4)}"
    return target.with_name(f".{target.name}.{ending}")


def _machine() -> str:
    """This machine, as it stands in hidden names: a process is known on its own machine only."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:6]


def write_whole(path: Path, data: bytes | Callable[[IO[bytes]], object]) -> None:
    """Write a file so that its name never shows a part of it, not even after a power cut.

    ``data`` is the content, or a function that writes it into a stream. An older file is replaced
    at once; a link, a folder or a device is not. Raises what the system raises; then nothing is
    left behind.
    """
    if not is_free_or_file(path):
        raise FileExistsError(errno.EEXIST, "something that is not a file has that name", str(path))
    partial = hidden(path, "partial")
    try:
        with partial.open("xb") as stream:
            if callable(data):
                data(stream)
            else:
                stream.write(data)
            flush(stream)
        partial.replace(path)
    finally:
        with uninterrupted(), suppress(OSError):
            partial.unlink(missing_ok=True)


def is_free_or_file(path: Path) -> bool:
    """Whether nothing has that name, or a regular file (no link to one)."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return True


def flush(stream: IO[bytes]) -> None:
    """Flush a stream to the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder, where the system allows it (Windows does not)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_folder(partial: Path, target: Path, *, replace: bool) -> None:
    """Give a complete folder its name, at once; with ``replace`` an older folder of it goes.

    The older folder changes places with the new one in one step where the system can do that, so
    that the name always shows one of the two. Elsewhere it steps aside, and comes back if this is
    cut off (see :func:`clear_leftovers`).

    Raises :class:`OSError` if the name is taken, or if the folder cannot be renamed.
    """
    with uninterrupted():
        if not (replace and target.exists()):
            os.rename(partial, target)  # noqa: PTH104 - never replaces a folder that holds files
        elif not _exchange(partial, target):
            aside = hidden(target, "older")
            target.rename(aside)
            try:
                partial.rename(target)
            except BaseException:
                aside.rename(target)
                raise
            shutil.rmtree(aside, ignore_errors=True)
    flush_folder(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Let two names change places in one step; whether the system can."""
    a, b = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "linux":
            done = ctypes.CDLL(None).renameat2(-100, a, -100, b, 2)
        elif sys.platform == "darwin":
            done = ctypes.CDLL(None).renamex_np(a, b, 2)
        else:
            return False
    except (OSError, AttributeError):
        return False
    return bool(done == 0)


# -- holding a name ------------------------------------------------------------------------------


@contextmanager
def held(target: Path, lock: Path | None = None) -> Iterator[None]:
    """Hold a name: no other process makes, replaces or clears the folder or file meanwhile.

    Parents that are missing are made, and removed again if nothing came into them. What dead
    processes left in the folder of the target is cleared away. ``lock`` is the file to lock, by
    default a hidden one beside the target. Where the file system knows no locks, the name is not
    held, and only the last step protects what is there.

    Raises:
        BusyError: another process holds the name.
        OSError: the folder cannot be written.
    """
    lock = lock or target.with_name(f".{target.name}.lock")
    with ExitStack() as stack:
        with uninterrupted():
            made = _make_parents(lock.parent)
            stack.callback(_remove_empty, made)
            handle = _lock(lock)
            stack.callback(_unlock, lock, handle)
        if handle is not None:
            clear_leftovers(target)
            clear_dead(target.parent)
        yield


def _make_parents(folder: Path) -> list[Path]:
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_empty(made: list[Path]) -> None:
    for folder in made:
        with suppress(OSError):
            folder.rmdir()


def _lock(path: Path) -> int | None:
    """A handle that holds a lock file; None where the file system knows no locks."""
    flags, patience = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), PATIENCE
    while True:
        try:
            handle = os.open(path, flags, 0o644)
        except FileNotFoundError:  # somebody removed the folder that he had made for his own run
            path.parent.mkdir(parents=True, exist_ok=True)
            continue
        try:
            _try_lock(handle)
        except (BlockingIOError, PermissionError):
            if patience > 0:  # it may be held for a moment by one who clears up
                os.close(handle)
                patience -= 1
                time.sleep(0.03)
                continue
            holder = os.read(handle, 300).decode("utf-8", "replace").strip()
            os.close(handle)
            raise BusyError(
                f"another process{f' ({holder})' if holder else ''} is writing to {_named(path)} "
                "→ wait until it has ended, or choose another name"
            ) from None
        except OSError as error:
            os.close(handle)
            path.unlink(missing_ok=True)
            if error.errno in _UNSUPPORTED:
                return None
            raise
        with suppress(OSError):
            if os.fstat(handle).st_ino == path.stat().st_ino:
                os.truncate(handle, 0)
                os.write(handle, f"process {os.getpid()} on {socket.gethostname()}".encode())
                return handle
        os.close(handle)  # the one who held it removed the file meanwhile: this is no lock


def _try_lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _named(lock: Path) -> Path:
    """What a lock file stands for."""
    found = _LOCK.fullmatch(lock.name)
    return lock.with_name(found["name"]) if found else lock.parent


def _unlock(path: Path, handle: int | None) -> None:
    if handle is None:
        return
    with suppress(OSError):
        path.unlink()
    os.close(handle)
    if os.name != "posix":
        with suppress(OSError):  # an open file cannot be removed there
            path.unlink()


# -- after a kill --------------------------------------------------------------------------------


def clear_leftovers(target: Path) -> None:
    """Clear away what dead processes left of a name that is held; an older folder comes back.

    Call it only while the name is held (see :func:`held`).
    """
    for path, found in _leftovers(target.parent):
        if found["name"] == target.name:
            _clear(path, found)


def clear_dead(folder: Path) -> None:
    """Clear away what processes of this machine left in a folder when they died."""
    with suppress(OSError):
        for path, found in _leftovers(folder):
            if found["machine"] == _machine() and not _lives(int(found["process"])):
                _clear(path, found)
        for path in folder.glob(".*.lock"):
            holder = re.match(
                rf"process (\d{{1,9}}) on {re.escape(socket.gethostname())}\Z",
                path.read_text("utf-8", "replace"),
            )
            if holder and not _lives(int(holder[1])):
                with suppress(OSError, OutputError):
                    _unlock(path, _lock(path))


def recover(target: Path) -> None:
    """Bring back an older folder whose replacement was cut off between two renames, if one is."""
    with suppress(OSError, ValueError, OutputError):
        if not target.exists() and any(
            found["name"] == target.name for _, found in _leftovers(target.parent)
        ):
            with held(target):
                pass


def _leftovers(folder: Path) -> list[tuple[Path, re.Match[str]]]:
    found = ((path, _LEFTOVER.fullmatch(path.name)) for path in folder.iterdir())
    return [(path, match) for path, match in found if match]


def _clear(path: Path, found: re.Match[str]) -> None:
    """Clear away one leftover; an older folder comes back if nothing took its place."""
    target = path.with_name(found["name"])
    if found["kind"] == "older" and not target.exists():
        path.rename(target)
    elif path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    """Whether a process of this machine lives; in doubt, yes."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


# -- signals -------------------------------------------------------------------------------------


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let signals that ask to stop wait until a short step is complete, then deliver the first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = {n: h for n in STOPS if callable(h := signal.getsignal(n))}
    for number in before:
        signal.signal(number, lambda n, _: waiting.append(n))
    try:
        yield
    finally:
        while before:
            number, handler = before.popitem()
            signal.signal(number, handler)
            if number in waiting:
                waiting = [n for n in waiting if n != number]
                _deliver(number, before)


def _deliver(number: int, others: dict[int, Any]) -> None:
    """Deliver a signal that waited, after the other handlers are back in place."""
    for other, handler in others.items():
        signal.signal(other, handler)
    others.clear()
    signal.raise_signal(number)
