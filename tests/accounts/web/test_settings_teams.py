import pytest
from django.urls import reverse

from accounts.models import Team
from tests.factories import MembershipFactory, TeamFactory

FACTS = {
    "name": "Checkout & Cart", "slug": "", "timezone": "Europe/Berlin", "digest_at": "08:30",
    "digest_enabled": "on", "addresses": "ops@example.com\n Data@Example.com , ops@example.com",
}  # fmt: skip


@pytest.fixture
def new(workspace):
    return reverse("settings_team_new", args=[workspace.public_id])


def test_a_team_is_made_with_people_and_asks_plain_addresses_first(as_admin, admin, new, mailoutbox):
    as_admin.post(new, {**FACTS, "members": [admin.pk]})

    team = Team.objects.get()
    assert (team.slug, team.timezone, f"{team.digest_at:%H:%M}") == (
        "checkout-cart",
        "Europe/Berlin",
        "08:30",
    )
    assert (team.addresses, team.unconfirmed) == ([], ["ops@example.com", "data@example.com"])
    assert [mail.to for mail in mailoutbox] == [["ops@example.com"], ["data@example.com"]]
    assert [*team.members.all()] == [admin]


def test_making_it_twice_is_refused_the_second_time(as_admin, new):
    for _ in range(2):
        answer = as_admin.post(new, FACTS)

    assert "There is a team checkout-cart already." in answer.content.decode()
    assert Team.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"timezone": "Berlin"}, "no such time zone"),
        ({"digest_at": "25:00"}, "valid time"),
        ({"addresses": "ops@example.com\nnot one"}, "not one is not an e-mail address."),
        ({"addresses": "\n".join(f"a{n}@example.com" for n in range(51))}, "Up to 50"),
        ({"name": ""}, "required"),
        ({"name": "!!!"}, "Write one"),
        ({"slug": "a b"}, "slug"),
        ({"members": ["999999"]}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(as_admin, new, wrong, words):
    page = as_admin.post(new, {**FACTS, **wrong}).content.decode()

    assert words in page
    assert 'value="08:30"' in page or "digest_at" in wrong
    assert not Team.objects.exists()


def test_people_of_other_workspaces_cannot_be_put_into_a_team(as_admin, new):
    stranger = MembershipFactory()

    answer = as_admin.post(new, {**FACTS, "members": [stranger.pk]})

    assert answer.status_code == 200
    assert not Team.objects.exists()


def test_a_team_is_changed_and_its_slug_stays(as_admin, workspace):
    team = TeamFactory(workspace=workspace, slug="checkout", addresses=["old@example.com"])
    url = reverse("settings_team", args=[workspace.public_id, team.public_id])
    assert "old@example.com" in as_admin.get(url).content.decode()

    as_admin.post(url, {**FACTS, "slug": "other", "digest_enabled": ""})

    team.refresh_from_db()
    assert (team.name, team.slug, team.digest_enabled) == ("Checkout & Cart", "checkout", False)


def test_deleting_asks_for_the_name(as_admin, workspace):
    team = TeamFactory(workspace=workspace, name="Growth")
    url = reverse("settings_team_delete", args=[workspace.public_id, team.public_id])

    as_admin.post(url, {"name": "growth?"})
    assert Team.objects.exists()
    as_admin.post(url, {"name": "Growth"})

    assert not Team.objects.exists()


def test_a_viewer_reads_teams(client, viewer, workspace):
    team = TeamFactory(workspace=workspace, name="Growth")
    client.force_login(viewer.user)
    url = reverse("settings_team", args=[workspace.public_id, team.public_id])

    assert "Admins can change teams." in client.get(url).content.decode()
    assert client.post(url, FACTS).status_code == 403
