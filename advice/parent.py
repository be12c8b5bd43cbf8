"""A process that serves ends with the one that started it, which would start others beside it on the same port."""

import ctypes
import multiprocessing
import signal
import sys

WHEN_PARENT_ENDS = 1  # PR_SET_PDEATHSIG of Linux's prctl()


def end_with_it() -> None:
    """Where granian's first process is killed alone, its others would serve on, and after an update the old release."""
    if sys.platform == "linux" and multiprocessing.parent_process() is not None:
        ctypes.CDLL(None).prctl(WHEN_PARENT_ENDS, signal.SIGTERM)
