"""Planwright's processes as in production, on a PostgreSQL of their own that may be stopped and started."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from config.embedded import postgres
from tests.serving import ROOT, environment, free_port, wait_until

PREPARE = """
import json, django
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from tests.faults.seeding import seed
print(json.dumps(seed()))
"""
# Parks whoever takes rows out of the inbox, its last write, while the test holds one of these locks: in the
# statement, so that nothing is committed, or in the commit itself, which PostgreSQL then finishes without it.
BEFORE_COMMIT, IN_COMMIT = 42, 43
PARK = f"""
CREATE FUNCTION park() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::int); RETURN NULL; END $$;
CREATE TRIGGER park_before_commit AFTER DELETE ON ingest_inboxrow
    FOR EACH STATEMENT EXECUTE FUNCTION park({BEFORE_COMMIT});
CREATE CONSTRAINT TRIGGER park_in_commit AFTER DELETE ON ingest_inboxrow
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION park({IN_COMMIT});
"""


class Stack:
    """web, worker and beat, each a process of `manage.py`."""

    def __init__(self) -> None:
        self.data_dir = Path(tempfile.mkdtemp(prefix="planwright-faults-")).resolve()
        self.server = postgres.Server(self.data_dir, {"fsync": "off", "synchronous_commit": "off"})
        self.server.start()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._database: psycopg.Connection[Any] | None = None
        self.port = free_port()
        self.environ = environment(
            self.data_dir, self.port, DATABASE_URL=self.server.url, LEASE_SECONDS="1",
            DJANGO_SETTINGS_MODULE="config.settings", PYTHONPATH=str(ROOT),
        )  # fmt: skip

    def prepare(self) -> None:
        """Migrate, and make the sources."""
        prepared = subprocess.run(
            [sys.executable, "-c", PREPARE],
            env=self.environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert prepared.returncode == 0, prepared.stderr
        self.sources: list[dict[str, Any]] = json.loads(prepared.stdout)
        self.database.execute(PARK)

    def start(self, *command: str, program: tuple[str, ...] = ("manage.py",)) -> None:
        """Start `manage.py COMMAND`, or another program in its place."""
        with (self.data_dir / f"{command[0]}.log").open("ab") as log:
            self.processes[command[0]] = subprocess.Popen(
                [sys.executable, *program, *command],
                env=self.environ, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def stop(self, name: str) -> None:
        """Stop a process and all it started."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def close(self) -> None:
        for name in list(self.processes):
            self.stop(name)
        if self._database is not None:
            self._database.close()
        self.server.stop()
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def wait_ready(self) -> None:
        def answers() -> bool:
            with suppress(OSError, http.client.HTTPException):
                return self.send(None, method="OPTIONS")[0] == 200
            return False

        assert wait_until(answers), (self.data_dir / "web.log").read_text()

    @contextmanager
    def pool_suspended(self) -> Iterator[list[psutil.Process]]:
        """The pool's processes, stopped where they stand; they go on afterwards unless they were killed."""
        pool = self.pool()
        try:
            for process in pool:
                with suppress(psutil.NoSuchProcess):
                    process.suspend()
            yield pool
        finally:
            for process in pool:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    def pool(self) -> list[psutil.Process]:
        """The processes of the worker's pool."""
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.processes["worker"].pid).children()
        return []

    @property
    def database(self) -> psycopg.Connection[Any]:
        """A connection in autocommit mode, opened again when the server was away."""
        if self._database is None or self._database.closed:
            self._database = psycopg.connect(self.server.url, autocommit=True)
        return self._database

    def value(self, query: str, *params: Any) -> Any:
        try:
            row = self.database.execute(query, params).fetchone()
        except psycopg.OperationalError:
            row = self.database.execute(query, params).fetchone()
        assert row is not None
        return row[0]

    def send(self, body: Any, key: str = "", method: str = "POST") -> tuple[int, dict[str, str], float]:
        """Post a batch; its status, headers and how many seconds the answer took."""
        site = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
        begun = time.monotonic()
        try:
            site.request(method, "/v1/batch", json.dumps(body), headers)
            answer = site.getresponse()
            answer.read()
            return answer.status, dict(answer.getheaders()), time.monotonic() - begun
        finally:
            site.close()

    def totals(self, source: dict[str, Any]) -> dict[str, int]:
        """The counts of a source; zeros left out."""
        names = ("received", "conforming", "violating", "unplanned", "unchecked", "duplicate", "rejected")
        sums = ", ".join(f"coalesce(sum({name}), 0)::int" for name in names)
        row = self.value(
            f"SELECT ARRAY[{sums}] FROM trackingplans_traffichour WHERE source_id = %s", source["id"]
        )
        return {name: count for name, count in zip(names, row, strict=True) if count}

    def waiting(self) -> int:
        return int(self.value("SELECT count(*) FROM ingest_inboxrow"))

    def check_accounting(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "check_accounting"],
            env=self.environ, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip


class Sending(threading.Thread):
    """Sends batches in the background until stopped, `pause` seconds apart; keeps what was answered."""

    def __init__(self, stack: Stack, key: str, bodies: Iterator[Any], pause: float) -> None:
        super().__init__(daemon=True)
        self.stack, self.key, self.bodies, self.pause = stack, key, bodies, pause
        self.answers: list[tuple[int, dict[str, str], float]] = []
        self.is_over = False

    def run(self) -> None:
        for body in self.bodies:
            if self.is_over:
                return
            self.answers.append(self.stack.send(body, self.key))
            time.sleep(self.pause)

    def statuses(self) -> set[int]:
        return {status for status, _, _ in self.answers}
