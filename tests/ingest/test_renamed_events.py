"""A renamed event with traffic: nothing falls out of the plan before the end date, and the page shows the move."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from tests.factories import MembershipFactory, SourceFactory
from tests.ingest.stores import drain, places, receive, shop, totals
from tests.messages import batch, track
from trackingplans import drafting, releasing
from trackingplans.traffic import moving

pytestmark = pytest.mark.django_db

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

    send(web, now + timedelta(days=12), old=1)

    assert totals(web)["unplanned"] == 1


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
