"""Lists as sheets, streamed: the rows that filters find, one line a violation of one source, and what is missing."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans.models import TrackingPlan
from trackingplans.traffic.timing import written
from violations import looking, querying, routing
from violations.missing import Missing
from violations.routing import Routing
from violations.web import filters, tabs

COLUMNS = (
    "id", "status", "family", "code", "source", "plan", "type", "event", "path", "message", "count", "first_seen_at",
    "last_seen_at", "first_release", "last_release", "team", "assignee", "muted_until", "resolution",
)  # fmt: skip
MISSING_COLUMNS = ("kind", "source", "plan", "type", "event", "since", "messages", "team")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  # what sheets take for one
CHUNK = 1_000
BOM = "\ufeff"  # without it Excel reads UTF-8 as something else


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


@require_GET
@member(Role.VIEWER)
def violation_export(request: WorkspaceRequest) -> HttpResponseBase:
    """All violations under the filters of a list (`tab`: which), newest first."""
    now = timezone.now()
    owners = routing.routing(request.workspace)
    asked = filters.read(request.GET, request.workspace, owners, now)
    tab = request.GET.get("tab", "")
    wanted = tabs.of_tab(tab if tab in tabs.TABS else "violation_list", asked.filters)
    rows = querying.found(request.workspace, wanted, owners, now).order_by("-id")
    return _sheet("violations", COLUMNS, (_values(row, owners) for row in rows.iterator(CHUNK)), now)


@require_GET
@member(Role.VIEWER)
def missing_export(request: WorkspaceRequest) -> HttpResponseBase:
    """Everything that is missing, in the order of its page."""
    now = timezone.now()
    owners = routing.routing(request.workspace)
    found = looking.everything(request.workspace, now).lines
    plans = TrackingPlan.objects.for_workspace(request.workspace).in_bulk({one.plan_id for one in found})
    return _sheet("missing", MISSING_COLUMNS, (_missing(one, plans, owners) for one in found), now)


def _missing(one: Missing, plans: Mapping[int, TrackingPlan], owners: Routing) -> Sequence[object]:
    team = owners.owner_of(one.plan_id, one.source.pk if one.source else None, one.event)
    kind, event = one.event or ("", "")
    source = one.source.name if one.source else ""
    return (
        one.kind,
        source,
        plans[one.plan_id].name,
        kind,
        event,
        one.since,
        one.messages,
        team.slug if team else "",
    )


def _sheet(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], now: datetime
) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}-{now:%Y-%m-%d}.csv"'}
    return StreamingHttpResponse(
        _lines(columns, rows), content_type="text/csv; charset=utf-8", headers=headers
    )


def _lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def _values(row: Any, owners: Routing) -> tuple[object, ...]:
    team = owners.team_of(row)
    return (
        row.public_id, row.status_now, row.family, row.code, row.source.name, row.plan.name if row.plan else "",
        row.type, row.event, row.path, row.message, row.count_then, row.first_seen_at, row.last_seen_at,
        row.first_release, row.last_release, team.slug if team else "", row.assignee.email if row.assignee else "",
        row.muted_until if row.status_now == "muted" else None, row.resolution or "",
    )  # fmt: skip


def cell(value: object) -> str:
    """A value that no sheet takes for a formula: one that would be gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else text
