"""Violations, what is not in the plan, and what is muted: one list under three tabs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Membership, Role
from accounts.web.access import WorkspaceRequest, member
from violations import inbox, remembering, routing, searching
from violations.forms import LENGTHS
from violations.grouping import Group
from violations.inbox import Listing, Wanted
from violations.routing import Routing
from violations.web import filters, rows, tabs
from violations.web.filters import Asked
from violations.web.rows import Row


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
    return _list(request, tabs.NOT_IN_PLAN)


@require_GET
@member(Role.VIEWER)
def muted_list(request: WorkspaceRequest) -> HttpResponse:
    return _list(request, "muted_list")


def _list(request: WorkspaceRequest, tab: str) -> HttpResponse:
    now = timezone.now()
    owners = routing.routing(request.workspace)
    asked = filters.read(request.GET, request.workspace, owners, now)
    sources = filters.sources(request.workspace)
    page = _page_number(request)
    found = _found(request, tab, asked, owners, now, page)
    listed = rows.rows(request.workspace, found.page, owners, asked.window)
    folds = tabs.folds(tab, asked.filters)
    sections = _sections(listed, folds=folds) if tab == tabs.NOT_IN_PLAN else _section(listed)
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": tabs.listed(request, request.GET, tab, {tab: found.rows}),
        "tabs_query": _with(request, tab=tab),
        "asked": asked,
        "sections": sections,
        "chips": filters.chips(asked, sources, owners),
        "sources": sources,
        "teams": owners.teams.values(),
        "total": found.rows.rows,
        "found": found,
        "shown": sum(len(section.rows) for section in sections),
        "occurrences": sum(group.count for group in found.known),
        "older": asked.url(page=str(page + 1)) if found.has_more and page < inbox.PAGES else "",
        "newer": asked.url() if page > 1 else "",
        "presets": [(name, words) for name, (_, words) in filters.PRESETS.items()],
        "statuses": filters.STATUSES.items(),
        "environments": filters.ENVIRONMENTS.items(),
        "export": f"{reverse('violation_export', args=[request.workspace.public_id])}{asked.url(tab=tab)}",
        "lengths": [(name, words) for name, (words, _) in LENGTHS.items()],
        "members": _members(request),
        "arrived_query": _with(request, tab=tab, opened=now.astimezone(UTC).isoformat()),
        "mailed": remembering.mailed(
            request.workspace, tabs.of_tab(tab, asked.filters), found.known if found.is_counted else None, now
        ),
    }
    return render(request, "violations/violation_list.html", context)


def _with(request: WorkspaceRequest, **more: str) -> str:
    """The list's query string, with what its fragments are told besides."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in more.items():
        query[name] = value
    return query.urlencode()


def _members(request: WorkspaceRequest) -> Sequence[Membership]:
    """Whom rows can be assigned to; nobody where the reader may not assign."""
    if not request.membership.may_edit:
        return ()
    people = Membership.objects.for_workspace(request.workspace).filter(user__is_active=True)
    shown = people.select_related("user").only("public_id", "workspace_id", "user__name", "user__email")
    return list(shown.order_by("user__name", "user__email"))


def _found(
    request: WorkspaceRequest, tab: str, asked: Asked, owners: Routing, now: datetime, page: int
) -> Listing:
    """The page's rows."""
    wanted = replace(asked.filters, search=searching.look_up(request.workspace, asked.filters.q))
    order = Wanted(asked.sort, page)
    if tab == tabs.NOT_IN_PLAN:
        order = Wanted(asked.sort, page, _is_property, tabs.folds(tab, wanted))
    return inbox.listing(request.workspace, tabs.of_tab(tab, wanted), owners, asked.window, now, order)


def _is_property(group: Group) -> bool:
    return group.first.code == inbox.UNPLANNED_PROPERTY


def _section(listed: Sequence[Row]) -> list[Section]:
    return [Section("", listed)] if listed else []


def _sections(listed: Sequence[Row], *, folds: bool) -> list[Section]:
    """Of what is not in the plan."""
    events = [row for row in listed if not _is_property(row.group)]
    properties = [row for row in listed if _is_property(row.group)]
    parts = Section("Events", events), Section("Properties", rows.folded(properties) if folds else properties)
    return [part for part in parts if part.rows]


def _page_number(request: WorkspaceRequest) -> int:
    text = request.GET.get("page", "")
    return min(max(1, int(text)), inbox.PAGES) if text.isascii() and text.isdigit() and len(text) < 6 else 1
