"""What the pages list: the violations a query finds, with what their rank is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count

from accounts.models import Workspace
from trackingplans.traffic import counting
from violations import changing, querying, triage
from violations.grouping import Entry
from violations.models import Violation, ViolationHour
from violations.querying import Filters, Window
from violations.routing import Routing

HOUR = timedelta(hours=1)
COLUMNS = (  # in the order of Entry
    "id", "family", "code", "type", "event", "path", "count_then", "status_now", "is_quiet_now", "is_critical",
    "passed_at", "first_seen_at", "last_seen_at",
)  # fmt: skip
TYPE, EVENT, COUNT = (COLUMNS.index(name) for name in ("type", "event", "count_then"))
MOST = 600  # violations that a list for people is made of
LOOKED_AT = 2_000  # violations at most, to say how many rows there are
# How the most important are found without a look at the others; each order has an index behind it.
ORDERS = {
    "rank": ("-rank", "-id"),
    "count": ("-rank", "-id"),
    "share": ("-rank", "-id"),
    "first_seen": ("-first_seen_at",),
    "last_seen": ("-last_hour", "-last_seen_at"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows there are; not `is_all`: so many at least."""

    rows: int
    is_all: bool


_MESSAGES = """
SELECT asked.source_id, asked.type, asked.event,
       sum(t.conforming + t.violating + t.unplanned + t.unchecked)::bigint
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS asked (source_id, type, event)
JOIN trackingplans_traffichour t USING (source_id, type, event)
WHERE t.workspace_id = %s AND t.hour >= %s AND t.hour < %s
GROUP BY 1, 2, 3
"""


def last(length: timedelta, now: datetime) -> Window:
    """The hours before now that add up to `length`, the running one among them."""
    return Window(counting.hour_of(now) + HOUR - length, now)


def entries(
    workspace: Workspace,
    filters: Filters,
    routing: Routing,
    window: Window,
    now: datetime,
    *,
    sort: str = "",
) -> list[Entry]:
    """What the filters find, as it stands now; shares and growth are those of `window`, counts those of the filters.

    With `sort` (one of ORDERS) at most MOST of them: those that come first in this order, or nearly so, where more
    are found. Three queries, however many violations there are.
    """
    rows: Any = querying.found(workspace, filters, routing, now)
    if sort:
        rows = rows.order_by(*_order(filters, sort))[:MOST]
    listed: list[tuple[Any, ...]] = list(rows.values_list(*COLUMNS, "source_id"))
    bases = _messages(workspace, {(row[-1], row[TYPE], row[EVENT]) for row in listed}, window)
    many = [row[0] for row in listed if row[COUNT] >= changing.GROWING_COUNT]
    growing = _growing(workspace, many, window)
    return [
        Entry(*(*row[:-1], bases.get((row[-1], row[TYPE], row[EVENT]), 0), row[0] in growing))
        for row in listed
    ]


def rows_of(workspace: Workspace, filters: Filters, routing: Routing, now: datetime) -> Counted:
    """How many rows (event, field and code) the filters find."""
    keys = querying.narrowed(workspace, filters, routing, now).order_by().values("key")[: LOOKED_AT + 1]
    found = keys.aggregate(rows=Count("key", distinct=True), violations=Count("key"))
    return Counted(found["rows"], is_all=found["violations"] <= LOOKED_AT)


def _order(filters: Filters, sort: str) -> Sequence[str]:
    """The order of ORDERS; what is resolved has no rank that counts."""
    is_ranked = filters.statuses and triage.RESOLVED not in filters.statuses
    if sort in ("rank", "count", "share") and not is_ranked:
        return ORDERS["last_seen"]
    return ORDERS[sort]


def hours(workspace: Workspace, ids: Iterable[int], window: Window, columns: int) -> dict[int, list[int]]:
    """Occurrences of each violation in `columns` equal parts of the window, oldest first: what a sparkline draws."""
    found: dict[int, list[int]] = {pk: [0] * columns for pk in ids}
    part = (window.until - window.first_hour) / columns
    rows = ViolationHour.objects.filter(
        workspace_id=workspace.pk, violation_id__in=list(found), hour__gte=window.first_hour,
        hour__lt=window.until,
    )  # fmt: skip
    for pk, hour, count in rows.values_list("violation_id", "hour", "count"):
        found[pk][min(int((hour - window.first_hour) / part), columns - 1)] += count
    return found


def _messages(
    workspace: Workspace, places: Iterable[tuple[int, str, str]], window: Window
) -> dict[tuple[int, str, str], int]:
    """Messages of each of these sources, types and events in which a violation could have shown itself."""
    columns = [list(column) for column in zip(*places, strict=True)]
    if not columns:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, [*columns, workspace.pk, window.first_hour, window.until])
        return {(source, kind, event): count for source, kind, event, count in cursor.fetchall()}


def _growing(workspace: Workspace, ids: list[int], window: Window) -> set[int]:
    if not ids:
        return set()
    many = Violation.objects.for_workspace(workspace).filter(pk__in=ids)
    return set(changing.growing(many, window.until).values_list("pk", flat=True))
