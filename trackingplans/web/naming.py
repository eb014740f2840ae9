"""A plan's naming rules: read on the live plan, edited in a draft with a preview of what its own names make of them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import drafting
from trackingplans.authoring_forms import Naming, naming_initial
from trackingplans.domain import convention_words
from trackingplans.domain.naming import (
    ConventionError,
    Judgement,
    NamingConvention,
    judge,
)
from trackingplans.domain.plan import Plan, PlanError
from trackingplans.domain.planned_names import inferred_naming, planned_names
from trackingplans.web.editions import Edition, edition_of
from trackingplans.web.plans import plan_of

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of the plan's names of one kind are as the rules want them, and the first that are not."""

    word: str
    right: int
    total: int
    wrong: list[Judgement]


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.EDITOR)
def plan_naming(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The rules. With `?draft=` a form: `do=save` changes the draft, else it is previewed on the plan's names."""
    found = plan_of(request, plan)
    edition = edition_of(request, found)
    supports: list[str] = []
    initial = naming_initial(edition.value.naming)
    if "infer" in request.GET:
        inferred, supports = inferred_naming(edition.value)
        initial |= naming_initial(inferred)
    form = Naming(request.POST or None, initial=initial)
    document = dict(edition.value.naming)
    if form.is_bound and form.is_valid():
        document = form.document(edition.value.naming)
        if request.POST.get("do") == "save":
            return _saved(request, edition, document)
    elif "infer" in request.GET:
        document = inferred
    context: dict[str, Any] = {
        "plan": found,
        "edition": edition,
        "form": form,
        "supports": supports,
        "told": convention_words.told(edition.value),
        "kept": _kept(edition.value, document),
    }
    template = "trackingplans/_naming_preview.html" if request.htmx else "trackingplans/plan_naming.html"
    return render(request, template, context)


def _saved(request: WorkspaceRequest, edition: Edition, document: dict[str, Any]) -> HttpResponse:
    page = reverse("plan_detail", args=[request.workspace.public_id, edition.plan.public_id])
    if edition.draft is None or not edition.may_edit:
        notices.failed(request, "Naming rules are changed in a draft.")
        return redirect(page)
    try:
        drafting.change(
            edition.draft, request.user, [{"op": "set_plan", "path": ["naming"], "value": document}]
        )
    except (PlanError, drafting.NotOpen, drafting.Conflict) as error:
        notices.failed(request, f"Nothing was changed: {error}")
    else:
        notices.done(request, "The naming rules are in the draft.")
    return redirect(f"{page}?draft={edition.draft.public_id}")


def _kept(plan: Plan, document: dict[str, Any]) -> list[Kept]:
    try:
        convention = NamingConvention.from_document(document)
    except ConventionError:
        return []
    found = []
    for kind, word in (("event", "events"), ("property", "properties"), ("trait", "traits")):
        judged = judge(planned_names(plan, kind), convention, kind)
        wrong = [one for one in judged if one.issues]
        if judged:
            found.append(Kept(word, len(judged) - len(wrong), len(judged), wrong[:SHOWN]))
    return found
