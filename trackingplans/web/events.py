"""One event (or call type) of a plan, and trying a message against the plan."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans import live, observing, outlining
from trackingplans.domain import samples
from trackingplans.domain.plan import Rule
from trackingplans.forms import TryEvent
from trackingplans.interchange.planwright import json_text
from trackingplans.models import TrackingPlan
from trackingplans.web import tabs, tree, trying
from trackingplans.web.plans import plan_of, teams_by_slug


@require_GET
@member(Role.VIEWER)
def plan_event(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The event named by `?type=` and `?name=` as the live version has it; `?version=`: of its versions."""
    found = plan_of(request, plan)
    rules = _rules(found, request.GET.get("type", "track"), request.GET.get("name", ""))
    if not rules:
        raise Http404("The live version of the plan has no such event.")
    wanted = request.GET.get("version", "")
    rule = next((one for one in rules if str(one.version) == wanted), rules[-1])
    section = "traits" if rule.type in {"identify", "group"} else "properties"
    properties, beside = tree.rows(rule.schema, section, rule.meta.get("properties") or {})
    outline = outlining.outline(found.live_version_id or 0)
    row = next(one for one in outline.rows if (one.type, one.name) == (rule.type, rule.name))
    context = {
        "plan": found,
        "rule": rule,
        "row": row,
        "versions": [one.version for one in rules],
        "properties": properties,
        "beside": beside,
        "section": section,
        "schema": json_text(rule.schema),
        "sample": json_text(samples.message(rule)),
        "seen": observing.seen(found, [row], now=timezone.now()).get((row.type, row.name), observing.NOTHING),
        "owner": teams_by_slug(request.workspace).get(row.owner, row.owner),
    }
    return render(request, "trackingplans/plan_event.html", context)


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER)
def try_event(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """Paste JSON, see the verdict. Nothing is recorded. `?type=&name=` starts with a sample of that event."""
    found = plan_of(request, plan)
    form = TryEvent(request.POST or None, initial={"text": _first_text(found, request)})
    context: dict[str, Any] = {"plan": found, "form": form, "tabs": tabs.of_plan(request, found, "try_event")}
    if form.is_valid() and found.live_version_id:
        compiled, today = live.compiled(found.live_version_id), timezone.now().date()
        context["tried"] = trying.tried(compiled, form.cleaned_data["text"], on=today)
    template = "trackingplans/_tried.html" if request.htmx else "trackingplans/try_event.html"
    return render(request, template, context)


def _rules(plan: TrackingPlan, kind: str, name: str) -> list[Rule]:
    """The versions of the event in the live plan, oldest first."""
    if plan.live_version_id is None:
        return []
    rules = live.plan(plan.live_version_id).rules
    return sorted((one for one in rules if (one.type, one.name) == (kind, name)), key=lambda one: one.version)


def _first_text(plan: TrackingPlan, request: WorkspaceRequest) -> str:
    rules = _rules(plan, request.GET.get("type", "track"), request.GET.get("name", ""))
    if not rules and plan.live_version_id:
        rules = list(live.plan(plan.live_version_id).rules[:1])
    return json_text(samples.message(rules[-1])) if rules else ""
