"""A renamed event with traffic: nothing falls out of the plan before the end date, and the page shows the move."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from accounts.models import Role
from tests.factories import MembershipFactory, SourceFactory
from tests.ingest.stores import drain, places, receive, shop, totals
from tests.messages import batch, track
from trackingplans import drafting, releasing
from trackingplans.traffic import moving

pytestmark = pytest.mark.django_db

KEPT = (timezone.now() + timedelta(days=20)).date().isoformat()
ORDER = {"type": "track", "name": "Order Completed", "version": 1}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ana(now):
    return MembershipFactory(role=Role.ADMIN)


@pytest.fixture
def web(ana, now):
    """A source whose plan calls Order Completed Order Placed now; the old name counts for ten days more."""
    source = shop(workspace=ana.workspace, name="Web")
    draft = drafting.start(source.plan, ana.user, "Better names")
    keep = {"until": (now + timedelta(days=10)).date().isoformat()}
    rename = {"op": "rename_rule", "of": ORDER, "name": "Order Placed", "keep_former": keep}
    releasing.release(drafting.change(draft, ana.user, [rename]), ana.user, now=now)
    return source


def send(source, at, old=0, new=0, **properties):
    names = ["Order Completed"] * old + ["Order Placed"] * new
    receive(source, batch(*(track(name, properties={"total": 1} | properties) for name in names)), at=at)
    drain()


def test_the_old_name_is_the_same_event_until_its_end(web, now):
    send(web, now, old=3, new=5)
    send(web, now, old=1, total="1")
    assert totals(web) == {"received": 9, "conforming": 8, "violating": 1, "passed": 9}
    assert places(web) == {("track", "Order Placed"): 9}

    for days in (1, 9, 10):  # the last day, too
        send(web, now + timedelta(days=days), old=1, new=1)
        assert totals(web).get("unplanned", 0) == 0
    send(web, now + timedelta(days=12), old=1)

    assert totals(web)["unplanned"] == 1


def test_an_event_that_is_renamed_twice_is_known_by_both_names(ana, web, now):
    again = {
        "op": "rename_rule",
        "of": {**ORDER, "name": "Order Placed"},
        "name": "Order Made",
        "keep_former": {"until": KEPT},
    }
    web.plan.refresh_from_db()
    draft = drafting.start(web.plan, ana.user, "Better still")
    releasing.release(drafting.change(draft, ana.user, [again]), ana.user, now=now)

    send(web, now, old=2, new=3)

    assert totals(web) == {"received": 5, "conforming": 5, "passed": 5}
    assert places(web) == {("track", "Order Made"): 5}


def test_what_was_received_before_the_rename_is_judged_after_it(ana, web, now):
    receive(web, batch(track("Order Placed", properties={"total": 1})), at=now)
    back = {
        "op": "rename_rule",
        "of": {**ORDER, "name": "Order Placed"},
        "name": "Order Sent",
        "keep_former": {"until": KEPT},
    }
    web.plan.refresh_from_db()
    draft = drafting.start(web.plan, ana.user, "While messages wait")
    releasing.release(drafting.change(draft, ana.user, [back]), ana.user, now=now)
    drain()

    assert (totals(web)["conforming"], totals(web).get("unplanned", 0)) == (1, 0)


@pytest.mark.parametrize(
    ("said", "kept"),
    [({}, True), ({"keep_former": None}, False), ({"keep_former": {"until": "2031-01-01"}}, "2031-01-01")],
)
def test_by_rest_too_the_name_of_an_event_with_traffic_is_kept_unless_told_otherwise(
    client, ana, web, now, said, kept
):
    send(web, now, new=3)
    web.plan.refresh_from_db()
    draft = drafting.start(web.plan, ana.user, "By script")
    _, token = tokens.create(web.workspace, ana.user, name="CI", role=Role.ADMIN)
    rename = {"op": "rename_rule", "of": {**ORDER, "name": "Order Placed"}, "name": "Order Made"} | said
    headers = {"authorization": f"Bearer {token}", "if-match": "*"}
    path = f"/api/v1/drafts/{draft.public_id}/changes"

    answer = client.post(path, {"changes": [rename]}, content_type="application/json", headers=headers)

    assert answer.status_code == 201
    former = {
        one["name"]: one["until"] for one in drafting.document(draft)["rules"][0]["meta"]["former_names"]
    }
    assert ("Order Placed" in former) is bool(kept)
    if isinstance(kept, str):
        assert former["Order Placed"] == kept


def test_the_page_shows_which_source_is_still_on_the_old_name(client, ana, web, now):
    android = SourceFactory(workspace=web.workspace, plan=web.plan, name="Android")
    ios = SourceFactory(workspace=web.workspace, plan=web.plan, name="iOS")
    send(web, now, old=3, new=5)
    send(android, now, old=4)
    send(ios, now, new=2)
    send(ios, now + timedelta(seconds=1), new=1)

    found = moving.moves(web.workspace, [web, android, ios], "Order Placed", now=now)

    assert [(move.source, move.moved, move.received) for move in found] == [
        (android, 0, 4),
        (web, 5, 8),
        (ios, 3, 3),
    ]
    client.force_login(ana.user)
    path = reverse("plan_event", args=[web.workspace.public_id, web.plan.public_id])
    shown = " ".join(client.get(path, {"type": "track", "name": "Order Placed"}).content.decode().split())
    assert "53.3 % in 7 days, Android, Web still on the old name" in shown
    assert "Web: 62.5 %, still sends" in shown
    assert "iOS: all of it" in shown


def test_an_event_that_was_never_renamed_has_no_move(now):
    source = shop()
    send(source, now, old=2)

    assert moving.moves(source.workspace, [source], "Order Completed", now=now) == []


def test_what_is_kept_no_longer_is_dropped(web, now):
    send(web, now, old=1)

    assert moving.drop_old(now.date()) == 0
    assert moving.drop_old(now.date() + moving.KEPT + timedelta(days=2)) == 1
