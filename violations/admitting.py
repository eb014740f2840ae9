"""Keeps a source's violations within bounds: past the caps, counts go to `(other)` rows, one a family and code."""

from collections import defaultdict
from uuid import UUID

from trackingplans.domain.findings import Family
from violations.cursor import Cursor
from violations.tallying import OTHER, Group, folded_away

VIOLATIONS_PER_SOURCE = 10_000
UNPLANNED_EVENTS_PER_SOURCE = 2_000
UNPLANNED_EVENT = "unplanned_event"

_KNOWN = """
SELECT v.source_id, v.key FROM unnest(%s::bigint[], %s::uuid[]) AS n (source_id, key)
JOIN violations_violation v USING (source_id, key)
"""
_COUNTS = """
SELECT count(*), count(*) FILTER (WHERE family = %s AND code = %s)
FROM violations_violation WHERE source_id = %s AND NOT (event = %s AND path = %s)
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('new violations', %s))"


def admitted(cursor: Cursor, groups: list[Group]) -> list[Group]:
    """The groups that may be written, in the order to write them: all that are known, new ones while there is room
    (the most frequent first), the rest folded into `(other)`."""
    new = _unknown(cursor, groups)
    if not new:
        return sorted(groups, key=lambda group: group.order)
    refused: list[Group] = []
    by_source: defaultdict[int, list[Group]] = defaultdict(list)
    for group in new:
        by_source[group.source_id].append(group)
    for source_id in sorted(by_source):
        refused += _without_room(cursor, source_id, by_source[source_id])
    gone = {group.order for group in refused}
    kept = [group for group in groups if group.order not in gone] + folded_away(refused)
    return sorted(kept, key=lambda group: group.order)


def _unknown(cursor: Cursor, groups: list[Group]) -> list[Group]:
    cursor.execute(_KNOWN, ([group.source_id for group in groups], [group.key for group in groups]))
    known: set[tuple[int, UUID]] = {(source_id, key) for source_id, key in cursor.fetchall()}
    return [group for group in groups if group.order not in known]


def _without_room(cursor: Cursor, source_id: int, new: list[Group]) -> list[Group]:
    """Which of a source's new groups find no room. A source near no cap needs no exact count; else the count is
    taken under a lock, so that workers who bring new ones at the same time do not overrun it together."""
    room, names = _room(cursor, source_id)
    if room <= 0:
        return new
    cursor.execute(_LOCK, (source_id,))
    new = _unknown(cursor, new)
    room, names = _room(cursor, source_id)
    refused = []
    for group in sorted(new, key=lambda group: (-group.count, group.key)):
        is_name = group.family == Family.UNPLANNED and group.code == UNPLANNED_EVENT
        if room <= 0 or (is_name and names <= 0):
            refused.append(group)
            continue
        room -= 1
        names -= is_name
    return refused


def _room(cursor: Cursor, source_id: int) -> tuple[int, int]:
    """How many more violations, and how many more unplanned event names, a source may have."""
    cursor.execute(_COUNTS, (Family.UNPLANNED, UNPLANNED_EVENT, source_id, OTHER, OTHER))
    [(count, names)] = cursor.fetchall()
    return VIOLATIONS_PER_SOURCE - count, UNPLANNED_EVENTS_PER_SOURCE - names
