"""The digests that went out, as they were mailed, and when the next ones are due."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import mail, subscribing
from accounts.models import Role, Team
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from accounts.web.kept_mail import MAIL_POLICY
from violations import digests, lettering, remembering, scheduling
from violations.digest_models import Digest
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
    rows = (
        Digest.objects.for_workspace(request.workspace)
        .select_related("team", "plan")
        .order_by("-due_at", "-id")
    )
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
        request,
        "violations/settings_digest.html",
        {"digest": found, "letter": letter, "numbers": numbers, "since": remembering.since_mailed(found)},
    )


@require_GET
@member(Role.VIEWER)
def settings_digest_html(request: WorkspaceRequest, digest: str) -> HttpResponse:
    """The mail alone, for the frame on its page."""
    found = _find(request, digest)
    if not found.numbers:
        raise Http404("This digest has not been written yet.")
    return _framed(lettering.letter(found).html)


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER)
def settings_digest_next(request: WorkspaceRequest, team: str) -> HttpResponse:
    """What the team's next digest would say now; a POST mails it to whoever asks, and to nobody else."""
    found = _team(request, team)
    digest = digests.preview(found, timezone.now())
    if request.method == "POST":
        try:
            digests.send_preview(digest, request.user.email)
            notices.done(request, f"Sent to {request.user.email}")
        except mail.MailError as error:
            notices.failed(request, f"It could not be sent: {error.message}")
        return redirect("settings_digest_next", request.workspace.public_id, found.public_id)
    context = {
        "digest": digest,
        "letter": lettering.letter(digest),
        "is_worth": lettering.is_worth_a_mail(digest),
        "numbers": remembering.numbers(digest),
        "due": _when(found, timezone.now()),
    }
    return render(request, "violations/settings_digest_next.html", context)


@require_GET
@member(Role.VIEWER)
def settings_digest_next_html(request: WorkspaceRequest, team: str) -> HttpResponse:
    """The mail alone, for the frame on its page."""
    return _framed(lettering.letter(digests.preview(_team(request, team), timezone.now())).html)


def _team(request: WorkspaceRequest, public_id: str) -> Team:
    rows = Team.objects.for_workspace(request.workspace).select_related("workspace")
    found: Team = get_object_or_404(rows, public_id=public_id)
    return found


def _framed(html: str) -> HttpResponse:
    """A mail as a frame shows it: its links open in the whole window."""
    headers = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1), headers=headers)


def _find(request: WorkspaceRequest, public_id: str) -> Digest:
    rows = Digest.objects.for_workspace(request.workspace).filter(public_id=public_id)
    found: Digest | None = rows.select_related("team", "workspace", "plan").first()
    if found is None:
        raise Http404("There is no such digest.")
    return found


def _due(request: WorkspaceRequest) -> list[Due]:
    now = timezone.now()
    teams = Team.objects.for_workspace(request.workspace).prefetch_related("members__user").order_by("name")
    found = []
    for team in teams:
        people = len(subscribing.readers(team))
        found.append(Due(team, people, _when(team, now) if team.digest_enabled and people else None))
    return found


def _when(team: Team, now: datetime) -> datetime:
    days = scheduling.MONDAYS if team.digest_weekly else scheduling.WORKDAYS
    return scheduling.next_slot(scheduling.zone(team.timezone), team.digest_at, now, days).due_at
