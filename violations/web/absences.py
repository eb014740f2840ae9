"""What is missing: events and sources that should be heard of and are not."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role, Team
from accounts.web.access import WorkspaceRequest, member
from trackingplans.models import TrackingPlan
from violations import looking, missing, routing
from violations.missing import Missing
from violations.routing import Routing
from violations.web import lists
from violations.web.lists import Tab

TITLES = {
    missing.STOPPED: ("Stopped", "Silent for longer than three times their longest gap of the week."),
    missing.SILENT: ("Sources that send nothing", "No message in seven days."),
    missing.ABSENT: ("Required and not sent", "The plan says that this source must send them."),
    missing.UNEXPECTED: (
        "Sent where they never should be",
        "The plan says that this source never sends them.",
    ),
    missing.NEVER: (
        "Never seen",
        "Planned events that no production source has sent as long as hours are kept.",
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    missing: Missing
    plan: TrackingPlan
    event_url: str
    team: Team | None


@dataclass(frozen=True, slots=True)
class Section:
    """One kind; `total`: lines in all, of which looking.KEPT are shown."""

    title: str
    note: str
    lines: list[Line]
    total: int


@require_GET
@member(Role.VIEWER)
def missing_list(request: WorkspaceRequest) -> HttpResponse:
    now = timezone.now()
    seen = looking.seen(request.workspace, now)
    ids = {one.plan_id for one in seen.lines}
    plans = TrackingPlan.objects.for_workspace(request.workspace).in_bulk(ids)
    owners = routing.routing(request.workspace)
    sections = []
    for kind, (title, note) in TITLES.items():
        lines = [_line(request, one, plans[one.plan_id], owners) for one in seen.lines if one.kind == kind]
        if lines:
            sections.append(Section(title, note, lines, seen.totals[kind]))
    context: dict[str, Any] = {
        "sections": sections,
        "looked_at": seen.at if seen.at < now else None,
        "tabs": [
            Tab(word, reverse(name, args=[request.workspace.public_id]), None, name == lists.MISSING)
            for name, word in {**lists.TABS, lists.MISSING: lists.MISSING_WORD}.items()
        ],
    }
    return render(request, "violations/missing_list.html", context)


def _line(request: WorkspaceRequest, one: Missing, plan: TrackingPlan, owners: Routing) -> Line:
    url = ""
    if one.event:
        query = urlencode({"type": one.event[0], "name": one.event[1]})
        url = f"{reverse('plan_event', args=[request.workspace.public_id, plan.public_id])}?{query}"
    return Line(
        one, plan, url, owners.owner_of(one.plan_id, one.source.pk if one.source else None, one.event)
    )
