"""Signals that ask to stop: heard once, wherever the program is, and then left alone.

The first one raises :class:`Stopped` in the main thread; everything is tidied up on its way out.
Further ones change nothing, so that an impatient second Ctrl-C cannot cut the tidying short.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from types import FrameType
from typing import Any

from travesia.durable import STOPS


class Stopped(BaseException):
    """A signal asked the program to stop; its notes say what is kept."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def status(self) -> int:
        """The exit status, as shells have it: 130 after Ctrl-C, 143 after SIGTERM."""
        return 128 + self.number


class Signals:
    """Hears signals while a command runs; a context manager of the main thread.

    Signals that the process was started to ignore (``nohup``, a background job) stay ignored.
    """

    def __init__(self, *, last: bool) -> None:
        self.number: int | None = None
        self._last = last
        self._before: dict[int, Any] = {}
        self._hook = sys.unraisablehook

    def __enter__(self) -> Signals:
        if threading.current_thread() is threading.main_thread():
            for number in STOPS:
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._before[number] = signal.signal(number, self._heard)
            sys.unraisablehook = self._unraised
        return self

    def __exit__(self, *_: object) -> None:
        """Give the signals back, or leave them unheard where the process ends after this."""
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_IGN if self._last else handler)
        if sys.unraisablehook == self._unraised:
            sys.unraisablehook = self._hook

    def _heard(self, number: int, _: FrameType | None) -> None:
        if self.number is None:
            self.number = number
            raise Stopped(number)

    def _unraised(self, told: Any) -> None:
        """Where Python drops exceptions (finalizers, callbacks of C), the signal comes again."""
        if isinstance(told.exc_value, Stopped):
            threading.Thread(target=self._again, args=(told.exc_value.number,), daemon=True).start()
        else:
            self._hook(told)

    def _again(self, number: int) -> None:
        time.sleep(0.02)
        self.number = None
        main = threading.main_thread().ident
        if main is not None and hasattr(signal, "pthread_kill"):
            signal.pthread_kill(main, signal.Signals(number))  # so that it wakes, if it sleeps
        else:
            signal.raise_signal(signal.Signals(number))
