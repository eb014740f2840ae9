"""What arrives of an event: how often each property comes, of which type, and what would make the rule fit it."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans import observing
from trackingplans.domain import fitting
from trackingplans.domain.fitting import percent
from trackingplans.domain.plan import PlanError
from trackingplans.domain.profiling import Place, Profile
from trackingplans.domain.sentences import KINDS
from trackingplans.traffic import profiles
from trackingplans.web.plans import plan_of
from trackingplans.web.saving import document_of, saved_in_draft

ROWS_SHOWN = 100
VALUES_SHOWN = 5
SLICES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One property as it came."""

    path: str
    fill: str
    base: int
    kinds: str
    values: str


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.EDITOR)
def event_profile(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The last seven days of `?type=&name=`; a POST takes a suggestion (`code`, `path`) into a new draft."""
    found = plan_of(request, plan)
    event = request.GET.get("type", "track"), request.GET.get("name", "")
    rules = [one for one in document_of(found, None).rules if (one.type, one.name) == event]
    if not rules:
        raise Http404("The plan has no such event.")
    rule = max(rules, key=lambda one: one.version)
    sources = observing.counted_sources(found)
    since = timezone.now().date() - profiles.WEEK
    slices = profiles.slices(found.workspace, [source.pk for source in sources], event, since)
    profile = Profile()
    for one in slices:
        profile.merge(one.profile)
    suggestions = fitting.suggestions(profile, rule)
    problem = ""
    if request.method == "POST":
        wanted = request.POST.get("code"), request.POST.get("path")
        chosen = next((one for one in suggestions if (one.code, one.path) == wanted), None)
        if chosen is None:
            raise Http404("Traffic does not suggest this any more.")
        try:
            return saved_in_draft(
                request, found, None, list(chosen.edits), f"Fit {rule.name or rule.type} to traffic"
            )
        except PlanError as error:
            problem = str(error.problems[0])
    names = {source.pk: source.name for source in sources}
    context: dict[str, Any] = {
        "plan": found,
        "rule": rule,
        "profile": profile,
        "rows": [row(profile, path) for path in sorted(profile.places) if "." in path][:ROWS_SHOWN],
        "suggestions": suggestions,
        "problem": problem,
        "slices": [
            (names.get(one.source_id, ""), one.release, one.profile.messages) for one in slices[:SLICES_SHOWN]
        ],
    }
    template = "_event_profile.html" if request.htmx else "event_profile.html"
    return render(request, f"trackingplans/{template}", context)


def row(profile: Profile, path: str) -> Row:
    """One place of a profile in words."""
    kinds = [f"{KINDS[kind]} {percent(share)}" for kind, share in profile.shares(path)]
    place = profile.places[path]
    inner = path.partition(".")[2]
    return Row(inner, percent(profile.fill(path) or 0), profile.base(path), ", ".join(kinds), _values(place))


def _values(place: Place) -> str:
    """The range of numbers, else the most frequent values; nothing where each came but once."""
    if place.least is not None and place.greatest is not None:
        return (
            f"{place.least:,.10g} to {place.greatest:,.10g}"
            if place.least < place.greatest
            else f"{place.least:,.10g}"
        )
    ranked = sorted(place.values.items(), key=lambda item: (-item[1], item[0]))
    frequent = [(text, times) for text, times in ranked if times > 1][:VALUES_SHOWN]
    listed = ", ".join(f"{json.loads(text)} {percent(times / place.seen)}" for text, times in frequent)
    form = max(place.forms, key=lambda form: place.forms[form], default="")
    return listed or form
