"""The dead inbox: requests whose processing failed every time. Kept whole, counted as rejected, one click to retry."""

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Workspace
from ingest import closing, inbox
from ingest.claiming import Claimed, Group
from ingest.models import DeadRow, new_dead_id
from trackingplans.models import TrafficHour
from trackingplans.traffic import counting
from trackingplans.traffic.counting import Counts, Key, hour_of

LONGEST_ERROR = 4_000
KILLED = "The worker ended while it processed this request, each time."


def bury(group: Group, error: str) -> None:
    """Move the one row of this group to the dead inbox, its messages counted as rejected; all or nothing.

    Raises LeaseLost when the row is somebody else's by now.
    """
    (row,) = group.rows
    counts = Counts()
    counts.add(_key(row), "rejected", count=row.messages)
    counting.ensure([hour_of(row.received_at)])
    with transaction.atomic(), connection.cursor() as cursor:
        counting.write(cursor, counts.rows)
        DeadRow.objects.create(
            public_id=new_dead_id(), workspace_id=row.workspace_id, source_id=row.source_id,
            received_at=row.received_at, kind=row.kind, body=row.body, raw_size=row.raw_size,
            messages=row.messages, attempts=row.attempts, error=error[-LONGEST_ERROR:].replace("\0", ""),
        )  # fmt: skip
        closing.take_out(group)


def retry(workspace: Workspace, public_id: str) -> bool:
    """Put a dead row back into the inbox as received now; False when it is not there (any more).

    Its messages leave the hour they were counted rejected in, and will be counted in the hour of the retry.
    """
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        rows = DeadRow.objects.for_workspace(workspace).select_for_update()
        dead: DeadRow | None = rows.filter(public_id=public_id).first()
        if dead is None:
            return False
        key = _counted_at(dead)
        if key:
            counts = Counts()
            counts.add(key, "rejected", count=-dead.messages)
            counting.write(cursor, counts.rows)
        row = inbox.Row(
            dead.workspace_id, dead.source_id, dead.kind, bytes(dead.body), dead.raw_size, dead.messages
        )
        inbox.put_at([(row, now)])
        dead.delete()
    return True


def _key(row: Claimed | DeadRow) -> Key:
    return Key(row.workspace_id, row.source_id, hour_of(row.received_at), "", "")


def _counted_at(dead: DeadRow) -> Key | None:
    """Where a dead row's messages are counted: in their hour, or in their day once hours were rolled up; None when
    neither is kept."""
    key = _key(dead)
    places = [key, key._replace(hour=key.hour.replace(hour=0))]
    rows = TrafficHour.objects.filter(
        source_id=key.source_id, type="", event="", rejected__gte=dead.messages,
        hour__in=[place.hour for place in places],
    )  # fmt: skip
    kept = set(rows.values_list("hour", flat=True))
    return next((place for place in places if place.hour in kept), None)
