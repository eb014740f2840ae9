"""Forwarding of one source: a fragment of the source's page, and a page of its own for who follows the link."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from delivery import targeting
from delivery.forms import ForwardingForm
from delivery.models import Delivery
from trackingplans.models import Source

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A delivery, and what its call is about."""

    delivery: Delivery
    event: str
    field: str


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.ADMIN)
def source_forwarding(request: WorkspaceRequest, source: str) -> HttpResponse:
    found = _source(request, source)
    if request.method != "POST":
        return _render(request, found, ForwardingForm(target=targeting.find(found)))
    form = ForwardingForm(request.POST, target=targeting.find(found))
    if form.is_valid():
        try:
            targeting.set_target(
                found, form.cleaned_data["url"], form.cleaned_data["write_key"], actor=request.user
            )
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


def _source(request: WorkspaceRequest, public_id: str) -> Source:
    found: Source = get_object_or_404(Source.objects.for_workspace(request.workspace), public_id=public_id)
    return found


def _done(request: WorkspaceRequest, source: Source) -> HttpResponse:
    if request.htmx:
        return _render(request, source, ForwardingForm(target=targeting.find(source)))
    return redirect("source_forwarding", request.workspace.public_id, source.public_id)


def _render(request: WorkspaceRequest, source: Source, form: ForwardingForm) -> HttpResponse:
    target = targeting.find(source)
    rows = Delivery.objects.for_workspace(request.workspace).filter(target=target).order_by("-id")
    context: dict[str, Any] = {
        "source": source,
        "target": target,
        "form": form,
        "may_change": request.membership.role >= Role.ADMIN,
        "deliveries": [_shown(row) for row in rows[:SHOWN]] if target else [],
        "failing": bool(target and target.enabled and target.failures),
    }
    template = "delivery/_forwarding.html" if request.htmx else "delivery/forwarding.html"
    return render(request, template, context)


def _shown(delivery: Delivery) -> Shown:
    told = json.loads(delivery.body)["properties"]
    return Shown(delivery, told["eventName"] or told["eventType"], told["violationField"])
