import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken, Role
from tests.accounts.web.reading import found


@pytest.fixture
def page(workspace):
    return reverse("settings_tokens", args=[workspace.public_id])


def made(client, page, **fields):
    answer = client.post(page, {"name": "CI", "role": "10", "expires": "never", **fields}, follow=True)
    return re.search(r"pw_\w{36}", answer.content.decode())


def test_a_token_is_shown_once_and_works(as_admin, page, workspace):
    text = made(as_admin, page)[0]

    token = tokens.find(text, now=timezone.now())
    assert token is not None
    assert token.workspace == workspace
    assert text not in as_admin.get(page).content.decode()


def test_a_second_click_makes_no_second_token(as_admin, page):
    made(as_admin, page)

    assert made(as_admin, page) is None
    assert ApiToken.objects.count() == 1


def test_nobody_is_offered_more_than_they_may_do(client, viewer, page):
    client.force_login(viewer.user)

    assert "Publisher" not in client.get(page).content.decode()
    assert made(client, page, role=str(Role.ADMIN)) is None


def test_a_token_may_end_by_itself(as_admin, page):
    made(as_admin, page, expires="30")

    token = ApiToken.objects.get(expires_at__gt=timezone.now() + timedelta(days=29))
    assert token.name == "CI"


def test_a_revocation_is_undone_from_its_notice(as_admin, page, workspace):
    text = made(as_admin, page)[0]
    token = ApiToken.objects.get()
    url = reverse("settings_token_revoke", args=[workspace.public_id, token.public_id])

    answer = as_admin.post(url, follow=True).content.decode()
    assert tokens.find(text, now=timezone.now()) is None
    as_admin.post(found(r'action="([^"]+/restore/)"', answer))

    assert tokens.find(text, now=timezone.now()) is not None


def test_others_see_only_their_own_tokens_and_admins_all(as_admin, admin, viewer, page, workspace):
    token, _ = tokens.create(workspace, admin.user, name="Nightly", role=Role.ADMIN)
    tokens.create(workspace, viewer.user, name="Dashboard", role=Role.VIEWER)
    assert "Dashboard" in as_admin.get(page).content.decode()

    as_admin.force_login(viewer.user)

    assert "Nightly" not in as_admin.get(page).content.decode()
    url = reverse("settings_token_revoke", args=[workspace.public_id, token.public_id])
    assert as_admin.post(url).status_code == 404
