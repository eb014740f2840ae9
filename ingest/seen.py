"""Which messages were seen in the last 24 hours: what makes a repeat a duplicate.

A message is known by a 128-bit hash of its source and id. Hashes lie in one partition for each UTC day of
`received_at`, unique within it. Around midnight the neighbour days are asked too; a hit there counts only
when the two were received less than 24 hours apart.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from trackingplans.traffic import partitions

TABLE = "ingest_seen"
WINDOW = timedelta(hours=24)
DAY = timedelta(days=1)
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# Binary COPY: a header, then for each row its number of columns and each column's length and bytes.
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_ROW = b"\0\x02\0\0\0\x10"
_LENGTH_OF_TIME = b"\0\0\0\x08"
_TRAILER = b"\xff\xff"

Cursor = psycopg.Cursor[tuple[Any, ...]]


class Repeated(Exception):
    """Some of the messages were seen before; `times` says which hashes, and when they were received."""

    def __init__(self, times: dict[bytes, list[datetime]]) -> None:
        super().__init__(f"{len(times)} repeated")
        self.times = times


class _Hashes:
    """Hashes as one binary uuid[] parameter: a UUID object for each would cost more than finding it."""

    def __init__(self, digests: list[bytes]) -> None:
        self.digests = digests


class _HashesDumper(psycopg.adapt.Dumper):
    oid = 2951  # uuid[]
    format = psycopg.pq.Format.BINARY

    def dump(self, obj: _Hashes) -> bytes:
        head = struct.pack(">IIIII", 1, 0, 2950, len(obj.digests), 1)  # one dimension, no nulls, of uuid
        return head + b"".join([b"\0\0\0\x10" + digest for digest in obj.digests])


def salt(source_id: int) -> bytes:
    """What makes ids of one source differ from those of others."""
    return source_id.to_bytes(8, "big")


@dataclass(slots=True)
class Seen:
    """The messages of one group: `fresh` ones will be remembered, `known` were there before."""

    fresh: dict[bytes, datetime] = field(default_factory=dict)
    known: dict[bytes, list[datetime]] = field(default_factory=dict)
    again: list[tuple[bytes, datetime]] = field(default_factory=list)  # fresh ones, 24 h after another

    def is_new(self, digest: bytes, received_at: datetime) -> bool:
        """Whether this is the first within 24 hours; then it is remembered."""
        if digest not in self.fresh and digest not in self.known:
            self.fresh[digest] = received_at
            return True
        return self._is_new_again(digest, received_at)

    def _is_new_again(self, digest: bytes, received_at: datetime) -> bool:
        others = [*self.known.get(digest, ()), *(at for other, at in self.again if other == digest)]
        if digest in self.fresh:
            others.append(self.fresh[digest])
        if any(abs(received_at - other) < WINDOW for other in others):
            return False
        if digest in self.fresh:
            self.again.append((digest, received_at))
        else:
            self.fresh[digest] = received_at
        return True

    def by_day(self) -> dict[date, list[tuple[bytes, datetime]]]:
        """What is to be remembered, by the UTC day it was received on."""
        days: dict[date, list[tuple[bytes, datetime]]] = {}
        day: list[tuple[bytes, datetime]] = []
        last: datetime | None = None
        for item in (*self.fresh.items(), *self.again):
            if item[1] is not last:  # the messages of one row share their time
                last = item[1]
                day = days.setdefault(last.astimezone(UTC).date(), [])
            day.append(item)
        return days


def ensure(days: Iterable[date]) -> None:
    """Make the partitions of these days and their neighbours."""
    wanted = {day + shift for day in days for shift in (-DAY, 0 * DAY, DAY)}
    partitions.ensure_days(TABLE, wanted, unique="hash")


def find(cursor: Cursor, digests: list[bytes], days: Iterable[date]) -> dict[bytes, list[datetime]]:
    """When these hashes were received, as far as it is stored for these days and their neighbours."""
    found: dict[bytes, list[datetime]] = {}
    for day in sorted({day + shift for day in days for shift in (-DAY, 0 * DAY, DAY)}):
        for digest, at in _hits(cursor, day, digests):
            found.setdefault(digest, []).append(at)
    return found


def remember(cursor: Cursor, seen: Seen) -> None:
    """Store what is fresh. Raises Repeated when some of it is not; then the transaction must be rolled back.

    A group of one day and one of the next could each miss what the other is about to store. Writing to a day
    therefore excludes everyone who asks for it as a neighbour, and the other way round: SHARE and ROW
    EXCLUSIVE locks each allow their own kind and exclude the other.
    """
    days = seen.by_day()
    _lock(cursor, set(days))
    repeats: dict[bytes, list[datetime]] = {}
    for day, items in sorted(days.items()):
        for neighbour in (day - DAY, day + DAY):
            if _is_empty(cursor, neighbour):
                continue
            times = dict(items)
            for digest, at in _hits(cursor, neighbour, list(times)):
                if abs(at - times[digest]) < WINDOW:
                    repeats.setdefault(digest, []).append(at)
    if repeats:
        raise Repeated(repeats)
    for day, items in sorted(days.items()):
        _copy(cursor, day, items)


def _lock(cursor: Cursor, days: set[date]) -> None:
    """Lock the partitions that are written to and the days before them, oldest first."""
    for day in sorted(days | {day - DAY for day in days}):
        is_written, is_asked = day in days, day + DAY in days
        mode = ("SHARE ROW EXCLUSIVE" if is_asked else "ROW EXCLUSIVE") if is_written else "SHARE"
        cursor.execute(f"LOCK TABLE {_partition(day)} IN {mode} MODE")


def _copy(cursor: Cursor, day: date, items: list[tuple[bytes, datetime]]) -> None:
    """COPY into the day's partition, sorted, so that two writers of the same ids do not deadlock."""
    try:
        with (
            cursor.connection.transaction(),
            cursor.copy(f"COPY {_partition(day)} (hash, received_at) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.write(_binary(items))
    except psycopg.errors.UniqueViolation:
        times: dict[bytes, list[datetime]] = {}
        for digest, at in _hits(cursor, day, [digest for digest, _ in items]):
            times.setdefault(digest, []).append(at)
        raise Repeated(times) from None


def _binary(items: list[tuple[bytes, datetime]]) -> bytes:
    rows = []
    last: datetime | None = None
    tail = b""
    for digest, at in items:
        if at is not last:  # the messages of one row share their time
            last = at
            since = (at - _POSTGRES_EPOCH) // _MICROSECOND
            tail = _LENGTH_OF_TIME + since.to_bytes(8, "big", signed=True)
        rows.append(digest + tail)
    rows.sort()
    return b"".join((_HEADER, _ROW, _ROW.join(rows), _TRAILER))


def _hits(cursor: Cursor, day: date, digests: list[bytes]) -> Iterator[tuple[bytes, datetime]]:
    cursor.adapters.register_dumper(_Hashes, _HashesDumper)
    cursor.execute(
        f"SELECT hash, received_at FROM {_partition(day)} WHERE hash = ANY(%s)",  # noqa: S608  # our own name
        [_Hashes(digests)],
        binary=True,
    )
    return ((found.bytes, at) for found, at in cursor.fetchall())


def _is_empty(cursor: Cursor, day: date) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT FROM {_partition(day)})")  # noqa: S608  # our own name
    return cursor.fetchone() == (False,)


def _partition(day: date) -> str:
    return f'"{partitions.Period.DAY.partition(TABLE, day)}"'
