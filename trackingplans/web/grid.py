"""The plan's page: its events and their properties as a grid that works like a sheet."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans import drafting, implementing, observing
from trackingplans.domain import type_words
from trackingplans.domain.plan import STATUSES
from trackingplans.draft_models import Draft, DraftStatus
from trackingplans.interchange import formats
from trackingplans.models import TrackingPlan
from trackingplans.web import fills, grid_rows, tabs
from trackingplans.web.editions import Edition, edition_of, newest_rules, of_draft
from trackingplans.web.plans import plan_of, teams_by_slug

EVENTS_A_PAGE = 60  # what a search renders in well under 100 ms; the next ones come when the last is in sight
COLUMNS_COOKIE = "grid_columns"
REMEMBERED_FOR = 400 * 24 * 3600  # as long as browsers keep a cookie


@require_GET
@member(Role.VIEWER)
def plan_detail(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The grid. `?columns=` chooses them and is remembered; the rest of the address says what is shown of the plan."""
    if "columns" in request.GET:
        return _remembering(request)
    found = plan_of(request, plan)
    edition = edition_of(request, found)
    context = _rows(request, edition)
    context |= {
        "version": found.live_version,
        "metrics": edition.value.metrics,
        "property_groups": list(edition.value.groups),
        "own_draft": _own_draft(request, found) if edition.draft is None else None,
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
    edition = edition_of(request, plan_of(request, plan))
    wanted = (request.GET.get("type", "track"), request.GET.get("name", ""))
    rule = newest_rules(edition.value).get(wanted)
    if rule is None:
        raise Http404("The plan has no such event.")
    columns = view_of(request, edition).columns
    context = {
        "edition": edition,
        "item": {"adding": grid_rows.row_id(rule.type, rule.name, rule.version, "+")},
        "property_headings": grid_rows.property_headings(columns),
        "properties": grid_rows.property_rows(
            rule, columns, teams_by_slug(request.workspace), fills.fills(edition.plan, rule).shares
        ),
    }
    return render(request, "trackingplans/_grid_properties.html", context)


@require_POST
@member(Role.EDITOR)
def plan_edit(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """Starts a draft and opens the grid in it; `?to=naming` its naming rules. `?to=event&type=&name=` an event's page,
    in the draft that this person has open where it holds the event."""
    found = plan_of(request, plan)
    to, event = request.GET.get("to"), (request.GET.get("type", ""), request.GET.get("name", ""))
    draft = _own_draft(request, found) if to == "event" else None
    if draft is None or event not in newest_rules(of_draft(draft)[0]):
        draft = drafting.start(found, request.user)
    query = {"draft": draft.public_id}
    if to == "event":
        query |= {"type": event[0], "name": event[1]}
    name = {"naming": "plan_naming", "event": "plan_event"}.get(to or "", "plan_detail")
    return redirect(f"{reverse(name, args=[request.workspace.public_id, plan])}?{urlencode(query)}")


def _rows(request: WorkspaceRequest, edition: Edition) -> dict[str, Any]:
    """One page of the grid's rows and what stands around them."""
    plan, outline, now = edition.plan, edition.outline, timezone.now()
    if edition.draft is None:  # in a draft the state is a cell that people write
        outline = implementing.as_it_is(plan, edition.value, outline)
    view = view_of(request, edition)
    teams = teams_by_slug(request.workspace)
    sorts_by = observing.LOOKS_BACK if view.sort.endswith("seen") else observing.DAY
    seen = observing.seen(plan, outline.rows, now=now, back=sorts_by) if view.needs_traffic else {}
    listed = grid_rows.ordered(outline, view, teams, seen)
    start = _whole(request.GET.get("start"))
    shown = listed[start : start + EVENTS_A_PAGE]
    seen = observing.seen(plan, (row for _, row in shown), now=now)
    above = listed[start - 1][0] if 0 < start <= len(listed) else ""
    rows = []
    for heading, row in shown:
        rows.append(grid_rows.event_row(row, seen, teams, heading if heading != above else ""))
        above = heading
    return {
        "plan": plan,
        "edition": edition,
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
        "team_names": sorted(teams.values()),
        "type_words": [
            *type_words.TYPES.values(),
            *type_words.FORMATS.values(),
            "list of texts",
            "list of objects",
        ],
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


def view_of(request: WorkspaceRequest, edition: Edition) -> grid_rows.View:
    """What of the plan the address asks for; labels are a column where there are any, or where one may write some."""
    has_labels = edition.may_edit or edition.outline.labels
    usual = [key for key in grid_rows.COLUMNS if key != ("seen" if has_labels else "labels")]
    return grid_rows.view_of(request.GET, request.COOKIES.get(COLUMNS_COOKIE, ""), usual=usual)


def _own_draft(request: WorkspaceRequest, plan: TrackingPlan) -> Draft | None:
    """The open draft that this person worked on last."""
    rows = Draft.objects.for_workspace(request.workspace).filter(plan=plan, status=DraftStatus.OPEN)
    found: Draft | None = rows.filter(author=request.user).order_by("-updated_at").first()
    return found


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 0
