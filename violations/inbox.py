"""What the pages list: the violations a query finds, with what their rank is made of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Workspace
from trackingplans.traffic import counting
from violations import changing, grouping, querying, triage
from violations.grouping import Entry, Group
from violations.models import Violation
from violations.querying import Filters, Window
from violations.routing import Routing
from violations.searching import Search

HOUR = timedelta(hours=1)
COLUMNS = (  # in the order of Entry
    "id", "family", "code", "type", "event", "path", "count_then", "status_now", "is_quiet_now", "is_critical",
    "passed_at", "first_seen_at", "last_seen_at",
)  # fmt: skip
TYPE, EVENT, COUNT = (COLUMNS.index(name) for name in ("type", "event", "count_then"))
MOST = 300  # violations up to which all rows of a list are counted and put in order
MOST_BROADLY = 100  # the same, when words are searched that are everywhere
PAGE = 25  # rows
PAGES = 40
BEST = 60  # rows among which those with the highest count or share are looked for, where there are too many
KEPT_ORDERS = ("rank", "first_seen", "last_seen")
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page (from 1) of which order; `first`: rows that this says false of come before the others; `together`:
    rows of which this says the same stand together, where the first of them does."""

    sort: str
    page: int = 1
    first: Callable[[Group], bool] = lambda _group: False
    together: Callable[[Group], object] | None = None

    def ordered(self, entries: Iterable[Entry]) -> list[Group]:
        found = sorted(grouping.grouped(entries, self.sort), key=self.first)
        if self.together is None:
            return found
        places: dict[object, int] = {}
        for place, group in enumerate(found):
            places.setdefault(self.together(group), place)
        return sorted(found, key=lambda group: places[self.together(group)])  # type: ignore[misc]  # asked above


@dataclass(frozen=True, slots=True)
class Listing:
    """`page`: its rows; `known`: all rows that were counted; `rows`: how many there are."""

    page: Sequence[Group]
    known: Sequence[Group]
    rows: Counted
    has_more: bool  # after this page


_MESSAGES = """
SELECT asked.source_id, asked.type, asked.event,
       sum(t.conforming + t.violating + t.unplanned + t.unchecked)::bigint
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS asked (source_id, type, event)
JOIN trackingplans_traffichour t USING (source_id, type, event)
WHERE t.workspace_id = %s AND t.hour >= %s AND t.hour < %s
GROUP BY 1, 2, 3
"""
_HOURS = """
SELECT violation_id, floor(extract(epoch FROM hour - %s) / %s)::int, sum(count)::bigint
FROM violations_violationhour
WHERE violation_id = ANY(%s::bigint[]) AND workspace_id = %s AND hour >= %s AND hour < %s
GROUP BY 1, 2
"""


def last(length: timedelta, now: datetime) -> Window:
    """The hours before now that add up to `length`, the running one among them."""
    return Window(counting.hour_of(now) + HOUR - length, now, is_running=True)


def entries(
    workspace: Workspace, filters: Filters, routing: Routing, window: Window, now: datetime
) -> list[Entry]:
    """What the filters find, as it stands now; shares and growth are those of `window`, counts those of the filters.

    Three queries, however many violations there are.
    """
    return _entries(workspace, querying.found(workspace, filters, routing, now), window)


def entries_of(workspace: Workspace, ids: Iterable[int], window: Window, now: datetime) -> list[Entry]:
    """These violations, with counts, shares and growth of `window`."""
    rows = Violation.objects.for_workspace(workspace).filter(pk__in=querying.among(ids))
    return _entries(workspace, querying.counted(rows, window, now), window)


def listing(
    workspace: Workspace, filters: Filters, routing: Routing, window: Window, now: datetime, wanted: Wanted
) -> Listing:
    """One page of rows. Where the filters find no more than MOST violations, all is exact. Where they find more, the
    rows come in the order that is kept (`rank`), and only those of the page are counted."""
    found = _ordered(workspace, filters, routing, now, wanted.sort)
    most = MOST_BROADLY if filters.search and filters.search.is_broad else MOST
    first: list[tuple[int, UUID]] = list(found.values_list("pk", "key")[: most + 1])
    begin, end = (wanted.page - 1) * PAGE, wanted.page * PAGE
    if len(first) <= most:
        every = Violation.objects.for_workspace(workspace).filter(pk__in=[pk for pk, _ in first])
        groups = wanted.ordered(
            _entries(workspace, querying.counted(every, filters.window, now), window) if first else []
        )
        return Listing(groups[begin:end], groups, Counted(len(groups), is_all=True), len(groups) > end)
    known = list(dict.fromkeys(key for _, key in first))
    ranked = wanted.sort in KEPT_ORDERS
    keys = known if len(known) > end or not ranked else _first_keys(found, end + 1)
    shown = keys[begin:end] if ranked else keys[:BEST]
    named = replace(filters, search=Search(shown))
    rows = querying.narrowed(workspace, named, routing, now)
    groups = wanted.ordered(_entries(workspace, querying.counted(rows, filters.window, now), window))
    least = Counted(max(len(known), end if len(keys) > end else len(keys)), is_all=False)
    if ranked:
        return Listing(groups, groups, least, len(keys) > end)
    return Listing(groups[begin:end], groups, least, len(groups) > end)


def rows_of(workspace: Workspace, filters: Filters, routing: Routing, now: datetime) -> Counted | None:
    """How many rows (event, field and code) the filters find; None when that would take long."""
    if filters.search is not None and filters.search.is_broad:
        return None
    found = _ordered(workspace, filters, routing, now, "rank")
    keys: list[UUID] = list(found.values_list("key", flat=True)[: MOST + 1])
    return Counted(len(set(keys)), is_all=len(keys) <= MOST)


def _entries(workspace: Workspace, rows: QuerySet[Any], window: Window) -> list[Entry]:
    """Rows of `querying.counted` with the messages among which they occurred, and whether they grow."""
    listed: list[tuple[Any, ...]] = list(rows.order_by().values_list(*COLUMNS, "source_id"))
    bases = _messages(workspace, {(row[-1], row[TYPE], row[EVENT]) for row in listed}, window)
    many = [row[0] for row in listed if row[COUNT] >= changing.GROWING_COUNT]
    growing = _growing(workspace, many, window)
    return [
        Entry(*(*row[:-1], bases.get((row[-1], row[TYPE], row[EVENT]), 0), row[0] in growing))
        for row in listed
    ]


def _first_keys(found: QuerySet[Any], number: int) -> list[UUID]:
    """The first distinct keys in the order of `found`; it may hold a key several times, once a source."""
    look = 4 * number
    while True:
        listed: list[UUID] = list(found.values_list("key", flat=True)[:look])
        keys = list(dict.fromkeys(listed))
        if len(keys) >= number or len(listed) < look:
            return keys[:number]
        look *= 4


def _ordered(
    workspace: Workspace, filters: Filters, routing: Routing, now: datetime, sort: str
) -> QuerySet[Any]:
    """What the filters find in an order of ORDERS. What is resolved has no rank that counts: the newest come first."""
    is_by_rank = sort in ("rank", "count", "share")
    found: QuerySet[Any] = querying.narrowed(workspace, filters, routing, now, is_by_rank=is_by_rank)
    if is_by_rank:
        if filters.statuses == (triage.RESOLVED,):
            return found.filter(resolved_at__isnull=False).order_by("-resolved_at", "-id")
        if not filters.statuses or triage.RESOLVED in filters.statuses:
            return found.order_by(*ORDERS["last_seen"])
    return found.order_by(*ORDERS[sort])


def hours(workspace: Workspace, ids: Iterable[int], window: Window, columns: int) -> dict[int, list[int]]:
    """Occurrences of each violation in `columns` equal parts of the window, oldest first: what a sparkline draws."""
    found: dict[int, list[int]] = {pk: [0] * columns for pk in ids}
    part = (window.until - window.first_hour) / columns
    with connection.cursor() as cursor:
        cursor.execute(
            _HOURS,
            [
                window.first_hour,
                part.total_seconds(),
                list(found),
                workspace.pk,
                window.first_hour,
                window.until,
            ],
        )
        for pk, column, count in cursor.fetchall():
            found[pk][min(column, columns - 1)] += count
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
    many = Violation.objects.for_workspace(workspace).filter(pk__in=querying.among(ids))
    return set(changing.growing(many, window.until).values_list("pk", flat=True))
