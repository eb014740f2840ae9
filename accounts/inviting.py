"""People of a workspace: inviting them, what they may do, and letting them go."""

from dataclasses import dataclass

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts import auditing
from accounts.models import Membership, Role, Team, User, Workspace


class AlreadyMember(Exception):
    """The person is in the workspace."""


class LastAdmin(Exception):
    """A workspace without an admin could never be run again."""


@transaction.atomic
def invite(workspace: Workspace, email: str, role: Role, *, actor: User) -> Membership:
    """A membership for this address, its user made when new. The caller mails them. Raises AlreadyMember."""
    email = email.strip().lower()
    user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email)
    membership, is_new = Membership.objects.get_or_create(
        workspace=workspace, user=user, defaults={"role": role}
    )
    if not is_new:
        raise AlreadyMember
    auditing.record(workspace, actor, "person.invited", email, role=Role(role).label)
    return membership


@transaction.atomic
def change_role(membership: Membership, role: Role, *, actor: User) -> None:
    """Raises LastAdmin."""
    before = Role(membership.role)
    if before == role:
        return
    _keep_an_admin(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    subject = membership.user.email
    auditing.record(
        membership.workspace, actor, "person.role_changed", subject, was=before.label, now=role.label
    )


@transaction.atomic
def remove(membership: Membership, *, actor: User) -> "Removed":
    """Their tokens stop with them; what they did stays. Raises LastAdmin."""
    _keep_an_admin(membership)
    removed = Removed(
        membership.user_id, membership.role, list(membership.teams.values_list("pk", flat=True))
    )
    auditing.record(membership.workspace, actor, "person.removed", membership.user.email)
    membership.delete()
    return removed


@dataclass(frozen=True)
class Removed:
    """What it takes to take somebody back as they were."""

    user: int
    role: int
    teams: list[int]


@transaction.atomic
def take_back(workspace: Workspace, removed: Removed, *, actor: User) -> Membership:
    """Undo `remove`; taking back twice does no harm."""
    user = User.objects.get(pk=removed.user)
    membership, is_new = Membership.objects.get_or_create(
        workspace=workspace, user=user, defaults={"role": removed.role}
    )
    if is_new:
        membership.teams.set(Team.objects.for_workspace(workspace).filter(pk__in=removed.teams))
        auditing.record(workspace, actor, "person.returned", user.email)
    return membership


def needs_password(membership: Membership) -> bool:
    """Whether an invitation may carry a link that sets the password.

    Only for an account that has none and belongs nowhere else: admins can read mail that is kept here,
    and must not get into another workspace by inviting somebody who is in it.
    """
    user = membership.user
    return not user.has_usable_password() and user.memberships.count() == 1


def password_path(user: User) -> str:
    """Where this user sets a password: valid for three days, until it is used or they sign in."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set_password", args=[uid, default_token_generator.make_token(user)])


def _keep_an_admin(membership: Membership) -> None:
    """Two admins who remove each other at once must not both succeed: the workspace's row is the lock."""
    if membership.role < Role.ADMIN:
        return
    Workspace.objects.select_for_update().get(pk=membership.workspace_id)
    admins = Membership.objects.for_workspace(membership.workspace).filter(role=Role.ADMIN)
    if not admins.exclude(pk=membership.pk).exists():
        raise LastAdmin
