from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing

from accounts import signing_in
from accounts.models import SignInAttempt, User
from tests.factories import UserFactory

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "a good long password"


@pytest.fixture
def ana(db) -> User:
    return User.objects.get(pk=UserFactory(email="ana@example.com").pk)


def sign_in(password=PASSWORD, *, email="ana@example.com", ip="192.0.2.1", now=NOW):
    return signing_in.by_password(email, password, ip=ip, now=now)


def guess(times, **where):
    for _ in range(times):
        with pytest.raises(signing_in.WrongPassword):
            sign_in("guess", **where)


def test_the_right_password_signs_in_whatever_the_case_of_the_address(ana):
    assert sign_in(email=" Ana@Example.COM ") == ana


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_account_look_the_same(ana, email):
    with pytest.raises(signing_in.WrongPassword):
        sign_in("wrong", email=email)


def test_a_deactivated_person_cannot_sign_in(ana):
    User.objects.update(is_active=False)

    with pytest.raises(signing_in.WrongPassword):
        sign_in()


def test_after_ten_wrong_tries_even_the_right_password_waits(ana):
    guess(10)

    with pytest.raises(signing_in.TooManyTries) as locked:
        sign_in()

    assert locked.value.minutes == 15


def test_the_wait_ends(ana):
    guess(10)

    assert sign_in(now=NOW + signing_in.WINDOW + timedelta(seconds=1)) == ana


def test_guessing_from_one_address_does_not_keep_the_owner_out_at_another(ana):
    guess(10, ip="203.0.113.7")

    assert sign_in(ip="192.0.2.1") == ana


def test_other_accounts_are_not_slowed_down(ana):
    guess(10, email="nobody@example.com")

    assert sign_in() == ana


def test_signing_in_forgets_the_wrong_tries(ana):
    guess(9)
    sign_in()

    assert not SignInAttempt.objects.exists()


def test_a_link_signs_in_once_and_leads_on(ana):
    signed = signing_in.once_path(ana, now=NOW, follow="/w/ws_1/").split("/")[-2]

    first = signing_in.by_link(signed, now=NOW)
    second = signing_in.by_link(signed, now=NOW)

    assert first == (ana, "/w/ws_1/")
    assert second is None


def test_a_link_ends_after_half_an_hour(ana):
    signed = signing_in.once_path(ana, now=NOW).split("/")[-2]

    assert signing_in.by_link(signed, now=NOW + timedelta(minutes=31)) is None
    assert signing_in.by_link(signed, now=NOW + timedelta(minutes=29)) is not None


@pytest.mark.parametrize(
    "signed", ["", "made-up", signing.dumps([1, "", 0, ""], salt="another")], ids=["empty", "noise", "salt"]
)
def test_a_made_up_link_signs_nobody_in(ana, signed):
    assert signing_in.by_link(signed, now=NOW) is None
