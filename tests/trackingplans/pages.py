"""A person at a workspace's pages."""

from accounts.models import Membership
from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory


def a_person(client, role, workspace=None) -> Membership:
    """Signs in somebody with this role; their membership."""
    membership: Membership = MembershipFactory(
        workspace=workspace or WorkspaceFactory(), user=UserFactory(), role=role
    )
    client.force_login(membership.user)
    return membership


def text_of(response) -> str:
    return " ".join(response.content.decode().split())
