"""Addresses agree before they get a digest, leave with one click, and no mail scanner does either for them."""

import re

import pytest
from django.test import Client

from accounts import subscribing, teaming
from accounts.models import AuditEntry, Team
from tests.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return MembershipFactory.create(user__email="admin@example.com")


def facts(**changed):
    return {"name": "Checkout", "slug": "checkout", "members": [], "addresses": []} | changed


@pytest.fixture
def asked(admin, mailoutbox):
    """A team, and the link that was mailed to ops@example.com."""
    team = teaming.create(admin.workspace, facts(addresses=["ops@example.com"]), actor=admin.user)
    subscribing.ask(team, team.unconfirmed, actor=admin.user)
    [link] = re.findall(r"http\S+", mailoutbox[0].body)
    return team, path(link)


def path(link):
    return link.removeprefix("http://127.0.0.1:8000")


def readers(team):
    return subscribing.readers(Team.objects.get(pk=team.pk))


def test_an_address_gets_nothing_until_its_owner_agrees(asked):
    team, link = asked
    client = Client(enforce_csrf_checks=True)
    for method in (client.get, client.head):
        assert method(link).status_code == 200
    assert readers(team) == {}
    assert client.post(link).status_code == 200
    assert readers(team) == {"ops@example.com": False}
    assert client.post(link).status_code == 200  # a second click
    assert list(AuditEntry.objects.filter(action="digest.confirmed").values_list("detail", flat=True)) == [
        {"address": "ops@example.com"}
    ]


def test_a_question_ends_when_the_address_is_taken_off_or_fourteen_days_pass(asked, admin, monkeypatch):
    team, link = asked
    monkeypatch.setattr(subscribing, "ASKED_FOR", -1)
    assert Client().post(link).status_code == 410
    monkeypatch.undo()
    teaming.change(team, facts(), actor=admin.user)
    assert Client().post(link).status_code == 410
    assert readers(team) == {}


def test_members_of_the_workspace_need_no_question(admin):
    team = teaming.create(admin.workspace, facts(addresses=["ADMIN@example.com"]), actor=admin.user)
    assert (team.addresses, team.unconfirmed) == (["ADMIN@example.com"], [])


def test_who_is_asked_again_are_only_the_new_ones(asked, admin):
    team, link = asked
    Client().post(link)
    team.refresh_from_db()
    new = teaming.change(team, facts(addresses=["ops@example.com", "cfo@example.com"]), actor=admin.user)
    assert new == ["cfo@example.com"]
    assert (
        teaming.change(team, facts(addresses=["ops@example.com", "cfo@example.com"]), actor=admin.user) == []
    )
    assert readers(team) == {"ops@example.com": False}


@pytest.mark.parametrize("address", ["ops@example.com", "ana@example.com"])
def test_one_click_leaves_and_another_comes_back(admin, address):
    team = TeamFactory.create(workspace=admin.workspace, addresses=["ops@example.com"])
    team.members.add(MembershipFactory.create(workspace=admin.workspace, user__email="ana@example.com"))
    link = path(subscribing.leaving_url(team, address))
    client = Client(enforce_csrf_checks=True)
    assert "Nothing has changed yet" in client.get(link).content.decode()
    assert len(readers(team)) == 2
    answer = client.post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert address not in readers(team)
    client.post(link, {"back": "1"})
    assert len(readers(team)) == 2


def test_a_link_of_another_purpose_or_team_does_nothing(asked):
    team, link = asked
    signed = link.rstrip("/").rsplit("/", 1)[1]
    assert Client().post(f"/digests/leave/{signed}/").status_code == 410
    assert Client().post(f"/digests/leave/{signed[:-2]}xx/").status_code == 410
    leaving = path(subscribing.leaving_url(team, "ops@example.com"))
    team.delete()
    assert Client().post(leaving).status_code == 410
