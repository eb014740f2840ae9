"""Deciding on a violation's page: what changes, that it can be taken back, that a second click does no harm."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Membership, Role
from tests.factories import MembershipFactory, WorkspaceFactory
from violations import triage, undoing
from violations.models import Turn, Violation

pytestmark = pytest.mark.django_db
COLUMNS = (*undoing.TIMES, *undoing.OTHERS)


@pytest.fixture
def act(shop, ana):
    def act(name, deed, data=None, client=ana):
        address = reverse(f"violation_{deed}", args=[shop.workspace.public_id, shop.rows[name].public_id])
        return client.post(address, data or {})

    return act


def status(shop, name):
    return triage.status(Violation.objects.get(pk=shop.rows[name].pk), timezone.now())


def undo_address(response):
    tags = [message.extra_tags for message in get_messages(response.wsgi_request)]
    return next(tag.removeprefix("undo:") for tag in tags if tag and tag.startswith("undo:"))


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


DEEDS = [
    ("total", "resolve", {}, "resolved"),
    ("total", "mute", {"length": "1h", "reason": "known"}, "muted"),
    ("total", "mute", {"length": "1w"}, "muted"),
    ("total", "mute", {"length": "release", "release": "3.2.1"}, "muted"),
    ("total", "mute", {"length": "count", "count": "500"}, "muted"),
    ("total", "mute", {"length": "version", "version": "v14"}, "muted"),
    ("total", "resolve", {"release": "3.2.1"}, "resolved"),
    ("quantity", "reopen", {}, "open"),
    ("product_id", "reopen", {}, "open"),
    ("signup", "resolve", {}, "resolved"),
    ("quantity", "resolve", {}, "resolved"),
]


@pytest.mark.parametrize(("name", "deed", "data", "after"), DEEDS)
def test_a_decision_is_stored_and_can_be_taken_back_exactly(shop, ana, act, name, deed, data, after):
    before = Violation.objects.values(*COLUMNS).get(pk=shop.rows[name].pk)
    status_before = status(shop, name)

    answer = act(name, deed, data)

    assert answer.status_code == 302
    assert status(shop, name) == after
    undone = ana.post(undo_address(answer))
    assert undone.status_code == 302
    assert Violation.objects.values(*COLUMNS).get(pk=shop.rows[name].pk) == before
    assert status(shop, name) == status_before
    assert AuditEntry.objects.filter(detail__violation=shop.rows[name].public_id).count() == 2


@pytest.mark.parametrize(("name", "deed", "data"), [("total", "resolve", {}), ("quantity", "reopen", {})])
def test_a_second_click_does_no_harm(shop, act, name, deed, data):
    act(name, deed, data)
    once = Violation.objects.values().get(pk=shop.rows[name].pk)
    turns = Turn.objects.count()

    second = act(name, deed, data)

    assert said(second)[-1].endswith("already")
    assert Violation.objects.values().get(pk=shop.rows[name].pk) == once
    assert Turn.objects.count() == turns


def test_undoing_twice_does_no_harm(shop, ana, act):
    address = undo_address(act("total", "resolve"))
    ana.post(address)
    once = Violation.objects.values().get(pk=shop.rows["total"].pk)

    again = ana.post(address)

    assert "Nothing to undo" in said(again)[-1]
    assert Violation.objects.values().get(pk=shop.rows["total"].pk) == once


def test_what_was_decided_since_is_not_undone(shop, ana, act):
    address = undo_address(act("total", "resolve"))
    act("total", "mute", {"length": "1d"})

    ana.post(address)

    assert status(shop, "total") == "muted"


@pytest.mark.parametrize("deed", ["resolve", "mute", "assign"])
def test_a_decision_can_hold_for_all_sources(shop, ana, act, deed):
    data = {
        "resolve": {},
        "mute": {"length": "1w"},
        "assign": {"assignee": shop.ana.public_id},
    }[deed]
    answer = act("coupon_web", deed, {**data, "everywhere": "1"})
    rows = Violation.objects.filter(path="properties.coupon_code")
    assert len({(row.state, row.assignee_id) for row in rows}) == 1
    assert "Android and Web" in said(answer)[-1] or "Web and Android" in said(answer)[-1]
    ana.post(undo_address(answer))
    assert {(row.state, row.assignee_id) for row in rows.all()} == {("open", None)}


def test_without_asking_other_sources_stay_as_they_are(shop, act):
    act("coupon_web", "resolve")
    assert status(shop, "coupon_android") == "open"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"length": "day", "day": "2020-01-01"}, "day"),
        ({"length": "day"}, "day"),
        ({"length": "day", "day": "soon"}, "day"),
        ({"length": "for ever"}, "length"),
        ({"length": "release"}, "release"),
        ({"length": "count", "count": "0"}, "count"),
        ({"length": "version", "version": "next"}, "version"),
        ({"length": "1w", "reason": "x" * 201}, "reason"),
    ],
)
def test_a_mute_that_cannot_be_is_explained_beside_its_field(shop, act, data, field):
    answer = act("total", "mute", data)
    assert answer.status_code == 422
    assert field in answer.context["mute_form"].errors
    assert status(shop, "total") == "new"
    assert '<details class="menu" open>' in answer.content.decode()


def test_a_mute_until_a_day_ends_when_it_begins(shop, act):
    day = (timezone.now() + timedelta(days=3)).date()
    act("total", "mute", {"length": "day", "day": day.isoformat()})
    until = Violation.objects.get(pk=shop.rows["total"].pk).muted_until
    assert (until.date(), until.hour, until.minute) == (day, 0, 0)


def test_assigning_is_for_members_only(shop, act):
    stranger = MembershipFactory(workspace=WorkspaceFactory())
    assert "not in the workspace" in said(act("total", "assign", {"assignee": stranger.public_id}))[-1]
    act("total", "assign", {"assignee": shop.ana.public_id})
    assert Violation.objects.get(pk=shop.rows["total"].pk).assignee == shop.ana.user
    assert said(act("total", "assign", {"assignee": ""}))[-1] == "Assigned to nobody"


@pytest.mark.parametrize("deed", ["resolve", "reopen", "mute", "assign"])
def test_viewers_decide_nothing(shop, act, client, deed):
    viewer: Membership = MembershipFactory(workspace=shop.workspace, role=Role.VIEWER)
    client.force_login(viewer.user)
    assert act("total", deed, {"length": "1w"}, client).status_code == 403
    assert status(shop, "total") == "new"


def test_a_ticket_of_another_workspace_undoes_nothing(shop, act, client):
    address = undo_address(act("total", "resolve"))
    other: Membership = MembershipFactory(workspace=WorkspaceFactory(), role=Role.ADMIN)
    client.force_login(other.user)
    ticket = address.rstrip("/").rsplit("/", 1)[1]
    client.post(reverse("violation_undo", args=[other.workspace.public_id, ticket]))
    assert status(shop, "total") == "resolved"


def test_a_forged_or_old_ticket_is_refused(shop, ana, act, monkeypatch):
    ticket = undo_address(act("total", "resolve")).rstrip("/").rsplit("/", 1)[1]
    for bad in (ticket[:-2] + "xx", "made-up"):
        ana.post(reverse("violation_undo", args=[shop.workspace.public_id, bad]))
        assert status(shop, "total") == "resolved"
    monkeypatch.setattr(undoing, "KEPT_FOR", -1)
    with pytest.raises(signing.BadSignature):
        undoing.undo(shop.workspace, ticket, actor=shop.ana.user, now=timezone.now())
