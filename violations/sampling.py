"""Keeps the newest messages that showed a violation, values masked before they are stored."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from trackingplans.domain.legible import shortened, storable
from trackingplans.domain.masking import mask, pii_paths
from violations.cursor import Cursor
from violations.tallying import NAME_LIMIT, SAMPLES, Group, Sighting, storable_json

FRESH = 2  # messages a group of messages adds to a violation that has its samples already
EVERY = timedelta(seconds=5)  # and no more often than that: under load, the newest sample is this old at most
BUDGET = 4 * 1024**2  # bytes that one group of messages may add in all

_COPY = "COPY violations_sample (workspace_id, violation_id, received_at, release, path, message) FROM STDIN"
_NEWEST = """
SELECT v.id, (SELECT received_at FROM violations_sample WHERE violation_id = v.id ORDER BY id DESC LIMIT 1)
FROM unnest(%s::bigint[]) AS v (id)
"""
_TRIM = """
DELETE FROM violations_sample WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY violation_id ORDER BY id DESC) AS age
        FROM violations_sample WHERE violation_id = ANY(%s::bigint[])
    ) AS aged WHERE age > %s
)
"""


def write_samples(cursor: Cursor, groups: Iterable[tuple[Group, int, int]]) -> None:
    """Stores samples of groups, given with the id of their violation and its count before them, and drops the oldest.

    Their violations' rows are locked by this transaction, so nobody else writes samples of them.
    """
    rows = _rows(_wanting(cursor, list(groups)))
    if rows:
        with cursor.copy(_COPY) as copy:  # psycopg quotes an array of long texts ten times slower
            for row in rows:
                copy.write_row(row)
        cursor.execute(_TRIM, (sorted({row[1] for row in rows}), SAMPLES))


def _wanting(cursor: Cursor, groups: list[tuple[Group, int, int]]) -> list[tuple[Group, int, int]]:
    """The groups without those whose violation got its newest sample a moment before."""
    full = [violation_id for _, violation_id, before in groups if before >= SAMPLES]
    if not full:
        return groups
    cursor.execute(_NEWEST, (full,))
    newest: dict[int, datetime] = {key: at for key, at in cursor.fetchall() if at is not None}
    return [
        (group, violation_id, before)
        for group, violation_id, before in groups
        if violation_id not in newest or group.last.received_at - newest[violation_id] >= EVERY
    ]


def _rows(groups: Iterable[tuple[Group, int, int]]) -> list[tuple[Any, ...]]:
    """Those with the fewest samples come first: the budget is for what nobody has seen yet."""
    rows: list[tuple[Any, ...]] = []
    masked: dict[int, str] = {}
    spent = 0
    for group, violation_id, before in sorted(groups, key=lambda item: item[2]):
        wanted = SAMPLES if before < SAMPLES else FRESH
        for seen in sorted(group.newest, key=lambda seen: seen.received_at)[-wanted:]:
            text = masked.get(id(seen.message)) or masked.setdefault(id(seen.message), _masked(seen))
            spent += len(text)
            if spent > BUDGET:
                return rows
            rows.append((seen.origin.workspace_id, violation_id, *_sample(seen), text))
    return rows


def _sample(seen: Sighting) -> tuple[Any, ...]:
    release = shortened(seen.message.release, NAME_LIMIT)
    return seen.received_at, release, storable(seen.finding.path)


def _masked(seen: Sighting) -> str:
    """The message as JSON text, personal values masked."""
    return storable_json(mask(seen.message.document(), pii_paths(seen.judgement.rule)))
