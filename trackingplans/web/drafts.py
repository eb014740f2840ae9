"""Drafts of a plan: the list, a new one, one of them with what it changes, its log, undo and redo."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Membership, Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import commenting, comparing, drafting, renaming, reviewing, sourcing
from trackingplans.domain import narrating
from trackingplans.domain.editing import Identity
from trackingplans.domain.plan import PlanError
from trackingplans.draft_models import Comment, Draft, DraftStatus, DraftStep
from trackingplans.models import Environment, Source, TrackingPlan
from trackingplans.web import differences, tabs
from trackingplans.web.plans import plan_of
from trackingplans.web.quiet import quiet

DRAFTS_SHOWN = 200
STEPS_SHOWN = 100
EDITS_SHOWN = 5


def draft_of(request: WorkspaceRequest, plan: TrackingPlan, draft: str) -> Draft:
    """The plan's draft with this public id; else 404."""
    rows = Draft.objects.for_workspace(request.workspace).select_related(
        "base", "author", "version", "workspace"
    )
    large = (f"{one}__{column}" for one in ("base", "version") for column in ("settings", "rules", "changes"))
    found: Draft = get_object_or_404(rows.defer(*large), plan=plan, public_id=draft)
    found.plan = plan
    return found


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.EDITOR)
def draft_list(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The open drafts; a POST starts one."""
    found = plan_of(request, plan)
    if request.method == "POST":
        try:
            draft = drafting.start(found, request.user, request.POST.get("name", "").strip())
        except PlanError as error:
            notices.failed(request, error.problems[0].message)
            return redirect("draft_list", request.workspace.public_id, found.public_id)
        return redirect("draft_detail", request.workspace.public_id, found.public_id, draft.public_id)
    rows = Draft.objects.for_workspace(request.workspace).filter(plan=found, status=DraftStatus.OPEN)
    rows = rows.select_related("author", "base").defer("base__settings", "base__rules", "base__changes")
    context = {
        "plan": found,
        "drafts": rows.order_by("-updated_at")[:DRAFTS_SHOWN],
        "tabs": tabs.of_plan(request, found, "draft_list"),
    }
    return render(request, "trackingplans/draft_list.html", context)


@require_GET
@member(Role.VIEWER)
def draft_detail(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """What a draft changes, how its review stands, what is said of it, and who did what."""
    found = plan_of(request, plan)
    one, now = draft_of(request, found, draft), timezone.now()
    before, after = drafting.base(one), drafting.value(one)
    different = comparing.differences(found, before, after, now=now)
    steps = DraftStep.objects.for_workspace(request.workspace).filter(draft=one).select_related("author")
    standing = reviewing.standing(one, after, on=now.date())
    mine = next((review for review in standing.reviews if review.reviewer_id == request.user.pk), None)
    makers = reviewing.makers_of(one)
    members = Membership.objects.for_workspace(request.workspace).filter(role__gte=Role.EDITOR)
    comments = list(commenting.of_draft(one))
    said: dict[Identity | None, list[Comment]] = {}
    for comment in comments:
        said.setdefault(commenting.identity(comment), []).append(comment)
    changes = differences.shown(different, before, after)
    context = {
        "plan": found,
        "draft": one,
        "count": len(different),
        "changes": [(change, said.pop(change.difference.identity, [])) for change in changes],
        "comments": [comment for left in said.values() for comment in left],
        "severities": Counter(change.impact.severity.value for change in different),
        "standing": standing,
        "mine": mine,
        "since": [_told(step) for step in reviewing.since_review(one, request.user)],
        "may_approve": request.membership.may_edit and request.user.pk not in makers,
        "people": members.exclude(user__in=makers | {request.user.pk}).select_related("user"),
        "steps": [_told(step) for step in steps.order_by("-number")[:STEPS_SHOWN]],
        "followers": Source.objects.for_workspace(request.workspace).filter(
            plan=found, environment=Environment.DEVELOPMENT
        ),
        "is_behind": one.base_id != found.live_version_id,
        "is_open": one.status == DraftStatus.OPEN,
        "tabs": tabs.of_plan(request, found, "draft_list"),
    }
    return render(request, "trackingplans/draft_detail.html", context)


@require_POST
@member(Role.EDITOR)
def draft_change(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """`{"changes": [..], "revision": n, "why"}` as JSON, from a page's own script.

    200 `{"revision"}`; 400 `{"message", "errors"}`; 412 with `others`, what was done to the same rule meanwhile.
    """
    one = draft_of(request, plan_of(request, plan), draft)
    try:
        body = json.loads(request.body)
        changes, revision, why = body["changes"], body.get("revision"), body.get("why", "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return JsonResponse({"message": "Send changes as JSON.", "errors": []}, status=400)
    if not isinstance(changes, list) or not isinstance(revision, int | None) or not isinstance(why, str):
        return JsonResponse({"message": "Send a list of changes.", "errors": []}, status=400)
    changes = renaming.keeping_former(one.plan, changes, now=timezone.now())
    try:
        changed = drafting.change(one, request.user, changes, expected=revision, why=why)
    except PlanError as error:
        errors = [{"path": problem.path, "message": problem.message} for problem in error.problems]
        return JsonResponse({"message": error.problems[0].message, "errors": errors}, status=400)
    except drafting.NotOpen as error:
        return JsonResponse({"message": str(error), "errors": []}, status=409)
    except drafting.Conflict as error:
        return JsonResponse(conflict_told(error), status=412)
    return JsonResponse({"revision": changed.revision})


@require_POST
@member(Role.EDITOR)
@quiet
def draft_undo(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    return _stepping(request, plan, draft, lambda one: drafting.undo(one, request.user))


@require_POST
@member(Role.EDITOR)
@quiet
def draft_redo(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    return _stepping(request, plan, draft, lambda one: drafting.redo(one, request.user))


@require_POST
@member(Role.EDITOR)
def draft_discard(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    one = draft_of(request, plan_of(request, plan), draft)
    try:
        drafting.discard(one, request.user)
    except drafting.NotOpen as error:
        notices.failed(request, str(error))
    else:
        notices.done(request, f"{one.name} is discarded.")
    return redirect("draft_list", request.workspace.public_id, plan)


@require_POST
@member(Role.EDITOR)
def draft_follow(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """The development source `source` follows the draft; if it did, it follows the live plan again."""
    one = draft_of(request, plan_of(request, plan), draft)
    sources = Source.objects.for_workspace(request.workspace).filter(plan=one.plan)
    source: Source = get_object_or_404(sources, public_id=request.POST.get("source", ""))
    try:
        sourcing.follow(source, None if source.draft_id == one.pk else one, actor=request.user)
    except sourcing.CannotFollow as error:
        notices.failed(request, str(error))
    return redirect("draft_detail", request.workspace.public_id, plan, draft)


def _stepping(
    request: WorkspaceRequest, plan: str, draft: str, verb: Callable[[Draft], Draft]
) -> HttpResponse:
    """Undo or redo, then back to the page it was asked on (`to=grid`: the plan's). A script that takes JSON gets
    `{"revision"}`, or 409 with `{"message"}`."""
    one = draft_of(request, plan_of(request, plan), draft)
    problem = ""
    try:
        one = verb(one)
    except drafting.Conflict as error:
        problem = f"Not done, somebody built on it: {error.others[0].sentence}"
    except (drafting.NothingTo, drafting.NotOpen, PlanError) as error:
        problem = str(error)
    if request.headers.get("accept") == "application/json":
        told = {"message": problem} if problem else {"revision": one.revision}
        return JsonResponse(told, status=409 if problem else 200)
    if problem:
        notices.failed(request, problem)
    if request.GET.get("to") == "grid":
        page = reverse("plan_detail", args=[request.workspace.public_id, plan])
        return redirect(f"{page}?draft={one.public_id}")
    return redirect("draft_detail", request.workspace.public_id, plan, draft)


def conflict_told(error: drafting.Conflict) -> dict[str, Any]:
    """What a page's own script is told with a 412."""
    others = [
        {
            "thing": one.thing,
            "author": one.author,
            "at": one.at,
            "message": one.sentence,
            "changes": one.edits,
        }
        for one in error.others
    ]
    return {"message": "Somebody changed the same thing since.", "revision": error.revision, "others": others}


def _told(step: DraftStep) -> dict[str, Any]:
    edits = drafting.edits_of(step)
    return {
        "step": step,
        "sentences": [narrating.sentence(edit) for edit in edits[:EDITS_SHOWN]],
        "more": max(0, len(edits) - EDITS_SHOWN),
    }
