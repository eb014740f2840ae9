"""A plan's metrics: which question each answers, whether its funnel can be trusted, and changing one in a draft."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans import measuring
from trackingplans.domain.plan import NAMED_TYPES, Plan, PlanError
from trackingplans.forms import MetricForm
from trackingplans.web import tabs
from trackingplans.web.plans import plan_of
from trackingplans.web.saving import document_of, draft_of_query, saved_in_draft


@require_GET
@member(Role.VIEWER)
def plan_metrics(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The metrics of the live version, or of `?draft=`."""
    found = plan_of(request, plan)
    draft = draft_of_query(request, found)
    context = {
        "plan": found,
        "draft": draft,
        "found": measuring.metrics(found, document_of(found, draft), now=timezone.now()),
        "tabs": tabs.of_plan(request, found, "plan_metrics"),
    }
    return render(request, "trackingplans/plan_metrics.html", context)


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def plan_metric(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """Change the metric `?metric=` (its place in the plan), or add one; saved as a change of a draft."""
    found = plan_of(request, plan)
    draft = draft_of_query(request, found)
    document = document_of(found, draft)
    index = request.GET.get("metric", "")
    metrics = [dict(metric) for metric in document.metrics]
    if index and not (index.isdecimal() and len(index) < 6 and int(index) < len(metrics)):
        raise Http404("The plan has no such metric.")
    at = int(index) if index else len(metrics)
    before = metrics[at] if index else {}
    form = MetricForm(request.POST or None, initial=MetricForm.initial_of(before), events=_events(document))
    context: dict[str, Any] = {"plan": found, "draft": draft, "form": form, "metric": before}
    is_removed = request.method == "POST" and request.POST.get("do") == "remove" and bool(index)
    if is_removed or form.is_valid():
        changed = [] if is_removed else [{**before, **form.metric()}]
        edit = {"op": "set_plan", "path": ["metrics"], "value": [*metrics[:at], *changed, *metrics[at + 1 :]]}
        try:
            return saved_in_draft(request, found, draft, [edit], f"Metrics of {found.name}")
        except PlanError as error:
            form.add_error(None, str(error.problems[0]))
    return render(request, "trackingplans/plan_metric.html", context)


def _events(document: Plan) -> set[str]:
    return {rule.name for rule in document.rules if rule.type in NAMED_TYPES and rule.name}
