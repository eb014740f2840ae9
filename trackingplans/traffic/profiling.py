"""Samples messages for the profiles of their events: a few of each source, event and release, however many come.

A worker adds a row for what it sampled, in the transaction that stores all else: rows of one event merge in any order,
so nobody waits for anybody. `fold` makes one row a day of them.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

from trackingplans.domain import profiling
from trackingplans.domain.message import Message
from trackingplans.domain.profiling import Profile
from trackingplans.domain.validation import Judgement
from trackingplans.traffic.counting import Copies
from trackingplans.traffic.naming import OTHER

ENOUGH = 25  # messages of an event and release that a worker looks at in each WINDOW
WINDOW = timedelta(minutes=10)
KEPT = timedelta(days=28)
MOST_RELEASES = 20  # of an event
MOST_EVENTS = 3_000  # of a source, each release on its own
_FEW = 500  # messages of a source in a group: of more than that, one in sixteen is looked at
_ALL, _SIXTEENTH = 256, 16
_SOURCES_KEPT = 500


class Key(NamedTuple):
    """Whose profile. `event` is the name it is counted under, '' where the call has none."""

    workspace_id: int
    source_id: int
    type: str
    event: str
    release: str
    day: date


@dataclass(slots=True)
class _Paces:
    """How many messages of each event and release of a source may still be looked at, in which window."""

    day: date
    left: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    releases: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def release(self, kind: str, event: str, release: str) -> str:
        known = self.releases.get((kind, event))
        if known is None:
            if len(self.releases) >= MOST_EVENTS:
                return OTHER  # `allows` will say no: a source that floods must not fill the memory
            known = self.releases[kind, event] = set()
        if release not in known:
            if len(known) >= MOST_RELEASES:
                return OTHER
            known.add(release)
        return release

    def allows(self, key: tuple[str, str, str], window: int) -> bool:
        pace = self.left.get(key)
        if pace is None:
            if len(self.left) >= MOST_EVENTS:
                return False
            pace = self.left[key] = [window, ENOUGH]
        elif window > pace[0]:
            pace[:] = window, ENOUGH
        pace[1] -= 1
        return pace[1] >= 0


_paces: OrderedDict[int, _Paces] = OrderedDict()


@dataclass(slots=True)
class Sampled:
    """What was sampled of one group of messages."""

    messages: Mapping[int, int]  # of each source of the group
    rows: dict[Key, Profile] = field(default_factory=dict)
    unplanned: set[Key] = field(default_factory=set)

    def gate(self, source_id: int) -> int:
        """A message whose hash begins with a byte below this is worth a look."""
        return _ALL if self.messages.get(source_id, 0) <= _FEW else _SIXTEENTH

    def look(self, source: tuple[int, int], at: datetime, message: Message, judgement: Judgement) -> None:
        """Look at a message, received `at` by a source of (workspace, id), unless enough of its kind were seen."""
        event, rule, day = judgement.event, judgement.rule, at.astimezone(UTC).date()
        paces = _paces_of(source[1], day)
        release = paces.release(message.type, event, message.release)
        if not paces.allows((message.type, event, release), int(at.timestamp() // WINDOW.total_seconds())):
            return
        key = Key(*source, message.type, event, release, day)
        profile = self.rows.get(key)
        if profile is None:
            profile = self.rows[key] = Profile()
            if rule is None and event:
                self.unplanned.add(key)
        profile.add(message, rule)

    def keep_named(self, admitted: Mapping[int, set[str]]) -> None:
        """Forget unplanned events that are counted under "(other)": `admitted` are the names of each source."""
        for key in self.unplanned:
            if key.event not in admitted.get(key.source_id, ()):
                del self.rows[key]
        self.unplanned.clear()


def forget() -> None:
    """Begin anew with every event."""
    _paces.clear()


def _paces_of(source_id: int, day: date) -> _Paces:
    paces = _paces.get(source_id)
    if paces is None or day > paces.day:
        paces = _paces[source_id] = _Paces(day)
        if len(_paces) > _SOURCES_KEPT:
            _paces.popitem(last=False)
    return paces


_COPY = f"COPY trackingplans_eventprofile ({', '.join(Key._fields)}, body, is_folded) FROM STDIN"


def write(cursor: Copies, rows: Mapping[Key, Profile], *, is_folded: bool = False) -> None:
    """Add what was sampled."""
    if rows:
        with cursor.copy(_COPY) as copy:
            for key, profile in sorted(rows.items()):
                copy.write_row((*key, profiling.encoded(profile), is_folded))


_WAITING = """
SELECT DISTINCT source_id, type, event, release, day FROM trackingplans_eventprofile WHERE NOT is_folded
ORDER BY source_id, type, event, release, day LIMIT %s
"""
_TAKE = """
DELETE FROM trackingplans_eventprofile AS profile
USING unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::date[])
    AS wanted (source_id, type, event, release, day)
WHERE profile.source_id = wanted.source_id AND profile.type = wanted.type AND profile.event = wanted.event
    AND profile.release = wanted.release AND profile.day = wanted.day
RETURNING workspace_id, profile.source_id, profile.type, profile.event, profile.release, profile.day, body
"""
_LOCK = 0x70726F66  # "prof": keeps this lock apart from other advisory locks


def fold(most: int = 500) -> int:
    """Make one row a day of what was added for `most` events; returns for how many: call it again if as many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            return 0
        cursor.execute(_WAITING, [most])
        waiting = cursor.fetchall()
        if not waiting:
            return 0
        cursor.execute(_TAKE, [list(column) for column in zip(*waiting, strict=True)])
        write(cursor.connection.cursor(), _folded(cursor.fetchall()), is_folded=True)
    return len(waiting)


def _folded(taken: Iterable[tuple[int, int, str, str, str, date, str]]) -> dict[Key, Profile]:
    rows: dict[Key, Profile] = {}
    for workspace, source, kind, event, release, day, body in taken:
        key = Key(workspace, source, kind, event, release, day)
        rows.setdefault(key, Profile()).merge(profiling.decoded(body))
    return rows


def drop_old(today: date) -> int:
    """Drop the profiles of days that are kept no longer; returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM trackingplans_eventprofile WHERE day < %s", [today - KEPT])
        return int(cursor.rowcount)
