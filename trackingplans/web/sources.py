"""Sources: the list, a new one, its settings, keys and plan."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import sourcing
from trackingplans.forms import AttachPlan, ChangeSource, DeleteSource, NewSource, RotateKey
from trackingplans.models import Environment, RecentMessage, Source, SourceType
from trackingplans.traffic import counting

DAY = timedelta(hours=24)


def source_of(request: WorkspaceRequest, source: str) -> Source:
    """The workspace's source with this public id; else 404."""
    sources = Source.objects.for_workspace(request.workspace).select_related("plan", "owner", "workspace")
    found: Source = get_object_or_404(sources, public_id=source)
    return found


@require_GET
@member(Role.VIEWER)
def source_list(request: WorkspaceRequest) -> HttpResponse:
    sources = Source.objects.for_workspace(request.workspace).select_related("plan", "owner").order_by("name")
    counts = counting.per_source(_last_day(request, timezone.now()))
    newest = _newest(request)
    rows = [(one, counts.get(one.pk, counting.Totals()), newest.get(one.pk)) for one in sources]
    return render(request, "trackingplans/source_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def source_new(request: WorkspaceRequest) -> HttpResponse:
    form = NewSource(request.POST or None, workspace=request.workspace)
    if form.is_valid():
        said = form.cleaned_data
        source = sourcing.create_source(
            request.workspace,
            name=said["name"],
            type=SourceType(said["type"]),
            environment=Environment(said["environment"]),
            owner=said["owner"],
            plan=said["plan"],
            actor=request.user,
            now=timezone.now(),
        )
        return redirect("source_setup", request.workspace.public_id, source.public_id)
    return render(request, "trackingplans/source_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.EDITOR)
def source_detail(request: WorkspaceRequest, source: str) -> HttpResponse:
    """A source with its numbers; editors change its settings here."""
    found = source_of(request, source)
    form = ChangeSource(
        request.POST or None,
        initial=ChangeSource.initial_of(found),
        workspace=request.workspace,
    )
    if form.is_valid():
        said = form.cleaned_data
        sourcing.change(
            found,
            name=said["name"],
            type=SourceType(said["type"]),
            environment=Environment(said["environment"]),
            owner=said["owner"],
            settling_hours=said["settling_hours"],
            actor=request.user,
        )
        notices.done(request, "Saved.")
        return redirect("source_detail", request.workspace.public_id, found.public_id)
    return render(request, "trackingplans/source_detail.html", _context(request, found, form=form))


@require_http_methods(["POST"])
@member(Role.PUBLISHER)
def source_plan(request: WorkspaceRequest, source: str) -> HttpResponse:
    found = source_of(request, source)
    form = AttachPlan(request.POST, workspace=request.workspace)
    if form.is_valid():
        plan = form.cleaned_data["plan"]
        sourcing.attach_plan(found, plan, actor=request.user, now=timezone.now())
        words = (
            f"{found.name} is checked by {plan.name}." if plan else f"{found.name} is not checked any more."
        )
        notices.done(request, words)
    return redirect("source_detail", request.workspace.public_id, found.public_id)


@require_http_methods(["POST"])
@member(Role.EDITOR)
def source_key(request: WorkspaceRequest, source: str) -> HttpResponse:
    found = source_of(request, source)
    form = RotateKey(request.POST)
    if form.is_valid():
        now = timezone.now()
        sourcing.rotate_key(found, actor=request.user, now=now, grace=form.cleaned_data["grace"])
        notices.done(request, "A new write key is in use. Put it where the old one stands.")
    return redirect("source_detail", request.workspace.public_id, found.public_id)


@require_http_methods(["POST"])
@member(Role.ADMIN)
def source_delete(request: WorkspaceRequest, source: str) -> HttpResponse:
    found = source_of(request, source)
    form = DeleteSource(request.POST)
    try:
        if not form.is_valid():
            raise sourcing.WrongName
        sourcing.delete(found, typed=form.cleaned_data["typed"], actor=request.user)
    except sourcing.WrongName:
        notices.failed(request, f"Not deleted: type “{found.name}” exactly.")
        return redirect("source_detail", request.workspace.public_id, found.public_id)
    notices.done(request, f"{found.name} is deleted.")
    return redirect("source_list", request.workspace.public_id)


def _context(request: WorkspaceRequest, source: Source, form: ChangeSource) -> dict[str, Any]:
    now = timezone.now()
    role = request.membership.role
    return {
        "source": source,
        "form": form,
        "keys": sourcing.keys(source, now=now),
        "totals": counting.totals(_last_day(request, now, source)),
        "newest": _newest(request).get(source.pk),
        "settles_until": _settles_until(source, now),
        "attach": AttachPlan(initial={"plan": source.plan}, workspace=request.workspace),
        "rotate": RotateKey(),
        "remove": DeleteSource(),
        "may_edit": role >= Role.EDITOR,
        "may_publish": role >= Role.PUBLISHER,
        "may_delete": role >= Role.ADMIN,
    }


def _settles_until(source: Source, now: datetime) -> datetime | None:
    if source.plan_attached_at is None:
        return None
    end = source.plan_attached_at + timedelta(hours=source.settling_hours)
    return end if end > now else None


def _last_day(request: WorkspaceRequest, now: datetime, source: Source | None = None) -> Any:
    until = counting.hour_of(now) + timedelta(hours=1)
    sources = None if source is None else [source.pk]
    return counting.hours(request.workspace, sources=sources, since=until - DAY, until=until)


def _newest(request: WorkspaceRequest) -> dict[int, datetime]:
    """When each source's newest message came, as far as Live remembers."""
    rows = RecentMessage.objects.for_workspace(request.workspace).order_by("source_id", "-pk")
    return dict(rows.distinct("source_id").values_list("source_id", "received_at"))
