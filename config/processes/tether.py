"""A process that ends with its parent, even when the parent is killed with SIGKILL."""

import ctypes
import os
import signal
import sys
import threading
import time

SUPERVISOR = "PLANWRIGHT_SUPERVISOR"  # set by `serve` for its children: its process id
_PR_SET_PDEATHSIG = 1
_POLL = 1.0  # seconds, where the kernel cannot tell us


def follow_supervisor(signum: signal.Signals) -> None:
    """Get `signum` when `serve` dies, if `serve` started this process. Call it from the main thread."""
    parent = os.environ.pop(SUPERVISOR, "")
    if parent:
        follow(int(parent), signum)


def follow(parent: int, signum: signal.Signals) -> None:
    """Get `signum` when the process `parent`, which must be this one's parent, has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    else:
        threading.Thread(target=_poll, args=(parent, signum), daemon=True).start()
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signum)


def _poll(parent: int, signum: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL)
    os.kill(os.getpid(), signum)
