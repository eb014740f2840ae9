"""Where the run's PostgreSQL is."""

from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.embedded import cluster, postgres

OURS = cluster.DATABASE
BASELINE = "baseline"


@dataclass(frozen=True)
class Database:
    """The one server that ours and the durable baseline use, each in a database of its own."""

    host: str
    port: str
    user: str
    password: str

    @classmethod
    def embedded(cls, data_dir: Path) -> "Database":
        settings = postgres.django_settings(data_dir)
        return cls(settings["HOST"], settings["PORT"], settings["USER"], settings["PASSWORD"])

    def connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=name,
            autocommit=True,
        )
