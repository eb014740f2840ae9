"""Whether reality follows a plan: what is implemented, which deprecated events still arrive, which nobody uses."""

import json

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import implementing, live, retiring
from trackingplans.domain.plan import Plan, PlanError
from trackingplans.models import Source, TrackingPlan
from trackingplans.web import tabs
from trackingplans.web.plans import plan_of, teams_by_slug

SHOWN = 200
NAMED = 3  # in the line on the plan's page


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.EDITOR)
def plan_usage(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The page; a POST puts `do=deprecate` or `do=remove` of the chosen `event`s into a new draft."""
    found = plan_of(request, plan)
    value, now = _value(found), timezone.now()
    if request.method == "POST":
        return _retire(request, found, value)
    progress = implementing.progress(found, value)
    missing = [(event, one) for event, one in progress.items() if not one.is_live]
    unused = retiring.unused(found, value, now=now)
    teams = teams_by_slug(request.workspace)
    rows = [(json.dumps(one.event), one, teams.get(one.owner, one.owner)) for one in unused[:SHOWN]]
    sources = Source.objects.for_workspace(request.workspace).filter(plan=found)
    context = {
        "plan": found,
        "count": len(progress),
        "done": len(progress) - len(missing),
        "missing": missing[:SHOWN],
        "more_missing": max(0, len(missing) - SHOWN),
        "has_source": sources.exists(),
        "arriving": retiring.arriving(found, value, now=now)[:SHOWN],
        "unused": [row for row in rows if not row[1].is_recent],
        "unseen": [row for row in rows if row[1].is_recent],
        "more_unused": max(0, len(unused) - SHOWN),
        "tabs": tabs.of_plan(request, found, "plan_usage"),
    }
    return render(request, "trackingplans/plan_usage.html", context)


@require_GET
@member(Role.VIEWER)
def plan_usage_note(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The line on the plan's page; without htmx, the page."""
    found = plan_of(request, plan)
    if not request.htmx:
        return redirect("plan_usage", request.workspace.public_id, found.public_id)
    value, now = _value(found), timezone.now()
    progress = implementing.progress(found, value)
    missing = [event for event, one in progress.items() if not one.is_live]
    unused = retiring.unused(found, value, now=now)
    context = {
        "plan": found,
        "count": len(progress),
        "done": len(progress) - len(missing),
        "missing": [name or kind for kind, name in missing[:NAMED]],
        "more": max(0, len(missing) - NAMED),
        "arriving": len({one.event for one in retiring.arriving(found, value, now=now)}),
        "unused": sum(not one.is_recent for one in unused),
    }
    return render(request, "trackingplans/_usage_note.html", context)


def _retire(request: WorkspaceRequest, plan: TrackingPlan, value: Plan) -> HttpResponse:
    try:
        chosen = [_event(text) for text in request.POST.getlist("event")]
        draft = retiring.retire(plan, value, request.user, chosen, request.POST.get("do", ""))
    except PlanError as error:
        notices.failed(request, error.problems[0].message)
        return redirect("plan_usage", request.workspace.public_id, plan.public_id)
    notices.done(request, f"{draft.name}: look at what it changes, then have it reviewed.")
    return redirect("draft_detail", request.workspace.public_id, plan.public_id, draft.public_id)


def _event(text: str) -> retiring.Event:
    """The event a box of the page stands for; one that no plan has for what is none."""
    try:
        kind, name = json.loads(text)
    except (ValueError, TypeError):
        return "", text[:100]
    return str(kind), str(name)


def _value(plan: TrackingPlan) -> Plan:
    return live.plan(plan.live_version_id) if plan.live_version_id else Plan()
