"""The two baselines: Fastify + Ajv that stores nothing, and Fastify + Ajv doing the same durable work."""

import json
import shutil
import subprocess
from pathlib import Path

from benchmarks.ingest.database import BASELINE, Database
from benchmarks.ingest.processes import BenchmarkError, Group, free_port, wait_for_port

SOURCES = Path(__file__).parent / "baselines"
TABLES = """
CREATE TABLE seen (
    source_id bigint NOT NULL, message_id text NOT NULL, received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source_id, message_id)
);
CREATE TABLE counts (
    source_id bigint NOT NULL, hour timestamptz NOT NULL, event text NOT NULL,
    received bigint NOT NULL, violating bigint NOT NULL,
    PRIMARY KEY (source_id, hour, event)
);
CREATE TABLE violations (
    source_id bigint NOT NULL, event text NOT NULL, field text NOT NULL, keyword text NOT NULL,
    count bigint NOT NULL, first_seen timestamptz NOT NULL, last_seen timestamptz NOT NULL,
    PRIMARY KEY (source_id, event, field, keyword)
);
"""


def install(folder: Path) -> dict[str, str]:
    """Fetch the baselines' packages with npm. Returns the versions used; raises BenchmarkError."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise BenchmarkError("the baselines need Node.js and npm, which this machine lacks")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = json.loads((SOURCES / "package.json").read_text())["dependencies"]
    if not all((folder / "node_modules" / name).is_dir() for name in wanted):
        shutil.copy(SOURCES / "package.json", folder)
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"],
            cwd=folder, check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise BenchmarkError(f"npm could not fetch the baselines' packages: {done.stderr[-500:]}")
    return {
        name: json.loads((folder / "node_modules" / name / "package.json").read_text())["version"]
        for name in wanted
    }


def create_tables(database: Database) -> None:
    with database.connect("postgres") as connection:
        connection.execute(f"CREATE DATABASE {BASELINE}")
    with database.connect(BASELINE) as connection:
        connection.execute(TABLES)


class Fastify:
    """Two Node processes of a baseline server. With `pool`: the durable one, so many connections each."""

    is_deferred = False

    def __init__(self, packages: Path, setup: Path, database: Database, logs: Path, pool: int = 0) -> None:
        self.pool = pool
        self.name = f"Fastify + Ajv, durable, pool {pool}" if pool else "Fastify + Ajv, stores nothing"
        self.port = free_port()
        self.database = database.connect(BASELINE)
        environment = {
            "NODE_PATH": str(packages / "node_modules"), "NODE_ENV": "production", "BENCH_SETUP": str(setup),
            "PORT": str(self.port), "POOL": str(pool), "PGHOST": database.host, "PGPORT": database.port,
            "PGUSER": database.user, "PGPASSWORD": database.password, "PGDATABASE": BASELINE,
        }  # fmt: skip
        script = SOURCES / ("durable.js" if pool else "store_nothing.js")
        self.group = Group(self.name, ["node", str(script)], environment, logs / f"fastify-{pool}.log")

    def wait(self) -> None:
        wait_for_port(self.group, self.port)

    @property
    def parts(self) -> dict[str, int]:
        return {"door": self.group.pid}

    def counted(self) -> tuple[int, int] | None:
        """(messages, violating ones) stored so far; None when nothing is stored."""
        if not self.pool:
            return None
        row = self.database.execute(
            "SELECT coalesce(sum(received), 0), coalesce(sum(violating), 0) FROM counts"
        )
        received, violating = row.fetchone() or (0, 0)
        return int(received), int(violating)

    def is_drained(self) -> bool:
        self.group.check()
        return True

    def tidy(self) -> None:
        self.database.execute("VACUUM ANALYZE seen")
        self.database.execute("CHECKPOINT")

    def stop(self) -> None:
        self.database.close()
        self.group.stop()
