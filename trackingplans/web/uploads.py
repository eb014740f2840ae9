"""A sheet on its way into a plan: which column says what, how far it was read, and what would come."""

from pathlib import PurePath
from typing import Any

from celery import current_app
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import uploading
from trackingplans.domain import type_words
from trackingplans.domain.plan import PlanError
from trackingplans.domain.sheets import headings
from trackingplans.sheet_models import SheetState, UploadedSheet

READ_SHEETS = "trackingplans.tasks.read_sheets"
PROBLEMS_SHOWN = 100
RULES_SHOWN = 200
PROPERTIES_SHOWN = 12


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def sheet_import(request: WorkspaceRequest, sheet: str) -> HttpResponse:
    """`do=tabs` takes the sheets of the workbook, `do=read` the mapping, `do=import` brings them in; htmx asks how
    far reading is."""
    rows = UploadedSheet.objects.for_workspace(request.workspace).select_related("plan", "workspace")
    upload: UploadedSheet = get_object_or_404(rows, public_id=sheet)
    if request.method == "POST" and request.POST.get("do") == "import":
        return _bring_in(request, upload)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "tabs":
                uploading.choose_tabs(upload, request.POST.getlist("tab"))
            else:
                uploading.map_columns(upload, request.POST.getlist("field"))
                wake()
        except PlanError as error:
            notices.failed(request, error.problems[0].message)
        return redirect("sheet_import", request.workspace.public_id, upload.public_id)
    template = "trackingplans/_sheet_state.html" if request.htmx else "trackingplans/sheet_import.html"
    return render(request, template, _context(upload, is_whole=not request.htmx))


def wake() -> None:
    """Have waiting sheets read now; without a broker beat does it a little later."""
    try:
        current_app.send_task(READ_SHEETS, retry=False, expires=30)
    except OperationalError:
        pass


def _bring_in(request: WorkspaceRequest, upload: UploadedSheet) -> HttpResponse:
    if upload.state != SheetState.READ:
        raise Http404
    workspace = request.workspace.public_id
    try:
        if upload.plan is not None:
            draft = uploading.as_draft(upload, upload.plan, request.user)
            notices.done(request, f"{upload.filename} is a draft now: look at what it changes.")
            return redirect("draft_detail", workspace, upload.plan.public_id, draft.public_id)
        name = request.POST.get("name", "").strip() or PurePath(upload.filename).stem
        version = uploading.as_plan(upload, request.user, name)
    except PlanError as error:
        notices.failed(request, str(error.problems[0]))
        return redirect("sheet_import", workspace, upload.public_id)
    notices.done(request, f"{len(version.rules)} rules imported; version {version.number} is live.")
    return redirect("plan_detail", workspace, version.plan.public_id)


def _context(upload: UploadedSheet, *, is_whole: bool) -> dict[str, Any]:
    context: dict[str, Any] = {"upload": upload, "plan": upload.plan}
    if upload.state in (SheetState.READ, SheetState.FAILED):
        found = uploading.outcome(upload)
        rules = found.document.get("rules", [])
        context |= {
            "problems": found.problems[:PROBLEMS_SHOWN],
            "more_problems": max(0, len(found.problems) - PROBLEMS_SHOWN),
            "losses": found.losses,
            "count": len(rules),
            "rules": [_shown(rule) for rule in rules[:RULES_SHOWN]],
            "name": PurePath(upload.filename).stem,
        }
    if is_whole:
        sheet = uploading.opened(upload)
        context |= {
            "fields": headings.FIELDS,
            "tabs": [(name, True) for name in sheet.tabs] + [(name, False) for name in sheet.others],
            "columns": [
                (name, chosen, sheet.column(index)[:3])
                for index, (name, chosen) in enumerate(zip(sheet.header, upload.mapping, strict=True))
            ],
        }
    return context


def _shown(rule: dict[str, Any]) -> dict[str, Any]:
    """What the preview says of an event: its name, and its first properties in words."""
    sections = rule["schema"]["properties"]
    inside = sections["properties"] or sections["traits"]
    found: dict[str, Any] = inside.get("properties", {})
    needed = inside.get("required", ())
    named = [(name, type_words.words(node), name in needed) for name, node in found.items()]
    return {
        "name": rule.get("name") or rule["type"],
        "about": rule["schema"].get("description", ""),
        "count": len(found),
        "properties": named[:PROPERTIES_SHOWN],
        "more": max(0, len(named) - PROPERTIES_SHOWN),
    }
