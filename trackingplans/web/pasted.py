"""A block pasted from a spreadsheet: what it would change, then the changes as one step of the draft."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import drafting, renaming
from trackingplans.domain.naming import ConventionError, Judgement, NamingConvention, judge
from trackingplans.domain.plan import Plan, PlanError
from trackingplans.domain.planned_names import planned_names
from trackingplans.domain.sheets import blocks, pasting, stepping
from trackingplans.domain.sheets.pasting import Preview
from trackingplans.draft_models import Draft
from trackingplans.models import TrackingPlan
from trackingplans.web.cells import Unreadable, context_of, target_of
from trackingplans.web.drafts import draft_of
from trackingplans.web.editions import of_draft
from trackingplans.web.plans import plan_of

LINES_SHOWN = 200


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def draft_paste(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """A block from a spreadsheet: what it would change, cell by cell; `do=apply` makes the changes, as one step."""
    found = plan_of(request, plan)
    one = draft_of(request, found, draft)
    value, _ = of_draft(one)
    context: dict[str, Any] = {"plan": found, "draft": one, "text": request.POST.get("text", "")}
    if request.method == "POST":
        try:
            rows, at = _block(request), _place(request)
        except (blocks.BlockError, Unreadable) as error:
            context["problem"] = str(error)
        else:
            fields = request.POST.getlist("field")
            preview = pasting.preview(rows, value, context_of(request.workspace), fields=fields, **at)
            if request.POST.get("do") == "apply" and preview.changes:
                return _applied(request, found, one, preview)
            context |= _shown(rows, value, preview, request)
    template = "trackingplans/_paste_preview.html" if request.htmx else "trackingplans/draft_paste.html"
    return render(request, template, context)


def _block(request: WorkspaceRequest) -> blocks.Rows:
    """The block with the names that were taken from suggestions so far in it."""
    rows = blocks.rows(request.POST.get("text", ""), request.POST.get("html", ""))
    uses = [one.split("\t") for one in request.POST.getlist("use")]
    better = {(use[0], use[1]): use[2] for use in uses if len(use) == 3}
    fields = request.POST.getlist("field") or pasting.columns_of(rows)
    if not better or not fields or len(fields) != len(rows[0]):
        return rows
    kinds = ["event" if field == "event" else "property" if field == "property" else "" for field in fields]
    return [[better.get((kind, cell), cell) for kind, cell in zip(kinds, row, strict=True)] for row in rows]


def _place(request: WorkspaceRequest) -> dict[str, Any]:
    """Where in the grid it is pasted: `at` holds the rows downwards and the columns to the right."""
    text = request.POST.get("at", "")
    if not text:
        return {}
    try:
        at = json.loads(text)
        return {
            "targets": [target_of(row) for row in at["rows"]],
            "columns": [str(one) for one in at["columns"]],
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreadable("The place it is pasted at cannot be read.") from None


def _shown(rows: blocks.Rows, plan: Plan, preview: Preview, request: WorkspaceRequest) -> dict[str, Any]:
    wrong = [line for line in preview.lines if line.errors]
    right = [line for line in preview.lines if not line.errors and line.outcome != stepping.SAME]
    return {
        "text": blocks.text(rows),
        "at": request.POST.get("at", ""),
        "preview": preview,
        "columns": list(zip(preview.fields, rows[0], strict=False))
        if rows and len(preview.fields) > 1
        else [],
        "fields": stepping.FIELDS,
        "wrong": wrong[:LINES_SHOWN],
        "wrong_count": len(wrong),
        "right": right[:LINES_SHOWN],
        "right_count": len(right),
        "same": preview.count(stepping.SAME),
        "changes": len(preview.changes),
        "suggestions": _suggestions(plan, preview),
    }


def _suggestions(plan: Plan, preview: Preview) -> list[tuple[str, Judgement]]:
    """The new names that are not as the plan wants them, each with what is better."""
    try:
        convention = NamingConvention.from_document(dict(plan.naming))
    except ConventionError:
        return []
    found = []
    for kind, names in (("event", preview.new_events), ("property", preview.new_properties)):
        judged = judge(names, convention, kind, planned_names(plan, kind)) if names else []
        found += [(kind, one) for one in judged if one.issues and one.suggestions]
    return found


def _applied(request: WorkspaceRequest, plan: TrackingPlan, draft: Draft, preview: Preview) -> HttpResponse:
    page = reverse("plan_detail", args=[request.workspace.public_id, plan.public_id])
    page = f"{page}?draft={draft.public_id}"
    try:
        changes = renaming.keeping_former(plan, preview.changes, now=timezone.now())
        drafting.change(draft, request.user, changes, why="Pasted from a sheet")
    except (PlanError, drafting.NotOpen, drafting.Conflict) as error:
        notices.failed(request, f"Nothing was changed: {error}")
    else:
        done = sum(line.outcome not in {stepping.SAME, stepping.WRONG} for line in preview.lines)
        undo = reverse("draft_undo", args=[request.workspace.public_id, plan.public_id, draft.public_id])
        undo += "?to=grid"
        notices.done(request, f"{done:,} row{'s' if done != 1 else ''} pasted as one change.", undo=undo)
    return HttpResponseClientRedirect(page) if request.htmx else redirect(page)
