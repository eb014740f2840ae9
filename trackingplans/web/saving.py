"""Pages that change a plan through a draft: the one they look at, or a new one."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.web import notices
from accounts.web.access import WorkspaceRequest
from trackingplans import drafting
from trackingplans.domain.plan import Plan, from_document
from trackingplans.draft_models import Draft
from trackingplans.models import TrackingPlan
from trackingplans.web.drafts import draft_of


def draft_of_query(request: WorkspaceRequest, plan: TrackingPlan) -> Draft | None:
    """The draft that `?draft=` names; None without one."""
    return draft_of(request, plan, request.GET["draft"]) if "draft" in request.GET else None


def document_of(plan: TrackingPlan, draft: Draft | None) -> Plan:
    """The plan as the draft has it, or as it is live."""
    return from_document(drafting.document(draft) if draft else drafting.base_document(plan.live_version))


def saved_in_draft(
    request: WorkspaceRequest, plan: TrackingPlan, draft: Draft | None, edits: list[dict[str, Any]], name: str
) -> HttpResponse:
    """Makes the edits in the draft, or in a new one called `name`, and leads there.

    What somebody else changed since the form's `revision` is not overwritten. Raises PlanError for edits that cannot
    be made; then there is no new draft either.
    """
    seen = request.POST.get("revision", "")
    expected = int(seen) if draft and seen.isdecimal() and len(seen) < 10 else None
    try:
        with transaction.atomic():
            into = draft or drafting.start(plan, request.user, name[: drafting.LONGEST_NAME])
            drafting.change(into, request.user, edits, expected=expected)
    except drafting.Conflict as conflict:
        notices.failed(request, f"{conflict}. Yours was not saved: look at theirs first.")
    except drafting.NotOpen:
        notices.failed(request, "This draft is not open any more.")
    else:
        notices.done(request, "It stands in a draft: look at it, then publish it.")
    return redirect("draft_detail", request.workspace.public_id, plan.public_id, into.public_id)
