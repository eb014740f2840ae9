"""The inbox: one row for each acknowledged request, raw. What is in it will be processed, whatever happens."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import zstandard
from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.db.models.functions import TruncHour

from accounts.models import Workspace
from ingest.models import InboxRow
from trackingplans.domain.messages import Limits
from trackingplans.models import Source
from trackingplans.traffic.counting import Executes

_thread = threading.local()  # a compressor serves one thread at a time, and is dear to make

_PUT = """
INSERT INTO ingest_inboxrow (workspace_id, source_id, kind, body, raw_size, messages)
VALUES (%s, %s, %s, %s, %s, %s)
"""
_PUT_AT = """
INSERT INTO ingest_inboxrow (workspace_id, source_id, kind, body, raw_size, messages, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


class Row(NamedTuple):
    """What is stored of a request. `body` is packed; `messages` as counted at the door."""

    workspace_id: int
    source_id: int
    kind: str
    body: bytes
    raw_size: int
    messages: int


def limits() -> Limits:
    """What a request may hold."""
    return Limits(message_bytes=settings.MESSAGE_LIMIT_BYTES, messages=settings.BATCH_LIMIT_MESSAGES)


def pack(body: bytes) -> bytes:
    """The form bodies are stored in: zstd, level 1."""
    compressor = getattr(_thread, "compressor", None)
    if compressor is None:
        compressor = _thread.compressor = zstandard.ZstdCompressor(level=1)
    packed: bytes = compressor.compress(body)
    return packed


def unpack(packed: bytes) -> bytes:
    """The inverse of `pack`."""
    decompressor = getattr(_thread, "decompressor", None)
    if decompressor is None:
        decompressor = _thread.decompressor = zstandard.ZstdDecompressor()
    body: bytes = decompressor.decompress(packed)
    return body


def row(workspace_id: int, source_id: int, kind: str, body: bytes, messages: int) -> Row:
    """The row for a raw body."""
    return Row(workspace_id, source_id, kind, pack(body), len(body), messages)


def put(cursor: Executes, row: Row) -> None:
    """Store one request, received now by the database's clock."""
    cursor.execute(_PUT, row)


def put_at(rows: Iterable[tuple[Row, datetime]]) -> None:
    """Store requests as received at these times: the past of the demo, or a dead row's second chance."""
    with connection.cursor() as cursor:
        cursor.executemany(_PUT_AT, [(*row, received_at) for row, received_at in rows])


def pending(
    workspace: Workspace, source: Source, since: datetime | None = None, until: datetime | None = None
) -> dict[datetime, int]:
    """How many messages of a source are stored and not yet processed, by the UTC hour they were received in."""
    rows = InboxRow.objects.for_workspace(workspace).filter(source=source)
    if since is not None:
        rows = rows.filter(received_at__gte=since)
    if until is not None:
        rows = rows.filter(received_at__lt=until)
    by_hour = rows.annotate(hour=TruncHour("received_at", tzinfo=UTC)).values_list("hour")
    return dict(by_hour.annotate(sum=Sum("messages")))


def size(cursor: Any) -> tuple[int, float]:
    """How many bytes the inbox holds, and how many seconds its oldest row has waited (0: it is empty).

    Cheap however long the inbox is: beyond its first 20,000 rows the bytes are estimated.
    """
    cursor.execute(
        """
        WITH front AS (
            SELECT id, octet_length(body) AS size, received_at FROM ingest_inboxrow ORDER BY id LIMIT 20000
        ), behind AS (
            SELECT greatest(0, (SELECT max(id) FROM ingest_inboxrow) - (SELECT max(id) FROM front)) AS rows
        )
        SELECT coalesce(sum(size) + avg(size) * (SELECT rows FROM behind), 0)::bigint,
               coalesce(extract(epoch FROM now() - min(received_at)), 0)::float FROM front
        """
    )
    held, age = cursor.fetchone()
    return int(held), float(age)
