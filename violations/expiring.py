"""Drops samples whose time is over: thirty days, seven where nobody's real customers are."""

from datetime import datetime, timedelta

from django.db import connection

from trackingplans.models import Environment

KEPT = timedelta(days=30)
KEPT_IN_DEVELOPMENT = timedelta(days=7)
BATCH = 5_000

_DROP = """
DELETE FROM violations_sample WHERE id IN (
    SELECT sample.id FROM violations_sample sample
    JOIN violations_violation v ON v.id = sample.violation_id
    JOIN trackingplans_source source ON source.id = v.source_id
    WHERE sample.received_at < CASE source.environment WHEN %s THEN %s ELSE %s END
    ORDER BY sample.id LIMIT %s FOR UPDATE OF sample SKIP LOCKED
)
"""


def drop_samples(now: datetime) -> int:
    """Drops a batch of old samples; returns how many. Call it again while there are some."""
    development = Environment.DEVELOPMENT.value
    with connection.cursor() as cursor:
        cursor.execute(_DROP, (development, now - KEPT_IN_DEVELOPMENT, now - KEPT, BATCH))
        return int(cursor.rowcount)
