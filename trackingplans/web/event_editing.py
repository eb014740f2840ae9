"""An event edited in a draft: a new one, its facts, its name, its properties, its JSON Schema as text."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import drafting, observing, renaming
from trackingplans.authoring_forms import (
    EventFacts,
    EventName,
    PropertyFacts,
    RawSchema,
    lines_of,
    property_facts,
)
from trackingplans.domain import allowing, fact_edits
from trackingplans.domain.plan import PlanError, Rule
from trackingplans.domain.properties import Property, area_of, below, property_at
from trackingplans.domain.sheets.adding import Places
from trackingplans.domain.sheets.cells import Change, identity, set_rule
from trackingplans.interchange.planwright import json_text
from trackingplans.models import Source
from trackingplans.web import fills, tree
from trackingplans.web.editions import Edition, edition_of, newest_rules
from trackingplans.web.plans import plan_of, teams_by_slug

_EMPTY = {"type": "object", "properties": {"properties": {"type": "object", "properties": {}}}}


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def event_new(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """A new track event; then its page."""
    edition = _edition(request, plan, draft)
    form = EventName(request.POST or None, today=timezone.now().date())
    if form.is_valid():
        rule = {"type": "track", "name": form.cleaned_data["name"], "version": 1, "schema": _EMPTY}
        rule["meta"] = {"status": "planned"}
        changed = _change(request, edition, [{"op": "add_rule", "rule": rule}])
        if changed:
            return redirect(_event_page(request, edition, "track", form.cleaned_data["name"]))
    context = {"plan": edition.plan, "edition": edition, "form": form}
    return render(request, "trackingplans/event_new.html", context)


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def event_facts(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """What is said of an event beside its properties (`?type=&name=`)."""
    edition, rule = _event(request, plan, draft)
    sources = list(Source.objects.for_workspace(request.workspace).filter(plan=edition.plan).order_by("name"))
    form = EventFacts(
        request.POST or None,
        rule=rule,
        teams=teams_by_slug(request.workspace),
        metrics=[str(one["name"]) for one in edition.value.metrics if one.get("name")],
        sources=sources,
    )
    if form.is_valid():
        facts = form.cleaned_data | {key: lines_of(form.cleaned_data[key]) for key in ("code", "links")}
        changes = fact_edits.of_event(rule, facts, [source.slug for source in sources])
        if not changes or _change(request, edition, changes):
            return redirect(_event_page(request, edition, rule.type, rule.name))
    context = {"plan": edition.plan, "edition": edition, "rule": rule, "form": form}
    return render(request, "trackingplans/event_facts.html", context)


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def event_name(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """The event's name. With traffic in the last week the former name is kept for 30 days unless told otherwise."""
    edition, rule = _event(request, plan, draft)
    now = timezone.now()
    seen = observing.seen_names(edition.plan, {(rule.type, rule.name)}, now=now)
    until = (now + renaming.KEPT_FOR).date() if seen else None
    form = EventName(request.POST or None, today=now.date(), initial={"name": rule.name, "until": until})
    if form.is_valid():
        name, until = form.cleaned_data["name"], form.cleaned_data["until"]
        kept = {"until": str(until)} if until else None
        change = {"op": "rename_rule", "of": identity(rule), "name": name, "keep_former": kept}
        if name == rule.name or _change(request, edition, [change]):
            return redirect(_event_page(request, edition, rule.type, name))
    week = observing.week(edition.plan, [rule.name], now=now).get(rule.name, 0)
    context = {"plan": edition.plan, "edition": edition, "rule": rule, "form": form, "week": week}
    return render(request, "trackingplans/event_name.html", context)


@require_POST
@member(Role.EDITOR)
def event_former(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """Messages under the name `former` count as the event for 30 days more."""
    edition, rule = _event(request, plan, draft)
    until = str((timezone.now() + renaming.KEPT_FOR).date())
    former = request.POST.get("former", "")
    edits = allowing.former_names(edition.value, rule.type, rule.name, [former] if former else [], until)
    if edits:
        _change(request, edition, edits, f"Messages named {former} count until {until}.")
    return redirect("draft_detail", request.workspace.public_id, plan, draft)


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def event_property(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """One property (`?at=`), or a new one without it. `do=remove` takes it away."""
    edition, rule = _event(request, plan, draft)
    one = property_at(rule, request.GET.get("at", ""))
    if one is None and request.GET.get("at"):
        raise Http404("The event has no such property.")
    page = _event_page(request, edition, rule.type, rule.name)
    if one is not None and request.POST.get("do") == "remove":
        _change(request, edition, [{"op": "remove_property", "of": identity(rule), "at": one.at}])
        return redirect(page)
    form = PropertyFacts(request.POST or None, initial=_facts(rule, one))
    if form.is_valid() and request.POST.get("do") == "save" and _put(request, edition, rule, one, form):
        return redirect(page)
    context = {"plan": edition.plan, "edition": edition, "rule": rule, "property": one, "form": form}
    return render(request, "trackingplans/event_property.html", context)


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def event_schema(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """The JSON Schema of the whole message as text, beside what it says as a tree; `do=preview` gives the tree of the
    text that is sent, and saves nothing."""
    edition, rule = _event(request, plan, draft)
    form = RawSchema(request.POST or None, initial={"text": json_text(rule.schema)})
    is_preview = request.POST.get("do") == "preview"
    if form.is_valid() and not is_preview:
        schema = form.cleaned_data["text"]
        change = set_rule(rule, ["schema"], schema) | {"value": schema}
        if schema == rule.schema or _change(request, edition, [change]):
            return redirect(_event_page(request, edition, rule.type, rule.name))
    context = {"plan": edition.plan, "edition": edition, "rule": rule, "form": form}
    context |= _tree(rule, form.cleaned_data["text"] if form.is_bound and form.is_valid() else rule.schema)
    if is_preview:
        context["errors"] = form.errors.get("text", [])
        return render(request, "trackingplans/_schema_tree.html", context)
    return render(request, "trackingplans/event_schema.html", context)


def _tree(rule: Rule, schema: Any) -> dict[str, Any]:
    section = area_of(rule)
    properties, beside = tree.rows(schema, section, rule.meta.get("properties") or {})
    tail = urlencode({"type": rule.type, "name": rule.name})
    return {"properties": properties, "beside": beside, "section": section, "draft_tail": tail}


@require_POST
@member(Role.EDITOR)
def event_fit(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """Takes one of the things that traffic suggests (`code` and `path`), if it still does."""
    edition, rule = _event(request, plan, draft)
    wanted = (request.POST.get("code"), request.POST.get("path"))
    found = fills.fills(edition.plan, rule).suggestions
    fitting = next((one for one in found if (one.code, one.path) == wanted), None)
    if fitting is None:
        notices.failed(request, "Traffic does not suggest this any more.")
    else:
        _change(request, edition, list(fitting.edits))
    return redirect(_event_page(request, edition, rule.type, rule.name))


@require_POST
@member(Role.EDITOR)
def event_remove(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """Takes the event out of the draft."""
    edition, rule = _event(request, plan, draft)
    _change(
        request,
        edition,
        [{"op": "remove_rule", "of": identity(rule)}],
        f"{rule.name or rule.type} is out of the plan.",
    )
    page = reverse("plan_detail", args=[request.workspace.public_id, edition.plan.public_id])
    return redirect(f"{page}?draft={draft}")


def _put(
    request: WorkspaceRequest, edition: Edition, rule: Rule, one: Property | None, form: PropertyFacts
) -> bool:
    """The property as the form says; a new one is added first. Whether it could be saved."""
    facts, changes = form.cleaned_data, []
    if one is None:
        places = Places(rule)
        if places.find(facts["name"]):
            form.add_error("name", "The event has this property already.")
            return False
        changes = places.added(facts["name"], is_required=facts["required"])
        new = changes[-1]
        place = below(new["at"], new["name"])
        one = Property(new["name"], place, new["at"], "", 0, {}, facts["required"])
        facts = facts | {"name": one.name}
    changes = [*changes, *fact_edits.of_property(rule, one, facts)]
    return not changes or _change(request, edition, changes)


def _facts(rule: Rule, one: Property | None) -> dict[str, Any]:
    if one is None:
        return {"types": ["string"], "allow_null": True}
    notes = rule.meta.get("properties")
    note = notes.get(one.at) if isinstance(notes, dict) else None
    return property_facts(one, str(note.get("pii", "")) if isinstance(note, dict) else "")


def _edition(request: WorkspaceRequest, plan: str, draft: str) -> Edition:
    """The open draft. Raises Http404 for one that is not there or cannot change any more."""
    edition = edition_of(request, plan_of(request, plan), draft)
    if not edition.may_edit:
        raise Http404("This draft cannot be changed any more.")
    return edition


def _event(request: WorkspaceRequest, plan: str, draft: str) -> tuple[Edition, Rule]:
    edition = _edition(request, plan, draft)
    rule = newest_rules(edition.value).get((request.GET.get("type", "track"), request.GET.get("name", "")))
    if rule is None:
        raise Http404("The draft has no such event.")
    return edition, rule


def _change(
    request: WorkspaceRequest, edition: Edition, changes: list[Change], words: str = "Saved in the draft."
) -> bool:
    """Whether the changes could be made; says so either way."""
    assert edition.draft is not None  # noqa: S101  # `_edition` looked
    revision = request.POST.get("revision", "")
    expected = int(revision) if revision.isdecimal() and len(revision) < 10 else None
    try:
        drafting.change(edition.draft, request.user, changes, expected=expected)
    except PlanError as error:
        notices.failed(request, error.problems[0].message)
        return False
    except drafting.Conflict as error:
        notices.failed(request, f"Not saved, somebody was faster: {error.others[0].sentence}")
        return False
    except drafting.NotOpen as error:
        notices.failed(request, str(error))
        return False
    undo = reverse(
        "draft_undo", args=[request.workspace.public_id, edition.plan.public_id, edition.draft.public_id]
    )
    notices.done(request, words, undo=f"{undo}?to=grid")
    return True


def _event_page(request: WorkspaceRequest, edition: Edition, kind: str, name: str) -> str:
    page = reverse("plan_event", args=[request.workspace.public_id, edition.plan.public_id])
    draft = edition.draft.public_id if edition.draft else ""
    return f"{page}?{urlencode({'type': kind, 'name': name, 'draft': draft})}"
