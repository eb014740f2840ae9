"""Bounds what a target gets: so many calls of one violation in a minute; the rest is skipped and counted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from delivery.models import CallMinute, SkippedHour, Target

CALLS_A_MINUTE = 100  # of one violation
KEPT = timedelta(hours=2)  # of the minutes
SKIPPED_KEPT = timedelta(days=90)

Flow = tuple[int, UUID, datetime]  # a target, the key of a violation, a minute

_WANT = """
INSERT INTO delivery_callminute AS m (target_id, key, minute, wanted)
SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::timestamptz[], %s::bigint[]) AS n (target_id, key, minute, wanted)
ORDER BY n.target_id, n.key, n.minute
ON CONFLICT (target_id, key, minute) DO UPDATE SET wanted = m.wanted + excluded.wanted
RETURNING target_id, key, minute, wanted
"""
_SKIP = """
INSERT INTO delivery_skippedhour AS h (target_id, key, hour, calls)
SELECT n.target_id, n.key, n.hour, sum(n.calls)
FROM unnest(%s::bigint[], %s::uuid[], %s::timestamptz[], %s::bigint[]) AS n (target_id, key, hour, calls)
GROUP BY n.target_id, n.hour, n.key ORDER BY n.target_id, n.hour, n.key
ON CONFLICT (target_id, hour, key) DO UPDATE SET calls = h.calls + excluded.calls
"""


def admit(cursor: Any, wanted: Mapping[Flow, int]) -> dict[Flow, int]:
    """How many of the wanted calls may be written; counts the others. Part of the caller's transaction."""
    if not wanted:
        return {}
    targets, keys, minutes = (list(column) for column in zip(*wanted, strict=True))
    cursor.execute(_WANT, (targets, keys, minutes, list(wanted.values())))
    allowed: dict[Flow, int] = {}
    for target, key, minute, total in cursor.fetchall():
        flow = (target, key, minute)
        before = total - wanted[flow]
        allowed[flow] = max(0, min(wanted[flow], CALLS_A_MINUTE - before))
    skipped = [
        (flow[0], flow[1], flow[2].replace(minute=0), wanted[flow] - allowed[flow])
        for flow in wanted
        if allowed[flow] < wanted[flow]
    ]
    if skipped:
        cursor.execute(_SKIP, [list(column) for column in zip(*skipped, strict=True)])
    return allowed


def skipped(target: Target, since: datetime, key: UUID | None = None) -> int:
    """Calls that the target did not get since a moment, of one violation or (None) of all."""
    rows = SkippedHour.objects.filter(
        target_id=target.pk, hour__gte=since.replace(minute=0, second=0, microsecond=0)
    )
    rows = rows.filter(key=key) if key else rows
    return int(rows.aggregate(n=Sum("calls", default=0))["n"])


def drop_old(now: datetime) -> None:
    CallMinute.objects.filter(minute__lt=now - KEPT).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM delivery_skippedhour WHERE hour < %s", [now - SKIPPED_KEPT])
