"""A plan's history: its versions, one of them by its lasting address, and going back to it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import briefing, comparing, history, live, outlining, proposing
from trackingplans.domain import narrating
from trackingplans.models import PlanVersion, TrackingPlan
from trackingplans.web import differences, proposals, tabs
from trackingplans.web.plans import plan_of

VERSIONS_A_PAGE = 50


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
        new = proposals.settled(request, found, proposing.earlier(version))
        if isinstance(new, HttpResponse):
            return new
        notices.done(request, f"Version {new.number} is live; it says what version {number} said.")
        return redirect("plan_detail", request.workspace.public_id, found.public_id)
    before, after = briefing.before_and_after(version)
    different = comparing.differences(found, before, after, now=timezone.now())
    context = {
        "plan": found,
        "version": version,
        "is_live": version.pk == found.live_version_id,
        "may_publish": request.membership.role >= Role.PUBLISHER,
        "count": len(different),
        "changes": differences.shown(different, before, after),
        "briefs": briefing.of_version(found, version),
        "others": _numbers(request, found, version.number),
        "outline": outlining.outline(version.pk),
        "tabs": tabs.of_plan(request, found, "plan_versions"),
    }
    return render(request, "trackingplans/plan_version.html", context)


@require_GET
@member(Role.VIEWER)
def plan_compare(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """What differs between any two versions: `?from=` and `?to=`, by default the live one."""
    found = plan_of(request, plan)
    live_number = found.live_version.number if found.live_version else 0
    chosen = [
        _version(request, found, request.GET.get(key, "") or str(live_number)) for key in ("from", "to")
    ]
    before, after = (live.plan(version.pk) for version in chosen)
    different = comparing.differences(found, before, after, now=timezone.now())
    context = {
        "plan": found,
        "from": chosen[0],
        "to": chosen[1],
        "count": len(different),
        "changes": differences.shown(different, before, after),
        "others": _numbers(request, found, 0),
        "tabs": tabs.of_plan(request, found, "plan_versions"),
    }
    return render(request, "trackingplans/plan_compare.html", context)


@require_GET
@member(Role.VIEWER)
def version_briefs(request: WorkspaceRequest, plan: str, number: int) -> HttpResponse:
    """What each source has to do for a version, to read and to copy."""
    found = plan_of(request, plan)
    version = _version(request, found, str(number))
    briefs = [
        (brief, [(item, brief.is_done(item)) for item in brief.items], briefing.text(found, version, brief))
        for brief in briefing.of_version(found, version)
    ]
    context = {"plan": found, "version": version, "briefs": briefs}
    return render(request, "trackingplans/version_briefs.html", context)


@require_GET
@member(Role.VIEWER)
def plan_history(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """Who changed what, when and why: of the plan, of the event `?type=&name=`, of its property `?path=`."""
    found = plan_of(request, plan)
    kind, name, pointer = (request.GET.get(key, "") for key in ("type", "name", "path"))
    if kind:
        rules = history.names_of(found, kind, name)
        entries = history.of_rule(found, rules, pointer if pointer.startswith("/") else "")
    else:
        entries = history.of_plan(found)
    context = {
        "plan": found,
        "entries": entries,
        "kind": kind,
        "name": name,
        "property": narrating.property_name(pointer) if pointer.startswith("/") else "",
    }
    return render(request, "trackingplans/plan_history.html", context)


def _version(request: WorkspaceRequest, plan: TrackingPlan, number: str) -> PlanVersion:
    if not number.isdecimal() or len(number) > 8:
        raise Http404("There is no such version.")
    rows = PlanVersion.objects.for_workspace(request.workspace).defer("settings", "rules", "changes")
    found: PlanVersion = get_object_or_404(rows.select_related("workspace"), plan=plan, number=int(number))
    return found


def _numbers(request: WorkspaceRequest, plan: TrackingPlan, but: int) -> list[int]:
    """The numbers of the newest versions, to choose one to compare with."""
    rows = PlanVersion.objects.for_workspace(request.workspace).filter(plan=plan).exclude(number=but)
    return list(rows.order_by("-number").values_list("number", flat=True)[:VERSIONS_A_PAGE])
