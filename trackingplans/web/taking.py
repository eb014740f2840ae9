"""Events of one plan taken over into another, by a draft."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans.domain import bringing
from trackingplans.domain.editing import identity_of
from trackingplans.domain.plan import PlanError, to_document
from trackingplans.models import TrackingPlan
from trackingplans.web.grid_rows import row_id
from trackingplans.web.plans import plan_of
from trackingplans.web.saving import document_of, draft_of_query, saved_in_draft

EVENTS_SHOWN = 2_000

Document = dict[str, Any]


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def plan_take(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The events of the plan `?from=` beside what this one has of them; a POST takes those that are ticked (`rule`)
    into `?draft=`, or into a new draft."""
    found = plan_of(request, plan)
    draft = draft_of_query(request, found)
    context: Document = {"plan": found, "draft": draft, "plans": _others(found)}
    chosen = request.GET.get("from", "")
    if chosen:
        other = plan_of(request, chosen)
        before, brought = to_document(document_of(found, draft)), to_document(document_of(other, None))
        if request.method == "POST":
            wanted = set(request.POST.getlist("rule"))
            taken = {**brought, "rules": [rule for rule in brought["rules"] if _id(rule) in wanted]}
            edits = bringing.edits_for(before, taken)
            try:
                if edits:
                    return saved_in_draft(request, found, draft, edits, f"From {other.name}")
                notices.failed(
                    request, "Tick the events to take over. Those that are the same need no change."
                )
            except PlanError as error:
                notices.failed(request, str(error.problems[0]))
        rules = brought["rules"][:EVENTS_SHOWN]
        context |= {
            "other": other,
            "events": [
                {
                    "id": _id(rule),
                    "rule": rule,
                    "outcome": outcome,
                    "purpose": (rule.get("meta") or {}).get("purpose", ""),
                }
                for rule, outcome in zip(rules, bringing.outcomes(before, rules), strict=True)
            ],
        }
    return render(request, "trackingplans/plan_take.html", context)


def _others(plan: TrackingPlan) -> list[TrackingPlan]:
    """The other plans of the workspace that have a live version."""
    rows = TrackingPlan.objects.for_workspace(plan.workspace).exclude(pk=plan.pk)
    return list(rows.exclude(live_version=None).only("public_id", "name").order_by("name", "pk"))


def _id(rule: Document) -> str:
    return row_id(*identity_of(rule))
