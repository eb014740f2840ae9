"""Processes of one run: started with a log each, stopped by their own id, their CPU read from the kernel."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class BenchmarkError(Exception):
    """The run cannot be done or cannot be trusted; the text says why."""


class Group:
    """A process and everything it starts."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command, env={**os.environ, **env}, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self.process.pid

    def check(self) -> None:
        if self.process.poll() is not None:
            tail = self.log.read_text(errors="replace")[-1500:]
            raise BenchmarkError(f"{self.name} ended with {self.process.returncode}:\n{tail}")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
                self.process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)  # what a parent that ended badly left


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(group: Group, port: int, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        group.check()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise BenchmarkError(f"{group.name} does not listen on {port} after {seconds:.0f} s: see {group.log}")


def parent(pid: int) -> int:
    return int(_stat(pid)[1])


def cpu_seconds(root: int) -> float:
    """CPU used so far by a process and all its descendants, those already gone included."""
    children: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with contextlib.suppress(OSError):
            fields = _stat(int(entry))
            children.setdefault(int(fields[1]), []).append(int(entry))
            used[int(entry)] = sum(map(int, fields[11:15]))  # own and reaped children's, user and system
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += used.get(pid, 0)
        waiting += children.get(pid, [])
    return total / TICKS


def _stat(pid: int) -> list[str]:
    """What the kernel says of a process, from its state on (proc(5), field 3)."""
    return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
