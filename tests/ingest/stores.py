"""A shop whose plan judges, and what the tests of processing read of it afterwards."""

import json
from datetime import UTC, datetime

from django.db import connection

from ingest import inbox, processing
from tests.factories import SourceFactory
from trackingplans import publishing
from trackingplans.domain import messages
from trackingplans.models import TrafficHour
from trackingplans.traffic.counting import COLUMNS

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PLAN = {
    "planwright": 1,
    "name": "Shop",
    "rules": [
        {
            "type": "track",
            "name": "Order Completed",
            "version": 1,
            "schema": {
                "type": "object",
                "properties": {"properties": {"type": "object", "properties": {"total": {"type": "number"}}}},
            },
        },
        {"type": "identify", "name": "", "version": 1, "schema": {"type": "object"}},
    ],
}


def shop(**fields):
    """A source whose live plan knows Order Completed and identify."""
    source = SourceFactory(**fields)
    version = publishing.create(source.workspace, PLAN, actor=None)
    source.plan = version.plan
    source.save()
    return source


def receive(source, body, at=NOON, kind="batch"):
    """Put a body into the inbox as the door does, received at a time of our choice."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    count = messages.glance(raw, kind, inbox.limits()).messages
    inbox.put_at([(inbox.row(source.workspace_id, source.pk, kind, raw, count), at)])


def drain():
    return processing.drain()


def totals(source):
    """The counts of a source over all hours; zeros left out."""
    rows = TrafficHour.objects.filter(source_id=source.pk).values(*COLUMNS)
    sums = {name: sum(row[name] for row in rows) for name in COLUMNS}
    return {name: count for name, count in sums.items() if count}


def places(source):
    """What was counted where: (type, event) -> received."""
    rows = TrafficHour.objects.filter(source_id=source.pk)
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        found[row.type, row.event] = found.get((row.type, row.event), 0) + row.received
    return found


def seen_count(day):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ingest_seen WHERE received_at::date = %s", [day])
        return cursor.fetchone()[0]
