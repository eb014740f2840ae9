"""Partitions of the tables that only grow: made before a row needs them, dropped whole by retention.

A partition is named after its table and period: `…_202611` (month) or `…_20261122` (day), in UTC.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from django.db import OperationalError, connection, transaction


class Period(Enum):
    DAY = "%Y%m%d"
    MONTH = "%Y%m"

    def start(self, moment: datetime | date) -> date:
        """The first day of the period that holds `moment` (aware datetimes are read in UTC)."""
        day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
        return day if self is Period.DAY else day.replace(day=1)

    def after(self, start: date) -> date:
        """The start of the next period."""
        return (
            start + timedelta(days=1) if self is Period.DAY else (start + timedelta(days=32)).replace(day=1)
        )

    def partition(self, table: str, start: date) -> str:
        return f"{table}_{start:{self.value}}"

    def parse(self, table: str, partition: str) -> date:
        """The inverse of `name`."""
        return datetime.strptime(partition.removeprefix(f"{table}_"), self.value).replace(tzinfo=UTC).date()


# Partitions this process knows to exist. Dropping one somewhere else makes an entry wrong: then a write
# fails, and its caller calls `forget` and tries again.
_known: set[str] = set()


def ensure_months(table: str, moments: Iterable[datetime | date]) -> None:
    """Make the monthly partitions of `table` for rows of these times. Never inside a closing transaction."""
    _ensure(table, Period.MONTH, {Period.MONTH.start(moment) for moment in moments}, index="")


def ensure_days(table: str, days: Iterable[date], *, unique: str) -> None:
    """Make the daily partitions of `table`, each with a unique index on its column `unique`."""
    _ensure(table, Period.DAY, set(days), index=unique)


def forget() -> None:
    """Look at the database again before the next write: a partition was dropped by someone else."""
    _known.clear()


def existing(table: str, period: Period) -> list[date]:
    """The starts of the periods that have a partition, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table]
        )
        return sorted(period.parse(table, name) for (name,) in cursor.fetchall())


def drop_before(table: str, period: Period, keep_from: date) -> list[str]:
    """Drop the partitions that end at or before `keep_from`; returns their names.

    One that is in use for more than two seconds is left for the next run.
    """
    dropped = []
    for start in existing(table, period):
        if period.after(start) > keep_from:
            break
        name = period.partition(table, start)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                cursor.execute(f'DROP TABLE IF EXISTS "{name}"')
        except OperationalError:
            continue
        _known.discard(name)
        dropped.append(name)
    return dropped


def _ensure(table: str, period: Period, starts: set[date], index: str) -> None:
    lasting = not connection.in_atomic_block  # what an outer transaction makes, it may still roll back
    for start in sorted(starts):
        name = period.partition(table, start)
        if name in _known:
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone() == (None,):
                _make(table, name, start, period.after(start), index)
        if lasting:
            _known.add(name)


def _make(table: str, name: str, start: date, end: date, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [table])
        cursor.execute(
            f'CREATE TABLE IF NOT EXISTS "{name}" PARTITION OF "{table}" '
            f"FOR VALUES FROM ('{start} 00:00:00+00') TO ('{end} 00:00:00+00')"
        )
        if index:
            cursor.execute(f'CREATE UNIQUE INDEX IF NOT EXISTS "{name}_{index}" ON "{name}" ("{index}")')
            # Rows are only added and the table is dropped in two days: vacuum would cost and win nothing.
            cursor.execute(f'ALTER TABLE "{name}" SET (autovacuum_enabled = false)')
