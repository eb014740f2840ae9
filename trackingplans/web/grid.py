"""The plan's page: its events and their properties as a grid that works like a sheet."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans import live, observing, outlining
from trackingplans.domain.plan import STATUSES
from trackingplans.interchange import formats
from trackingplans.models import TrackingPlan
from trackingplans.web import grid_rows, tabs
from trackingplans.web.plans import plan_of, teams_by_slug

EVENTS_A_PAGE = 100
COLUMNS_COOKIE = "grid_columns"
REMEMBERED_FOR = 400 * 24 * 3600  # as long as browsers keep a cookie


@require_GET
@member(Role.VIEWER)
def plan_detail(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The grid. `?columns=` chooses them and is remembered; the rest of the address says what is shown of the plan."""
    if "columns" in request.GET:
        return _remembering(request)
    found = plan_of(request, plan)
    context = _rows(request, found)
    context |= {
        "version": found.live_version,
        "metrics": live.plan(found.live_version_id).metrics if found.live_version_id else (),
        "formats": formats.FORMATS.values(),
        "tabs": tabs.of_plan(request, found, "plan_detail"),
    }
    template = "trackingplans/_grid.html" if request.htmx else "trackingplans/plan_detail.html"
    if request.htmx and context["start"]:
        template = "trackingplans/_grid_more.html"
    return render(request, template, context)


@require_GET
@member(Role.VIEWER)
def grid_properties(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The rows of one event's properties, for the grid. Without htmx the event's own page says the same."""
    found = plan_of(request, plan)
    kind, name = request.GET.get("type", "track"), request.GET.get("name", "")
    rules = live.plan(found.live_version_id).rules if found.live_version_id else ()
    rule = max(
        (one for one in rules if (one.type, one.name) == (kind, name)),
        key=lambda one: one.version,
        default=None,
    )
    if rule is None:
        raise Http404("The plan has no such event.")
    columns = _view(request, outlining.outline(found.live_version_id or 0)).columns
    context = {
        "property_headings": grid_rows.property_headings(columns),
        "properties": grid_rows.property_rows(rule, columns, teams_by_slug(request.workspace)),
    }
    return render(request, "trackingplans/_grid_properties.html", context)


def _rows(request: WorkspaceRequest, plan: TrackingPlan) -> dict[str, Any]:
    """One page of the grid's rows and what stands around them."""
    version, now = plan.live_version_id, timezone.now()
    outline = outlining.outline(version) if version else outlining.Outline((), ())
    view = _view(request, outline)
    teams = teams_by_slug(request.workspace)
    seen = observing.seen(plan, outline.rows, now=now) if view.needs_traffic else {}
    listed = grid_rows.ordered(outline, view, teams, seen)
    start = _whole(request.GET.get("start"))
    shown = listed[start : start + EVENTS_A_PAGE]
    if not view.needs_traffic:
        seen = observing.seen(plan, (row for _, row in shown), now=now)
    above = listed[start - 1][0] if 0 < start <= len(listed) else ""
    rows = []
    for heading, row in shown:
        rows.append(grid_rows.event_row(row, seen, teams, heading if heading != above else ""))
        above = heading
    return {
        "plan": plan,
        "rows": rows,
        "view": view,
        "columns": view.columns,
        "headings": grid_rows.headings(view),
        "name_heading": grid_rows.name_heading(view),
        "order": grid_rows.GROUPS[view.group].lower(),
        "count": len(listed),
        "all": len(outline.rows),
        "start": start,
        "shown_to": start + len(shown),
        "owners": [(owner, teams.get(owner, owner)) for owner in outline.owners],
        "labels": outline.labels,
        "naming": outline.naming,
        "statuses": STATUSES,
        "groups": grid_rows.GROUPS,
        "all_columns": grid_rows.COLUMNS,
        "chosen": view.chosen,
    }


def _remembering(request: WorkspaceRequest) -> HttpResponse:
    kept = [key for key in request.GET.getlist("columns") if key in grid_rows.COLUMNS]
    rest = [(key, value) for key, values in request.GET.lists() if key != "columns" for value in values]
    response = redirect(request.path + (f"?{urlencode(rest)}" if rest else ""))
    chosen = ".".join(kept) or "name"
    response.set_cookie(COLUMNS_COOKIE, chosen, max_age=REMEMBERED_FOR, samesite="Lax", httponly=True)
    return response


def _view(request: WorkspaceRequest, outline: outlining.Outline) -> grid_rows.View:
    usual = [key for key in grid_rows.COLUMNS if key != "labels" or outline.labels]
    return grid_rows.view_of(request.GET, request.COOKIES.get(COLUMNS_COOKIE, ""), usual=usual)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 0
