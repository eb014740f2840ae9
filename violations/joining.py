"""Remembers which ids are one person's, so that those whom a violation concerns are counted once: by their device
before they sign in, by their user id on a server.

One row an id, in partitions by month. An id that is met again is carried into the new month; what was not met for two
months is forgotten with its partition. A source adds so many in a month, whatever it sends: what is not remembered
counts as a person of its own.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import psycopg
from django.db import connection, transaction

from trackingplans.traffic import partitions
from trackingplans.traffic.partitions import Period
from violations.cursor import Cursor
from violations.persons import Claim, Id, Learned, digest, settle
from violations.tallying import Tally

TABLE = "violations_personlink"
KEPT = timedelta(days=61)  # after their month
A_MONTH = 500_000  # ids that a source may add
_HEARD_MOST = 100_000

# Hashes of claims that this process knows to be stored, with their month: sites identify people on every page.
_heard: set[int] = set()

# The newest month first, and none further once an id is found.
_FIND = """
SELECT asked.workspace_id, asked.id, link.person, link.month
FROM unnest(%s::bigint[], %s::bigint[]) AS asked (workspace_id, id)
CROSS JOIN LATERAL (
    SELECT person, month FROM violations_personlink AS one
    WHERE one.workspace_id = asked.workspace_id AND one.id = asked.id ORDER BY month DESC LIMIT 1
) AS link
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('people of a workspace', %s))"
_ADDED = "SELECT source_id, ids FROM violations_personmonth WHERE source_id = ANY(%s) AND month = %s"
_ADD = """
INSERT INTO violations_personlink (workspace_id, id, month, person)
SELECT n.workspace_id, n.id, %s, n.person
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS n (workspace_id, id, person)
ON CONFLICT (workspace_id, id, month) DO UPDATE SET person = excluded.person
"""
_COUNT = """
INSERT INTO violations_personmonth AS kept (workspace_id, source_id, month, ids)
SELECT n.workspace_id, n.source_id, %s, count(*) FROM unnest(%s::bigint[], %s::bigint[]) AS n (workspace_id, source_id)
GROUP BY n.workspace_id, n.source_id
ON CONFLICT (source_id, month) DO UPDATE SET ids = kept.ids + excluded.ids
"""


def join(tally: Tally) -> None:
    """Finds out who sent the messages of a tally, and remembers what they said about it. One query when nothing is
    new; what is new is stored at once, in a short transaction of its own: it is true whatever becomes of the tally.
    """
    if not tally.claims and not tally.groups:
        return
    month = Period.MONTH.start(tally.latest)
    heard = {hash((month, claim)): claim for claim in tally.claims}
    claims = [claim for key, claim in heard.items() if key not in _heard]
    asked = _asked(tally, claims)
    if not asked:
        return
    with _cursor() as cursor:
        known, met = _find(cursor, asked)
    is_stored = True
    if settle(claims, known) or any(last < month for last in met.values()):
        known, is_stored = _learn(claims, asked, month)
    tally.persons = known
    if is_stored and not connection.in_atomic_block:  # an outer transaction may still take it back
        if len(_heard) + len(heard) > _HEARD_MOST:
            _heard.clear()
        _heard.update(heard)


def drop_old(today: date) -> None:
    """Forgets what was not met for two months."""
    partitions.drop_before(TABLE, Period.MONTH, today - KEPT)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM violations_personmonth WHERE month < %s", [today - KEPT - timedelta(days=31)]
        )


def forget() -> None:
    """Ask the database again."""
    _heard.clear()


def _asked(tally: Tally, claims: Iterable[Claim]) -> dict[Id, int]:
    """The ids that have to be known, each with a source that named it."""
    asked = {one: claim.source_id for claim in claims for one in (claim.user, claim.other)}
    for group in tally.groups.values():
        workspace_id = group.first.origin.workspace_id
        asked |= {(workspace_id, digest(user or device)): group.source_id for user, device in group.senders}
    return asked


def _find(cursor: Cursor, asked: Iterable[Id]) -> tuple[dict[Id, int], dict[Id, date]]:
    """Of the ids that are known: their persons, and the last month in which they were met."""
    ids = list(asked)
    cursor.execute(_FIND, ([workspace_id for workspace_id, _ in ids], [one for _, one in ids]))
    known, met = {}, {}
    for workspace_id, one, person, month in cursor.fetchall():
        known[workspace_id, one], met[workspace_id, one] = person, month
    return known, met


def _learn(claims: Iterable[Claim], asked: dict[Id, int], month: date) -> tuple[dict[Id, int], bool]:
    """Stores what is new; one writer of a workspace at a time, so that two who meet a person at once agree. Returns
    what is known then, and whether there was room for all of it."""
    partitions.ensure_months(TABLE, [month])
    with transaction.atomic(), _cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")  # nothing is lost that would be missed
        for workspace_id in sorted({workspace_id for workspace_id, _ in asked}):
            cursor.execute(_LOCK, (workspace_id,))
        known, met = _find(cursor, asked)
        carried = {one: Learned(known[one], asked[one]) for one, last in met.items() if last < month}
        return known, _store(cursor, carried | settle(claims, known), month)


def _store(cursor: Cursor, learned: dict[Id, Learned], month: date) -> bool:
    """Whether there was room for all of it."""
    cursor.execute(_ADDED, (sorted({new.source_id for new in learned.values()}), month))
    room = {source_id: A_MONTH - ids for source_id, ids in cursor.fetchall()}
    rows: list[tuple[int, int, int, int]] = []
    for (workspace_id, one), (person, source_id) in learned.items():
        left = room.get(source_id, A_MONTH)
        if left > 0:
            room[source_id] = left - 1
            rows.append((workspace_id, one, person, source_id))
    if rows:
        workspaces, ids, people, sources = (list(column) for column in zip(*rows, strict=True))
        cursor.execute(_ADD, (month, workspaces, ids, people))
        cursor.execute(_COUNT, (month, workspaces, sources))
    return len(rows) == len(learned)


@contextmanager
def _cursor() -> Iterator[psycopg.Cursor[Any]]:
    """psycopg's own, which sends long arrays as they are."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        yield cursor
