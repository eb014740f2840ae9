"""The setup page of a source, and its wait for the first event."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans import sourcing
from trackingplans.models import RecentMessage, Source
from trackingplans.web import setup
from trackingplans.web.sources import source_of


@require_GET
@member(Role.VIEWER)
def source_setup(request: WorkspaceRequest, source: str) -> HttpResponse:
    found = source_of(request, source)
    keys = sourcing.keys(found, now=timezone.now())
    snippets = setup.snippets(keys[0].key, settings.BASE_URL) if keys else []
    chosen = request.GET.get("with", "") or setup.first_for(found)
    context = {
        "source": found,
        "key": keys[0] if keys else None,
        "snippets": snippets,
        "chosen": next((one for one in snippets if one.key == chosen), None),
        "newest": _newest(found),
    }
    return render(request, "trackingplans/source_setup.html", context)


@require_GET
@member(Role.VIEWER)
def source_first_event(request: WorkspaceRequest, source: str) -> HttpResponse:
    """Asked for every two seconds until an event is there; then it stops asking."""
    found = source_of(request, source)
    return render(request, "trackingplans/_first_event.html", {"source": found, "newest": _newest(found)})


def _newest(source: Source) -> RecentMessage | None:
    rows = RecentMessage.objects.for_workspace(source.workspace).filter(source=source)
    newest: RecentMessage | None = rows.order_by("-pk").defer("message", "findings").first()
    return newest
