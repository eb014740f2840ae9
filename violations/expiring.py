"""Drops samples whose time is over: thirty days, seven where nobody's real customers are."""

from datetime import datetime, timedelta

from django.db import connection

from trackingplans.models import Environment

KEPT = timedelta(days=30)
KEPT_IN_DEVELOPMENT = timedelta(days=7)
BATCH = 5_000

_OLD = """
DELETE FROM violations_sample WHERE id IN (
    SELECT id FROM violations_sample WHERE received_at < %s ORDER BY received_at LIMIT %s FOR UPDATE SKIP LOCKED
)
"""
# From the sources on: only violations of development are looked at, each by its own samples.
_OLD_IN_DEVELOPMENT = """
DELETE FROM violations_sample WHERE id IN (
    SELECT sample.id FROM violations_violation v
    JOIN violations_sample sample ON sample.violation_id = v.id AND sample.received_at < %s
    WHERE v.source_id IN (SELECT id FROM trackingplans_source WHERE environment = %s)
    LIMIT %s FOR UPDATE OF sample SKIP LOCKED
)
"""


def drop_samples(now: datetime) -> int:
    """Drops a batch of old samples; returns how many. Call it again while there are some."""
    development = Environment.DEVELOPMENT.value
    with connection.cursor() as cursor:
        cursor.execute(_OLD, (now - KEPT, BATCH))
        dropped = cursor.rowcount
        cursor.execute(_OLD_IN_DEVELOPMENT, (now - KEPT_IN_DEVELOPMENT, development, BATCH))
        return int(dropped + cursor.rowcount)
