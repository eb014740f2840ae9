"""What the pages list: the violations a query finds, with what their rank is made of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
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

T = TypeVar("T")
HOUR = timedelta(hours=1)
NAMED = ("key", "code", "type", "event")  # what tells a violation's row
UNPLANNED_PROPERTY = "unplanned_property"
MOST = 300  # violations up to which the rows of a list are known by number
MOST_BROADLY = 60  # the same, when words are searched that are everywhere
MOST_IN_ORDER = 100  # up to which all are counted and put in order, where an order is kept for the others
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
    """Which page (from 1) of which order; `first`: groups that this says false of come before the others; `folds`:
    properties of one event that are not in the plan are one row."""

    sort: str
    page: int = 1
    first: Callable[[Group], bool] = lambda _group: False
    folds: bool = False

    def rows(self, entries: Iterable[Entry]) -> list[list[Group]]:
        """The groups of each row, where the first of them stands."""
        rows: dict[object, list[Group]] = {}
        for group in sorted(grouping.grouped(entries, self.sort), key=self.first):
            one = group.first
            row = _row(one.place, one.code, one.type, one.event, folds=self.folds)
            rows.setdefault(row, []).append(group)
        return list(rows.values())


@dataclass(frozen=True, slots=True)
class Listing:
    """`page`: the groups of its rows; `known`: those that were counted, if `is_counted` all of them; `rows`: how many
    rows there are."""

    page: Sequence[Group]
    known: Sequence[Group]
    rows: Counted
    has_more: bool  # after this page
    is_counted: bool = False


class Found(NamedTuple):
    """A violation as `_FOUND` reads it: what `Entry` and its state are made of."""

    id: int
    family: str
    code: str
    type: str
    event: str
    path: str
    source_id: int
    is_critical: bool
    is_settling: bool
    state: str
    muted_until: datetime | None
    passed_at: datetime | None
    acted_at: datetime | None
    regressed_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    occurred: int  # in the stretch of time

    @property
    def named(self) -> tuple[int, str, str]:
        return self.source_id, self.type, self.event


_FOUND = """
SELECT {columns}, {count}
FROM violations_violation v WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::bigint[])
"""
_SUMMED = """(
    SELECT coalesce(sum(h.count), 0)::bigint FROM violations_violationhour h
    WHERE h.violation_id = v.id AND h.hour >= %(since)s AND h.hour < %(until)s
)"""


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

    Four queries, however many violations there are.
    """
    ids = querying.narrowed(workspace, filters, routing, now).values_list("pk", flat=True)
    return _entries(workspace, ids, querying.stretch(filters, now), window, now)


def entries_of(workspace: Workspace, ids: Iterable[int], window: Window, now: datetime) -> list[Entry]:
    """These violations, with counts, shares and growth of `window`."""
    return _entries(workspace, ids, window, window, now)


def listing(
    workspace: Workspace, filters: Filters, routing: Routing, window: Window, now: datetime, wanted: Wanted
) -> Listing:
    """One page of rows. Where the filters find few violations, or an order is asked for that is not kept, all of them
    are counted. Otherwise the rows come in the order that is kept, and only those of the page are counted."""
    found = _ordered(workspace, filters, routing, now, wanted.sort)
    most = MOST_BROADLY if filters.search and filters.search.is_broad else MOST
    first = list(found.values_list("pk", *NAMED)[: most + 1])
    begin, end = (wanted.page - 1) * PAGE, wanted.page * PAGE
    is_all = len(first) <= most
    ranked = wanted.sort in KEPT_ORDERS and not filters.changes
    if is_all and (len(first) <= MOST_IN_ORDER or not ranked):
        listed = wanted.rows(_entries(workspace, [one[0] for one in first], filters.window, window, now))
        rows = Counted(len(listed), is_all=True)
        return Listing(_flat(listed[begin:end]), _flat(listed), rows, len(listed) > end, is_counted=True)
    keys = keys_of_rows((one[1:] for one in first), folds=wanted.folds)
    least = len(keys)
    if ranked and not is_all and least <= end:
        keys = _first_keys(found, end + 1, folds=wanted.folds)
        least = max(least, min(len(keys), end))
    shown = set(_flat(keys[begin:end] if ranked else keys[:BEST]))
    if is_all:
        ids: Iterable[int] = [one[0] for one in first if one[1] in shown]
    else:
        named = replace(filters, search=Search(list(shown)))
        ids = querying.narrowed(workspace, named, routing, now).values_list("pk", flat=True)
    listed = wanted.rows(_entries(workspace, ids, filters.window, window, now))
    rows = Counted(least, is_all=is_all)
    if ranked:
        return Listing(_flat(listed), _flat(listed), rows, len(keys) > end)
    return Listing(_flat(listed[begin:end]), _flat(listed), rows, len(listed) > end)


def rows_of(
    workspace: Workspace, filters: Filters, routing: Routing, now: datetime, *, folds: bool = False
) -> Counted:
    """How many rows (event, field and code; `folds` as in Wanted) the filters find. Common words take long."""
    found = _ordered(workspace, filters, routing, now, "rank")
    listed = list(found.values_list(*NAMED)[: MOST + 1])
    return Counted(len(keys_of_rows(listed, folds=folds)), is_all=len(listed) <= MOST)


def _row(key: object, code: str, kind: str, event: str, *, folds: bool) -> object:
    """What a violation shares with the others of its row."""
    return (kind, event) if folds and code == UNPLANNED_PROPERTY else key


def keys_of_rows(listed: Iterable[tuple[UUID, str, str, str]], *, folds: bool) -> list[list[UUID]]:
    """The keys of each row, of violations told by NAMED."""
    rows: dict[object, dict[UUID, None]] = {}
    for key, code, kind, event in listed:
        rows.setdefault(_row(key, code, kind, event, folds=folds), {})[key] = None
    return [list(keys) for keys in rows.values()]


def _flat(rows: Iterable[Iterable[T]]) -> list[T]:
    return [one for row in rows for one in row]


def _entries(
    workspace: Workspace, ids: Iterable[int], counted: Window | None, window: Window, now: datetime
) -> list[Entry]:
    """These violations as they stand, counted in one stretch of time (None: ever), with the messages of `window` among
    which they occurred, and whether they grow."""
    found = _found(workspace, list(ids), counted)
    bases = _messages(workspace, {one.named for one in found}, window)
    growing = _growing(workspace, [one.id for one in found if one.occurred >= changing.GROWING_COUNT], window)
    return [
        Entry(
            one.id, one.family, one.code, one.type, one.event, one.path, one.occurred,
            triage.status(one, now), triage.is_quiet(one, now), one.is_critical,
            one.passed_at, one.first_seen_at, one.last_seen_at,
            base=bases.get(one.named, 0), is_growing=one.id in growing,
        )
        for one in found
    ]  # fmt: skip


def _found(workspace: Workspace, ids: list[int], window: Window | None) -> list[Found]:
    """By hand, as lists read hundreds of them and need no model."""
    if not ids:
        return []
    asked = _FOUND.format(columns=", ".join(Found._fields[:-1]), count=_SUMMED if window else "count")
    times = {"since": window.first_hour, "until": window.until} if window else {}
    with connection.cursor() as cursor:
        cursor.execute(asked, {"workspace": workspace.pk, "ids": ids, **times})
        return [Found(*row) for row in cursor.fetchall()]


def _first_keys(found: QuerySet[Any], number: int, *, folds: bool) -> list[list[UUID]]:
    """The keys of the first rows in the order of `found`; it may hold a key several times, once a source."""
    look = 4 * number
    while True:
        listed = list(found.values_list(*NAMED)[:look])
        keys = keys_of_rows(listed, folds=folds)
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
