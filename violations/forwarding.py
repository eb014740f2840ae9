"""Violations as track calls: one delivery for each occurrence, written in the transaction that counts it.

The call is Segment's `Violation Generated`, so what people built on it goes on working: fourteen texts, an unset time
is the year 1, the user is always the same.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts.models import random_text
from delivery import pacing
from delivery.models import new_delivery_id
from delivery.pacing import Flow
from trackingplans.domain.legible import non_finite, shortened, storable
from violations.cursor import Cursor
from violations.tallying import (
    FORWARDED_EVENT,
    FORWARDED_USER,
    TEXT_LIMIT,
    Sighting,
    Tally,
    storable_json,
    violation_key,
)

UNSET_TIME = "0001-01-01T00:00:00Z"

_ENABLED = """
SELECT t.id, s.id, s.public_id, s.name, s.slug FROM delivery_target t JOIN trackingplans_source s ON s.id = t.source_id
WHERE t.enabled AND t.id = ANY(%s::bigint[])
"""
_PLANS = "SELECT id, public_id, name FROM trackingplans_trackingplan WHERE id = ANY(%s::bigint[])"
_COPY = "COPY delivery_delivery (public_id, workspace_id, target_id, body) FROM STDIN"


@dataclass(frozen=True, slots=True)
class _Names:
    """What a call says about the source and plan of its message."""

    source_id: str = ""
    source_name: str = ""
    source_slug: str = ""
    plan_id: str = ""
    plan_name: str = ""


def write(cursor: Cursor, tally: Tally) -> int:
    """Adds one waiting delivery for each sighting whose source forwards, up to so many of one violation in a minute;
    returns how many. Targets that were switched off since the messages were read get none."""
    names = _names(cursor, tally.forwards) if tally.forwards else {}
    flows = _flows(tally.forwards, {target for target, _ in names})
    left = pacing.admit(cursor, Counter(flow for _, flow in flows))
    rows = []
    for seen, flow in flows:
        if left[flow] > 0:
            left[flow] -= 1
            told = names[seen.origin.target_id, seen.origin.plan_id]
            rows.append((new_delivery_id(), seen.origin.workspace_id, flow[0], call(seen, told)))
    if rows:
        with cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)
    return len(rows)


def _flows(forwards: list[Sighting], targets: set[int | None]) -> list[tuple[Sighting, Flow]]:
    """The sightings whose target is on, each with the target, the violation and the minute that it counts in."""
    keys: dict[tuple[str, ...], UUID] = {}
    flows = []
    for seen in forwards:
        target = seen.origin.target_id
        if target is None or target not in targets:
            continue
        found = seen.finding
        place = (found.family, found.code, seen.message.type, seen.judgement.event, found.field)
        key = keys.get(place) or keys.setdefault(place, violation_key(*place))
        flows.append((seen, (target, key, seen.received_at.replace(second=0, microsecond=0))))
    return flows


def _names(cursor: Cursor, forwards: list[Sighting]) -> dict[tuple[int | None, int | None], _Names]:
    """What to say for each pair of target and plan; nothing for targets that are off."""
    pairs = {(seen.origin.target_id, seen.origin.plan_id) for seen in forwards}
    cursor.execute(_ENABLED, ([target for target, _ in pairs],))
    sources = {row[0]: row[2:] for row in cursor.fetchall()}
    cursor.execute(_PLANS, ([plan for _, plan in pairs if plan is not None],))
    plans = {row[0]: row[1:] for row in cursor.fetchall()}
    return {
        (target, plan): _Names(*sources[target], *plans.get(plan, ("", "")))
        for target, plan in pairs
        if target in sources
    }


def call(seen: Sighting, names: _Names) -> str:
    """The track call for one finding, as JSON text."""
    message, at = seen.message, _stamp(seen.received_at)
    context = strict(message.document().get("context"))
    context = context if isinstance(context, dict) else {}
    return storable_json(
        {
            "type": "track",
            "event": FORWARDED_EVENT,
            "userId": FORWARDED_USER,
            "messageId": f"sch-{random_text(32)}",
            "integrations": {},
            "context": {"app": context.get("app"), "library": context.get("library")},
            "properties": _properties(seen, names),
            "receivedAt": at,
            "timestamp": at,
            "forwardedFromProject": names.source_id,
        }
    )


def strict(value: Any) -> Any:
    """A copy of a JSON value whose numbers strict JSON can carry: NaN and infinities become null."""
    if isinstance(value, dict):
        return {key: strict(child) for key, child in value.items()}
    if isinstance(value, list):
        return [strict(child) for child in value]
    return None if isinstance(value, float) and non_finite(value) else value


def _properties(seen: Sighting, names: _Names) -> dict[str, str]:
    message, finding = seen.message, seen.finding
    return {
        "appVersion": message.release,
        "eventMessageID": message.message_id,
        "eventName": message.event or "",
        "eventSentAt": message.sent_at or UNSET_TIME,
        "eventTimestamp": message.timestamp or UNSET_TIME,
        "eventType": message.type,
        "sourceID": names.source_id,
        "sourceName": names.source_name,
        "sourceSlug": names.source_slug,
        "trackingPlanID": names.plan_id,
        "trackingPlanName": names.plan_name,
        "violationDescription": _text(finding.segment_text or finding.message),
        "violationField": finding.path,
        "violationType": finding.segment_type,
    }


def _text(value: str) -> str:
    return shortened(storable(value), TEXT_LIMIT)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
