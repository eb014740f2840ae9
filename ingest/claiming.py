"""Who works on which inbox row: leases, by the database's clock."""

import uuid
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.db import connection

MOST_ROWS = 300
MOST_BYTES = 16 * 1024**2  # of raw bodies
ATTEMPTS_ALONE = 5
_FRONT = 5_000  # rows that were tried before stand at the front: no need to look further


class Claimed(NamedTuple):
    """One inbox row in our hands. `attempts` counts this one."""

    id: int
    workspace_id: int
    source_id: int
    received_at: datetime
    kind: str
    body: bytes
    raw_size: int
    messages: int
    attempts: int

    @property
    def has_had_its_chances(self) -> bool:
        """The first attempt may have been made in company; after it, five alone."""
        return self.attempts > ATTEMPTS_ALONE + 1


class LeaseLost(Exception):
    """Somebody else works on these rows by now: whatever we found out about them must not be stored."""


_COLUMNS = "id, workspace_id, source_id, received_at, kind, body, raw_size, messages, attempts"
_TAKE = f"""
UPDATE ingest_inboxrow AS row
SET lease = %(lease)s, lease_until = now() + %(length)s, attempts = attempts + 1
WHERE id = ANY(ARRAY({{picked}}))
RETURNING {_COLUMNS}
"""  # noqa: S608  # our own columns
# Half of a group is shared out among the sources that wait, the rest goes to the oldest rows: one that floods delays no
# other. The sources are found by leaping through their index, so a million rows of one cost as much as a single one.
_FRESH = _TAKE.format(
    picked="""
    WITH RECURSIVE waiting AS (
        (SELECT source_id FROM ingest_inboxrow ORDER BY source_id LIMIT 1)
        UNION ALL
        SELECT (SELECT later.source_id FROM ingest_inboxrow later WHERE later.source_id > waiting.source_id
                ORDER BY later.source_id LIMIT 1)
        FROM waiting WHERE waiting.source_id IS NOT NULL
    )
    SELECT id FROM (
        SELECT id, raw_size, turn, sum(raw_size) OVER (ORDER BY turn, id) AS through FROM (
            SELECT id, raw_size, min(turn) AS turn FROM (
                SELECT free.id, free.raw_size, 1 AS turn FROM waiting, LATERAL (
                    SELECT id, raw_size FROM ingest_inboxrow
                    WHERE source_id = waiting.source_id AND attempts = 0
                    ORDER BY id LIMIT %(rows)s / 2 / (SELECT greatest(count(source_id), 1) FROM waiting) + 1
                    FOR UPDATE SKIP LOCKED
                ) AS free
                UNION ALL
                SELECT id, raw_size, 2 FROM (
                    SELECT id, raw_size FROM ingest_inboxrow WHERE attempts = 0
                    ORDER BY id LIMIT %(rows)s FOR UPDATE SKIP LOCKED
                ) AS oldest
            ) AS free GROUP BY id, raw_size
        ) AS each
    ) AS sized WHERE through <= %(bytes)s OR through = raw_size ORDER BY turn, id LIMIT %(rows)s"""
)
_TRIED = _TAKE.format(
    picked="""
    SELECT id FROM ingest_inboxrow
    WHERE attempts > 0 AND lease_until < now() AND id <= coalesce(
        (SELECT id FROM ingest_inboxrow ORDER BY id OFFSET %(front)s LIMIT 1), 9223372036854775807)
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"""
)


class Group:
    """Rows held under one lease, in the order they were received in."""

    def __init__(self, lease: uuid.UUID, rows: list[Claimed]) -> None:
        self.lease = lease
        self.rows = rows

    @property
    def ids(self) -> list[int]:
        return [row.id for row in self.rows]

    @property
    def is_full(self) -> bool:
        """Whether more rows were probably waiting than the group could take."""
        return len(self.rows) >= MOST_ROWS or sum(row.raw_size for row in self.rows) > MOST_BYTES / 2

    def renew(self) -> None:
        """Start the lease anew. Raises LeaseLost."""
        renewed = _execute(
            "UPDATE ingest_inboxrow SET lease_until = now() + %s WHERE id = ANY(%s) AND lease = %s",
            [settings.LEASE, self.ids, self.lease],
        )
        if renewed != len(self.rows):
            raise LeaseLost

    def release(self, ids: list[int], *, later: bool = False) -> None:
        """Let go of some rows, so that each is taken alone; `later`: after a tenth of a lease."""
        pause = settings.LEASE / 10 if later else settings.LEASE * 0
        _execute(
            "UPDATE ingest_inboxrow SET lease = NULL, lease_until = now() + %s WHERE id = ANY(%s) AND lease = %s",
            [pause, ids, self.lease],
        )
        self.rows = [row for row in self.rows if row.id not in ids]


def fresh() -> Group | None:
    """Rows that nobody tried yet: up to 300 of them and 16 MB. None when there are none."""
    return _take(_FRESH)


def tried() -> Group | None:
    """One row whose earlier attempt ended without a result. It comes alone: if it kills, it kills nobody else."""
    return _take(_TRIED)


def _take(query: str) -> Group | None:
    lease = uuid.uuid4()
    found = _fetch(
        query,
        {"lease": lease, "length": settings.LEASE, "rows": MOST_ROWS, "bytes": MOST_BYTES, "front": _FRONT},
    )
    return Group(lease, sorted(found)) if found else None


def _fetch(query: str, params: dict[str, Any]) -> list[Claimed]:
    """Rows by psycopg's own cursor: bodies come as bytes, in binary."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(query, params, binary=True)
        return [Claimed(*row) for row in cursor.fetchall()]


def _execute(query: str, params: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return int(cursor.rowcount)
