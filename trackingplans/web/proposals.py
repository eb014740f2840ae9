"""What somebody would publish without a draft: published, made a draft, or a page that says what stands in the way."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest
from trackingplans import proposing
from trackingplans.domain.plan import PlanError
from trackingplans.models import PlanVersion, TrackingPlan
from trackingplans.proposing import Proposal
from trackingplans.releasing import Blocked

DRAFT, OVERRIDE = "draft", "override"
OWN_FIELDS = ("csrfmiddlewaretoken", "do", "reason_to_override")


def settled(request: WorkspaceRequest, plan: TrackingPlan, proposal: Proposal) -> PlanVersion | HttpResponse:
    """The new live version, or where the request goes on.

    `do=draft`: a draft, and its page. `do=override`: an admin publishes in spite of the policy, for
    `reason_to_override`. Else as the policy says; where something stands in the way a page offers both with the same
    fields. Raises PlanError for a document that cannot be used.
    """
    if request.POST.get("do") == DRAFT:
        try:
            draft = proposing.as_draft(plan, proposal, request.user)
        except PlanError as error:
            if error.problems[0].path:
                raise
            notices.failed(request, error.problems[0].message)
            return redirect("plan_detail", request.workspace.public_id, plan.public_id)
        notices.done(request, "It is a draft now: look at what it changes, then have it reviewed.")
        return redirect("draft_detail", request.workspace.public_id, plan.public_id, draft.public_id)
    try:
        return proposing.publish(
            plan, proposal, request.user, now=timezone.now(), override=override_of(request)
        )
    except Blocked as error:
        kept = [
            (key, value) for key, values in request.POST.lists() if key not in OWN_FIELDS for value in values
        ]
        context = {
            "plan": plan, "proposal": proposal, "standing": error.standing, "kept": kept,
            "may_override": may_override(request), "lacks_reason": request.POST.get("do") == OVERRIDE,
        }  # fmt: skip
        return render(request, "trackingplans/plan_blocked.html", context, status=409)


def may_override(request: WorkspaceRequest) -> bool:
    return request.membership.role >= Role.ADMIN


def override_of(request: WorkspaceRequest) -> str:
    """Why an admin publishes in spite of the policy; '' where nobody said so, or it was no admin."""
    if request.POST.get("do") != OVERRIDE or not may_override(request):
        return ""
    return request.POST.get("reason_to_override", "")
