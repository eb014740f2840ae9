from datetime import UTC, datetime, timedelta

import pytest

from accounts import inviting, tokens
from accounts.models import ApiToken, AuditEntry, Role
from tests.factories import MembershipFactory

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def ana(db):
    return MembershipFactory(role=Role.EDITOR)


def a_token(member, role=Role.VIEWER, **fields):
    return tokens.create(member.workspace, member.user, name="CI", role=role, **fields)


def test_a_token_is_shown_once_and_stored_as_a_hash(ana):
    token, text = a_token(ana)

    assert text.startswith("pw_")
    assert len(text) == 39
    row = ApiToken.objects.values().get(pk=token.pk)
    assert text not in str(row)
    assert text.startswith(row["hint"])


def test_a_token_leads_to_its_owner_and_workspace(ana):
    _, text = a_token(ana)

    found = tokens.find(text, now=NOW)

    assert found is not None
    assert (found.user, found.workspace) == (ana.user, ana.workspace)


def test_a_mistyped_token_is_refused_without_asking_the_database(ana, django_assert_num_queries):
    _, text = a_token(ana)
    swapped = text[:-1] + ("0" if text[-1] != "0" else "1")

    with django_assert_num_queries(0):
        for wrong in (swapped, text[:-1], text + "0", "", "pw_", "pw_ü" + text[4:], text.upper()):
            assert tokens.find(wrong, now=NOW) is None


@pytest.mark.parametrize(
    "end",
    [
        lambda token, member: tokens.revoke(token, actor=member.user, now=NOW),
        lambda token, member: ApiToken.objects.update(expires_at=NOW),
        lambda token, member: type(member.user).objects.update(is_active=False),
        lambda token, member: member.delete(),
    ],
    ids=["revoked", "expired", "owner deactivated", "owner left the workspace"],
)
def test_a_token_ends(ana, end):
    token, text = a_token(ana)

    end(token, ana)

    assert tokens.find(text, now=NOW) is None


def test_a_revocation_can_be_taken_back(ana):
    token, text = a_token(ana)
    tokens.revoke(token, actor=ana.user, now=NOW)

    assert tokens.restore(token, actor=ana.user)

    assert tokens.find(text, now=NOW) is not None
    assert [*AuditEntry.objects.order_by("id").values_list("action", flat=True)] == [
        "token.created",
        "token.revoked",
        "token.restored",
    ]


def test_nobody_makes_a_token_that_may_do_more_than_they_may(ana):
    with pytest.raises(tokens.RoleTooHigh):
        a_token(ana, Role.PUBLISHER)


def test_a_token_follows_its_owner_down(ana):
    _, text = a_token(ana, Role.EDITOR)

    inviting.change_role(ana, Role.VIEWER, actor=ana.user)

    found = tokens.find(text, now=NOW)
    assert found is not None
    assert found.role == Role.VIEWER


def test_use_is_noted_once_in_five_minutes(ana):
    _, text = a_token(ana)
    for minutes in (0, 3, 6):
        tokens.find(text, now=NOW + timedelta(minutes=minutes))

    assert ApiToken.objects.get().last_used_at == NOW + timedelta(minutes=6)


def test_reading_soon_again_writes_nothing(ana, django_assert_num_queries):
    _, text = a_token(ana)
    tokens.find(text, now=NOW)

    with django_assert_num_queries(1):
        tokens.find(text, now=NOW + timedelta(minutes=1))
