"""Comments: on a draft, on an event or a property of it, of what is live or in a draft; settled and opened again."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import commenting, history
from trackingplans.domain.editing import Identity
from trackingplans.domain.plan import PlanError, Rule
from trackingplans.draft_models import Comment
from trackingplans.web.drafts import draft_of
from trackingplans.web.editions import Edition, edition_of
from trackingplans.web.plans import plan_of
from trackingplans.web.tree import Property

SHOWN = 50
TO_EVENT = "event"


def of_event(edition: Edition, rule: Rule, rows: list[Property]) -> dict[str, Any]:
    """What an event's page needs: the comments on it under any name it had, open ones first, and what one may be on."""
    rules = history.names_of(edition.plan, rule.type, rule.name)
    said = list(commenting.of_rule(edition.plan, dict.fromkeys([*rules, rule.identity]))[: SHOWN + 1])
    shown = sorted(said[:SHOWN], key=lambda comment: comment.resolved_at is not None)
    return {
        "comments": shown,
        "has_more": len(said) > SHOWN,
        "places": [(one.pointer, one.path) for one in rows if one.pointer],
    }


@require_POST
@member(Role.EDITOR)
def event_comment(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """`text` on the event `?type=&name=&version=`, or (`path`) a property of it; live, or in `?draft=`."""
    found = plan_of(request, plan)
    edition = edition_of(request, found)
    kind, name, version = _identity(request.GET.get("type", ""), request.GET.get("name", ""), request.GET)
    rule = next((one for one in edition.value.rules if one.identity == (kind, name, version)), None)
    if rule is None:
        raise Http404("The plan has no such event.")
    text, path = request.POST.get("text", ""), request.POST.get("path", "")
    try:
        commenting.add(found, request.user, text, draft=edition.draft, rule=rule.identity, path=path)
    except PlanError as error:
        notices.failed(request, error.problems[0].message)
    return HttpResponseRedirect(
        commenting.page_of(found, rule.identity, edition.draft.public_id if edition.draft else "")
    )


@require_POST
@member(Role.EDITOR)
def draft_comment(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """`text`; `type`, `name` and `version` of the rule it is on, `path` of a property in it."""
    found = plan_of(request, plan)
    one, kind = draft_of(request, found, draft), request.POST.get("type", "")
    rule = _identity(kind, request.POST.get("name", ""), request.POST) if kind else None
    try:
        commenting.add(
            found, request.user, request.POST.get("text", ""), draft=one, rule=rule,
            path=request.POST.get("path", ""),
        )  # fmt: skip
    except PlanError as error:
        notices.failed(request, error.problems[0].message)
    return redirect("draft_detail", request.workspace.public_id, plan, draft)


@require_POST
@member(Role.EDITOR)
def comment_resolve(request: WorkspaceRequest, plan: str, comment: str) -> HttpResponse:
    """Settle a comment, or open it again; back to the draft's page, or (`to=event`) to the event's."""
    found = plan_of(request, plan)
    rows = Comment.objects.for_workspace(request.workspace).select_related("draft")
    one: Comment = get_object_or_404(rows, plan=found, public_id=comment)
    commenting.resolve(one, request.user, now=timezone.now())
    rule = commenting.identity(one)
    if rule and (one.draft is None or request.POST.get("to") == TO_EVENT):
        return HttpResponseRedirect(commenting.page_of(found, rule, request.POST.get("draft", "")))
    if one.draft is None:
        return redirect("plan_detail", request.workspace.public_id, plan)
    return redirect("draft_detail", request.workspace.public_id, plan, one.draft.public_id)


def _identity(kind: str, name: str, words: Any) -> Identity:
    version = words.get("version", "1")
    return kind, name, int(version) if version.isdecimal() and len(version) < 6 else 1
