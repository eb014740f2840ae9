"""The dead inbox of a source: a fragment of the source's page, and the button that tries a request again."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import auditing
from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from ingest import dead as dead_inbox
from ingest import waking
from ingest.models import DeadRow
from trackingplans.models import Source

SHOWN = 20


@require_GET
@member(Role.VIEWER)
def source_dead(request: WorkspaceRequest, source: str) -> HttpResponse:
    found = get_object_or_404(Source.objects.for_workspace(request.workspace), public_id=source)
    return _render(request, found)


@require_POST
@member(Role.EDITOR)
def source_dead_retry(request: WorkspaceRequest, source: str, dead: str) -> HttpResponse:
    found = get_object_or_404(Source.objects.for_workspace(request.workspace), public_id=source)
    if dead_inbox.retry(request.workspace, dead):
        auditing.record(request.workspace, request.user, "dead_row.retried", dead)
        waking.wake()
    if request.htmx:
        return _render(request, found)
    return redirect("source_dead", request.workspace.public_id, found.public_id)


def _render(request: WorkspaceRequest, source: Source) -> HttpResponse:
    """The fragment for htmx, a page of its own for who follows the link."""
    rows = DeadRow.objects.for_workspace(request.workspace).filter(source=source).order_by("-died_at")
    template = "ingest/_dead.html" if request.htmx else "ingest/dead.html"
    return render(request, template, {"source": source, "rows": rows[:SHOWN], "count": rows.count()})
