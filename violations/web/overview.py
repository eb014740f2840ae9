"""The first page of the morning."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Membership, Role
from accounts.web.access import WorkspaceRequest, member
from violations import needing, noticing, overview, routing
from violations.web import attention

AWAY = timedelta(hours=1)  # after this long without a look at the Overview, the next one is a new visit
VISIT = "previous_visit"


@member(Role.VIEWER)
def overview_page(request: WorkspaceRequest) -> HttpResponse:
    now = timezone.now()
    setup = overview.setup(request.workspace)
    owners = routing.routing(request.workspace)
    context: dict[str, object] = {"setup": setup, "needs": needing.needs(request.membership, owners, now)}
    if not setup.missing:
        since = _previous_visit(request, now)
        context |= {
            "now": now,
            "attention": attention.attention(request.workspace, owners, now),
            "headline": overview.headline(request.workspace, setup.sources, now),
            "elsewhere": overview.elsewhere(request.workspace, setup.sources, now),
            "speeds": noticing.speeds(request.workspace, owners, now),
            "most_timed": noticing.MOST,
            "news": overview.news(request.workspace, since) if since else None,
        }
    return render(request, "violations/overview.html", context)


def _previous_visit(request: WorkspaceRequest, now: datetime) -> datetime | None:
    """When this person last left the Overview before the visit that goes on now; None at the first visit.

    The session keeps it, so that a reload still says what is new; the membership keeps when they were last here.
    """
    last: datetime | None = request.membership.last_visit_at
    key = f"{VISIT}:{request.workspace.public_id}"
    if last is None or now - last > AWAY:
        request.session[key] = last.isoformat() if last else ""
    if last is None or now - last > timedelta(minutes=1):
        Membership.objects.for_workspace(request.workspace).filter(pk=request.membership.pk).update(
            last_visit_at=now
        )
    return parse_datetime(request.session.get(key) or "")
