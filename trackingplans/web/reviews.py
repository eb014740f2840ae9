"""A draft in review: asking, approving, updating it, publishing it, and the policy of its plan."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Membership, Role, User
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import drafting, rebasing, releasing, reviewing
from trackingplans.domain.merging import Choice, Conflict
from trackingplans.domain.plan import PlanError
from trackingplans.draft_models import ReviewState
from trackingplans.forms import PlanPolicy
from trackingplans.web.drafts import draft_of
from trackingplans.web.plans import plan_of
from trackingplans.web.values import told_value

_SAID = {ReviewState.APPROVED: "You approved it.", ReviewState.CHANGES: "You asked for changes."}


@require_POST
@member(Role.EDITOR)
def draft_review(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """`do`: ask (of `people`, by public ids of memberships), approved or changes (with a `note`)."""
    one = draft_of(request, plan_of(request, plan), draft)
    do, note, now = request.POST.get("do", ""), request.POST.get("note", ""), timezone.now()
    try:
        if do in _SAID:
            reviewing.decide(one, request.user, ReviewState(do), now=now, note=note)
            notices.done(request, _SAID[ReviewState(do)])
        else:
            people = _people(request)
            asked = reviewing.ask(
                one,
                request.user,
                now=now,
                before=drafting.base(one),
                after=drafting.value(one),
                people=people,
            )
            names = ", ".join(str(review.reviewer) for review in asked)
            notices.done(request, f"Asked {names}." if asked else "There is nobody to ask yet.")
    except (reviewing.NotTheirs, drafting.NotOpen) as error:
        notices.failed(request, str(error))
    return redirect("draft_detail", request.workspace.public_id, plan, draft)


@require_POST
@member(Role.PUBLISHER)
def draft_publish(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    one = draft_of(request, plan_of(request, plan), draft)
    try:
        version = releasing.release(
            one, request.user, now=timezone.now(), message=request.POST.get("message", "")
        )
    except (releasing.Blocked, drafting.NotOpen, PlanError) as error:
        notices.failed(request, str(error))
        return redirect("draft_detail", request.workspace.public_id, plan, draft)
    notices.done(request, f"Version {version.number} is live.")
    return redirect("plan_version", request.workspace.public_id, plan, version.number)


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.EDITOR)
def draft_update(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """What contradicts the live version, rule by rule; a POST takes the chosen sides."""
    found = plan_of(request, plan)
    one = draft_of(request, found, draft)
    choices: dict[str, Choice] = {}
    for key, value in request.POST.items():
        if key.startswith("side:") and value in ("ours", "theirs"):
            choices[key.removeprefix("side:")] = "ours" if value == "ours" else "theirs"
    conflicts: list[Conflict] = []
    if request.method == "POST":
        try:
            updated = rebasing.update(one, request.user, choices)
        except rebasing.Contradicts as error:
            conflicts = error.conflicts
        except (PlanError, drafting.NotOpen) as error:
            notices.failed(request, str(error))
            return redirect("draft_detail", request.workspace.public_id, plan, draft)
        else:
            number = updated.base.number if updated.base else 0
            notices.done(request, f"The draft stands on version {number} now.")
            return redirect("draft_detail", request.workspace.public_id, plan, draft)
    else:
        conflicts = rebasing.preview(one).conflicts
    context = {"plan": found, "draft": one, "groups": _grouped(conflicts)}
    return render(request, "trackingplans/draft_update.html", context)


@require_http_methods(["GET", "POST"])
@member(Role.PUBLISHER)
def plan_policy(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """Who must approve before a draft of the plan is published, and what stops it."""
    found = plan_of(request, plan)
    initial = {
        "approvals": "" if found.approvals is None else str(found.approvals),
        "asks_owners": found.asks_owners,
        "errors_block": found.errors_block,
    }
    form = PlanPolicy(request.POST or None, initial=initial)
    if form.is_valid():
        chosen = form.cleaned_data
        reviewing.set_policy(
            found, approvals=chosen["approvals"], asks_owners=chosen["asks_owners"],
            errors_block=chosen["errors_block"], actor=request.user,
        )  # fmt: skip
        notices.done(request, "How drafts of this plan are reviewed is saved.")
        return redirect("draft_list", request.workspace.public_id, plan)
    return render(request, "trackingplans/plan_policy.html", {"plan": found, "form": form})


def _people(request: WorkspaceRequest) -> list[User]:
    members = Membership.objects.for_workspace(request.workspace).select_related("user")
    return [one.user for one in members.filter(public_id__in=request.POST.getlist("people"))]


def _grouped(conflicts: list[Conflict]) -> list[dict[str, Any]]:
    """The conflicts of each rule together: one choice a rule."""
    groups: dict[str, dict[str, Any]] = {}
    for one in conflicts:
        group = groups.setdefault(one.key, {"key": one.key, "name": one.name, "lines": []})
        group["lines"].append(
            {
                "where": " ".join(str(step) for step in one.path) or "the whole event",
                "was": told_value(one.base),
                "ours": told_value(one.ours),
                "theirs": told_value(one.theirs),
            }
        )
    return list(groups.values())
