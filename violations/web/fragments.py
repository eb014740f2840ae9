"""What pages of plans show of violations: served here, linked there by name."""

from datetime import timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans.models import TrackingPlan
from violations import burning, filtering, grouping, inbox, routing, triage
from violations.querying import Filters
from violations.web import rows

WEEK = timedelta(days=7)
SHOWN = 10


@require_GET
@member(Role.VIEWER)
def event_violations(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """What is open with the event `?type=&name=` in the last seven days; without htmx, the list of the same."""
    kind, name = request.GET.get("type", "track"), request.GET.get("name", "")
    found = _plan(request, plan)
    query = urlencode(
        {"type": kind, "event": name, "plan": plan, "range": "7d", "family": ",".join(filtering.FAMILIES)}
    )
    address = f"{reverse('violation_list', args=[request.workspace.public_id])}?{query}"
    if not request.htmx:
        return redirect(address)
    now = timezone.now()
    window = inbox.last(WEEK, now)
    owners = routing.routing(request.workspace)
    filters = Filters(
        plans=(found.pk,), types=(kind,), events=(name,), statuses=triage.UNSOLVED, window=window
    )
    groups = grouping.grouped(inbox.entries(request.workspace, filters, owners, window, now))
    context = {
        "rows": rows.rows(request.workspace, groups[:SHOWN], owners, window),
        "total": len(groups),
        "address": address,
    }
    return render(request, "violations/_event_violations.html", context)


@require_GET
@member(Role.VIEWER)
def plan_debt(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """How much was wrong when the plan came and still is, day by day; without htmx, the list of it."""
    found = _plan(request, plan)
    debt = burning.debt(found, timezone.now())
    address = reverse("violation_list", args=[request.workspace.public_id])
    if debt is not None:
        families = ",".join(filtering.FAMILIES)
        since = filtering.written(debt.since)
        query = {"plan": plan, "change": "debt", "environment": "any", "family": families, "since": since}
        address = f"{address}?{urlencode(query)}"
    if not request.htmx:
        return redirect(address)
    return render(request, "violations/_plan_debt.html", {"debt": debt, "address": address})


def _plan(request: WorkspaceRequest, public_id: str) -> TrackingPlan:
    found: TrackingPlan | None = (
        TrackingPlan.objects.for_workspace(request.workspace).filter(public_id=public_id).first()
    )
    if found is None:
        raise Http404("There is no such plan.")
    return found
