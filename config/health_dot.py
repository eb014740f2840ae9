"""The dot at the foot of every page: is what was sent also processed?"""

from datetime import datetime, timedelta

from django.db.models import Min, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Role, Workspace
from accounts.web.access import WorkspaceRequest, member
from ingest.models import InboxRow

SLOW, STUCK = timedelta(seconds=5), timedelta(seconds=60)


@member(Role.VIEWER)
def health_dot(request: WorkspaceRequest) -> HttpResponse:
    return render(request, "config/_health_dot.html", state_of(request.workspace, timezone.now()))


def state_of(workspace: Workspace, now: datetime) -> dict[str, object]:
    """`state` is good, warn or bad; `since`: how long the oldest event waits; `events`: how many do."""
    waiting = InboxRow.objects.for_workspace(workspace).aggregate(
        since=Min("received_at"), events=Sum("messages")
    )
    if waiting["since"] is None:
        return {"state": "good", "events": 0, "since": None}
    age = now - waiting["since"]
    state = "bad" if age > STUCK else "warn" if age > SLOW else "good"
    return {
        "state": state,
        "events": waiting["events"],
        "since": waiting["since"],
        "seconds": int(age.total_seconds()),
    }
