"""The digests that went out, as they were mailed, and when the next ones are due."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role, Team
from accounts.web.access import WorkspaceRequest, member
from accounts.web.kept_mail import MAIL_POLICY
from violations import lettering, remembering, scheduling
from violations.models import Digest
from violations.remembering import Number

PAGE = 50


@dataclass(frozen=True, slots=True)
class Due:
    """A team and when it hears next; None: its digest is switched off, or nobody would get it."""

    team: Team
    people: int
    at: datetime | None


@require_GET
@member(Role.VIEWER)
def settings_digests(request: WorkspaceRequest) -> HttpResponse:
    """Newest first; `?before=` the id of a digest: older ones."""
    rows = Digest.objects.for_workspace(request.workspace).select_related("team").order_by("-due_at", "-id")
    before = rows.filter(public_id=request.GET.get("before", "")).first()
    if before is not None:
        rows = rows.filter(due_at__lte=before.due_at).exclude(pk=before.pk, due_at=before.due_at)
        rows = rows.exclude(due_at=before.due_at, pk__gte=before.pk)
    listed = list(rows[: PAGE + 1])
    context = {
        "due": _due(request),
        "digests": listed[:PAGE],
        "older": f"?before={listed[PAGE - 1].public_id}" if len(listed) > PAGE else "",
        "newer": request.path if before is not None else "",
    }
    return render(request, "violations/settings_digests.html", context)


@require_GET
@member(Role.VIEWER)
def settings_digest(request: WorkspaceRequest, digest: str) -> HttpResponse:
    """One digest: its numbers as stored, who got it, and the mail itself."""
    found = _find(request, digest)
    letter = lettering.letter(found) if found.numbers else None
    numbers: list[Number] = remembering.numbers(found)
    return render(
        request, "violations/settings_digest.html", {"digest": found, "letter": letter, "numbers": numbers}
    )


@require_GET
@member(Role.VIEWER)
def settings_digest_html(request: WorkspaceRequest, digest: str) -> HttpResponse:
    """The mail alone, for the frame on its page."""
    found = _find(request, digest)
    if not found.numbers:
        raise Http404("This digest has not been written yet.")
    html = lettering.letter(found).html.replace("<head>", '<head><base target="_top">', 1)
    headers = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse(html, headers=headers)


def _find(request: WorkspaceRequest, public_id: str) -> Digest:
    rows = Digest.objects.for_workspace(request.workspace).filter(public_id=public_id)
    found: Digest | None = rows.select_related("team", "workspace").first()
    if found is None:
        raise Http404("There is no such digest.")
    return found


def _due(request: WorkspaceRequest) -> list[Due]:
    now = timezone.now()
    teams = Team.objects.for_workspace(request.workspace).prefetch_related("members__user").order_by("name")
    found = []
    for team in teams:
        people = sum(one.user.is_active for one in team.members.all()) + len(team.addresses)
        is_on = team.digest_enabled and people
        zone = scheduling.zone(team.timezone)
        at = scheduling.next_slot(zone, team.digest_at, now).due_at if is_on else None
        found.append(Due(team, people, at))
    return found
