"""Messages judged by a real plan and recorded by the real writers, with the clock as an argument."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from trackingplans.domain import messages
from trackingplans.domain.plan import from_document
from trackingplans.domain.validation import CompiledPlan
from trackingplans.models import Source
from trackingplans.traffic import partitions
from violations import forwarding, joining, recording
from violations.recording import Origin, Recorded, Tally

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHOP = {
    "planwright": 1,
    "name": "Shop",
    "owner": "growth",
    "rules": [
        {
            "type": "track",
            "name": "Order Completed",
            "version": 1,
            "schema": {
                "type": "object",
                "properties": {
                    "properties": {
                        "type": "object",
                        "required": ["order_id"],
                        "properties": {
                            "order_id": {"type": "string"},
                            "total": {"type": "number"},
                            "note": {"type": "string", "maxLength": 5},
                            "products": {
                                "type": "array",
                                "items": {"type": "object", "properties": {"sku": {"type": "string"}}},
                            },
                        },
                    }
                },
            },
            "meta": {
                "owner": "checkout",
                "importance": "critical",
                "properties": {"/properties/note": {"pii": "yellow"}},
            },
        },
        {
            "type": "track",
            "name": "Product Viewed",
            "version": 1,
            "schema": {
                "type": "object",
                "properties": {"properties": {"type": "object", "properties": {"price": {"type": "number"}}}},
            },
        },
    ],
}


def origin_of(source: Source, **changes: Any) -> Origin:
    given = {
        "workspace_id": source.workspace_id,
        "source_id": source.pk,
        "plan_id": source.plan_id,
        "environment": source.environment,
        "settling": False,
        "target_id": None,
    }
    return Origin(**(given | changes))


def track(event: str, properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "userId": "u1", "properties": properties or {}} | more


def released(version: str) -> dict[str, Any]:
    return {"context": {"app": {"version": version}}}


def tally_of(
    origin: Origin, documents: list[Any], at: datetime = NOON, plan: Any = SHOP, tally: Tally | None = None
) -> Tally:
    """What these messages show; `documents` are messages as senders write them, all received at `at`."""
    compiled = CompiledPlan(from_document(plan))
    tally = tally or Tally()
    body = json.dumps({"batch": documents}).encode()
    for message in messages.read(body, "batch", seed=str(id(documents))):
        assert isinstance(message, messages.Message)
        tally.add(origin, message, compiled.check(message), at)
    return tally


def store(tally: Tally) -> Recorded:
    joining.join(tally)
    hours = {hour for group in tally.groups.values() for hour in group.hours}
    partitions.ensure_months("violations_violationhour", hours)
    with transaction.atomic(), connection.cursor() as cursor:
        recorded = recording.write(cursor, tally)
        forwarding.write(cursor, tally)
    return recorded


def record(source: Source, documents: list[Any], at: datetime = NOON, **changes: Any) -> Recorded:
    return store(tally_of(origin_of(source, **changes), documents, at))
