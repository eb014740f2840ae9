"""Finds violations by filters. REST, pages and digests all ask here, so their numbers are the same.

Without a stretch of time everything is found and counts are totals. With `since` and `until`, only what happened
inside them (it occurred, or was resolved), and counts are those of its hours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import Workspace
from violations import changing, triage
from violations.models import Violation, ViolationHour
from violations.routing import Routing

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, the end outside. Counts in it are those of the hours that begin in it, the one that holds
    `since` included."""

    since: datetime
    until: datetime

    @property
    def first_hour(self) -> datetime:
        return self.since.replace(minute=0, second=0, microsecond=0)

    def hours(self) -> QuerySet[ViolationHour]:
        """The hours of the outer query's violation."""
        return ViolationHour.objects.filter(
            violation_id=OuterRef("pk"), hour__gte=self.first_hour, hour__lt=self.until
        ).order_by()


@dataclass(frozen=True, slots=True)
class Filters:
    """What to find; empty means anything. Names are those of REST (7.3), ids and slugs already looked up.

    `change`: what happened to it inside the window (`changing.CHANGES`).
    """

    sources: tuple[int, ...] = ()
    plans: tuple[int, ...] = ()
    types: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()  # slugs; '' means nobody's
    changes: tuple[str, ...] = ()
    q: str = ""
    window: Window | None = None


def found(workspace: Workspace, filters: Filters, routing: Routing, now: datetime) -> QuerySet[Any]:
    """The violations, unordered, sources and plans loaded, with `status_now`, `is_quiet_now` and `count_then`."""
    rows: QuerySet[Violation] = Violation.objects.for_workspace(workspace).filter(_columns(filters))
    if filters.statuses:
        rows = rows.filter(_any(triage.has_status(name, now) for name in filters.statuses))
    if filters.teams:
        rows = rows.filter(_any(_of_team(slug, routing) for slug in filters.teams))
    window = filters.window
    if filters.changes:
        window = window or Window(now - DAY, now)
        rows = changing.changed(rows, filters.changes, window.since, window.until)
    elif window is not None:
        resolved = Q(state="resolved", resolved_at__gte=window.since, resolved_at__lt=window.until)
        rows = rows.filter(Exists(window.hours()) | resolved)
    return counted(rows, window, now)


def counted(rows: QuerySet[Violation], window: Window | None, now: datetime) -> QuerySet[Any]:
    """Any violations with their state at `now` and how often they occurred in the window (None: ever)."""
    told: QuerySet[Any] = triage.annotated(rows, now).annotate(count_then=_count(window))
    return told.select_related("source", "plan", "assignee")


def _columns(filters: Filters) -> Q:
    """The conditions on plain columns."""
    wanted = {
        "source_id": filters.sources,
        "plan_id": filters.plans,
        "type": filters.types,
        "event": filters.events,
        "path": filters.paths,
        "family": filters.families,
        "code": filters.codes,
        "source__environment": filters.environments,
    }
    condition = Q(**{f"{name}__in": values for name, values in wanted.items() if values})
    for word in filters.q.split():
        condition &= (
            Q(event__icontains=word)
            | Q(path__icontains=word)
            | Q(message__icontains=word)
            | Q(code__icontains=word)
        )
    return condition


def _of_team(slug: str, routing: Routing) -> Q:
    if slug:
        return routing.belongs_to(routing.teams[slug])
    return ~_any(routing.belongs_to(team) for team in routing.teams.values())


def _count(window: Window | None) -> Any:
    if window is None:
        return F("count")
    summed = window.hours().values("violation_id").annotate(summed=Sum("count")).values("summed")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), Value(0))


def _any(conditions: Any) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))
