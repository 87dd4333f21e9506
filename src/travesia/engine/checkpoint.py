"""Checkpoints: all that a run has done so far, in one file, so that a killed run can go on.

A checkpoint is a zip of plain arrays (numpy's ``.npz``, nothing executable) with a header that
names the version, the model and the random numbers, and behind it the SHA-256 of the whole: a
file with one changed bit is refused. It is written to a temporary file and put in place at once,
so a kill at any moment leaves the last complete one. Records of all chunks are saved as one
calendar: a run may be resumed with another number of threads and gives the same bits.
"""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from travesia.durable import CURES, held, write_whole
from travesia.errors import InputError, OutputError, Problem
from travesia.version import __version__

FORMAT = 3
"""Version of the file's layout."""

_DIGEST = 32
"""Bytes of the SHA-256 at the end of the file."""

_HEADER = "header"
_TREE = "tree"
_WORDS = {
    "format": "layout of the file", "travesia": "version of Travesía", "model": "scenario",
    "seed": "seed", "replicate": "replicate", "generator": "random number generator",
    "journeys": "share of journeys kept",
}  # fmt: skip


def fingerprint(model: Any) -> str:
    """SHA-256 of everything in a compiled model (or any tree of dataclasses, arrays, numbers)."""
    h = hashlib.sha256()
    _feed(h, model)
    return h.hexdigest()


def _feed(h: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        h.update(f"{value.dtype.str}{value.shape}".encode())
        h.update(np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value):
        for item in fields(value):
            h.update(item.name.encode())
            _feed(h, getattr(value, item.name))
    elif isinstance(value, Mapping):
        for key in sorted(value):
            h.update(str(key).encode())
            _feed(h, value[key])
    elif isinstance(value, (tuple, list)):
        h.update(f"[{len(value)}]".encode())
        for part in value:
            _feed(h, part)
    else:
        h.update(repr(value).encode())


def header(
    model: Any, *, seed: int, replicate: int, generator: int, journeys: float
) -> dict[str, Any]:
    """What must be equal in the run that is resumed."""
    return {
        "format": FORMAT,
        "travesia": __version__,
        "model": fingerprint(model),
        "seed": int(seed),
        "replicate": int(replicate),
        "generator": int(generator),
        "journeys": float(journeys),
    }


def save(path: Path, head: Mapping[str, Any], state: Any) -> None:
    """Write a checkpoint at once: a reader finds the old file or the new one, never a part.

    ``state`` is a tree of dicts with text keys, lists, numbers, text, ``None`` and arrays. Raises
    :class:`travesia.errors.OutputError` if the file cannot be written; the old one then stays.
    """
    arrays: dict[str, npt.NDArray[Any]] = {}
    texts = {_HEADER: _text(json.dumps(head)), _TREE: _text(json.dumps(_flat(state, arrays)))}

    def write(stream: Any) -> None:
        np.savez(stream, allow_pickle=False, **texts, **arrays)
        stream.flush()
        with Path(stream.name).open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").digest()
        stream.seek(0, 2)
        stream.write(digest)

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, write)
    except OSError as error:
        raise OutputError(
            f"The checkpoint {path} cannot be written: {error.strerror}. The last complete one is "
            "kept; make room or choose another folder with --out"
        ) from error


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a checkpoint for this run; what a killed one left half-written beside it is cleared.

    Raises :class:`travesia.errors.OutputError` if another run holds it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(held(path.absolute()))
        except (OSError, ValueError) as error:
            number, reason = getattr(error, "errno", None), getattr(error, "strerror", None)
            cure = CURES.get(number or 0, "choose another folder with --out")
            raise OutputError(f"cannot write {path}: {reason or error} → {cure}") from error
        yield


def load(path: Path, head: Mapping[str, Any]) -> Any:
    """The state in a checkpoint of the same run.

    Raises :class:`travesia.errors.InputError` if there is none, if it is damaged, or if it
    belongs to another run; the message says what differs and what to do.
    """
    if not path.exists():
        cure = "leave out --resume, or name the folder of the run that was stopped with --out"
        raise _refusal("there is no checkpoint", path, cure)
    try:
        _check_digest(path)
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            found = json.loads(stored[_HEADER].tobytes())
            if not isinstance(found, dict):
                raise ValueError("no header")
            different = [key for key in head if found.get(key) != head[key]]
            if not different:
                tree = json.loads(stored[_TREE].tobytes())
                return _grown(tree, {n: stored[n] for n in stored.files})
    except Exception as error:  # whatever a damaged file makes the readers raise
        raise damaged(path, error) from error
    raise InputError(
        "The run was not resumed",
        [
            Problem(
                f"the checkpoint has another {_WORDS[key]}"
                + ("" if key == "model" else f": {found.get(key)!r} and not {head[key]!r}"),
                str(path),
                "resume with what the run was started with, or delete the file to start again",
            )
            for key in different
        ],
    )


def _check_digest(path: Path) -> None:
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is not a file")
    digest, left = hashlib.sha256(), path.stat().st_size - _DIGEST
    with path.open("rb") as file:
        while left > 0:
            block = file.read(min(left, 2**20))
            if not block:
                break
            digest.update(block)
            left -= len(block)
        if file.read() != digest.digest():
            raise ValueError("it was cut short or changed, or an older version wrote it")


def damaged(path: Path, error: Exception) -> InputError:
    """The refusal of a checkpoint that cannot be used."""
    cure = "delete the file and run again without --resume"
    what = f"{type(error).__name__}: {error}" if not isinstance(error, ValueError) else error
    return _refusal(f"the checkpoint is damaged ({what})", path, cure)


def _refusal(what: str, path: Path, cure: str) -> InputError:
    return InputError("The run was not resumed", [Problem(what, str(path), cure)])


def _text(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _flat(value: Any, arrays: dict[str, npt.NDArray[Any]]) -> Any:
    """The same tree with every array replaced by its name in ``arrays``."""
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, Mapping):
        return {"map": {k: _flat(v, arrays) for k, v in value.items()}}
    if isinstance(value, (list, tuple)):
        return [_flat(v, arrays) for v in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def _grown(value: Any, arrays: Mapping[str, npt.NDArray[Any]]) -> Any:
    """The reverse of :func:`_flat`."""
    if isinstance(value, list):
        return [_grown(v, arrays) for v in value]
    if isinstance(value, dict):
        if "array" in value:
            return arrays[value["array"]]
        return {k: _grown(v, arrays) for k, v in value["map"].items()}
    return value
