"""Violations, what is not in the plan, and what is muted: one list under three tabs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans.domain.findings import Family
from trackingplans.models import Source
from violations import grouping, inbox, remembering, routing, triage
from violations.grouping import Entry, Group
from violations.querying import Filters
from violations.routing import Routing
from violations.web import filters, rows
from violations.web.filters import Asked
from violations.web.rows import Row

PAGE = 50
TABS = {"violation_list": "Violations", "not_in_plan": "Not in plan", "muted_list": "Muted"}


@dataclass(frozen=True, slots=True)
class Tab:
    word: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading of their own ('' for none)."""

    title: str
    rows: Sequence[Row]


@require_GET
@member(Role.VIEWER)
def violation_list(request: WorkspaceRequest) -> HttpResponse:
    return _list(request, "violation_list")


@require_GET
@member(Role.VIEWER)
def not_in_plan(request: WorkspaceRequest) -> HttpResponse:
    return _list(request, "not_in_plan")


@require_GET
@member(Role.VIEWER)
def muted_list(request: WorkspaceRequest) -> HttpResponse:
    return _list(request, "muted_list")


def _list(request: WorkspaceRequest, tab: str) -> HttpResponse:
    now = timezone.now()
    owners = routing.routing(request.workspace)
    asked = filters.read(request.GET, request.workspace, owners, now)
    sources = list(Source.objects.for_workspace(request.workspace).select_related("plan").order_by("name"))
    groups = _groups(request, asked, owners, now)
    page = _page_number(request)
    shown = groups[tab][(page - 1) * PAGE : page * PAGE]
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": [
            Tab(word, _address(request, name), len(groups[name]), name == tab) for name, word in TABS.items()
        ],
        "asked": asked,
        "sections": _sections(tab, rows.rows(request.workspace, shown, owners, asked.window)),
        "chips": filters.chips(asked, sources, owners),
        "sources": sources,
        "teams": owners.teams.values(),
        "total": len(groups[tab]),
        "shown": len(shown),
        "occurrences": sum(group.count for group in groups[tab]),
        "older": asked.url(page=str(page + 1)) if page * PAGE < len(groups[tab]) else "",
        "newer": asked.url() if page > 1 else "",
        "presets": [(name, words) for name, (_, words) in filters.PRESETS.items()],
        "statuses": filters.STATUSES.items(),
        "environments": filters.ENVIRONMENTS.items(),
        "stored": remembering.digest_of(request.workspace, asked.window, asked.filters.teams, now),
    }
    return render(request, "violations/violation_list.html", context)


def _groups(
    request: WorkspaceRequest, asked: Asked, owners: Routing, now: datetime
) -> dict[str, list[Group]]:
    """The rows of each tab under the same filters, in order."""

    def found(wanted: Filters) -> list[Entry]:
        return inbox.entries(request.workspace, wanted, owners, asked.window, now)

    entries = found(asked.filters)
    told = [entry for entry in entries if asked.filters.families or entry.family != Family.UNPLANNED]
    unplanned = [entry for entry in entries if entry.family == Family.UNPLANNED]
    muted = found(replace(asked.filters, statuses=(triage.MUTED,), changes=(), window=None))
    return {
        "violation_list": grouping.grouped(told, asked.sort),
        "not_in_plan": sorted(grouping.grouped(unplanned, asked.sort), key=_is_property),
        "muted_list": grouping.grouped(muted, asked.sort),
    }


def _is_property(group: Group) -> bool:
    return group.first.code != "unplanned_event"


def _sections(tab: str, listed: Sequence[Row]) -> list[Section]:
    if tab != "not_in_plan":
        return [Section("", listed)] if listed else []
    events = [row for row in listed if not _is_property(row.group)]
    properties = [row for row in listed if _is_property(row.group)]
    parts = (Section("Events", events), Section("Properties", properties))
    return [part for part in parts if part.rows]


def _address(request: WorkspaceRequest, tab: str) -> str:
    """Another tab under the same filters; what only one of them can mean is left behind."""
    query = request.GET.copy()
    for name in ("page", "family", "status"):
        query.pop(name, None)
    address = reverse(tab, args=[request.workspace.public_id])
    return f"{address}?{query.urlencode()}" if query else address


def _page_number(request: WorkspaceRequest) -> int:
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
