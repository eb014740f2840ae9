"""The tabs above the lists, and how many rows each has: counted once the page is there, so that it need not wait."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role, Workspace
from accounts.web.access import WorkspaceRequest, member
from trackingplans.domain.findings import Family
from violations import filtering, inbox, routing, searching, triage
from violations.inbox import Counted
from violations.querying import Filters
from violations.routing import Routing
from violations.web import filters

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


@require_GET
@member(Role.VIEWER)
def violation_tabs(request: WorkspaceRequest) -> HttpResponse:
    """The tabs, counted. `?tab=`: the list that is open; all else as in its address. Without htmx, that list."""
    query = request.GET.copy()
    tab = query.pop("tab", [""])[-1]
    tab = tab if tab in TABS else "violation_list"
    if not request.htmx:
        return redirect(f"{reverse(tab, args=[request.workspace.public_id])}?{query.urlencode()}")
    now, owners = timezone.now(), routing.routing(request.workspace)
    links = listed(request, query, tab, counts(request.workspace, query, owners, now))
    return render(request, "_tabs.html", {"links": links, "label": "Violations"})


def listed(
    request: WorkspaceRequest, query: QueryDict, current: str, known: Mapping[str, Counted | None]
) -> list[Tab]:
    """All tabs under the filters of a list's query string, with the counts that are known; what is missing has no
    filters."""
    missing = reverse(MISSING, args=[request.workspace.public_id])
    return [
        *(
            Tab(word, _address(request, query, name), known.get(name), name == current)
            for name, word in TABS.items()
        ),
        Tab(MISSING_WORD, missing, known.get(MISSING), current == MISSING),
    ]


def counts(
    workspace: Workspace, query: QueryDict, owners: Routing, now: datetime
) -> dict[str, Counted | None]:
    """How many rows each list has under the filters of a query string; None where that would take long."""
    asked = filters.read(query, workspace, owners, now).filters
    search = searching.look_up(workspace, asked.q)
    if search is not None and search.is_broad:
        return dict.fromkeys(TABS)
    asked = replace(asked, search=search)
    return {
        name: inbox.rows_of(workspace, of_tab(name, asked), owners, now, folds=folds(name, asked))
        for name in TABS
    }


def of_tab(tab: str, wanted: Filters) -> Filters:
    """The filters, with what makes the tab."""
    if tab == "muted_list":
        return replace(wanted, statuses=(triage.MUTED,), changes=(), window=None)
    if tab == NOT_IN_PLAN:
        return replace(wanted, families=(Family.UNPLANNED,))
    return wanted if wanted.families else replace(wanted, families=TOLD)


def folds(tab: str, wanted: Filters) -> bool:
    """Whether properties of one event that are not in the plan are one row: not behind a link of a digest, which counts
    each of them."""
    return tab == NOT_IN_PLAN and not wanted.changes and not wanted.copied


def _address(request: WorkspaceRequest, query: QueryDict, tab: str) -> str:
    """Another tab under the same filters; what only one of them can mean is left behind."""
    query = query.copy()
    for name in ("page", "family", "status"):
        query.pop(name, None)
    address = reverse(tab, args=[request.workspace.public_id])
    return f"{address}?{query.urlencode()}" if query else address
