"""Housekeeping of the inbox and of traffic: partitions ahead of time, retention, trimming."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from ingest import refusing, seen
from ingest.closing import HOURS_OF_VIOLATIONS
from ingest.models import InboxRow
from trackingplans.traffic import counting, moving, naming, partitions, profiling, recent, rolling
from trackingplans.traffic.partitions import Period

AHEAD = timedelta(days=2)
SEEN_KEPT = timedelta(days=2)
HOURS_KEPT = timedelta(days=90)
DAYS_KEPT = timedelta(days=762)  # 25 months
# Tables of hours: the columns that name a row beside its hour, and those that are added up.
HOURLY = {
    counting.TABLE: (("workspace_id", "source_id", "type", "event"), counting.COLUMNS),
    HOURS_OF_VIOLATIONS: (("workspace_id", "violation_id"), ("count",)),
}
AT_ONCE = 500  # events whose profiles are folded in one transaction


def trim() -> None:
    recent.trim()


def keep_house(now: datetime | None = None) -> list[str]:
    """Make partitions ahead, drop those whose time is over; returns the dropped ones.

    Ids are remembered for two days before today, or before the oldest row that is still to be processed.
    Hours are kept for 90 days and then, a month at a time, rolled up to days, which are kept for 25 months. Profiles
    are folded.
    """
    moment = now or timezone.now()
    today = moment.astimezone(UTC).date()
    counting.ensure([moment, moment + AHEAD])
    partitions.ensure_months(HOURS_OF_VIOLATIONS, [moment, moment + AHEAD])
    seen.ensure([today, today + timedelta(days=1)])
    refusing.drop_old()
    naming.drop_unused()
    profiling.drop_old(today)
    moving.drop_old(today)
    while profiling.fold(AT_ONCE) == AT_ONCE:
        pass
    oldest = min(today, _oldest_waiting() or today)
    for table, (keys, sums) in HOURLY.items():
        rolling.roll_up(table, keys, sums, today - HOURS_KEPT)
    return [
        *partitions.drop_before(seen.TABLE, Period.DAY, oldest - SEEN_KEPT),
        *(
            dropped
            for table in HOURLY
            for dropped in partitions.drop_before(table, Period.MONTH, today - DAYS_KEPT)
        ),
    ]


def _oldest_waiting() -> date | None:
    oldest: datetime | None = InboxRow.objects.aggregate(oldest=Min("received_at"))["oldest"]
    return oldest.astimezone(UTC).date() if oldest else None
