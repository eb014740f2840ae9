"""A person at a workspace's pages."""

from django.urls import reverse

from accounts.models import Membership
from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory
from tests.trackingplans import plans
from trackingplans import publishing

HTMX = {"hx-request": "true"}


def a_person(client, role, workspace=None) -> Membership:
    """Signs in somebody with this role; their membership."""
    membership: Membership = MembershipFactory(
        workspace=workspace or WorkspaceFactory(), user=UserFactory(), role=role
    )
    client.force_login(membership.user)
    return membership


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def a_plan(workspace, document=None):
    return publishing.create(workspace, document or plans.a_document(), actor=None).plan


def page(client, name, member, *args, data=None, **more):
    return client.get(reverse(name, args=[member.workspace.public_id, *args]), data, **more)


def send(client, name, member, *args, data=None, **more):
    return client.post(reverse(name, args=[member.workspace.public_id, *args]), data or {}, **more)
