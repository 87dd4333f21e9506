"""One Hypothesis profile for all tests: the same examples every time, without a clock."""

from __future__ import annotations

import signal

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("fixed")

# Programs started in the background of a script inherit that Ctrl-C is ignored. Tests that press
# it need it heard by the processes that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
