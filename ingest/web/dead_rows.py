"""The dead inbox of a source: a fragment of the source's page, and the button that tries a request again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import auditing
from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from ingest import dead, waking
from ingest.models import DeadRow
from trackingplans.models import Source

SHOWN = 20


@require_GET
@member(Role.VIEWER)
def dead_rows(request: WorkspaceRequest, source: str) -> HttpResponse:
    found = get_object_or_404(Source.objects.for_workspace(request.workspace), public_id=source)
    return _fragment(request, found)


@require_POST
@member(Role.EDITOR)
def dead_retry(request: WorkspaceRequest, source: str, row: str) -> HttpResponse:
    found = get_object_or_404(Source.objects.for_workspace(request.workspace), public_id=source)
    if dead.retry(request.workspace, row):
        auditing.record(request.workspace, request.user, "dead_row.retried", row)
        waking.wake()
    if request.htmx:
        return _fragment(request, found)
    return redirect("source_detail", request.workspace.public_id, found.public_id)


def _fragment(request: HttpRequest, source: Source) -> HttpResponse:
    rows = DeadRow.objects.for_workspace(source.workspace).filter(source=source).order_by("-died_at")
    return render(
        request, "ingest/_dead.html", {"source": source, "rows": rows[:SHOWN], "count": rows.count()}
    )
