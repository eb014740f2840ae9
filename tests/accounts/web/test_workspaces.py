from django.urls import reverse

from accounts.models import AuditEntry, Membership, Role, Workspace
from tests.factories import MembershipFactory, UserFactory


def test_somebody_without_a_workspace_makes_one_and_is_its_admin(client, db):
    user = UserFactory()
    client.force_login(user)
    assert client.get(reverse("home")).url == reverse("workspace_new")

    client.post(reverse("workspace_new"), {"name": "Acme"})

    assert Membership.objects.get(user=user).role == Role.ADMIN
    assert Workspace.objects.get().public_id in client.get(reverse("home")).url


def test_a_workspace_without_a_name_is_refused_beside_the_field(as_admin):
    page = as_admin.post(reverse("workspace_new"), {"name": " "}).content.decode()

    assert 'aria-describedby="id_name_error"' in page
    assert Workspace.objects.count() == 1


def test_home_leads_to_the_workspace_seen_last(as_admin, admin, workspace):
    later = MembershipFactory(user=admin.user).workspace
    assert later.public_id in as_admin.get(reverse("home")).url

    as_admin.get(reverse("settings_workspace", args=[workspace.public_id]))

    assert workspace.public_id in as_admin.get(reverse("home")).url


def test_the_switcher_leads_only_to_own_workspaces(as_admin, workspace):
    stranger = MembershipFactory().workspace

    response = as_admin.get(reverse("home"), {"workspace": stranger.public_id})

    assert workspace.public_id in response.url


def test_an_admin_renames_the_workspace(as_admin, workspace):
    as_admin.post(reverse("settings_workspace", args=[workspace.public_id]), {"name": "Strider Shoes"})

    workspace.refresh_from_db()
    assert workspace.name == "Strider Shoes"
    assert AuditEntry.objects.get().detail == {"was": "Strider"}


def test_a_viewer_sees_the_name_and_cannot_change_it(client, viewer, workspace):
    client.force_login(viewer.user)
    url = reverse("settings_workspace", args=[workspace.public_id])

    assert "Strider" in client.get(url).content.decode()
    assert client.post(url, {"name": "Mine"}).status_code == 403


def test_the_theme_is_remembered_and_drawn_by_the_server(client, db):
    response = client.post(reverse("theme"), {"theme": "dark", "next": reverse("login")})

    assert response.url == reverse("login")
    assert '<html lang="en" data-theme="dark">' in client.get(reverse("login")).content.decode()
    client.post(reverse("theme"), {"theme": "system", "next": "https://evil.example/"})
    assert "data-theme" not in client.get(reverse("login")).content.decode()
