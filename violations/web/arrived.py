"""How many rows of a list are new since it was opened: asked for once a minute, shown as a link that takes them in."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from violations import arriving, filtering, routing
from violations.web import filters, tabs


@require_GET
@member(Role.VIEWER)
def violation_arrived(request: WorkspaceRequest) -> HttpResponse:
    """`?opened=`: when the list was; `tab` and all else as in the list's address. Without htmx, that list."""
    query = request.GET.copy()
    tab, opened = query.pop("tab", [""])[-1], query.pop("opened", [""])[-1]
    tab = tab if tab in tabs.TABS else "violation_list"
    address = f"{reverse(tab, args=[request.workspace.public_id])}?{query.urlencode()}"
    if not request.htmx:
        return redirect(address)
    now, owners = timezone.now(), routing.routing(request.workspace)
    asked = filters.read(query, request.workspace, owners, now)
    count, is_all = 0, True
    try:
        moment = filtering.moment(opened)
    except ValueError:
        moment = now
    if asked.window.is_running and tab != "muted_list":
        count, is_all = arriving.since(
            request.workspace, tabs.of_tab(tab, asked.filters), owners, moment, now,
            folds=tabs.folds(tab, asked.filters),
        )  # fmt: skip
    context = {"count": count, "is_all": is_all, "opened": moment, "address": address}
    return render(request, "violations/_arrived.html", context)
