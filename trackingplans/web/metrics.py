"""A plan's metrics: which question each answers, whether its funnel can be trusted, and changing one in a draft."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import drafting, measuring
from trackingplans.domain.plan import NAMED_TYPES, Plan, PlanError, from_document
from trackingplans.draft_models import Draft
from trackingplans.forms import MetricForm
from trackingplans.models import TrackingPlan
from trackingplans.web import tabs
from trackingplans.web.drafts import draft_of
from trackingplans.web.plans import plan_of


@require_GET
@member(Role.VIEWER)
def plan_metrics(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The metrics of the live version, or of `?draft=`."""
    found = plan_of(request, plan)
    draft = _draft(request, found)
    context = {
        "plan": found,
        "draft": draft,
        "found": measuring.metrics(found, _document(found, draft), now=timezone.now()),
        "tabs": tabs.of_plan(request, found, "plan_metrics"),
    }
    return render(request, "trackingplans/plan_metrics.html", context)


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def plan_metric(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """Change the metric `?metric=` (its place in the plan), or add one; saved as a change of a draft."""
    found = plan_of(request, plan)
    draft = _draft(request, found)
    document = _document(found, draft)
    index = request.GET.get("metric", "")
    metrics = [dict(metric) for metric in document.metrics]
    if index and not (index.isdecimal() and len(index) < 6 and int(index) < len(metrics)):
        raise Http404("The plan has no such metric.")
    at = int(index) if index else len(metrics)
    before = metrics[at] if index else {}
    form = MetricForm(request.POST or None, initial=MetricForm.initial_of(before), events=_events(document))
    context: dict[str, Any] = {"plan": found, "draft": draft, "form": form, "metric": before}
    if request.method == "POST" and request.POST.get("do") == "remove" and index:
        return _save(request, found, draft, [*metrics[:at], *metrics[at + 1 :]])
    if form.is_valid():
        return _save(request, found, draft, [*metrics[:at], {**before, **form.metric()}, *metrics[at + 1 :]])
    return render(request, "trackingplans/plan_metric.html", context)


def _save(
    request: WorkspaceRequest, plan: TrackingPlan, draft: Draft | None, metrics: list[dict[str, Any]]
) -> HttpResponse:
    """The metrics as a change of the draft, or of a new one."""
    edit = {"op": "set_plan", "path": ["metrics"], "value": metrics}
    seen = request.POST.get("revision", "")
    expected = int(seen) if draft and seen.isdecimal() and len(seen) < 10 else None
    try:
        draft = draft or drafting.start(
            plan, request.user, f"Metrics of {plan.name}"[: drafting.LONGEST_NAME]
        )
        drafting.change(draft, request.user, [edit], expected=expected)
    except (PlanError, drafting.Conflict, drafting.NotOpen) as error:
        notices.failed(request, str(error) or "This draft is not open any more.")
    else:
        notices.done(request, "It stands in a draft: look at it, then publish it.")
    if draft is None:
        return redirect("plan_metrics", request.workspace.public_id, plan.public_id)
    return redirect("draft_detail", request.workspace.public_id, plan.public_id, draft.public_id)


def _draft(request: WorkspaceRequest, plan: TrackingPlan) -> Draft | None:
    return draft_of(request, plan, request.GET["draft"]) if "draft" in request.GET else None


def _document(plan: TrackingPlan, draft: Draft | None) -> Plan:
    return from_document(drafting.document(draft) if draft else drafting.base_document(plan.live_version))


def _events(document: Plan) -> set[str]:
    return {rule.name for rule in document.rules if rule.type in NAMED_TYPES and rule.name}
