"""Keeps messages that showed a violation in different ways, else the newest; values masked before they are stored."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from trackingplans.domain.legible import shortened, storable
from trackingplans.domain.likeness import likeness
from trackingplans.domain.masking import mask, pii_paths
from violations import choosing
from violations.choosing import Candidate, Known
from violations.cursor import Cursor
from violations.facets import VALUELESS, is_hidden
from violations.tallying import NAME_LIMIT, SAMPLES, Group, Sighting, storable_json

FRESH = 2  # messages a group of messages adds to a violation that has its samples already
EVERY = timedelta(seconds=5)  # and no more often than that: under load, the newest sample is this old at most
BUDGET = 4 * 1024**2  # bytes that one group of messages may add in all

_COPY = """
COPY violations_sample (workspace_id, violation_id, received_at, release, path, type, looks, message) FROM STDIN
"""
_KNOWN = """
SELECT violation_id, array_agg(type), array_agg(release), array_agg(looks), max(received_at)
FROM violations_sample WHERE violation_id = ANY(%s::bigint[]) GROUP BY violation_id
"""
# The newest of each type of value stay, then of each release, then of each look; then the newest.
_TRIM = """
DELETE FROM violations_sample WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (
            PARTITION BY violation_id ORDER BY by_type > 1, by_release > 1, by_look > 1, id DESC
        ) AS place
        FROM (
            SELECT id, violation_id,
                   row_number() OVER (PARTITION BY violation_id, type ORDER BY id DESC) AS by_type,
                   row_number() OVER (PARTITION BY violation_id, release ORDER BY id DESC) AS by_release,
                   row_number() OVER (PARTITION BY violation_id, looks ORDER BY id DESC) AS by_look
            FROM violations_sample WHERE violation_id = ANY(%s::bigint[])
        ) AS told
    ) AS placed WHERE place > %s
)
"""


def write_samples(cursor: Cursor, groups: Iterable[tuple[Group, int, int]]) -> None:
    """Stores samples of groups, given with the id of their violation and its count before them, and drops the oldest.

    Their violations' rows are locked by this transaction, so nobody else writes samples of them.
    """
    listed = list(groups)
    rows = _rows(listed, _known(cursor, [violation_id for _, violation_id, before in listed if before]))
    if rows:
        with cursor.copy(_COPY) as copy:  # psycopg quotes an array of long texts ten times slower
            for row in rows:
                copy.write_row(row)
        cursor.execute(_TRIM, (sorted({row[1] for row in rows}), SAMPLES))


def _known(cursor: Cursor, ids: list[int]) -> dict[int, Known]:
    if not ids:
        return {}
    cursor.execute(_KNOWN, (ids,))
    return {
        key: Known(set(types), set(releases), set(looks), newest)
        for key, types, releases, looks, newest in cursor.fetchall()
    }


def _rows(groups: list[tuple[Group, int, int]], known: dict[int, Known]) -> list[tuple[Any, ...]]:
    """Those with the fewest samples come first: the budget is for what nobody has seen yet."""
    rows: list[tuple[Any, ...]] = []
    masked: dict[int, str] = {}
    spent = 0
    for group, violation_id, before in sorted(groups, key=lambda item: item[2]):
        for one in _chosen(group, before, known.get(violation_id)):
            seen = one.seen
            text = masked.get(id(seen.message)) or masked.setdefault(id(seen.message), _masked(seen))
            spent += len(text)
            if spent > BUDGET:
                return rows
            path = storable(seen.finding.path)
            rows.append(
                (
                    seen.origin.workspace_id, violation_id, one.at, one.release, path, one.type, one.looks, text,
                )
            )  # fmt: skip
    return rows


def _chosen(group: Group, before: int, known: Known | None) -> list[Candidate[Sighting]]:
    """What shows a violation in a new way, as long as its samples do not differ as much as they can; and the newest,
    unless it got one a moment before."""
    is_full = before >= SAMPLES and known is not None
    is_fresh = is_full and known is not None and group.last.received_at - known.newest < EVERY
    if is_fresh and known is not None and known.ways >= SAMPLES:
        return []
    candidates = [_candidate(group, seen) for seen in _sightings(group)]
    room = SAMPLES - known.ways if is_full and known is not None else SAMPLES
    chosen = choosing.differing(candidates, known, max(room, 0))
    if is_fresh:
        return chosen
    return choosing.with_newest(chosen, candidates, max(FRESH, len(chosen)) if is_full else SAMPLES)


def _sightings(group: Group) -> list[Sighting]:
    """Each once, in the order in which they came."""
    newest = {id(seen) for seen in group.newest}
    return [*(seen for seen in group.ways.values() if id(seen) not in newest), *group.newest]


def _candidate(group: Group, seen: Sighting) -> Candidate[Sighting]:
    actual = seen.finding.actual
    return Candidate(
        choosing.type_of(actual),
        shortened(storable(seen.message.release), NAME_LIMIT),
        "" if group.code in VALUELESS else likeness(actual, hidden=is_hidden(seen)),
        seen.received_at,
        seen,
    )


def _masked(seen: Sighting) -> str:
    """The message as JSON text, personal values masked."""
    return storable_json(mask(seen.message.document(), pii_paths(seen.judgement.rule)))
