"""What people decide on a violation's page. Each is a POST that can be taken back; a second click does no harm."""

from dataclasses import asdict
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import Role
from accounts.templatetags.looks import visible
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from violations import deciding, tracing, undoing, wording
from violations.deciding import Decision
from violations.forms import AssignForm, MuteForm, ResolveForm
from violations.web import detail, tabs


@require_POST
@member(Role.EDITOR)
def violation_resolve(request: WorkspaceRequest, violation: str) -> HttpResponse:
    """`release`: only from that release on; seen in it or a later one, it is back."""
    now = timezone.now()
    form = ResolveForm(request.POST)
    release = form.cleaned_data["release"] if form.is_valid() else ""
    return _decide(
        request,
        violation,
        deciding.resolving(now, release),
        f"Resolved in {visible(release)}" if release else "Resolved",
    )


@require_POST
@member(Role.EDITOR)
def violation_reopen(request: WorkspaceRequest, violation: str) -> HttpResponse:
    now = timezone.now()
    return _decide(
        request,
        violation,
        deciding.reopening(now),
        "Reopened",
    )


@require_POST
@member(Role.EDITOR)
def violation_mute(request: WorkspaceRequest, violation: str) -> HttpResponse:
    now = timezone.now()
    form = MuteForm(request.POST, now=now)
    if not form.is_valid():
        found = detail.find(request.workspace, violation)
        return detail.page(request, found, mute_form=form, status=422)
    wanted = form.wanted
    return _decide(
        request,
        violation,
        deciding.muting(wanted, now),
        f"Muted until {wording.mute_ends(form.until, now, asdict(wanted))}",
    )


@require_POST
@member(Role.EDITOR)
def violation_assign(request: WorkspaceRequest, violation: str) -> HttpResponse:
    form = AssignForm(request.POST, workspace=request.workspace)
    if not form.is_valid():
        notices.failed(request, "This person is not in the workspace any more.")
        return redirect("violation_detail", request.workspace.public_id, violation)
    chosen = form.cleaned_data["assignee"]
    assignee = chosen.user if chosen else None
    return _decide(
        request,
        violation,
        deciding.assigning(request.workspace, assignee),
        f"Assigned to {assignee}" if assignee else "Assigned to nobody",
    )


@require_POST
@member(Role.EDITOR)
def violation_undo(request: WorkspaceRequest, signed: str) -> HttpResponse:
    """Takes back what the message with the Undo button spoke of."""
    try:
        rows = undoing.undo(request.workspace, signed, actor=request.user, now=timezone.now())
    except signing.BadSignature:
        notices.failed(request, "This can no longer be undone.")
        return redirect("violation_list", request.workspace.public_id)
    if not rows:
        notices.failed(request, "Nothing to undo: it was undone already, or decided anew since.")
        return redirect("violation_list", request.workspace.public_id)
    notices.done(request, "Undone")
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.path in [reverse(tab, args=[request.workspace.public_id]) for tab in tabs.TABS]:
        return redirect(f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path)
    return redirect("violation_detail", request.workspace.public_id, rows[0].public_id)


def _decide(request: WorkspaceRequest, public_id: str, decision: Decision, word: str) -> HttpResponse:
    """Decides about the violation and, if asked (`everywhere`), about the same one in other sources."""
    first = detail.find(request.workspace, public_id)
    siblings = tracing.siblings(request.workspace, first) if request.POST.get("everywhere") else []
    ids = [row.pk for row in (first, *siblings)]
    pairs = deciding.decide(request.workspace, ids, decision, actor=request.user, now=timezone.now())
    if pairs:
        undo = reverse("violation_undo", args=[request.workspace.public_id, undoing.ticket(pairs)])
        names = [before.source.name for before, _ in pairs]
        where = f" in {wording.listed(names)}" if len(names) > 1 else ""
        notices.done(request, f"{word}{where}", undo=undo)
    else:
        notices.done(request, f"{word} already")
    return redirect("violation_detail", request.workspace.public_id, public_id)
