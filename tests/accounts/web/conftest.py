import pytest

from accounts.models import Role
from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory


@pytest.fixture
def workspace(db):
    return WorkspaceFactory(name="Strider")


@pytest.fixture
def admin(workspace):
    return MembershipFactory(workspace=workspace, user=UserFactory(name="Ana", email="ana@example.com"))


@pytest.fixture
def viewer(workspace):
    return MembershipFactory(workspace=workspace, role=Role.VIEWER, user=UserFactory(email="vi@example.com"))


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin.user)
    return client
