"""Workspaces: making one, and what it is called."""

from django.db import transaction

from accounts import auditing
from accounts.models import Membership, Role, User, Workspace


@transaction.atomic
def found(name: str, *, user: User, is_demo: bool = False) -> Workspace:
    """A new workspace with `user` as its admin."""
    workspace = Workspace.objects.create(name=name, is_demo=is_demo)
    Membership.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
    auditing.record(workspace, user, "workspace.created", name)
    return workspace


def rename(workspace: Workspace, name: str, *, actor: User) -> None:
    before = workspace.name
    if name == before:
        return
    workspace.name = name
    workspace.save(update_fields=["name"])
    auditing.record(workspace, actor, "workspace.renamed", name, was=before)
