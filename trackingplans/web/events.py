"""One event (or call type) of a plan, and trying a message against the plan."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans import implementing, live, observing
from trackingplans.domain import grouping, samples, snippets
from trackingplans.domain.plan import Plan, Rule
from trackingplans.forms import TryEvent
from trackingplans.interchange.planwright import json_text
from trackingplans.models import TrackingPlan
from trackingplans.traffic import moving
from trackingplans.web import comments, fills, tabs, told, tree, trying
from trackingplans.web.editions import edition_of
from trackingplans.web.grid_rows import row_id
from trackingplans.web.plans import plan_of, teams_by_slug


@require_GET
@member(Role.VIEWER)
def plan_event(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The event named by `?type=` and `?name=`, live or as `?draft=` has it; `?version=`: of its versions."""
    found = plan_of(request, plan)
    edition = edition_of(request, found)
    rules = _versions(edition.value, request.GET.get("type", "track"), request.GET.get("name", ""))
    if not rules:
        raise Http404("The plan has no such event.")
    wanted = request.GET.get("version", "")
    rule = next((one for one in rules if str(one.version) == wanted), rules[-1])
    section = "traits" if rule.type in {"identify", "group"} else "properties"
    listed, beside = tree.rows(rule.schema, section, rule.meta.get("properties") or {})
    row = next(one for one in edition.outline.rows if (one.type, one.name) == (rule.type, rule.name))
    message, now = samples.message(rule), timezone.now()
    sampled, moves = fills.fills(found, rule), _moves(found, rule)
    code = snippets.snippets(message) if rule.type != "common" else []
    done = (
        None
        if edition.draft
        else implementing.progress(found, Plan(rules=(rule,))).get((rule.type, rule.name))
    )
    context = {
        "plan": found,
        "edition": edition,
        "rule": rule,
        "row": row,
        "is_newest": rule is rules[-1],
        "versions": [one.version for one in rules],
        "properties": [replace(one, fill=sampled.shares.get(one.path, "")) for one in listed],
        "sampled": sampled,
        "beside": beside,
        "section": section,
        "groups": grouping.lacked(edition.value, rule) if edition.may_edit and rule is rules[-1] else [],
        "row_id": row_id(*rule.identity),
        "schema": json_text(rule.schema),
        "sample": json_text(message),
        "code": code,
        "snippet": next(
            (one for one in code if one.key == request.GET.get("sdk")), code[0] if code else None
        ),
        "facts": told.facts(edition, rule),
        "implemented": done,
        "status": row.status
        if edition.draft
        else implementing.status(
            row.status, done, is_sent=done is not None or implementing.has_sources(found)
        ),
        "seen": observing.seen(found, [row], now=now).get((row.type, row.name), observing.NOTHING),
        "moves": moves,
        "moved": moving.together(moves) if moves else None,
        "owner": teams_by_slug(request.workspace).get(row.owner, row.owner),
        "said": comments.of_event(edition, rule, listed),
        "draft_tail": urlencode({"type": rule.type, "name": rule.name}),
    }
    return render(request, "trackingplans/plan_event.html", context)


def _moves(plan: TrackingPlan, rule: Rule) -> list[moving.Move]:
    """How far each source has moved to the event's name; [] for one that was never renamed."""
    if rule.type != "track" or not rule.meta.get("former_names"):
        return []
    sources = observing.counted_sources(plan)
    return moving.moves(plan.workspace, sources, rule.name, now=timezone.now())


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER)
def try_event(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """Paste JSON, see the verdict. Nothing is recorded. `?type=&name=` starts with a sample of that event."""
    found = plan_of(request, plan)
    form = TryEvent(request.POST or None, initial={"text": _first_text(found, request)})
    context: dict[str, Any] = {"plan": found, "form": form, "tabs": tabs.of_plan(request, found, "try_event")}
    if form.is_valid() and found.live_version_id:
        compiled, today = live.compiled(found.live_version_id), timezone.now().date()
        context["tried"] = trying.tried(compiled, form.cleaned_data["text"], on=today)
    template = "trackingplans/_tried.html" if request.htmx else "trackingplans/try_event.html"
    return render(request, template, context)


def _versions(plan: Plan, kind: str, name: str) -> list[Rule]:
    """The versions of an event, oldest first."""
    rules = (one for one in plan.rules if (one.type, one.name) == (kind, name))
    return sorted(rules, key=lambda one: one.version)


def _first_text(plan: TrackingPlan, request: WorkspaceRequest) -> str:
    value = live.plan(plan.live_version_id) if plan.live_version_id else Plan()
    rules = _versions(value, request.GET.get("type", "track"), request.GET.get("name", ""))
    rules = rules or list(value.rules[:1])
    return json_text(samples.message(rules[-1])) if rules else ""
