"""A plan's history: its versions, one of them by its lasting address, and going back to it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import outlining, publishing
from trackingplans.models import PlanVersion
from trackingplans.web import tabs
from trackingplans.web.plans import plan_of

VERSIONS_A_PAGE = 50
CHANGES_SHOWN = 500


@require_GET
@member(Role.VIEWER)
def plan_versions(request: WorkspaceRequest, plan: str) -> HttpResponse:
    found = plan_of(request, plan)
    before = request.GET.get("before", "")
    versions = PlanVersion.objects.for_workspace(request.workspace).filter(plan=found)
    if before.isdecimal() and len(before) < 9:
        versions = versions.filter(number__lt=int(before))
    shown = list(
        versions.select_related("published_by")
        .defer("settings", "rules")
        .order_by("-number")[: VERSIONS_A_PAGE + 1]
    )
    context = {
        "plan": found,
        "versions": shown[:VERSIONS_A_PAGE],
        "older": shown[VERSIONS_A_PAGE - 1].number if len(shown) > VERSIONS_A_PAGE else None,
        "is_first_page": not before,
        "tabs": tabs.of_plan(request, found, "plan_versions"),
    }
    return render(request, "trackingplans/plan_versions.html", context)


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.PUBLISHER)
def plan_version(request: WorkspaceRequest, plan: str, number: int) -> HttpResponse:
    """One version; a POST by a publisher makes it live again as a new version."""
    found = plan_of(request, plan)
    versions = PlanVersion.objects.for_workspace(request.workspace).select_related(
        "published_by", "workspace"
    )
    version: PlanVersion = get_object_or_404(versions, plan=found, number=number)
    if request.method == "POST":
        new = publishing.roll_back(found, version, actor=request.user)
        notices.done(request, f"Version {new.number} is live; it says what version {number} said.")
        return redirect("plan_detail", request.workspace.public_id, found.public_id)
    context = {
        "plan": found,
        "version": version,
        "is_live": version.pk == found.live_version_id,
        "may_publish": request.membership.role >= Role.PUBLISHER,
        "changes": version.changes[:CHANGES_SHOWN],
        "unshown": max(0, len(version.changes) - CHANGES_SHOWN),
        "outline": outlining.outline(version.pk),
        "tabs": tabs.of_plan(request, found, "plan_versions"),
    }
    return render(request, "trackingplans/plan_version.html", context)
