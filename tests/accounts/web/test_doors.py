import re

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts import inviting, signing_in
from accounts.models import User
from tests.accounts.web.reading import found

PASSWORD = "a good long password"


def post_sign_in(client, password=PASSWORD, **more):
    return client.post(reverse("login"), {"email": "ana@example.com", "password": password, **more})


def test_signing_in_leads_where_one_wanted_to_go(client, admin, workspace):
    wanted = reverse("settings_people", args=[workspace.public_id])
    refused = client.get(wanted)
    assert refused.url == f"{reverse('login')}?next={wanted}"

    response = post_sign_in(client, next=wanted)

    assert response.url == wanted
    assert client.get(wanted).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_signing_in_never_leads_off_the_site(client, admin, elsewhere):
    assert post_sign_in(client, next=elsewhere).url == reverse("home")


def test_a_wrong_password_is_said_beside_the_form_and_the_address_kept(client, admin):
    page = post_sign_in(client, "wrong").content.decode()

    assert "do not belong together" in page
    assert 'value="ana@example.com"' in page
    assert "wrong" not in re.findall(r'<input[^>]*type="password"[^>]*>', page)[0]


def test_after_ten_wrong_tries_the_page_says_when_and_what_else(client, admin):
    for _ in range(10):
        post_sign_in(client, "wrong")

    page = post_sign_in(client).content.decode()

    assert "Try again in 15 minutes" in page
    assert "set a new password by mail" in page


def test_signing_out_needs_a_post(as_admin):
    assert as_admin.get(reverse("logout")).status_code == 405

    as_admin.post(reverse("logout"))

    assert as_admin.get(reverse("home")).url.startswith(reverse("login"))


def test_an_expired_session_sends_htmx_away_instead_of_into_a_corner(client, workspace):
    url = reverse("settings_people", args=[workspace.public_id])

    response = client.get(url, headers={"hx-request": "true", "hx-current-url": f"http://testserver{url}"})

    assert response["HX-Redirect"] == f"{reverse('login')}?next={url}"


def test_a_forgotten_password_is_set_by_a_mailed_link_that_works_once(client, admin):
    client.post(reverse("forgot_password"), {"email": "ANA@example.com"})
    link = found(r"http://[^/]+(/password/\S+)", mail.outbox[0].body)

    assert client.get(link).status_code == 200
    weak = client.post(link, {"name": "Ana", "password": "password"}).content.decode()
    assert "too common" in weak
    done = client.post(link, {"name": "Ana B", "password": "sneakers and laces"})

    assert done.url == reverse("home")
    assert client.get(link).status_code == 410
    client.logout()
    assert post_sign_in(client, "sneakers and laces").status_code == 302
    assert User.objects.get().name == "Ana B"


def test_setting_a_password_opens_an_account_that_was_slowed_down(client, admin):
    for _ in range(11):
        post_sign_in(client, "wrong")

    client.post(inviting.password_path(admin.user), {"password": "sneakers and laces"})
    client.logout()

    assert post_sign_in(client, "sneakers and laces").status_code == 302


def test_a_mailbox_cannot_be_filled_with_links(client, admin):
    for _ in range(5):
        client.post(reverse("forgot_password"), {"email": "ana@example.com"})

    assert len(mail.outbox) == 3


def test_strangers_do_not_learn_who_is_here(client, admin):
    known = client.post(reverse("forgot_password"), {"email": "ana@example.com"}, follow=True)
    unknown = client.post(reverse("forgot_password"), {"email": "nobody@example.com"}, follow=True)

    assert known.status_code == unknown.status_code
    assert [str(note) for note in known.context["messages"]] == [
        str(note) for note in unknown.context["messages"]
    ]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "uid", ["", "!", "MA", urlsafe_base64_encode(b"9" * 40), urlsafe_base64_encode(b"x")]
)
def test_made_up_password_links_are_refused(client, admin, uid):
    token = default_token_generator.make_token(admin.user)

    assert client.get(f"/password/{uid or 'x'}/{token}/").status_code == 410


def test_another_persons_token_does_not_set_my_password(client, admin, viewer):
    mine = urlsafe_base64_encode(force_bytes(admin.user.pk))

    assert (
        client.get(f"/password/{mine}/{default_token_generator.make_token(viewer.user)}/").status_code == 410
    )


def test_the_printed_link_signs_in_and_leads_on(client, admin, workspace):
    page = reverse("settings_people", args=[workspace.public_id])
    link = signing_in.once_path(admin.user, now=timezone.now(), follow=page)

    assert client.get(link).url == page
    assert client.get(page).status_code == 200


def test_a_used_link_says_so(client, admin):
    link = signing_in.once_path(admin.user, now=timezone.now())
    client.get(link)
    client.logout()

    page = client.get(link, follow=True).content.decode()

    assert "was used already" in page
