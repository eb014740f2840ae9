"""Drops deliveries whose time is over: a week after they arrived, thirty days after they failed."""

from datetime import datetime, timedelta

from django.db import connection

from delivery.models import DeliveryState

KEPT_DELIVERED = timedelta(days=7)
KEPT_FAILED = timedelta(days=30)
BATCH = 5_000

_DROP = """
DELETE FROM delivery_delivery WHERE id IN (
    SELECT id FROM delivery_delivery
    WHERE (state = %s AND finished_at < %s) OR (state = %s AND finished_at < %s)
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
"""


def drop_deliveries(now: datetime) -> int:
    """Drops a batch of old deliveries; returns how many. Call it again while there are some."""
    delivered, failed = DeliveryState.DELIVERED.value, DeliveryState.FAILED.value
    with connection.cursor() as cursor:
        cursor.execute(_DROP, (delivered, now - KEPT_DELIVERED, failed, now - KEPT_FAILED, BATCH))
        return int(cursor.rowcount)
