"""The newest messages of each source, for Live. Everything in them is masked before it comes here."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from trackingplans.models import RecentMessage, Source
from trackingplans.traffic.counting import Copies

KEPT = 100


class Shown(NamedTuple):
    """A message as Live shows it. `findings`, `message`: JSON text; `reason`: why one was rejected."""

    workspace_id: int
    source_id: int
    received_at: datetime
    type: str
    event: str
    verdict: str
    reason: str
    findings: str
    message: str


_COPY = f"COPY trackingplans_recentmessage ({', '.join(Shown._fields)}) FROM STDIN"

_TRIM = """
DELETE FROM trackingplans_recentmessage AS message
USING (
    SELECT id, (SELECT newest.id FROM trackingplans_recentmessage AS newest WHERE newest.source_id = source.id
                ORDER BY newest.id DESC OFFSET %s LIMIT 1) AS edge
    FROM trackingplans_source AS source
) AS kept
WHERE message.source_id = kept.id AND message.id <= kept.edge
"""


def write(cursor: Copies, shown: Iterable[Shown]) -> None:
    """Add messages, oldest first. By COPY: psycopg quotes an array of long texts ten times slower."""
    with cursor.copy(_COPY) as copy:
        for row in shown:
            copy.write_row(row)


def newest(source: Source, after_id: int = 0) -> list[RecentMessage]:
    """Up to 100 messages of this source, newest first; with `after_id` those that came after it."""
    rows = RecentMessage.objects.for_workspace(source.workspace).filter(source=source, id__gt=after_id)
    return list(rows.order_by("-id")[:KEPT])


def trim() -> int:
    """Keep the newest 100 of each source; returns how many were dropped."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIM, [KEPT])
        return int(cursor.rowcount)
