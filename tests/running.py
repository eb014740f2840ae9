"""The real processes, `manage.py web` and `worker`, on the database of the running test."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import connection

START_WITHIN = 120.0  # seconds


class Running:
    """A site that listens at `host` (with its port) and `url`."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.url = f"http://{self.host}"

    def get(self, path: str, token: str) -> Any:
        """The JSON of a REST answer."""
        request = Request(self.url + path, headers={"Authorization": f"Bearer {token}"})
        with urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """The answer's status."""
        with urlopen(Request(self.url + path, data=body, headers=headers), timeout=60) as answer:
            return int(answer.status)


@contextmanager
def running(data_dir: Path, *commands: str) -> Iterator[Running]:
    """Processes of `manage.py COMMAND`, each ended with all that it started."""
    port = _free_port()
    environment = os.environ | {
        "DATA_DIR": str(data_dir), "DATABASE_URL": database_url(), "PORT": str(port), "DEMO": "0",
    }  # fmt: skip
    with (data_dir / "processes.log").open("wb") as log:
        processes = [
            subprocess.Popen(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), command],
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                process_group=0,
            )
            for command in commands
        ]
        try:
            site = Running(port)
            _wait_until_ready(site, processes, data_dir)
            yield site
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                _end(process)


def database_url() -> str:
    """The test's own database, as an address for other processes."""
    database = connection.settings_dict
    password, host = quote(database["PASSWORD"], safe=""), quote(database["HOST"], safe="")
    return f"postgres://{database['USER']}:{password}@{host}:{database['PORT']}/{database['NAME']}"


def _wait_until_ready(site: Running, processes: list[subprocess.Popen[bytes]], data_dir: Path) -> None:
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until and all(process.poll() is None for process in processes):
        try:
            with urlopen(f"{site.url}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    said = (data_dir / "processes.log").read_text(errors="replace")
    raise AssertionError(f"the processes do not run:\n{said[-3000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)  # and what it left behind
    except ProcessLookupError:
        pass
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
