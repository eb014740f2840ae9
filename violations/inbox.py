"""What the pages list: the violations a query finds, with what their rank is made of."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet, Sum

from accounts.models import Workspace
from trackingplans.models import TrafficHour
from trackingplans.traffic import counting
from violations import changing, querying
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


def last(length: timedelta, now: datetime) -> Window:
    """The hours before now that add up to `length`, the running one among them."""
    return Window(counting.hour_of(now) + HOUR - length, now)


def entries(
    workspace: Workspace, filters: Filters, routing: Routing, window: Window, now: datetime
) -> list[Entry]:
    """What the filters find, as it stands now; shares and growth are those of `window`, counts those of the filters.

    Three queries, however many violations there are.
    """
    rows: Any = querying.found(workspace, filters, routing, now)
    listed: list[tuple[Any, ...]] = list(rows.values_list(*COLUMNS, "source_id"))
    bases = _messages(workspace, window)
    many = [row[0] for row in listed if row[COUNT] >= changing.GROWING_COUNT]
    growing = _growing(workspace, many, window)
    return [
        Entry(*(*row[:-1], bases.get((row[-1], row[TYPE], row[EVENT]), 0), row[0] in growing))
        for row in listed
    ]


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


def _messages(workspace: Workspace, window: Window) -> dict[tuple[int, str, str], int]:
    """Messages of each source, type and event in which a violation could have shown itself."""
    rows: QuerySet[TrafficHour] = counting.hours(workspace, since=window.first_hour, until=window.until)
    sums = rows.order_by().values_list("source_id", "type", "event")
    judged = Sum(F("conforming") + F("violating") + F("unplanned") + F("unchecked"))
    return {(source, kind, event): n for source, kind, event, n in sums.annotate(n=judged)}


def _growing(workspace: Workspace, ids: list[int], window: Window) -> set[int]:
    if not ids:
        return set()
    many = Violation.objects.for_workspace(workspace).filter(pk__in=ids)
    return set(changing.growing(many, window.until).values_list("pk", flat=True))
