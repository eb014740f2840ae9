"""Runs Planwright as people do, as a process tree of its own, and watches what it leaves behind."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from config.embedded.account import become

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 300.0  # seconds until a start is given up; the machine may be busy


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def environment(data_dir: Path, port: int, **more: str) -> dict[str, str]:
    """Of a person who set nothing but what keeps tests apart."""
    ours = {"DATABASE_URL", "BROKER_URL", "EMAIL_URL", "BASE_URL", "DJANGO_SETTINGS_MODULE", "DEBUG"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"DATA_DIR": str(data_dir), "PORT": str(port), "DEMO": "0"} | more


class Running:
    """One command of manage.py and all that it starts. Use it as a context: leaving it kills what is left."""

    def __init__(
        self, environ: Mapping[str, str], *command: str, prepare: Callable[[], None] | None = None
    ) -> None:
        self.port = int(environ["PORT"])
        self.output = Path(environ["DATA_DIR"]).with_name(
            f"{Path(environ['DATA_DIR']).name}-{time.time_ns()}.txt"
        )
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), *command],
                env=environ, cwd="/", stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
                preexec_fn=prepare or become(None, signal.SIGTERM),  # no test that is killed leaves it running
            )  # fmt: skip
        self.seen: dict[int, psutil.Process] = {}

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_error: object) -> None:
        self.look()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.wait(20)
        for process in self.left():
            process.kill()

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_ready(self) -> "Running":
        wait_until(lambda: "Planwright is ready" in self.said() or self.process.poll() is not None)
        assert "Planwright is ready" in self.said(), self.said()
        self.look()
        return self

    def look(self) -> list[psutil.Process]:
        """Every process that it started, remembered for `left`; a reused number is not taken for one."""
        try:
            found = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            found = []
        self.seen |= {process.pid: process for process in found}
        return found

    def child(self, word: str) -> psutil.Process:
        """The process that was started as `manage.py WORD`: the pool's or server's first."""
        self.look()
        return next(process for process in self.seen.values() if _command(process)[-1:] == [word])

    def left(self) -> list[psutil.Process]:
        """What it started and still runs."""
        return [
            process for process in self.seen.values() if process.is_running() and process.status() != "zombie"
        ]

    def stop(self, signum: signal.Signals = signal.SIGTERM) -> int | None:
        self.look()
        self.process.send_signal(signum)
        return self.wait(30)

    def wait(self, seconds: float) -> int | None:
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def get(self, path: str) -> tuple[int, bytes]:
        site = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            site.request("GET", path)
            answer = site.getresponse()
            return answer.status, answer.read()
        finally:
            site.close()


def wait_until(holds: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Whether it came true in time."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if holds():
            return True
        time.sleep(0.05)
    return bool(holds())


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
