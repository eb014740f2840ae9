"""Finds violations by filters. REST, pages and digests all ask here, so their numbers are the same.

Without a stretch of time everything is found and counts are totals. With `since` and `until`, only what happened
inside them (it occurred, or was resolved), and counts are those of its hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from accounts.models import Workspace
from violations import changing, copying, heat, searching, triage
from violations.models import State, Violation, ViolationHour
from violations.routing import Routing
from violations.searching import Search

DAY = timedelta(hours=24)
CAUSES = {"traffic": Q(changed_by=0), "rule": Q(changed_by__gt=0)}  # what made it wrong


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, the end outside. Counts in it are those of the hours that begin in it, the one that holds
    `since` included."""

    since: datetime
    until: datetime
    is_running: bool = False  # it ends now: whatever came last, came in it

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
    copied: tuple[str, ...] = ()  # slugs of teams that only hear of it, with `changes`
    causes: tuple[str, ...] = ()  # of `CAUSES`
    q: str = ""
    window: Window | None = None
    search: Search | None = None  # what `q` means, when it was looked up already

    @property
    def is_narrow(self) -> bool:
        """Whether few of the violations are wanted, so that an index of their own finds them; or resolved ones, whose
        rank says nothing."""
        return bool(
            self.sources or self.events or self.paths or self.teams
            or (self.search is not None and not self.search.is_broad)
            or not self.statuses or triage.RESOLVED in self.statuses
        )  # fmt: skip


def found(workspace: Workspace, filters: Filters, routing: Routing, now: datetime) -> QuerySet[Any]:
    """The violations, unordered, sources and plans loaded, with `status_now`, `is_quiet_now` and `count_then`."""
    return counted(narrowed(workspace, filters, routing, now), stretch(filters, now), now)


def stretch(filters: Filters, now: datetime) -> Window | None:
    """The time that counts are of: that of the filters, the last day where changes are asked for; None: ever."""
    return filters.window or (Window(now - DAY, now) if filters.changes else None)


def narrowed(
    workspace: Workspace, filters: Filters, routing: Routing, now: datetime, *, is_by_rank: bool = False
) -> QuerySet[Violation]:
    """The violations alone, unordered. `is_by_rank`: only the first of them by rank will be read."""
    rows: QuerySet[Violation] = Violation.objects.for_workspace(workspace).filter(_columns(filters))
    search = filters.search or searching.look_up(workspace, filters.q)
    if search is not None:
        rows = rows.filter(search.condition(workspace))
    if filters.statuses:
        rows = rows.filter(_in_state(filters.statuses, now))
    if filters.teams:
        rows = rows.filter(_any(_of_team(slug, routing) for slug in filters.teams))
    window = stretch(filters, now)
    if filters.changes and window is not None:
        rows = changing.changed(rows, filters.changes, window.since, window.until)
        if filters.copied:
            copied_to = [routing.teams[slug] for slug in filters.copied]
            rows = rows.filter(copying.condition(workspace, copied_to, routing, window.since, window.until))
    elif window is not None and is_by_rank and window.is_running and not filters.is_narrow:
        rows = rows.filter(_along_rank(window, filters.statuses, now))
    elif window is not None:
        rows = rows.filter(_inside(window, filters.statuses))
    return rows


def counted(rows: QuerySet[Violation], window: Window | None, now: datetime) -> QuerySet[Any]:
    """Any violations with their state at `now` and how often they occurred in the window (None: ever)."""
    told: QuerySet[Any] = triage.annotated(rows, now).annotate(count_then=_count(window))
    return told.select_related("source", "plan", "assignee")


def among(ids: Iterable[int]) -> RawSQL:
    """What `__in` takes for many ids: one array, where a list would be a parameter each."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])


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
    return condition & _any(CAUSES[cause] for cause in filters.causes) if filters.causes else condition


def _in_state(statuses: tuple[str, ...], now: datetime) -> Q:
    """That a violation has one of these statuses. What pages call open is asked for as an index knows it."""
    unsolved = ~Q(state=State.RESOLVED) & ~triage.has_status(triage.MUTED, now)
    if set(statuses) == set(triage.UNSOLVED):
        return unsolved
    return _any(triage.has_status(name, now) for name in statuses)


def _inside(window: Window, statuses: tuple[str, ...]) -> Q:
    """That a violation occurred inside the window, or was resolved in it."""
    is_recent = Q(last_hour__gte=window.first_hour)
    occurred = is_recent if window.is_running else Q(Exists(window.hours()))
    if statuses and triage.RESOLVED not in statuses:
        return occurred
    return occurred | Q(state=State.RESOLVED, resolved_at__gte=window.since, resolved_at__lt=window.until)


def _along_rank(window: Window, statuses: tuple[str, ...], now: datetime) -> Q:
    """That a violation occurred inside a running window, for the first ones by rank.

    The database takes it for unlikely that what is open is also recent, and would collect and sort all that is,
    instead of reading along the index until it has enough. So the index gets a bound (what occurred at all in an hour
    has that rank at least), and the time is written so that nothing is guessed from it.
    """
    rank = heat.least_rank(window.first_hour)
    if statuses == (triage.NEW,):
        rank = max(rank, heat.least_rank(now - triage.NEW_FOR) + heat.PASSED)
    return Q(rank__gte=rank) & Q(GreaterThanOrEqual(triage.unguessed("last_hour"), window.first_hour))


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
