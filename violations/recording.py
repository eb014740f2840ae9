"""Writes a tally: violations, then their hours, then samples. Part of the transaction that closes a group of messages.

Only upserts that commute, rows always in the same order. Nothing here reads the clock: all times are those at which
messages were received.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import public_id
from trackingplans.domain.legible import shortened, storable
from violations import heat, people
from violations.admitting import admitted
from violations.cursor import Cursor
from violations.facets import write_facets
from violations.folded_names import is_folded, write_names
from violations.places import Named, write_places
from violations.sampling import write_samples
from violations.tallying import OTHER, TEXT_LIMIT, THRESHOLD, Group, Origin, Tally

__all__ = ["Origin", "Recorded", "Tally", "write"]

# Columns with their SQL types, in the order of `_row`.
_COLUMNS = {
    "public_id": "text",
    "workspace_id": "bigint",
    "source_id": "bigint",
    "plan_id": "bigint",
    "key": "uuid",
    "family": "text",
    "code": "text",
    "type": "text",
    "event": "text",
    "path": "text",
    "message": "text",
    "detail": "jsonb",
    "is_critical": "boolean",
    "is_settling": "boolean",
    "count": "bigint",
    "first_seen_at": "timestamptz",
    "last_seen_at": "timestamptz",
    "first_release": "text",
    "last_release": "text",
    "heat": "float8",
    "people": "text",
}
_UPSERT = f"""
INSERT INTO violations_violation AS v ({", ".join(_COLUMNS)}, mute)
SELECT {", ".join(f"n.{name}" for name in _COLUMNS if name != "people")}, n.people::bit({people.BITS}), '{{}}'::jsonb
FROM unnest({", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())}) AS n ({", ".join(_COLUMNS)})
ORDER BY n.source_id, n.key
ON CONFLICT (source_id, key) DO UPDATE SET
    count = v.count + excluded.count,
    first_seen_at = least(v.first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(v.last_seen_at, excluded.last_seen_at),
    is_settling = CASE WHEN excluded.first_seen_at < v.first_seen_at THEN excluded.is_settling ELSE v.is_settling END,
    first_release = CASE WHEN excluded.first_seen_at < v.first_seen_at
        THEN excluded.first_release ELSE v.first_release END,
    last_release = CASE WHEN excluded.last_seen_at >= v.last_seen_at
        THEN excluded.last_release ELSE v.last_release END,
    plan_id = CASE WHEN excluded.last_seen_at >= v.last_seen_at THEN excluded.plan_id ELSE v.plan_id END,
    message = CASE WHEN excluded.last_seen_at >= v.last_seen_at THEN excluded.message ELSE v.message END,
    detail = CASE WHEN excluded.last_seen_at >= v.last_seen_at THEN excluded.detail ELSE v.detail END,
    is_critical = CASE WHEN excluded.last_seen_at >= v.last_seen_at THEN excluded.is_critical ELSE v.is_critical END,
    heat = {heat.MERGED.format(a="v.heat", b="excluded.heat")},
    people = v.people | excluded.people
RETURNING source_id, key, id, count, is_critical, passed_at
"""  # noqa: S608  # names of our own columns
_CROSS = """
UPDATE violations_violation v SET passed_at = n.passed_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS n (id, passed_at) WHERE v.id = n.id
"""
_HOURS = """
INSERT INTO violations_violationhour AS h (workspace_id, violation_id, hour, count)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[]) AS n (workspace_id, id, hour, count)
ORDER BY n.id, n.hour
ON CONFLICT (violation_id, hour) DO UPDATE SET count = h.count + excluded.count
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Ids of the violations touched, and of those that crossed the threshold by it."""

    violation_ids: list[int]
    passed_ids: list[int]


@dataclass(frozen=True, slots=True)
class _Stored:
    """A group's row after the upsert."""

    id: int
    count: int
    is_critical: bool
    passed_at: datetime | None


def write(cursor: Cursor, tally: Tally) -> Recorded:
    """Adds a tally to what is stored. The tally is not changed: a transaction that is replayed writes it again."""
    if not tally.groups:
        return Recorded([], [])
    groups = admitted(cursor, list(tally.groups.values()))
    cursor.execute(_UPSERT, _arrays([_row(group, tally.people(group)) for group in groups], len(_COLUMNS)))
    stored: dict[tuple[int, UUID], _Stored] = {
        (row[0], row[1]): _Stored(*row[2:]) for row in cursor.fetchall()
    }
    pairs = [(group, stored[group.order]) for group in groups]
    passed = _mark_passed(cursor, pairs)
    write_places(cursor, [_named(group) for group, row in pairs if row.count == group.count])
    _add_hours(cursor, pairs)
    write_facets(cursor, [(group, row.id) for group, row in pairs])
    write_samples(cursor, [(group, row.id, row.count - group.count) for group, row in pairs])
    write_names(cursor, [(group, row.id) for group, row in pairs if is_folded(group)])
    return Recorded([row.id for row in stored.values()], passed)


def _row(group: Group, bits: int) -> tuple[Any, ...]:
    origin, last = group.first.origin, group.last
    sentence, detail = _said(group)
    return (
        public_id("vi"),
        origin.workspace_id,
        origin.source_id,
        last.origin.plan_id,
        group.key,
        group.family,
        group.code,
        group.type,
        group.event,
        group.path,
        _text(sentence),
        json.dumps({name: _text(value) for name, value in detail.items() if value}),
        last.judgement.is_critical,
        origin.settling,
        group.count,
        group.first.received_at,
        last.received_at,
        _text(group.first.message.release),
        _text(last.message.release),
        heat.of(group.hours),
        people.written(bits),
    )


def _named(group: Group) -> Named:
    """What search finds a new violation by."""
    texts = group.event, group.path, group.code, group.family, group.type, _text(_said(group)[0])
    return group.first.origin.workspace_id, group.key, texts


def _said(group: Group) -> tuple[str, dict[str, str | None]]:
    """The sentence of a violation and what belongs to it, in the words of its newest finding."""
    if group.event == group.path == OTHER:
        return "More problems of this kind than are kept apart for one source.", {}
    finding = group.last.finding
    return finding.message, {
        "expected": finding.expected,
        "suggestion": finding.suggestion,
        "meant": finding.meant,
        "segment_type": finding.segment_type,
        "segment_text": finding.segment_text,
    }


def _text(value: str) -> str:
    return shortened(storable(value), TEXT_LIMIT)


def _arrays(rows: list[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as one array a column, as `unnest` takes them."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _mark_passed(cursor: Cursor, pairs: list[tuple[Group, _Stored]]) -> list[int]:
    """Stores when violations crossed the threshold: at the occurrence that did it. Their rows are locked by now, so
    no other writer can cross at the same time. (1 % of an event is a matter of traffic: triage sees to it.)"""
    passed: list[tuple[int, datetime]] = []
    for group, row in pairs:
        needed = 1 if row.is_critical else THRESHOLD
        if row.passed_at is None and row.count >= needed:
            before = row.count - group.count
            passed.append((row.id, group.earliest[max(0, needed - before - 1)]))
    if passed:
        cursor.execute(_CROSS, _arrays(passed, 2))
    return [violation_id for violation_id, _ in passed]


def _add_hours(cursor: Cursor, pairs: list[tuple[Group, _Stored]]) -> None:
    rows = [
        (group.first.origin.workspace_id, row.id, hour, count)
        for group, row in pairs
        for hour, count in group.hours.items()
    ]
    cursor.execute(_HOURS, _arrays(rows, 4))
