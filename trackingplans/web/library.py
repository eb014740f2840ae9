"""The library of a plan: shared properties, where each is used and where an event says otherwise."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans.domain import library, type_words
from trackingplans.domain.library import Shared
from trackingplans.domain.plan import Plan, PlanError, Problem
from trackingplans.interchange import reading
from trackingplans.interchange.planwright import json_text
from trackingplans.models import TrackingPlan
from trackingplans.web import tabs
from trackingplans.web.plans import plan_of
from trackingplans.web.saving import document_of, draft_of_query, saved_in_draft

USES_SHOWN = 300


@require_GET
@member(Role.VIEWER)
def plan_library(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The shared properties of the live version, or of `?draft=`."""
    found = plan_of(request, plan)
    draft = draft_of_query(request, found)
    books = library.library(document_of(found, draft))
    context = {
        "plan": found,
        "draft": draft,
        "shared": [(one, type_words.words(one.schema)) for one in books.shared],
        "candidates": [(one, type_words.words(one.schema)) for one in books.candidates],
        "groups": books.groups,
        "tabs": tabs.of_plan(request, found, "plan_library"),
    }
    return render(request, "trackingplans/plan_library.html", context)


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.EDITOR)
def plan_shared_property(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The property `?name=`: its definition and its uses. A POST saves another definition in a draft."""
    found = plan_of(request, plan)
    draft = draft_of_query(request, found)
    document = document_of(found, draft)
    books = library.library(document)
    name = request.GET.get("name", "")
    one = next((one for one in (*books.shared, *books.candidates) if one.name == name), None)
    if one is None:
        raise Http404("The library has no such property.")
    text, problem = request.POST.get("schema", json_text(one.schema)), ""
    if request.method == "POST":
        try:
            return _save(request, found, document, one, _schema(text))
        except PlanError as error:
            problem = str(error.problems[0])
    context: dict[str, Any] = {
        "plan": found,
        "draft": draft,
        "one": one,
        "is_shared": one.name in document.properties,
        "uses": [(use, type_words.words(use.schema)) for use in one.uses[:USES_SHOWN]],
        "text": text,
        "problem": problem,
    }
    return render(request, "trackingplans/plan_shared_property.html", context)


def _save(
    request: WorkspaceRequest, plan: TrackingPlan, document: Plan, one: Shared, schema: dict[str, Any]
) -> HttpResponse:
    """The definition in the draft, or in a new one. Raises PlanError for one that cannot be used."""
    draft = draft_of_query(request, plan)
    edits = library.edits_to_define(document, one, schema, everywhere="everywhere" in request.POST)
    if not edits:
        notices.done(request, "Nothing changed.")
        return redirect("plan_library", request.workspace.public_id, plan.public_id)
    return saved_in_draft(request, plan, draft, edits, f"Shared property {one.name}")


def _schema(text: str) -> dict[str, Any]:
    """The JSON Schema that was typed. Raises PlanError with its place."""
    value = reading.read(text)
    if not isinstance(value, dict):
        raise PlanError([Problem("", "Write a JSON Schema: an object in braces.")])
    return value
