"""Which roles may open and do what on the pages of plans, and that other workspaces' are not there."""

import pytest
from django.urls import reverse

from accounts.models import Role
from tests.factories import WorkspaceFactory
from tests.trackingplans.pages import a_person, a_plan, page, send, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    return a_person(client, Role.PUBLISHER)


MAY = {
    "plan_list": (Role.VIEWER, False, False),
    "plan_detail": (Role.VIEWER, True, False),
    "plan_event": (Role.VIEWER, True, False),
    "plan_versions": (Role.VIEWER, True, False),
    "plan_problems": (Role.VIEWER, True, False),
    "plan_export": (Role.VIEWER, True, False),
    "try_event": (Role.VIEWER, True, True),
    "plan_new": (Role.EDITOR, False, True),
    "plan_import": (Role.EDITOR, False, True),
    "plan_replace": (Role.EDITOR, True, True),
    "plan_rename": (Role.PUBLISHER, True, True),
}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.PUBLISHER, Role.ADMIN])
@pytest.mark.parametrize("name", MAY)
def test_each_page_opens_from_its_role_up(client, name, role):
    least, of_plan, posts = MAY[name]
    member = a_person(client, role)
    plan = a_plan(member.workspace)
    args = [plan.public_id] if of_plan else []

    found = page(client, name, member, *args, data={"name": "Order Completed"})

    assert found.status_code == (200 if role >= least else 403)
    if posts:
        sent = send(client, name, member, *args)
        assert sent.status_code == (200 if role >= least else 403)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_going_back_needs_a_publisher(client, role):
    member = a_person(client, role)
    plan = a_plan(member.workspace)

    assert send(client, "plan_version", member, plan.public_id, 1).status_code == 403
    assert "Go back" not in text_of(page(client, "plan_version", member, plan.public_id, 1))


@pytest.mark.parametrize(
    "name",
    ["plan_detail", "plan_event", "plan_versions", "plan_export", "try_event", "plan_replace", "plan_rename"],
)
def test_a_plan_of_another_workspace_is_not_there(client, ana, name):
    other = a_plan(WorkspaceFactory())

    assert page(client, name, ana, other.public_id).status_code == 404
    stranger = reverse(name, args=[other.workspace.public_id, other.public_id])
    assert client.get(stranger).status_code == 404
    client.logout()
    assert client.get(stranger).status_code == 302
