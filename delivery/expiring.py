"""Drops deliveries whose time is over: a week after they arrived, thirty days after they failed."""

from datetime import datetime, timedelta

from django.db import connection

from delivery.models import DeliveryState

KEPT_DELIVERED = timedelta(days=7)
KEPT_FAILED = timedelta(days=30)
GIVEN_UP_AFTER = timedelta(days=1)
BATCH = 5_000

_DROP = """
DELETE FROM delivery_delivery WHERE id IN (
    SELECT id FROM delivery_delivery
    WHERE (state = %s AND finished_at < %s) OR (state = %s AND finished_at < %s)
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
"""

_GIVE_UP = """
UPDATE delivery_delivery d SET state = 'failed', error = %s, finished_at = now()
FROM delivery_target t
WHERE t.id = d.target_id AND d.state = 'waiting' AND d.created_at < %s AND d.lease IS NULL
AND (t.paused_at IS NOT NULL OR NOT t.enabled)
"""


def give_up(now: datetime) -> int:
    """Gives up what has waited a day for a target that is paused or switched off; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP, ("Given up after a day: the target was paused.", now - GIVEN_UP_AFTER))
        return int(cursor.rowcount)


def drop_deliveries(now: datetime) -> int:
    """Drops a batch of old deliveries; returns how many. Call it again while there are some."""
    delivered, failed = DeliveryState.DELIVERED.value, DeliveryState.FAILED.value
    with connection.cursor() as cursor:
        cursor.execute(_DROP, (delivered, now - KEPT_DELIVERED, failed, now - KEPT_FAILED, BATCH))
        return int(cursor.rowcount)
