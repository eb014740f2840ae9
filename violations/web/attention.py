"""What needs somebody, first things first: what the Overview leads with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from accounts.models import Workspace
from trackingplans.domain.findings import Family
from trackingplans.models import Environment
from violations import adopting, grouping, inbox, renaming, triage
from violations.filtering import FAMILIES
from violations.grouping import Group
from violations.inbox import Counted, Wanted
from violations.models import Violation
from violations.querying import Filters, Window
from violations.renaming import Rename
from violations.routing import Routing
from violations.web import rows
from violations.web.rows import COLUMNS, Row

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SHOWN = 6
STORIES = 3
SUSPECTS = 10  # unplanned events that are asked about a rename


@dataclass(frozen=True, slots=True)
class Story:
    """A planned event that stopped while one with a name close to it began, as the first line of the page."""

    rename: Rename
    status: str
    hours: Sequence[int]

    @property
    def violation(self) -> Violation:
        """The row the line opens: that of the source with most of them."""
        return max(self.rename.violations, key=lambda row: row.count)


@dataclass(frozen=True, slots=True)
class Attention:
    stories: Sequence[Story]
    rows: Sequence[Row]
    counted: Counted  # rows in all, shown or not
    rare: int  # of those, rows below the threshold of being new; 0 where there are too many to look at each

    def __bool__(self) -> bool:
        return bool(self.counted.rows)


def attention(workspace: Workspace, routing: Routing, now: datetime) -> Attention:
    """Open violations and unplanned events of production sources, last 24 hours; renames lead, then by rank."""
    window = inbox.last(DAY, now)
    filters = Filters(environments=(Environment.PRODUCTION,), statuses=triage.UNSOLVED, window=window)
    counted = inbox.rows_of(workspace, filters, routing, now)
    if counted.is_all:
        groups = grouping.grouped(inbox.entries(workspace, filters, routing, window, now))
    else:
        groups = _first(workspace, filters, routing, window, now)
    suspects = [group for group in groups if group.first.code == "unplanned_event"][:SUSPECTS]
    pressing = sorted((group for group in groups if group.has_passed), key=_is_extra_property)
    first = {id(group): group for group in (*suspects, *pressing[: SUSPECTS + SHOWN])}
    listed = rows.rows(workspace, list(first.values()), routing, window)
    stories = _stories(workspace, [row for row in listed if row.planned], now)
    told = {violation.pk for story in stories for violation in story.rename.violations}
    places = {id(row.group): row for row in listed}
    others = [
        places[id(group)]
        for group in pressing
        if id(group) in places and not told & {entry.id for entry in group.entries}
    ]
    return Attention(
        stories=stories,
        rows=others[: max(1, SHOWN - len(stories))],
        counted=counted,
        rare=sum(not group.has_passed for group in groups) if counted.is_all else 0,
    )


def _first(
    workspace: Workspace, filters: Filters, routing: Routing, window: Window, now: datetime
) -> list[Group]:
    """Where there are too many to look at each: a page of those that a plan speaks of, and one of unplanned events."""
    told = replace(filters, families=tuple(family for family in FAMILIES if family != Family.UNPLANNED))
    events = replace(filters, codes=(adopting.EVENT,))
    pages = [
        inbox.listing(workspace, one, routing, window, now, Wanted("rank")).page for one in (told, events)
    ]
    return grouping.grouped(entry for page in pages for group in page for entry in group.entries)


def _is_extra_property(group: Group) -> bool:
    """A property beyond the plan breaks nothing: it comes after all that does."""
    return group.first.code == "unplanned_property"


def _stories(workspace: Workspace, suspects: Sequence[Row], now: datetime) -> list[Story]:
    """The renames among rows of unplanned events, the most telling first."""
    violations = [part.violation for row in suspects for part in row.parts]
    renames = renaming.find(workspace, violations, now)[:STORIES]
    ids = [violation.pk for rename in renames for violation in rename.violations]
    statuses = {part.entry.id: part.entry.status for row in suspects for part in row.parts}
    hours = inbox.hours(workspace, ids, inbox.last(WEEK, now), COLUMNS) if ids else {}
    return [
        Story(
            rename=rename,
            status=statuses[rename.violations[0].pk],
            hours=[sum(at) for at in zip(*(hours[row.pk] for row in rename.violations), strict=True)],
        )
        for rename in renames
    ]
