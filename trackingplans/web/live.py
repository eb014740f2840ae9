"""Live: a source's newest messages with their verdicts, refreshed every two seconds."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans.models import RecentMessage, Source
from trackingplans.traffic import recent

NOTHING_NEW = 204  # htmx then leaves the page alone
FILTERS = {
    "": ("All", ()),
    "problems": ("With a problem", ("violating", "unplanned", "rejected")),
    "violating": ("Violates", ("violating",)),
    "unplanned": ("Not in plan", ("unplanned",)),
    "conforming": ("Conforms", ("conforming",)),
    "unchecked": ("Not checked", ("unchecked",)),
    "duplicate": ("Repeat", ("duplicate",)),
    "rejected": ("Rejected", ("rejected",)),
}
SENTENCES_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the list shows it."""

    pk: int
    received_at: datetime
    type: str
    event: str
    verdict: str
    sentences: list[str]
    more: int


@require_GET
@member(Role.VIEWER)
def live(request: WorkspaceRequest) -> HttpResponse:
    return render(request, "trackingplans/live.html", _context(request))


@require_GET
@member(Role.VIEWER)
def live_rows(request: WorkspaceRequest) -> HttpResponse:
    """The list alone, asked for every two seconds; empty (204) while nothing came after `?after=`."""
    context = _context(request)
    if str(context["newest"]) == request.GET.get("after"):
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "trackingplans/_live_rows.html", context)


@require_GET
@member(Role.VIEWER)
def live_message(request: WorkspaceRequest, message: int) -> HttpResponse:
    """One message whole, beside the list or, without script, as the page."""
    context = _context(request) | {"opened": _opened(request, message), "is_opened": True}
    template = "trackingplans/_live_message.html" if request.htmx else "trackingplans/live.html"
    return render(request, template, context)


def _context(request: WorkspaceRequest) -> dict[str, Any]:
    """`?source=`, `?verdict=` and, for a paused page, `?until=` (the newest message it shows)."""
    sources = list(Source.objects.for_workspace(request.workspace).select_related("plan").order_by("name"))
    wanted = request.GET.get("source", "")
    source = next((one for one in sources if one.public_id == wanted), None) or _busiest(request, sources)
    verdict = request.GET.get("verdict", "")
    until = request.GET.get("until", "")
    rows = recent.newest(source) if source else []
    newest = rows[0].pk if rows else 0
    if until.isdecimal():
        rows = [row for row in rows if row.pk <= int(until)]
    _, verdicts = FILTERS.get(verdict, FILTERS[""])
    shown = [row for row in rows if not verdicts or row.verdict in verdicts]
    return {
        "sources": sources,
        "source": source,
        "verdict": verdict if verdict in FILTERS else "",
        "filters": [(key, words) for key, (words, _) in FILTERS.items()],
        "lines": [_line(row) for row in shown],
        "kept": len(rows),
        "newest": newest,
        "until": until if until.isdecimal() else "",
    }


def _busiest(request: WorkspaceRequest, sources: list[Source]) -> Source | None:
    """The source that sent last."""
    newest = (
        RecentMessage.objects.for_workspace(request.workspace).order_by("-pk").values("source_id").first()
    )
    if newest is None:
        return sources[0] if sources else None
    return next((one for one in sources if one.pk == newest["source_id"]), None)


def _line(row: RecentMessage) -> Line:
    sentences = _sentences(row)
    return Line(
        pk=row.pk,
        received_at=row.received_at,
        type=row.type,
        event=row.event,
        verdict=row.verdict,
        sentences=sentences[:SENTENCES_SHOWN],
        more=max(0, len(sentences) - SENTENCES_SHOWN),
    )


def _sentences(row: RecentMessage) -> list[str]:
    return [row.reason] if row.reason else [one["message"] for one in json.loads(row.findings)]


def _opened(request: WorkspaceRequest, pk: int) -> dict[str, Any] | None:
    row = (
        RecentMessage.objects.for_workspace(request.workspace).filter(pk=pk).select_related("source").first()
    )
    if row is None:
        return None
    findings = json.loads(row.findings)
    return {"row": row, "findings": findings, "lit": [one["path"] for one in findings], "reason": row.reason}
