"""The last barrier: whatever happens in a command becomes words and an exit status.

0: done. 2: the input is wrong, or an output cannot be written. 70: a fault of ours, with a saved
report. 128 + number after a signal: 130 after Ctrl-C. With ``--json`` errors are JSON on the
standard output too: ``{"error": {"title", "problems": [{"what", "where", "cure"}], "status"}}``.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from travesia.cli.stopping import Signals, Stopped
from travesia.cli.words import json_text, plain, prepare
from travesia.errors import EngineError, InputError, Problem, TravesiaError
from travesia.version import __version__

BAD_INPUT = 2
OUR_FAULT = 70
INTERRUPTED = 130
"""Exit statuses."""

WHOLE = "Stopped. Nothing was left half-written."
SEND = "please send that file, and the scenario if you may, to the developers"


def guarded(command: Callable[[list[str]], int], arguments: list[str], *, last: bool) -> int:
    """Run a command behind the barrier and give its exit status.

    ``last`` says that the process ends after this.
    """
    _open_streams()
    streams = sys.stdout, sys.stderr
    with Signals(last=last) as signals:
        try:
            prepare(sys.stdout, sys.stderr)
            status = command(arguments)
            if sys.stdout is not None:
                sys.stdout.flush()
            return status
        except SystemExit:  # a deliberate end, such as that of a shell's completion
            raise
        except BaseException as error:  # the last barrier
            sys.stdout, sys.stderr = streams
            if signals.number is not None and not isinstance(error, Stopped):
                error = Stopped(signals.number)  # modules hide what stopped them
            return _tell(error, arguments)


def _open_streams() -> None:
    """Give the null device to standard streams that the caller closed (``>&-``).

    Else the next file that is opened would take their place, and what is printed would go into it.
    """
    for handle in (0, 1, 2):
        try:
            os.fstat(handle)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _tell(error: BaseException, arguments: Sequence[str]) -> int:
    """Say in words what ended a command; gives the exit status."""
    as_json = "--json" in arguments
    if isinstance(error, BrokenPipeError):
        # Whoever read the output has seen enough (`| head`); what is left goes nowhere.
        _discard_output()
        return 0
    if isinstance(error, (Stopped, KeyboardInterrupt)):
        status = error.status if isinstance(error, Stopped) else INTERRUPTED
        text = " ".join([WHOLE, *getattr(error, "__notes__", [])])
        return _say(f"\n{text}", text, (), status, as_json)
    if isinstance(error, TravesiaError) and not isinstance(error, EngineError):
        title, problems = str(error), ()
        if isinstance(error, InputError):
            return _say(str(error), error.title, error.problems, BAD_INPUT, as_json)
        return _say(f"Error: {title}", title, problems, BAD_INPUT, as_json)
    if _is_usage(error):
        shown = io.StringIO()
        usage: Any = error
        usage.show(shown)
        message = usage.format_message()
        return _say(shown.getvalue().rstrip("\n"), message, (), BAD_INPUT, as_json)
    if isinstance(error, OSError):
        _discard_output()
        what = f"{error.filename or 'the output'}: {error.strerror or error}"
        return _say(f"Error: {what}", what, (), BAD_INPUT, as_json)
    if isinstance(error, MemoryError):
        what = "there is not enough memory → simulate a smaller share of the people with --sample"
        return _say(f"Error: {what}", what, (), BAD_INPUT, as_json)
    return _own_fault(error, arguments, as_json)


def _is_usage(error: BaseException) -> bool:
    """Whether it is the command line's own refusal (which newer versions of typer carry inside)."""
    return any(c.__name__ == "ClickException" for c in type(error).__mro__)


def _say(text: str, title: str, problems: Sequence[Problem], status: int, as_json: bool) -> int:
    """Say an error to people, and to machines if they asked."""
    if as_json:
        told = [{"what": p.what, "where": p.where, "cure": p.cure} for p in problems]
        with suppress(OSError, ValueError):
            sys.stdout.write(
                json_text({"error": {"title": title, "problems": told, "status": status}}) + "\n"
            )
            sys.stdout.flush()
    with suppress(OSError, ValueError):
        sys.stderr.write(plain(text) + "\n")
        sys.stderr.flush()
    return status


def _discard_output() -> None:
    """Let the interpreter's last flush of an output that failed go nowhere."""
    if sys.__stdout__ is not None and sys.stdout is sys.__stdout__:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())


# -- a fault of ours -----------------------------------------------------------------------------


def _own_fault(error: BaseException, arguments: Sequence[str], as_json: bool) -> int:
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    path = _save(error, arguments)
    kept = f"the report is in {path}: {SEND}" if path else "no report could be saved"
    problem = Problem(what, str(path or ""), SEND if path else "")
    text = f"A fault of ours ({what}); {kept}. Nothing was left half-written."
    return _say(text, "A fault of ours", [problem], OUR_FAULT, as_json)


def _save(error: BaseException, arguments: Sequence[str]) -> Path | None:
    """Save what happened in the working folder, or in the one for temporary files."""
    now = dt.datetime.now()
    name = f"travesia-crash-{now:%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    text = "\n".join(
        [
            f"Travesía {__version__}, {now.isoformat(timespec='seconds')}",
            f"Python {platform.python_version()} on {platform.platform()}; {_versions()}",
            "Command: travesia " + " ".join(map(repr, arguments)),
            "",
            *traceback.format_exception(error),
        ]
    )
    for folder in (Path(), Path(tempfile.gettempdir())):
        path = folder.absolute() / name
        with suppress(OSError):
            path.write_text(_without_secrets(text), "utf-8", errors="backslashreplace")
            return path
    return None


def _versions() -> str:
    loaded: list[Any] = [sys.modules.get(n) for n in ("numpy", "numba", "pandas", "pyarrow")]
    return ", ".join(f"{m.__name__} {m.__version__}" for m in loaded if hasattr(m, "__version__"))


def _without_secrets(text: str) -> str:
    """Without passwords in addresses, and without the name in the path of the home folder."""
    text = re.sub(r"(://)[^/\s@'\"]+@", r"\1…@", text)
    with suppress(RuntimeError):
        home = str(Path.home())
        if len(home) > 1:
            text = text.replace(home, "~")
    return text
