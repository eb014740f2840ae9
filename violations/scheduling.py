"""When a team's digest is due, and which stretch of time it tells. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SETTLED_AFTER = timedelta(minutes=2)  # an hour that ended later may still get rows
WEEK = timedelta(days=7)
MONDAY = 0
ANY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
MONDAYS = frozenset((MONDAY,))


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest of a team: its local day, and the moment it is due."""

    day: date
    due_at: datetime


def latest_slot(zone: ZoneInfo, at: time, now: datetime, days: frozenset[int] = WORKDAYS) -> Slot:
    """The last slot on one of these weekdays at `at` local time that is due by `now`.

    A local time that the change to summer time skips is due as much later as the clocks moved; one that comes twice
    is due the first time.
    """
    day = now.astimezone(zone).date()
    while True:
        due_at = datetime.combine(day, at, zone).astimezone(UTC)
        if day.weekday() in days and due_at <= now:
            return Slot(day, due_at)
        day -= DAY


def next_slot(zone: ZoneInfo, at: time, now: datetime, days: frozenset[int] = WORKDAYS) -> Slot:
    """The first slot that is due after `now`."""
    day = now.astimezone(zone).date()
    while True:
        due_at = datetime.combine(day, at, zone).astimezone(UTC)
        if day.weekday() in days and due_at > now:
            return Slot(day, due_at)
        day += DAY


def zone(name: str) -> ZoneInfo:
    """The time zone of this name; UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def closed_until(now: datetime, watermark: datetime) -> datetime:
    """The end of the last whole UTC hour that will not change any more: over for two minutes, and all of it processed.

    `watermark`: everything received before it has been processed.
    """
    return min(_floor(now - SETTLED_AFTER), _floor(watermark))


def stretch(
    slot: Slot, previous_until: datetime | None, until: datetime, first: timedelta | None = None
) -> tuple[datetime, datetime]:
    """What a digest tells: from the end of the team's previous one. The first tells `first`, else a day, on Monday the
    weekend too. Nothing of it is over when the end is not after the beginning."""
    usual = DAY * 3 if slot.day.weekday() == MONDAY else DAY
    return previous_until or until - (first or usual), until


def _floor(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
