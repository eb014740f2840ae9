"""Who works on which inbox row: leases, by the database's clock."""

import uuid
from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.db import connection

from ingest import sizing

MOST_ROWS = 300
MOST_BYTES = 16 * 1024**2  # of raw bodies
ATTEMPTS_ALONE = 5
_FEW_MESSAGES = 100  # not worth a transaction of their own
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
# First the oldest row, so that none waits for ever. Then half of the rows are shared out among the sources that wait:
# the first row of each before the second of any, small ones first. The rest goes to the oldest rows. So one that floods
# delays no other. Sources are found by leaping through their index: a million rows of one cost as much as a single one.
_FRESH = _TAKE.format(
    picked="""
    WITH RECURSIVE waiting AS (
        (SELECT source_id FROM ingest_inboxrow ORDER BY source_id LIMIT 1)
        UNION ALL
        SELECT (SELECT later.source_id FROM ingest_inboxrow later WHERE later.source_id > waiting.source_id
                ORDER BY later.source_id LIMIT 1)
        FROM waiting WHERE waiting.source_id IS NOT NULL
    ), shared AS (
        SELECT free.*, row_number() OVER (PARTITION BY waiting.source_id ORDER BY free.id) AS turn
        FROM waiting, LATERAL (
            SELECT id, raw_size, messages FROM ingest_inboxrow
            WHERE source_id = waiting.source_id AND attempts = 0
            ORDER BY id LIMIT %(rows)s / 2 / (SELECT greatest(count(source_id), 1) FROM waiting) + 1
            FOR UPDATE SKIP LOCKED
        ) AS free
    ), oldest AS (
        SELECT id, raw_size, messages FROM ingest_inboxrow WHERE attempts = 0
        ORDER BY id LIMIT %(rows)s FOR UPDATE SKIP LOCKED
    ), ordered AS (
        SELECT id, raw_size, messages, row_number() OVER (
            ORDER BY turn, CASE turn WHEN %(rows)s THEN 0 ELSE messages END, id) AS nth
        FROM (
            SELECT id, raw_size, messages, CASE id WHEN min(id) OVER () THEN 0 ELSE min(turn) END AS turn
            FROM (SELECT * FROM shared UNION ALL SELECT *, %(rows)s FROM oldest) AS free
            GROUP BY id, raw_size, messages
        ) AS each
    )
    SELECT id FROM (
        SELECT id, nth, sum(raw_size) OVER so_far AS raw_through,
            sum(CASE nth WHEN 1 THEN 0 ELSE messages END) OVER so_far - messages AS messages_before
        FROM ordered WINDOW so_far AS (ORDER BY nth)
    ) AS sized WHERE nth = 1 OR (raw_through <= %(bytes)s AND messages_before < %(messages)s)
    ORDER BY nth LIMIT %(rows)s"""
)
_TRIED = _TAKE.format(
    picked="""
    SELECT id FROM ingest_inboxrow
    WHERE attempts > 0 AND lease_until < now() AND id <= coalesce(
        (SELECT id FROM ingest_inboxrow ORDER BY id OFFSET %(front)s LIMIT 1), 9223372036854775807)
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"""
)


class Group:
    """Rows held under one lease, in the order they were received in. `most`: messages that it was to hold."""

    def __init__(self, lease: uuid.UUID, rows: list[Claimed], most: int) -> None:
        self.lease = lease
        self.rows = rows
        self.most = most

    @property
    def ids(self) -> list[int]:
        return [row.id for row in self.rows]

    @property
    def is_full(self) -> bool:
        """Whether more rows were probably waiting than the group could take."""
        is_long = len(self.rows) >= MOST_ROWS or self.messages > self.most / 2
        return is_long or sum(row.raw_size for row in self.rows) > MOST_BYTES / 2

    @property
    def messages(self) -> int:
        return sum(row.messages for row in self.rows)

    def parts(self) -> list["Group"]:
        """The group as it is to be processed: a source that has most of its messages comes after all others, so that
        they need not wait for it."""
        held: Counter[int] = Counter()
        for row in self.rows:
            held[row.source_id] += row.messages
        [(source_id, messages)] = held.most_common(1)
        if len(held) == 1 or messages <= max(self.messages / 2, _FEW_MESSAGES):
            return [self]
        others = [row for row in self.rows if row.source_id != source_id]
        most = [row for row in self.rows if row.source_id == source_id]
        return [Group(self.lease, others, self.most), Group(self.lease, most, self.most)]

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


def fresh(most: int = sizing.MOST) -> Group | None:
    """Rows that nobody tried yet: up to 300 of them, 16 MB, and about `most` messages. None when there are none."""
    return _take(_FRESH, most)


def tried() -> Group | None:
    """One row whose earlier attempt ended without a result. It comes alone: if it kills, it kills nobody else."""
    return _take(_TRIED, 1)


def _take(query: str, most: int) -> Group | None:
    lease = uuid.uuid4()
    found = _fetch(
        query,
        {
            "lease": lease, "length": settings.LEASE, "rows": MOST_ROWS, "bytes": MOST_BYTES, "messages": most,
            "front": _FRONT,
        },
    )  # fmt: skip
    return Group(lease, sorted(found), most) if found else None


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
