"""From the demo to one's own: a clean workspace, and the demo gone."""

from django.db import connection, transaction
from django.db.models import QuerySet

from accounts import founding
from accounts.models import Membership, Role, User, Workspace

# Partitioned tables have no foreign keys: what they count for a workspace goes by its id.
HOUR_TABLES = ("trackingplans_traffichour", "violations_violationhour")


def demos_of(user: User) -> QuerySet[Workspace]:
    """The demo that `user` runs, if it is still there."""
    runs = Membership.objects.filter(user=user, role=Role.ADMIN).values("workspace")
    return Workspace.objects.filter(is_demo=True, pk__in=runs)


@transaction.atomic
def start_own(name: str, *, user: User) -> Workspace:
    """A new, empty workspace with `user` as its admin; the demo that `user` runs is removed."""
    demos = list(demos_of(user).select_for_update())
    own = founding.found(name, user=user)
    for demo in demos:
        _remove(demo)
    return own


@transaction.atomic
def remove_demos() -> None:
    """What an interrupted first start left: its workspace, its people, its counts."""
    for demo in Workspace.objects.filter(is_demo=True):
        _remove(demo)


def _remove(workspace: Workspace) -> None:
    """The workspace with all that is in it, and the people who were in no other."""
    people = User.objects.filter(memberships__workspace=workspace)
    only_here = [user.pk for user in people if user.memberships.count() == 1]
    with connection.cursor() as cursor:
        for table in HOUR_TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE workspace_id = %s", [workspace.pk])  # noqa: S608
    workspace.delete()
    User.objects.filter(pk__in=only_here).delete()
