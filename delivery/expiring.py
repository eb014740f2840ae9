"""Drops deliveries whose time is over: a week after they arrived, thirty days after they failed."""

from datetime import datetime, timedelta

from django.db import connection

from delivery.models import DeliveryState

KEPT_DELIVERED = timedelta(days=7)
KEPT_FAILED = timedelta(days=30)
GIVEN_UP_AFTER = timedelta(days=1)
BATCH = 5_000
BATCHES = 200  # that one run of the task takes, of each

_DROP = """
DELETE FROM delivery_delivery WHERE id IN (
    SELECT id FROM delivery_delivery WHERE state = %s AND finished_at < %s
    ORDER BY finished_at LIMIT %s FOR UPDATE SKIP LOCKED
)
"""

_GIVE_UP = """
UPDATE delivery_delivery SET state = 'failed', error = %s, finished_at = now() WHERE id IN (
    SELECT d.id FROM delivery_target t JOIN delivery_delivery d ON d.target_id = t.id
    WHERE (t.paused_at IS NOT NULL OR NOT t.enabled)
    AND d.state = 'waiting' AND d.created_at < %s AND d.lease IS NULL
    LIMIT %s FOR UPDATE OF d SKIP LOCKED
)
"""


def give_up(now: datetime) -> int:
    """Gives up a batch of what has waited a day for a target that is paused or switched off; returns how many."""
    given = "Given up after a day: the target was paused.", now - GIVEN_UP_AFTER, BATCH
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP, given)
        return int(cursor.rowcount)


def drop_deliveries(now: datetime) -> int:
    """Drops a batch of old deliveries; returns how many. Call it again while there are some."""
    dropped = 0
    with connection.cursor() as cursor:
        for state, kept in ((DeliveryState.DELIVERED, KEPT_DELIVERED), (DeliveryState.FAILED, KEPT_FAILED)):
            cursor.execute(_DROP, (state.value, now - kept, BATCH))
            dropped += cursor.rowcount
    return dropped
