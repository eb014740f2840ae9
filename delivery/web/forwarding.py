"""Forwarding of one source: a fragment of the source's page, and a page of its own for who follows the link."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from delivery import pacing, pausing, targeting
from delivery.forms import ForwardingForm
from delivery.models import Delivery, DeliveryState, Target, TargetKind
from trackingplans.models import Source

SHOWN = 50
SINCE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Shown:
    """A delivery, and what its call is about."""

    delivery: Delivery
    event: str
    field: str


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.ADMIN)
def source_forwarding(request: WorkspaceRequest, source: str) -> HttpResponse:
    """`?state=`: only calls in that state; `?before=` the id of a call: older ones."""
    found = _source(request, source)
    target = targeting.find(found)
    if request.method != "POST":
        return _render(request, found, ForwardingForm(source=found, target=target))
    form = ForwardingForm(request.POST, source=found, target=target)
    if form.is_valid():
        given = form.cleaned_data
        try:
            targeting.set_target(
                found, given["url"], given["write_key"], actor=request.user, kind=given["kind"],
                to_source=given["to_source"],
            )  # fmt: skip
            return _done(request, found)
        except targeting.BadTarget as error:
            form.add_error(error.field, str(error))
    return _render(request, found, form)


@require_POST
@member(Role.ADMIN)
def source_forwarding_off(request: WorkspaceRequest, source: str) -> HttpResponse:
    found = _source(request, source)
    target = targeting.find(found)
    if target is not None and target.enabled:
        targeting.switch_off(target, actor=request.user)
    return _done(request, found)


@require_POST
@member(Role.EDITOR)
def source_forwarding_resume(request: WorkspaceRequest, source: str) -> HttpResponse:
    found = _source(request, source)
    target = targeting.find(found)
    if target is not None and target.paused_at is not None:
        pausing.resume(target, actor=request.user)
    return _done(request, found)


@require_POST
@member(Role.EDITOR)
def source_redeliver(request: WorkspaceRequest, source: str) -> HttpResponse:
    """Every call that was given up, once more."""
    found = _source(request, source)
    target = targeting.find(found)
    count = pausing.redeliver_failed(target) if target is not None else 0
    notices.done(request, f"{count:,} calls go out again" if count != 1 else "1 call goes out again")
    return redirect("source_forwarding", request.workspace.public_id, found.public_id)


@require_GET
@member(Role.VIEWER)
def source_delivery(request: WorkspaceRequest, source: str, delivery: str) -> HttpResponse:
    """One call: what is sent, and each attempt."""
    found = _source(request, source)
    row = _delivery(request, found, delivery)
    context = {"source": found, "shown": _shown(row), "delivery": row, "target": row.target}
    return render(request, "delivery/delivery.html", context)


@require_POST
@member(Role.EDITOR)
def source_delivery_again(request: WorkspaceRequest, source: str, delivery: str) -> HttpResponse:
    found = _source(request, source)
    row = _delivery(request, found, delivery)
    if pausing.redeliver(row):
        notices.done(request, "It goes out again, under the same id")
    else:
        notices.done(request, "It is waiting already")
    return redirect("source_delivery", request.workspace.public_id, found.public_id, row.public_id)


def _source(request: WorkspaceRequest, public_id: str) -> Source:
    rows = Source.objects.for_workspace(request.workspace).select_related("workspace")
    found: Source = get_object_or_404(rows, public_id=public_id)
    return found


def _delivery(request: WorkspaceRequest, source: Source, public_id: str) -> Delivery:
    rows = Delivery.objects.for_workspace(request.workspace).select_related("target__to_source", "workspace")
    found: Delivery = get_object_or_404(rows, target__source=source, public_id=public_id)
    return found


def _done(request: WorkspaceRequest, source: Source) -> HttpResponse:
    if request.htmx:
        return _render(request, source, ForwardingForm(source=source, target=targeting.find(source)))
    return redirect("source_forwarding", request.workspace.public_id, source.public_id)


def _render(request: WorkspaceRequest, source: Source, form: ForwardingForm) -> HttpResponse:
    target = targeting.find(source)
    context: dict[str, Any] = {
        "source": source,
        "target": target,
        "form": form,
        "may_change": request.membership.role >= Role.ADMIN,
        "may_resend": request.membership.may_edit,
    }
    context |= _told(request, target) if target else {}
    template = "delivery/_forwarding.html" if request.htmx else "delivery/forwarding.html"
    return render(request, template, context)


def _told(request: WorkspaceRequest, target: Target) -> dict[str, Any]:
    """What became of its calls."""
    rows = Delivery.objects.for_workspace(request.workspace).filter(target=target)
    state = request.GET.get("state", "")
    wanted = rows.filter(state=state) if state in DeliveryState.values else rows
    before = rows.filter(public_id=request.GET.get("before", "")).first()
    wanted = wanted.filter(pk__lt=before.pk) if before else wanted
    listed: list[Delivery] = list(wanted.order_by("-id")[: SHOWN + 1])
    older = {"state": state, "before": listed[SHOWN - 1].public_id} if len(listed) > SHOWN else {}
    may_read = target.kind == TargetKind.WEBHOOK and request.membership.is_admin
    return {
        "deliveries": [_shown(row) for row in listed[:SHOWN]],
        "older": f"?{urlencode(older)}" if older else "",
        "state": state,
        "states": DeliveryState.choices,
        "failing": bool(target.enabled and target.failures and not target.paused_at),
        "failed": rows.filter(state=DeliveryState.FAILED).exists(),
        "skipped": pacing.skipped(target, timezone.now() - SINCE),
        "limit": pacing.CALLS_A_MINUTE,
        "secret": targeting.secret_of(target) if may_read else "",
    }


def _shown(delivery: Delivery) -> Shown:
    told = json.loads(delivery.body)["properties"]
    return Shown(delivery, told["eventName"] or told["eventType"], told["violationField"])
