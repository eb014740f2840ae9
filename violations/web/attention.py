"""What needs somebody, first things first: what the Overview leads with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Workspace
from trackingplans.models import Environment
from violations import grouping, inbox, renaming, triage
from violations.grouping import Group
from violations.models import Violation
from violations.querying import Filters
from violations.renaming import Rename
from violations.routing import Routing
from violations.web import rows
from violations.web.rows import COLUMNS, Row

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SHOWN = 6
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
    total: int  # rows in all, shown or not
    rare: int  # of those, rows below the threshold of being new

    def __bool__(self) -> bool:
        return bool(self.total)


def attention(workspace: Workspace, routing: Routing, now: datetime) -> Attention:
    """Open violations and unplanned events of production sources, last 24 hours; renames lead, then by rank."""
    window = inbox.last(DAY, now)
    filters = Filters(environments=(Environment.PRODUCTION,), statuses=triage.UNSOLVED, window=window)
    groups = grouping.grouped(inbox.entries(workspace, filters, routing, window, now))
    unplanned = [group for group in groups if group.first.code == "unplanned_event"]
    suspects = rows.rows(workspace, unplanned[:SUSPECTS], routing, window)
    renames = renaming.find(workspace, [part.violation for row in suspects for part in row.parts], now)
    stories = [_story(workspace, rename, now) for rename in renames]
    told = {violation.pk for rename in renames for violation in rename.violations}
    others = [group for group in groups if not told & {entry.id for entry in group.entries}]
    pressing = sorted((group for group in others if group.has_passed), key=_is_extra_property)
    shown = rows.rows(workspace, pressing[: max(1, SHOWN - len(stories))], routing, window)
    return Attention(stories, shown, total=len(groups), rare=len(others) - len(pressing))


def _is_extra_property(group: Group) -> bool:
    """A property beyond the plan breaks nothing: it comes after all that does."""
    return group.first.code == "unplanned_property"


def _story(workspace: Workspace, rename: Rename, now: datetime) -> Story:
    ids = [violation.pk for violation in rename.violations]
    hours = inbox.hours(workspace, ids, inbox.last(WEEK, now), COLUMNS)
    columns = [sum(at) for at in zip(*hours.values(), strict=True)]
    return Story(rename, triage.status(rename.violations[0], now), columns)
