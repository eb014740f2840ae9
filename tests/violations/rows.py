"""Rows as recording leaves them, for tests of what people see."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from trackingplans.models import Source, TrafficHour
from trackingplans.traffic import partitions
from violations import heat
from violations.models import Violation, ViolationHour
from violations.places import write_places
from violations.tallying import key_of


def traffic_hours(
    source: Source, kind: str, event: str, received: Mapping[datetime, int], **fates: int
) -> None:
    """Messages of an event by hour; all of them conform unless `fates` says otherwise (per hour)."""
    partitions.ensure_months("trackingplans_traffichour", list(received))
    TrafficHour.objects.bulk_create(
        TrafficHour(
            workspace_id=source.workspace_id, source_id=source.pk, hour=start_of_hour(moment), type=kind,
            event=event, received=count, passed=count - fates.get("duplicate", 0) - fates.get("rejected", 0),
            conforming=count - sum(fates.values()), **{name: fates.get(name, 0) for name in FATES},
            omitted=0, blocked=0,
        )
        for moment, count in received.items()
        if count
    )  # fmt: skip


FATES = ("violating", "unplanned", "unchecked", "duplicate", "rejected")


def violation(
    source: Source,
    event: str,
    *,
    first_seen_at: datetime,
    last_seen_at: datetime | None = None,
    code: str = "unplanned_event",
    path: str = "event",
    count: int = 10,
    hours: Mapping[datetime, int] | None = None,
    meant: str | None = None,
    release: str = "",
    detail: dict[str, Any] | None = None,
    **columns: Any,
) -> Violation:
    """One violation with its hours (all of `count` in its first one unless given)."""
    family = "unplanned" if code.startswith("unplanned") else "violation"
    kind = columns.pop("type", "track")
    message = columns.pop("message", f"{event} {code}.")
    by_hour = hours or {first_seen_at: count}
    taken = Violation.objects.filter(source=source, event=event, path=path, code=code).exists()
    key = uuid.uuid4() if taken else key_of(family, code, kind, event, path)
    row = Violation.objects.create(
        workspace_id=source.workspace_id, source=source, plan=source.plan, key=key, code=code,
        family=family, type=kind, event=event, path=path, message=message, heat=heat.of(by_hour),
        detail=detail or ({"meant": meant, "suggestion": f"Did you mean {meant}?"} if meant else {}),
        first_seen_at=first_seen_at, last_seen_at=last_seen_at or first_seen_at + timedelta(minutes=1),
        first_release=release, last_release=columns.pop("last_release", release),
        count=sum(hours.values()) if hours else count,
        **columns,
    )  # fmt: skip
    with connection.cursor() as cursor:
        write_places(cursor, [(source.workspace_id, key, (event, path, code, family, kind, message))])
    partitions.ensure_months("violations_violationhour", list(by_hour))
    ViolationHour.objects.bulk_create(
        ViolationHour(
            workspace_id=source.workspace_id, violation_id=row.pk, hour=start_of_hour(moment), count=hits
        )
        for moment, hits in by_hour.items()
    )
    return row


def start_of_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
