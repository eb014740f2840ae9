"""What people decide about several rows of a list at once: one POST, one Undo."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Membership, Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from violations import adopting, deciding, inbox, undoing
from violations.deciding import Decision
from violations.forms import LENGTHS
from violations.models import Violation
from violations.web import tabs

MOST = inbox.PAGE * 20  # violations at once: a page of rows, each in many sources


@require_POST
@member(Role.EDITOR)
def violation_bulk(request: WorkspaceRequest) -> HttpResponse:
    """`row`: the ids of a row's violations, with commas between, once for each row; `act`: resolve, reopen, mute (for
    `length`), assign (to `assignee`, a member's id, or nobody), or adopt (leads to where they are added to a draft);
    `tab` and `query`: the list to go back to."""
    now = timezone.now()
    rows = request.POST.getlist("row")
    ids = [one for row in rows for one in row.split(",") if one]
    if ids and request.POST.get("act") == "adopt":
        return _to_adopt(request, ids)
    chosen = _decision(request, now)
    if not ids:
        notices.failed(request, "No row is selected: tick some, or press x on one.")
    elif len(ids) > MOST:
        notices.failed(request, f"These are {len(ids):,} violations; {MOST:,} can be decided at once.")
    elif chosen is None:
        notices.failed(request, "This is nothing that can be done with rows of a list.")
    else:
        _perform(request, ids, len(rows), *chosen, now)
    return redirect(_back(request))


def _decision(request: WorkspaceRequest, now: datetime) -> tuple[str, Decision] | None:
    """What is said afterwards, and what is decided."""
    match request.POST.get("act"):
        case "resolve":
            return "resolved", deciding.resolving(now)
        case "reopen":
            return "reopened", deciding.reopening(now)
        case "mute":
            words, length = LENGTHS.get(request.POST.get("length", ""), LENGTHS["1w"])
            return f"muted for {words.lower()}", deciding.muting(deciding.Mute(until=now + length), now)
        case "assign":
            return _assignment(request)
    return None


def _assignment(request: WorkspaceRequest) -> tuple[str, Decision] | None:
    public_id = request.POST.get("assignee", "")
    members = Membership.objects.for_workspace(request.workspace).filter(user__is_active=True)
    found = members.filter(public_id=public_id).select_related("user").first() if public_id else None
    if public_id and found is None:
        return None
    person = found.user if found else None
    word = f"assigned to {person}" if person else "assigned to nobody"
    return word, deciding.assigning(request.workspace, person)


def _perform(
    request: WorkspaceRequest, ids: list[str], rows: int, word: str, decision: Decision, now: datetime
) -> None:
    found = Violation.objects.for_workspace(request.workspace).filter(public_id__in=ids)
    wanted = list(found.values_list("pk", flat=True))
    pairs = deciding.decide(request.workspace, wanted, decision, actor=request.user, now=now)
    what = f"{rows:,} row{'' if rows == 1 else 's'} {word}"
    if pairs:
        notices.done(
            request,
            what,
            undo=reverse("violation_undo", args=[request.workspace.public_id, undoing.ticket(pairs)]),
        )
    else:
        notices.done(request, f"{what} already")


def _to_adopt(request: WorkspaceRequest, ids: list[str]) -> HttpResponse:
    """One violation of each key says enough; htmx is told to leave the list."""
    rows = Violation.objects.for_workspace(request.workspace).filter(public_id__in=ids[:MOST])
    firsts = rows.order_by("key", "-count", "pk").distinct("key").values_list("public_id", flat=True)
    query = urlencode([("violation", public_id) for public_id in firsts[: adopting.MOST]])
    address = f"{reverse('violation_adopt', args=[request.workspace.public_id])}?{query}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _back(request: WorkspaceRequest) -> str:
    tab = request.POST.get("tab", "")
    address = reverse(tab if tab in tabs.TABS else "violation_list", args=[request.workspace.public_id])
    query = request.POST.get("query", "")
    return f"{address}?{query}" if query else address
