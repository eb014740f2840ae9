"""One run: load one system, wait until it has counted everything, and say what that took."""

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import Protocol

import psycopg

from benchmarks.data import Json
from benchmarks.ingest.processes import BenchmarkError, cpu_seconds, parent

DRAIN_WITHIN = 120.0  # seconds after the last answer


@dataclass(frozen=True)
class Mode:
    name: str
    kind: str
    connections: int


MODES = (
    Mode("batches of 100, 16 connections", "batch", 16),
    Mode("single events, 16 connections", "single", 16),
    Mode("single events, 64 connections", "single", 64),
)


class System(Protocol):
    name: str
    port: int
    is_deferred: bool  # answers before it has counted

    @property
    def parts(self) -> dict[str, int]: ...  # kind of process -> pid of its tree

    def wait(self) -> None: ...  # until it listens

    def counted(self) -> tuple[int, int] | None: ...

    def is_drained(self) -> bool: ...

    def tidy(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class Run:
    """Rates are events per second; CPU is microseconds per event of each kind of process."""

    system: str
    mode: str
    events: int
    door: float
    during: float
    end_to_end: float
    p50_ms: float
    p99_ms: float
    drain_seconds: float
    cpu: dict[str, float]
    wal_bytes: float

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class Measuring:
    def __init__(self, database: psycopg.Connection, write_key: str) -> None:
        self.postgres_pid = parent(database.info.backend_pid)
        self.database = database
        self.write_key = write_key

    def run(self, system: System, mode: Mode, seconds: float) -> Run:
        """Raises BenchmarkError when what was acknowledged is not what was counted."""
        system.tidy()
        time.sleep(0.5)
        parts = {**system.parts, "postgres": self.postgres_pid}
        cpu_before = {part: cpu_seconds(pid) for part, pid in parts.items()}
        counted_before, wal_before = system.counted(), self._wal()
        load = self._load(system.port, mode, seconds)
        during = system.counted()
        counted_at = time.monotonic()
        drained_at = self._drain(system, load["ended"])
        events = int(load["messages"])
        self._verify(system, load, counted_before, system.counted())
        stored = during[0] - counted_before[0] if during and counted_before else events
        cpu = {part: (cpu_seconds(pid) - cpu_before[part]) / events * 1e6 for part, pid in parts.items()}
        return Run(
            system=system.name,
            mode=mode.name,
            events=events,
            door=events / (load["ended"] - load["started"]),
            during=min(stored / (counted_at - load["started"]), events / (load["ended"] - load["started"])),
            end_to_end=events / (drained_at - load["started"]),
            p50_ms=load["p50_ms"],
            p99_ms=load["p99_ms"],
            drain_seconds=drained_at - load["ended"],
            cpu={**cpu, "load": load["cpu"] / events * 1e6},
            wal_bytes=(self._wal() - wal_before) / events,
        )

    def _load(self, port: int, mode: Mode, seconds: float) -> Json:
        command = [
            sys.executable, "-m", "benchmarks.ingest.load", mode.kind, "--port", str(port),
            "--write-key", self.write_key, "--connections", str(mode.connections), "--seconds", str(seconds),
        ]  # fmt: skip
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        result: Json = json.loads(done.stdout)
        return result

    def _drain(self, system: System, ended: float) -> float:
        """The clock when everything acknowledged was counted."""
        while not system.is_drained():
            if time.monotonic() > ended + DRAIN_WITHIN:
                raise BenchmarkError(
                    f"{system.name} did not finish within {DRAIN_WITHIN:.0f} s of the last answer"
                )
            time.sleep(0.01)
        return time.monotonic() if system.is_deferred else ended

    def _verify(
        self, system: System, load: Json, before: tuple[int, int] | None, after: tuple[int, int] | None
    ) -> None:
        if load["failures"]:
            raise BenchmarkError(f"{system.name} refused or lost requests: {load['failures']}")
        if before is None or after is None:
            return
        counted = (after[0] - before[0], after[1] - before[1])
        expected = (load["messages"], load["violating"])
        if counted != expected:
            raise BenchmarkError(
                f"{system.name} acknowledged (events, violating) {expected} but counted {counted}"
            )

    def _wal(self) -> int:
        row = self.database.execute(
            "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
        ).fetchone()
        return int(row[0]) if row else 0
