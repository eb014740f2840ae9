"""Violations, what is not in the plan, and what is muted: one list under three tabs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Membership, Role, Workspace
from accounts.web.access import WorkspaceRequest, member
from trackingplans.domain.findings import Family
from violations import filtering, inbox, remembering, routing, searching, triage
from violations.forms import LENGTHS
from violations.grouping import Group
from violations.inbox import Counted, Listing, Wanted
from violations.querying import Filters
from violations.routing import Routing
from violations.web import filters, rows
from violations.web.filters import Asked
from violations.web.rows import Row

TOLD = tuple(family for family in filtering.FAMILIES if family != Family.UNPLANNED)
NOT_IN_PLAN = "not_in_plan"
TABS = {"violation_list": "Violations", NOT_IN_PLAN: "Not in plan", "muted_list": "Muted"}
MISSING, MISSING_WORD = "missing_list", "Missing"


@dataclass(frozen=True, slots=True)
class Tab:
    word: str
    url: str
    counted: Counted | None
    is_current: bool

    @property
    def count(self) -> int | None:
        return self.counted.rows if self.counted else None

    @property
    def has_more(self) -> bool:
        return self.counted is not None and not self.counted.is_all


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
    return _list(request, NOT_IN_PLAN)


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
    found, counts = _looked_up(request, tab, asked, owners, now, page)
    listed = rows.rows(request.workspace, found.page, owners, asked.window)
    sections = _sections(listed, folds=folds(tab, asked.filters)) if tab == NOT_IN_PLAN else _section(listed)
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": tabs(request, tab, counts),
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
        "arrived_query": _arrived_query(request, tab, now),
        "mailed": remembering.mailed(
            request.workspace, of_tab(tab, asked.filters), found.known if found.is_counted else None, now
        ),
    }
    return render(request, "violations/violation_list.html", context)


def tabs(request: WorkspaceRequest, current: str, counts: Mapping[str, Counted | None]) -> list[Tab]:
    """All tabs under the filters of this page; what is missing has none."""
    missing = reverse(MISSING, args=[request.workspace.public_id])
    return [
        *(
            Tab(word, _address(request, name), counts.get(name), name == current)
            for name, word in TABS.items()
        ),
        Tab(MISSING_WORD, missing, counts.get(MISSING), current == MISSING),
    ]


def counts_of_tabs(workspace: Workspace, owners: Routing, now: datetime) -> dict[str, Counted | None]:
    """How many rows each list has when nothing is asked for."""
    asked = filters.read(QueryDict(), workspace, owners, now)
    return {
        name: inbox.rows_of(
            workspace, of_tab(name, asked.filters), owners, now, folds=folds(name, asked.filters)
        )
        for name in TABS
    }


def _arrived_query(request: WorkspaceRequest, tab: str, now: datetime) -> str:
    """What the page asks for once a minute."""
    query = request.GET.copy()
    query.pop("page", None)
    query["tab"], query["opened"] = tab, now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return query.urlencode()


def _members(request: WorkspaceRequest) -> Sequence[Membership]:
    """Whom rows can be assigned to; nobody where the reader may not assign."""
    if not request.membership.may_edit:
        return ()
    people = Membership.objects.for_workspace(request.workspace).filter(user__is_active=True)
    shown = people.select_related("user").only("public_id", "workspace_id", "user__name", "user__email")
    return list(shown.order_by("user__name", "user__email"))


def _looked_up(
    request: WorkspaceRequest, tab: str, asked: Asked, owners: Routing, now: datetime, page: int
) -> tuple[Listing, dict[str, Counted | None]]:
    """The page's rows, and how many each tab has under the same filters."""
    workspace = request.workspace
    filters = replace(asked.filters, search=searching.look_up(workspace, asked.filters.q))
    by_tab = {name: of_tab(name, filters) for name in TABS}
    wanted = (
        Wanted(asked.sort, page, _is_property, folds(tab, filters))
        if tab == NOT_IN_PLAN
        else Wanted(asked.sort, page)
    )
    found = inbox.listing(workspace, by_tab[tab], owners, asked.window, now, wanted)
    others = {
        name: inbox.rows_of(workspace, asked_for, owners, now, folds=folds(name, filters))
        for name, asked_for in by_tab.items()
        if name != tab
    }
    return found, {tab: found.rows, **others}


def of_tab(tab: str, wanted: Filters) -> Filters:
    """The filters, with what makes the tab."""
    if tab == "muted_list":
        return replace(wanted, statuses=(triage.MUTED,), changes=(), window=None)
    if tab == NOT_IN_PLAN:
        return replace(wanted, families=(Family.UNPLANNED,))
    return wanted if wanted.families else replace(wanted, families=TOLD)


def _is_property(group: Group) -> bool:
    return group.first.code == inbox.UNPLANNED_PROPERTY


def folds(tab: str, filters: Filters) -> bool:
    """Whether properties of one event that are not in the plan are one row: not behind a link of a digest, which counts
    each of them."""
    return tab == NOT_IN_PLAN and not filters.changes and not filters.copied


def _section(listed: Sequence[Row]) -> list[Section]:
    return [Section("", listed)] if listed else []


def _sections(listed: Sequence[Row], *, folds: bool) -> list[Section]:
    """Of what is not in the plan."""
    events = [row for row in listed if not _is_property(row.group)]
    properties = [row for row in listed if _is_property(row.group)]
    parts = Section("Events", events), Section("Properties", rows.folded(properties) if folds else properties)
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
    return min(max(1, int(text)), inbox.PAGES) if text.isascii() and text.isdigit() and len(text) < 6 else 1
