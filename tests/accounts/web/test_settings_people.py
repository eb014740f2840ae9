import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership, Role
from tests.accounts.web.reading import found
from tests.factories import MembershipFactory, TeamFactory


@pytest.fixture
def page(workspace):
    return reverse("settings_people", args=[workspace.public_id])


def test_an_invited_person_sets_a_password_and_is_in(as_admin, page, client, workspace):
    as_admin.post(page, {"email": "ben@example.com", "role": Role.EDITOR})
    link = found(r"http://[^/]+(/password/\S+)", mail.outbox[0].body)
    as_admin.logout()

    client.post(link, {"name": "Ben", "password": "sneakers and laces"})

    assert "Strider" in client.get(page).content.decode()
    assert "Ben" in client.get(page).content.decode()


def test_somebody_with_an_account_is_told_to_sign_in(as_admin, page):
    MembershipFactory(user__email="ben@example.com")

    as_admin.post(page, {"email": "ben@example.com", "role": Role.EDITOR})

    assert "/password/" not in mail.outbox[0].body
    assert reverse("login") in mail.outbox[0].body


def test_inviting_twice_says_so_beside_the_field_and_mails_once(as_admin, page):
    for _ in range(2):
        answer = as_admin.post(page, {"email": "ben@example.com", "role": Role.EDITOR})

    assert "is here already" in answer.content.decode()
    assert 'value="ben@example.com"' in answer.content.decode()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("wrong", [{"email": "ben"}, {"email": ""}, {"role": "99"}, {"role": "x"}])
def test_a_wrong_invitation_changes_nothing(as_admin, page, wrong):
    answer = as_admin.post(page, {"email": "ben@example.com", "role": "20", **wrong})

    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Membership.objects.count() == 1


def test_an_invitation_is_mailed_again(as_admin, page, workspace):
    as_admin.post(page, {"email": "ben@example.com", "role": Role.EDITOR})
    ben = Membership.objects.get(user__email="ben@example.com")

    as_admin.post(reverse("settings_person_mail", args=[workspace.public_id, ben.public_id]))

    assert "/password/" in mail.outbox[1].body


def test_a_role_is_changed(as_admin, viewer, workspace):
    as_admin.post(reverse("settings_person", args=[workspace.public_id, viewer.public_id]), {"role": "30"})

    viewer.refresh_from_db()
    assert viewer.role == Role.PUBLISHER


def test_the_last_admin_is_told_why_not(as_admin, admin, workspace):
    url = reverse("settings_person_remove", args=[workspace.public_id, admin.public_id])

    answer = as_admin.post(url, follow=True)

    assert "is the last admin" in answer.content.decode()
    assert Membership.objects.get() == admin


def test_a_removal_is_undone_from_its_notice(as_admin, viewer, workspace):
    TeamFactory(workspace=workspace).members.add(viewer)
    url = reverse("settings_person_remove", args=[workspace.public_id, viewer.public_id])

    answer = as_admin.post(url, follow=True)
    undo = found(r'action="([^"]+/people/return/[^"]+)"', answer.content.decode())
    assert Membership.objects.count() == 1
    for _ in range(2):
        as_admin.post(undo)

    back = Membership.objects.get(user=viewer.user)
    assert (back.role, back.teams.count()) == (Role.VIEWER, 1)


def test_an_undo_of_another_workspace_does_nothing_here(as_admin, admin, viewer, workspace):
    other = MembershipFactory(user=admin.user).workspace
    url = reverse("settings_person_remove", args=[workspace.public_id, viewer.public_id])
    answer = as_admin.post(url, follow=True)
    undo = found(r'action="([^"]+/people/return/[^"]+)"', answer.content.decode())

    assert as_admin.post(undo.replace(workspace.public_id, other.public_id)).status_code == 404
    assert as_admin.post(undo[:-3] + "x/").status_code == 404
