"""Accept a violation into the plan: the change made for it, looked at first, then a step of a draft."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import drafting
from trackingplans.domain.findings import Family
from trackingplans.domain.plan import PlanError
from trackingplans.draft_models import Draft, DraftStatus
from violations import proposing
from violations.models import Violation
from violations.web import detail

SHOWN = 50


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.EDITOR)
def violation_accept(request: WorkspaceRequest, violation: str) -> HttpResponse:
    """`?how=`: accept (allow what came) or former (it is an event under its former name)."""
    found = detail.find(request.workspace, violation)
    how = proposing.FORMER_NAME if request.GET.get("how") == proposing.FORMER_NAME else proposing.ACCEPT
    if found.family == Family.UNPLANNED and how == proposing.ACCEPT:
        address = reverse("violation_adopt", args=[request.workspace.public_id])
        return redirect(f"{address}?{urlencode({'violation': violation})}")
    proposal = proposing.propose(found, how, timezone.now())
    if request.method == "POST" and proposal is not None:
        return _add(request, found, proposal)
    context = {"violation": found, "proposal": proposal, "drafts": _drafts(found), "how": how}
    return render(request, "violations/violation_accept.html", context)


def _add(request: WorkspaceRequest, violation: Violation, proposal: proposing.Proposal) -> HttpResponse:
    asked = request.POST.get("draft", "")
    draft = next((one for one in _drafts(violation) if one.public_id == asked), None)
    try:
        chosen = proposing.add_to_draft(violation, proposal, draft, actor=request.user)
    except PlanError as error:
        notices.failed(request, f"The draft cannot take it: {error.problems[0].message}")
    except drafting.NotOpen:
        notices.failed(request, "This draft was published or discarded meanwhile.")
    else:
        notices.done(request, "In the draft. Once it is published, the violation is accepted by itself.")
        return redirect("draft_detail", request.workspace.public_id, chosen.plan.public_id, chosen.public_id)
    return redirect("violation_accept", request.workspace.public_id, violation.public_id)


def _drafts(violation: Violation) -> list[Draft]:
    rows = Draft.objects.for_workspace(violation.workspace).filter(
        plan=violation.plan, status=DraftStatus.OPEN
    )
    return list(rows.select_related("plan", "author").order_by("-updated_at")[:SHOWN])
