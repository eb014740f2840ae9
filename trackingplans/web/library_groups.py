"""A group of shared properties: what is in it, which events have it, and giving it to events."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans.domain import grouping, type_words
from trackingplans.domain.plan import Plan, PlanError
from trackingplans.domain.sheets.cells import Change
from trackingplans.draft_models import Draft
from trackingplans.models import TrackingPlan
from trackingplans.web.editions import newest_rules
from trackingplans.web.grid_rows import row_id
from trackingplans.web.plans import plan_of
from trackingplans.web.saving import document_of, draft_of_query, saved_in_draft

EVENTS_SHOWN = 500


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.EDITOR)
def plan_group(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The group `?name=`, or a new one without a name; `?q=` filters the events that could get it.

    A POST changes `?draft=`, or a new draft: `do=save` its name and members, `do=remove` takes the group away (its
    properties stay in the events), `do=add` gives it to the events that are ticked (`rule`). `?type=&event=` leads back
    to the page of that event in the draft.
    """
    found = plan_of(request, plan)
    draft = draft_of_query(request, found)
    document = document_of(found, draft)
    name = request.GET.get("name", "")
    if name and name not in document.groups:
        raise Http404("The library has no such group.")
    problem = ""
    if request.method == "POST":
        try:
            edits = _edits(request, document, name)
            if edits:
                saved = saved_in_draft(
                    request, found, draft, edits, f"Group {name or request.POST.get('name', '')}"
                )
                return _event_of(request, found, draft) or saved
            notices.done(request, "Nothing changed: choose events that lack something of it.")
        except PlanError as error:
            problem = error.problems[0].message
    context = {"plan": found, "draft": draft, "name": name, "problem": problem}
    context |= _shown(request, document, name)
    return render(request, "trackingplans/plan_group.html", context)


def _event_of(request: WorkspaceRequest, plan: TrackingPlan, draft: Draft | None) -> HttpResponse | None:
    """The page of the event that asked for a group."""
    if draft is None or "event" not in request.GET:
        return None
    event = {"type": request.GET.get("type", "track"), "name": request.GET["event"], "draft": draft.public_id}
    page = reverse("plan_event", args=[request.workspace.public_id, plan.public_id])
    return redirect(f"{page}?{urlencode(event)}")


def _edits(request: WorkspaceRequest, document: Plan, name: str) -> list[Change]:
    do = request.POST.get("do")
    if do == "add" and name:
        wanted = set(request.POST.getlist("rule"))
        rules = [rule for rule in document.rules if row_id(*rule.identity) in wanted]
        return grouping.edits_to_add(document, name, rules, over="over" in request.POST)
    if do == "remove" and name:
        return [{"op": "set_plan", "path": ["groups", name]}]
    chosen = request.POST.getlist("member")
    said = request.POST.get("name", "")
    return grouping.edits_to_define(document, name, said, chosen, everywhere="everywhere" in request.POST)


def _shown(request: WorkspaceRequest, document: Plan, name: str) -> dict[str, Any]:
    inside = request.POST.getlist("member") or (grouping.members(document, name) if name else [])
    shared = sorted(one for one in document.properties if isinstance(document.properties[one], dict))
    uses = grouping.uses(document, name) if name else []
    full = {use.rule.identity for use in uses if use.has_all}
    q = request.GET.get("q", "").casefold()
    others = [
        (row_id(*rule.identity), rule)
        for rule in newest_rules(document).values()
        if rule.type != "common" and rule.identity not in full and q in (rule.name or rule.type).casefold()
    ]
    others.sort(key=lambda pair: (pair[1].name or pair[1].type).casefold())
    return {
        "said": request.POST.get("name", name),
        "properties": [(one, type_words.words(document.properties[one]), one in inside) for one in shared],
        "uses": uses[:EVENTS_SHOWN],
        "used": len(full),
        "others": others[:EVENTS_SHOWN],
        "more": max(0, len(others) - EVENTS_SHOWN),
        "q": request.GET.get("q", ""),
        "ticked": set(request.GET.getlist("rule")),
    }
