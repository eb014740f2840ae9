"""Keeps a few child processes running, and leaves none of them behind."""

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.processes import tether

log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parent.parent.parent
POLL = 0.1  # seconds
_STEADY = 10.0  # seconds: who ran that long is started again at once
_LONGEST_PAUSE = 30.0
# What a child gets when all must stop, and after how many seconds. Killing loses nothing: leases end.
_STOP = ((0.0, signal.SIGTERM), (7.0, signal.SIGKILL))


@dataclass
class Child:
    """One process to keep running, in a process group of its own."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = field(default=0.0)
    may_end: bool = False  # exit 0 means that its work is done
    is_done: bool = False

    def start(self, now: float) -> None:
        environment = os.environ | {tether.SUPERVISOR: str(os.getpid())}
        self.process = subprocess.Popen(  # noqa: S603  # our own command
            self.command, env=environment, cwd=_ROOT, process_group=0
        )
        self.started_at = now

    def signal(self, signum: signal.Signals) -> None:
        """Send the signal to the process itself; SIGKILL goes to all that it started."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if signum is signal.SIGKILL:
                os.killpg(self.process.pid, signum)
            else:
                self.process.send_signal(signum)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Runs the children until `stop` was called; a child that ends earlier is started again."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        self.is_stopping = False

    def stop(self) -> None:
        self.is_stopping = True

    def tend(self) -> None:
        """Start what should run and does not. Call it every `POLL` seconds."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.start_again_at and not child.is_done:
                    child.start(now)
            elif (status := child.process.poll()) is not None:
                self._plan_restart(child, status, now)

    def _plan_restart(self, child: Child, status: int, now: float) -> None:
        child.is_done = child.may_end and status == 0
        child.signal(signal.SIGKILL)  # what it left behind would take its successor's port or work
        ran = now - child.started_at
        child.pause = 0.0 if ran >= _STEADY else min(_LONGEST_PAUSE, max(0.5, child.pause * 2))
        child.start_again_at = now + child.pause
        child.process = None
        if child.is_done:
            return
        log.warning("%s ended (%s); starting it again%s", child.name, _reason(status), _in(child.pause))

    def stop_all(self) -> None:
        """End every child and all that they started; takes 7 seconds at most."""
        begun = time.monotonic()
        for after, signum in _STOP:
            while any(child.is_running() for child in self.children) and time.monotonic() < begun + after:
                time.sleep(POLL / 2)
            for child in self.children:
                if child.is_running() or signum is signal.SIGKILL:
                    child.signal(signum)
        for child in self.children:
            if child.process is not None:
                child.process.wait()


def _reason(status: int) -> str:
    return f"exit {status}" if status >= 0 else signal.Signals(-status).name


def _in(seconds: float) -> str:
    return f" in {seconds:g} s" if seconds else ""
