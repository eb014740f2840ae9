from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from delivery import encryption, targeting
from delivery.models import Delivery, Target
from tests.violations.judging import record, track
from tests.world import a_world

URL = "https://api.segment.example"


@pytest.fixture
def world(db):
    made = a_world()
    Target.objects.all().delete()
    return made


def opened(world, member=None):
    client = Client()
    client.force_login((member or world.admin).user)
    return client


def address(world, name="source_forwarding"):
    return reverse(name, args=[world.workspace.public_id, world.source.public_id])


def test_an_admin_sets_and_switches_off_a_target(world):
    client = opened(world)
    answer = client.post(
        address(world), {"kind": "segment", "url": f"{URL}/v1/", "write_key": "wk_1"}, follow=True
    )
    assert URL in answer.content.decode()
    target = Target.objects.get()
    assert (target.url, target.enabled, encryption.decrypt(target.write_key)) == (URL, True, "wk_1")
    client.post(address(world), {"kind": "segment", "url": "https://other.example", "write_key": ""})
    target.refresh_from_db()
    assert (target.url, encryption.decrypt(target.write_key)) == ("https://other.example", "wk_1")
    client.post(address(world, "source_forwarding_off"))
    target.refresh_from_db()
    assert not target.enabled


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"kind": "segment", "url": "", "write_key": "wk"}, "full address"),
        ({"kind": "segment", "url": "not an address", "write_key": "wk"}, "full address"),
        ({"kind": "segment", "url": URL, "write_key": ""}, "Enter the write key"),
    ],
)
def test_what_cannot_work_is_said_beside_its_field(world, typed, words):
    answer = opened(world).post(address(world), typed)
    assert words in answer.content.decode()
    assert not Target.objects.exists()


def test_the_write_key_is_never_shown(world):
    targeting.set_target(world.source, URL, "wk_secret_key", actor=None)
    assert "wk_secret_key" not in opened(world).get(address(world)).content.decode()


def test_viewers_see_it_and_cannot_change_it(world):
    client = opened(world, world.viewer)
    shown = client.get(address(world)).content.decode()
    assert "Forwarding" in shown
    assert "<form" not in shown.split('id="forwarding"')[1].split("</section>")[0]
    assert client.post(address(world), {"kind": "segment", "url": URL, "write_key": "wk"}).status_code == 403
    assert client.post(address(world, "source_forwarding_off")).status_code == 403


def test_the_last_calls_are_shown_with_what_came_of_them(world):
    target = targeting.set_target(world.source, URL, "wk", actor=None)
    record(world.source, [track("Product Viewed", {"price": f"x{n}"}) for n in range(2)])
    body = '{"properties": {"eventName": "Order <b>", "eventType": "track", "violationField": "properties.total"}}'
    rows = [
        {"state": "failed", "error": "401 Unauthorized: no such key", "status_code": 401, "attempts": 1},
        {
            "state": "waiting",
            "error": "503 Later",
            "attempts": 3,
            "next_at": datetime.now(UTC) + timedelta(hours=1),
        },
        {"state": "delivered", "status_code": 200, "attempts": 1},
    ]
    for columns in rows:
        Delivery.objects.create(workspace=world.workspace, target=target, body=body, **columns)
    Target.objects.update(failures=3)
    shown = opened(world).get(address(world), headers={"hx-request": "true"}).content.decode()
    assert "<html" not in shown
    for words in (
        "Order &lt;b&gt;",
        "401 Unauthorized: no such key",
        "503 Later",
        "Delivered",
        "The last 3 calls failed",
    ):
        assert words in shown, words


def test_at_most_fifty_calls_are_shown(world):
    target = targeting.set_target(world.source, URL, "wk", actor=None)
    body = '{"properties": {"eventName": "Seen once", "eventType": "track", "violationField": "x"}}'
    Delivery.objects.bulk_create(
        Delivery(workspace=world.workspace, target=target, body=body) for _ in range(60)
    )
    assert opened(world).get(address(world)).content.decode().count("Seen once") == 50


def test_a_call_shows_its_attempts_and_an_editor_sends_it_again(world):
    target = targeting.set_target(world.source, URL, "wk", actor=None)
    body = '{"messageId": "sch-1", "properties": {"eventName": "E", "eventType": "track", "violationField": "x"}}'
    history = [{"at": "2026-11-20T09:00:00+00:00", "status": 401, "error": "401 <No>", "ms": 80}]
    row = Delivery.objects.create(
        workspace=world.workspace, target=target, body=body, state="failed", attempts=1, history=history
    )
    words = [world.workspace.public_id, world.source.public_id, row.public_id]
    shown = opened(world).get(reverse("source_delivery", args=words)).content.decode()
    assert "401 &lt;No&gt;" in shown
    assert "sch-1" in shown
    again = reverse("source_delivery_again", args=words)
    assert opened(world, world.viewer).post(again).status_code == 403
    opened(world, world.editor).post(again)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 1)


def test_calls_are_filtered_by_state_and_a_paused_target_says_so_and_is_resumed(world):
    target = targeting.set_target(world.source, URL, "wk", actor=None)
    body = '{"properties": {"eventName": "E", "eventType": "track", "violationField": "%s"}}'
    for state in ("failed", "delivered"):
        Delivery.objects.create(workspace=world.workspace, target=target, body=body % state, state=state)
    Target.objects.update(paused_at=datetime.now(UTC), failures=12)
    shown = opened(world).get(address(world) + "?state=failed").content.decode()
    assert "Paused" in shown
    table = shown.split("<tbody")[1]
    assert "failed" in table
    assert "delivered" not in table
    opened(world, world.editor).post(address(world, "source_forwarding_resume"))
    target.refresh_from_db()
    assert (target.paused_at, target.failures) == (None, 0)
