"""Ours, as in production: `manage.py web`, `worker` and `beat` on an embedded PostgreSQL that syncs."""

import sys
from pathlib import Path

import psycopg

from benchmarks.ingest.processes import Group, free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
COUNTED = """
SELECT coalesce(sum(received - duplicate), 0), coalesce(sum(violating), 0) FROM trackingplans_traffichour
"""
DRAINED = "SELECT NOT EXISTS (SELECT FROM ingest_inboxrow)"


class Planwright:
    """The production processes, with a plan of 100 rules and one source."""

    name = "Planwright"
    is_deferred = True

    def __init__(self, environment: dict[str, str], database: psycopg.Connection, logs: Path) -> None:
        self.port = free_port()
        self.database = database
        environment = {**environment, "PORT": str(self.port), "DEMO": "0"}
        self.groups = {
            part: Group(
                part, [sys.executable, str(ROOT / "manage.py"), command], environment, logs / f"{command}.log"
            )
            for part, command in (("door", "web"), ("worker", "worker"), ("beat", "beat"))
        }

    def wait(self) -> None:
        wait_for_port(self.groups["door"], self.port)

    @property
    def parts(self) -> dict[str, int]:
        return {part: group.pid for part, group in self.groups.items()}

    def counted(self) -> tuple[int, int]:
        received, violating = self.database.execute(COUNTED).fetchone() or (0, 0)
        return int(received), int(violating)

    def is_drained(self) -> bool:
        for group in self.groups.values():
            group.check()
        row = self.database.execute(DRAINED).fetchone()
        return bool(row and row[0])

    def tidy(self) -> None:
        self.database.execute("VACUUM ANALYZE ingest_inboxrow")
        self.database.execute("VACUUM ANALYZE ingest_seen")
        self.database.execute("CHECKPOINT")

    def stop(self) -> None:
        for group in self.groups.values():
            group.stop()
