"""Settings, Activity: who did what."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import AuditEntry, Role
from accounts.web.access import WorkspaceRequest, member

PAGE = 50


@require_safe
@member(Role.ADMIN)
def settings_audit(request: WorkspaceRequest) -> HttpResponse:
    entries = AuditEntry.objects.for_workspace(request.workspace).select_related("actor").order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        entries = entries.filter(pk__lt=int(before))
    found = list(entries[: PAGE + 1])
    here = request.path
    older = f"{here}?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    pages = {"older": older, "newer": here if before else ""}
    return render(request, "accounts/settings_audit.html", {"entries": found[:PAGE], **pages})
