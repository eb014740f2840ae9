"""What is missing: events and sources that should be heard of and are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role, Team, Workspace
from accounts.web.access import WorkspaceRequest, member
from trackingplans.domain.findings import Family
from trackingplans.models import Environment, Source, TrackingPlan
from violations import looking, missing, renaming, routing
from violations.inbox import Counted
from violations.missing import Missing
from violations.models import State, Violation
from violations.routing import Routing
from violations.web import tabs

LOOKED_AT = 500  # events not in the plan that may be a missing one under another name
Named = tuple[int, str, str]  # source id, call type and event
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
    """`now_as`: an event that is not in the plan and may be this one, with its page."""

    missing: Missing
    plan: TrackingPlan
    event_url: str
    team: Team | None
    now_as: Violation | None = None


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
    names = _other_names(request.workspace, seen.lines)
    ids = {one.plan_id for one in seen.lines}
    plans = TrackingPlan.objects.for_workspace(request.workspace).in_bulk(ids)
    owners = routing.routing(request.workspace)
    sections = []
    for kind, (title, note) in TITLES.items():
        lines = [
            _line(request, one, plans[one.plan_id], owners, names) for one in seen.lines if one.kind == kind
        ]
        if lines:
            sections.append(Section(title, note, lines, seen.totals[kind]))
    context: dict[str, Any] = {
        "sections": sections,
        "is_watched": Source.objects.for_workspace(request.workspace)
        .filter(environment=Environment.PRODUCTION, plan__isnull=False)
        .exists(),
        "looked_at": seen.at if seen.at < now else None,
        "tabs": tabs.listed(
            request,
            QueryDict(),
            tabs.MISSING,
            {
                **tabs.counts(request.workspace, QueryDict(), owners, now),
                tabs.MISSING: Counted(sum(seen.totals.values()), is_all=True),
            },
        ),
    }
    return render(request, "violations/missing_list.html", context)


def _other_names(workspace: Workspace, found: Sequence[Missing]) -> dict[Named, Violation]:
    """By source, type and planned event: the event that came instead, among those not in the plan that matter most."""
    asked = {(one.source.pk, *one.event) for one in found if one.source and one.event}
    if not asked:
        return {}
    rows = Violation.objects.for_workspace(workspace).filter(family=Family.UNPLANNED)
    ranked = rows.exclude(state=State.RESOLVED).order_by("-rank", "-id")[:LOOKED_AT]
    return {
        (row.source_id, row.type, renaming.meant(row)): row
        for row in reversed(ranked)
        if (row.source_id, row.type, renaming.meant(row)) in asked
    }


def _line(
    request: WorkspaceRequest,
    one: Missing,
    plan: TrackingPlan,
    owners: Routing,
    names: Mapping[Named, Violation],
) -> Line:
    url = ""
    if one.event:
        query = urlencode({"type": one.event[0], "name": one.event[1]})
        url = f"{reverse('plan_event', args=[request.workspace.public_id, plan.public_id])}?{query}"
    return Line(
        missing=one,
        plan=plan,
        event_url=url,
        team=owners.owner_of(one.plan_id, one.source.pk if one.source else None, one.event),
        now_as=names.get((one.source.pk, *one.event)) if one.source and one.event else None,
    )
