"""Plans: the list, a new one, the export of one and its name."""

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role, Team, Workspace
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import assembling, proposing, publishing, sharing, starters
from trackingplans.domain.plan import PlanError
from trackingplans.forms import EMPTY, NewPlan, PlanName
from trackingplans.interchange import formats
from trackingplans.models import Cardinality, TrackingPlan
from trackingplans.web import proposals

LONGEST_SHOWN = 100_000  # characters of an export that its page shows


def plan_of(request: WorkspaceRequest, plan: str) -> TrackingPlan:
    """The workspace's plan with this public id, its live version loaded but for the large columns; else 404."""
    plans = (
        TrackingPlan.objects.for_workspace(request.workspace)
        .select_related("live_version", "workspace")
        .defer("live_version__settings", "live_version__rules", "live_version__changes")
    )
    found: TrackingPlan = get_object_or_404(plans, public_id=plan)
    return found


@require_GET
@member(Role.VIEWER)
def plan_list(request: WorkspaceRequest) -> HttpResponse:
    plans = (
        TrackingPlan.objects.for_workspace(request.workspace)
        .select_related("live_version__published_by")
        .defer("live_version__settings", "live_version__rules", "live_version__changes")
        .annotate(size=Cardinality("live_version__rules"), source_count=Count("sources"))
        .order_by("name", "pk")
    )
    return render(request, "trackingplans/plan_list.html", {"plans": plans})


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def plan_new(request: WorkspaceRequest) -> HttpResponse:
    chosen = request.GET.get("start", next(iter(starters.STARTERS)))
    form = NewPlan(request.POST or None, initial={"start": chosen, "name": _name_for(chosen)})
    if form.is_valid():
        start, name = form.cleaned_data["start"], form.cleaned_data["name"]
        document: dict[str, Any] = {"planwright": 1, "name": name, "rules": []}
        message = "Started empty"
        if start != EMPTY:
            starter = starters.STARTERS[start]
            document = {**starters.document(starter), "name": name}
            message = f"Started from {starter.title}"
        version = publishing.create(request.workspace, document, actor=request.user, message=message)
        notices.done(request, f"{version.plan.name} is there.")
        return redirect("plan_detail", request.workspace.public_id, version.plan.public_id)
    return render(request, "trackingplans/plan_new.html", {"form": form})


def _name_for(start: str) -> str:
    return starters.STARTERS[start].title if start in starters.STARTERS else ""


@require_GET
@member(Role.VIEWER)
def plan_export(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The plan as a file; without `?download=` a page that shows it with what the format leaves out."""
    found = plan_of(request, plan)
    version = found.live_version
    document = assembling.document(version) if version else {"planwright": 1, "name": found.name, "rules": []}
    chosen = request.GET.get("format", "")
    chosen = chosen if chosen in formats.FORMATS else formats.own(document)
    try:
        export = formats.write(document, chosen)
    except PlanError as error:
        notices.failed(request, str(error))
        return redirect("plan_detail", request.workspace.public_id, found.public_id)
    if "download" in request.GET:
        response = HttpResponse(export.data, content_type=formats.content_type(export.format))
        name = f"{slugify(found.name) or 'plan'}-v{version.number if version else 0}.{export.format.ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    context = {
        "plan": found,
        "version": version,
        "export": export,
        "shown": export.text[:LONGEST_SHOWN],
        "is_cut": len(export.text) > LONGEST_SHOWN,
        "formats": formats.FORMATS.values(),
        "link": sharing.link_of(found),
        "address": request.build_absolute_uri("/")[:-1],
    }
    return render(request, "trackingplans/plan_export.html", context)


@require_http_methods(["GET", "POST"])
@member(Role.PUBLISHER)
def plan_rename(request: WorkspaceRequest, plan: str) -> HttpResponse:
    found = plan_of(request, plan)
    form = PlanName(request.POST or None, initial={"name": found.name})
    if form.is_valid():
        version = proposals.settled(request, found, proposing.renamed(found, form.cleaned_data["name"]))
        if isinstance(version, HttpResponse):
            return version
        notices.done(request, f"Renamed; version {version.number} is live.")
        return redirect("plan_detail", request.workspace.public_id, found.public_id)
    return render(request, "trackingplans/plan_rename.html", {"plan": found, "form": form})


def teams_by_slug(workspace: Workspace) -> dict[str, str]:
    """Names of teams, for the slugs that plan documents hold."""
    return dict(Team.objects.for_workspace(workspace).values_list("slug", "name"))
