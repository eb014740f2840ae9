"""Bodies answered 400 or 413: counted, and their heads kept for somebody to look at."""

from datetime import timedelta
from typing import Any

import psycopg
from django.utils import timezone

from ingest.bodies import BodyError
from ingest.models import RefusedBody
from ingest.write_keys import Sender
from trackingplans.traffic import counting
from trackingplans.traffic.counting import Counts, Key, hour_of

KEPT = 50  # of each source, the newest
KEPT_FOR = timedelta(days=30)


def keep(cursor: psycopg.Cursor[tuple[Any, ...]], sender: Sender, error: BodyError) -> None:
    """Count the body as one message received and rejected, and keep its head; both or nothing."""
    now = timezone.now()
    counts = Counts()
    counts.add(Key(*sender, hour_of(now), "", ""), "rejected")
    with cursor.connection.transaction():
        cursor.execute(
            "INSERT INTO ingest_refusedbody (workspace_id, source_id, received_at, status, reason, head, size)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [*sender, now, error.status, f"{error.code}: {error}", error.head, error.size],
        )
        cursor.execute(
            "DELETE FROM ingest_refusedbody WHERE source_id = %s AND id <= (SELECT id FROM ingest_refusedbody"
            " WHERE source_id = %s ORDER BY id DESC OFFSET %s LIMIT 1)",
            [sender.source_id, sender.source_id, KEPT],
        )
        counting.write(cursor, counts.rows)


def drop_old() -> int:
    """Forget heads older than KEPT_FOR; returns how many."""
    return int(RefusedBody.objects.filter(received_at__lt=timezone.now() - KEPT_FOR).delete()[0])
