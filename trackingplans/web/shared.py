"""What whoever has the secret link of a plan sees: its events and what they hold. No traffic, no people."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WebRequest, WorkspaceRequest, member, public
from trackingplans import live, outlining, sharing
from trackingplans.models import TrackingPlan
from trackingplans.web import tree
from trackingplans.web.plans import plan_of

EVENTS_A_PAGE = 200
# Nobody else learns the address: not a search engine, not a page that is linked, not a proxy.
UNTOLD = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@require_POST
@member(Role.EDITOR)
def plan_link(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """`do=off` switches the plan's secret link off; anything else makes a new one."""
    found = plan_of(request, plan)
    if request.POST.get("do") == "off":
        sharing.withdraw(found, request.user)
        notices.done(request, "The link is switched off: nobody reads the plan by it any more.")
    else:
        sharing.share(found, request.user)
        notices.done(request, "Whoever has the link can read the live version.")
    return redirect("plan_export", request.workspace.public_id, found.public_id)


@require_GET
@public
def shared_plan(request: WebRequest, secret: str) -> HttpResponse:
    """The plan's events; with `?type=` and `?name=` one of them."""
    plan = sharing.found(secret)
    if plan is None or plan.live_version_id is None:
        raise Http404("This link is not there, or was switched off.")
    if "type" in request.GET:
        return _event(request, plan, request.GET["type"], request.GET.get("name", ""))
    outline = outlining.outline(plan.live_version_id)
    wanted = request.GET.get("q", "").strip()
    rows = [row for row in outline.rows if wanted.lower() in row.title.lower()]
    start = request.GET.get("start", "")
    first = int(start) if start.isdecimal() and len(start) < 7 else 0
    context = {
        "plan": plan,
        "about": live.plan(plan.live_version_id).description,
        "rows": rows[first : first + EVENTS_A_PAGE],
        "count": len(rows),
        "next": first + EVENTS_A_PAGE if len(rows) > first + EVENTS_A_PAGE else None,
        "q": wanted,
        "secret": secret,
    }
    return _untold(render(request, "trackingplans/shared_plan.html", context))


def _event(request: WebRequest, plan: TrackingPlan, kind: str, name: str) -> HttpResponse:
    rules = [
        one for one in live.plan(plan.live_version_id or 0).rules if (one.type, one.name) == (kind, name)
    ]
    if not rules:
        raise Http404("The plan has no such event.")
    rule = max(rules, key=lambda one: one.version)
    section = "traits" if kind in {"identify", "group"} else "properties"
    properties, beside = tree.rows(rule.schema, section, rule.meta.get("properties") or {})
    title = next(
        row.title
        for row in outlining.outline(plan.live_version_id or 0).rows
        if (row.type, row.name) == (kind, name)
    )
    context = {"plan": plan, "rule": rule, "title": title, "properties": properties, "beside": beside}
    return _untold(render(request, "trackingplans/shared_event.html", context))


def _untold(response: HttpResponse) -> HttpResponse:
    for name, value in UNTOLD.items():
        response.headers[name] = value
    return response
