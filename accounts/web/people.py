"""Settings, People."""

from dataclasses import asdict

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import inviting, mail
from accounts.forms import Invite, PersonRole
from accounts.models import Membership, Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member

REMOVED = "accounts.removed_person"
UNDO_LIFE = 24 * 3600  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.VIEWER, post=Role.ADMIN)
def settings_people(request: WorkspaceRequest) -> HttpResponse:
    form = Invite(request.POST or None)
    if form.is_valid():
        try:
            membership = inviting.invite(request.workspace, **form.cleaned_data, actor=request.user)
        except inviting.AlreadyMember:
            form.add_error("email", "This person is here already.")
        else:
            _mail(request, membership)
            return redirect("settings_people", request.workspace.public_id)
    people = Membership.objects.for_workspace(request.workspace)
    people = people.select_related("user").prefetch_related("teams").order_by("user__email")
    return render(
        request, "accounts/settings_people.html", {"form": form, "people": people, "roles": Role.choices}
    )


@require_POST
@member(Role.ADMIN)
def settings_person(request: WorkspaceRequest, person: str) -> HttpResponse:
    """Change a role."""
    membership = _person(request, person)
    form = PersonRole(request.POST)
    if not form.is_valid():
        notices.failed(request, "Choose one of the four roles.")
        return redirect("settings_people", request.workspace.public_id)
    role = form.cleaned_data["role"]
    try:
        inviting.change_role(membership, role, actor=request.user)
    except inviting.LastAdmin:
        notices.failed(request, f"{membership.user} is the last admin. Make somebody else one first.")
    else:
        notices.done(request, f"{membership.user} is {role.label.lower()} now.")
    return redirect("settings_people", request.workspace.public_id)


@require_POST
@member(Role.ADMIN)
def settings_person_remove(request: WorkspaceRequest, person: str) -> HttpResponse:
    membership = _person(request, person)
    try:
        removed = inviting.remove(membership, actor=request.user)
    except inviting.LastAdmin:
        notices.failed(request, f"{membership.user} is the last admin. Make somebody else one first.")
        return redirect("settings_people", request.workspace.public_id)
    if removed.user == request.user.pk:
        return redirect("home")
    signed = signing.dumps([request.workspace.pk, asdict(removed)], salt=REMOVED)
    undo = reverse("settings_person_return", args=[request.workspace.public_id, signed])
    notices.done(request, f"{membership.user} is removed.", undo=undo)
    return redirect("settings_people", request.workspace.public_id)


@require_POST
@member(Role.ADMIN)
def settings_person_return(request: WorkspaceRequest, signed: str) -> HttpResponse:
    """Undo a removal."""
    try:
        workspace, facts = signing.loads(signed, salt=REMOVED, max_age=UNDO_LIFE)
    except signing.BadSignature:
        raise Http404 from None
    if workspace != request.workspace.pk:
        raise Http404
    membership = inviting.take_back(request.workspace, inviting.Removed(**facts), actor=request.user)
    notices.done(request, f"{membership.user} is back.")
    return redirect("settings_people", request.workspace.public_id)


@require_POST
@member(Role.ADMIN)
def settings_person_mail(request: WorkspaceRequest, person: str) -> HttpResponse:
    """Mail the invitation again."""
    _mail(request, _person(request, person))
    return redirect("settings_people", request.workspace.public_id)


def _person(request: WorkspaceRequest, person: str) -> Membership:
    rows = Membership.objects.for_workspace(request.workspace).select_related("user", "workspace")
    found: Membership = get_object_or_404(rows, public_id=person)
    return found


def _mail(request: WorkspaceRequest, membership: Membership) -> None:
    """Invite by mail, and say whether that worked."""
    user, workspace = membership.user, request.workspace
    if inviting.needs_password(membership):
        how = "Set your password here. The link works once, for three days:"
        path = inviting.password_path(user)
    else:
        how = "Sign in here:"
        path = reverse("login")
    text = f"{request.user} invites you to {workspace} on Planwright.\n\n{how}\n{settings.BASE_URL}{path}\n"
    try:
        mail.send(user.email, f"Your invitation to {workspace}", text, workspace=workspace)
    except mail.MailError as error:
        notices.failed(request, f"{user.email} is in, but the mail was not sent: {error.message}")
    else:
        notices.done(request, f"The invitation to {user.email} is on its way.")
