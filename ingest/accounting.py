"""The books: per source and hour every message received has one fate, and every judged one an outcome."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import Workspace
from ingest import inbox
from trackingplans.models import Source
from trackingplans.traffic import counting
from trackingplans.traffic.counting import COLUMNS, hour_of


class Imbalance(NamedTuple):
    """An hour of a source that does not add up. Differences are what is missing (or, negative, too much)."""

    source: str
    hour: datetime
    received: int
    fates: int
    judged: int
    outcomes: int
    dead: int
    rejected: int
    smallest: int

    def __str__(self) -> str:
        said = []
        if self.received != self.fates:
            said.append(
                f"received {self.received}, fates {self.fates} (difference {self.received - self.fates})"
            )
        if self.judged != self.outcomes:
            said.append(
                f"judged {self.judged}, outcomes {self.outcomes} (difference {self.judged - self.outcomes})"
            )
        if self.dead > self.rejected:
            said.append(
                f"{self.dead} dead but {self.rejected} rejected (difference {self.dead - self.rejected})"
            )
        if self.smallest < 0:
            said.append(f"a count is negative (difference {self.smallest})")
        return f"{self.source} {self.hour:%Y-%m-%dT%H:00Z}: {'; '.join(said)}"


# Dead rows are set against the hour's rejected: whoever buries a row counts it there.
_UNBALANCED = """
WITH hours AS (
    SELECT source_id, hour, min(least(received, conforming, violating, unplanned, unchecked, duplicate,
                                      rejected, passed, omitted, blocked)) AS smallest,
           sum(received)::bigint AS received,
           sum(conforming + violating + unplanned + unchecked + duplicate + rejected)::bigint AS fates,
           sum(conforming + violating + unplanned + unchecked)::bigint AS judged,
           sum(passed + omitted + blocked)::bigint AS outcomes,
           sum(rejected)::bigint AS rejected,
           bool_or(received <> conforming + violating + unplanned + unchecked + duplicate + rejected
                   OR conforming + violating + unplanned + unchecked <> passed + omitted + blocked) AS is_off
    FROM trackingplans_traffichour GROUP BY source_id, hour
), dead AS (
    SELECT source_id, date_trunc('hour', received_at, 'UTC') AS hour, sum(messages)::bigint AS messages
    FROM ingest_deadrow GROUP BY 1, 2
)
SELECT coalesce(source.public_id, 'source ' || hours.source_id), hours.hour, received, fates, judged, outcomes,
       coalesce(dead.messages, 0), rejected, smallest
FROM hours
LEFT JOIN dead USING (source_id, hour)
LEFT JOIN trackingplans_source AS source ON source.id = hours.source_id
WHERE is_off OR smallest < 0 OR coalesce(dead.messages, 0) > rejected
ORDER BY 1, 2
"""


def imbalances() -> Iterator[Imbalance]:
    """Every hour of every source whose books do not balance."""
    with connection.cursor() as cursor:
        cursor.execute(_UNBALANCED)
        for row in cursor.fetchall():
            yield Imbalance(*row)


def counts(
    workspace: Workspace, source: Source, since: datetime | None, until: datetime | None
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """The totals of a source, and the same for each type, event and hour, oldest first.

    Whole hours, from the one that holds `since` up to before `until`. What waits in the inbox is `pending`:
    its types and events are not known yet.
    """
    since = hour_of(since) if since else None
    hours = counting.hours(workspace, sources=[source.pk], since=since, until=until)
    items = {
        (row["hour"], row["type"], row["event"]): {**row, "pending": 0}
        for row in hours.values("type", "event", "hour", *COLUMNS)
    }
    for hour, pending in inbox.pending(workspace, source, since, until).items():
        empty = {"type": "", "event": "", "hour": hour, **dict.fromkeys(COLUMNS, 0), "pending": 0}
        items.setdefault((hour, "", ""), empty)["pending"] = pending
    totals = {name: sum(row[name] for row in items.values()) for name in (*COLUMNS, "pending")}
    return totals, [items[place] for place in sorted(items)]


class Summary(NamedTuple):
    received: int
    hours: int
    sources: int
    pending: int
    dead: int


def summary() -> Summary:
    """How much stands in the books, and what waits before them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(received), 0)::bigint, count(DISTINCT (source_id, hour)), count(DISTINCT source_id),"
            " (SELECT coalesce(sum(messages), 0)::bigint FROM ingest_inboxrow), (SELECT count(*) FROM ingest_deadrow)"
            " FROM trackingplans_traffichour"
        )
        return Summary(*cursor.fetchone())
