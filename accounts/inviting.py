"""People of a workspace: inviting them, what they may do, and letting them go."""

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts import auditing
from accounts.models import Membership, Role, User, Workspace


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
def remove(membership: Membership, *, actor: User) -> None:
    """Their tokens stop with them; what they did stays. Raises LastAdmin."""
    _keep_an_admin(membership)
    membership.delete()
    auditing.record(membership.workspace, actor, "person.removed", membership.user.email)


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
