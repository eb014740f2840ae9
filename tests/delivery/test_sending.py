import base64
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.utils.http import http_date

from accounts.models import AuditEntry
from delivery import calling, encryption, sending, targeting
from delivery.models import Delivery, Target
from tests.delivery.receiver import receiving, status
from tests.factories import SourceFactory, WorkspaceFactory
from tests.threads import at_once, started

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def target_of(url, **columns):
    workspace = WorkspaceFactory.create()
    source = SourceFactory.create(workspace=workspace)
    target = targeting.set_target(source, url, "wk_secret", actor=None)
    Target.objects.filter(pk=target.pk).update(**columns)
    return target


def waiting(target, *bodies, **columns):
    return [
        Delivery.objects.create(workspace=target.workspace, target=target, body=body, **columns)
        for body in bodies
    ]


def due_again(target):
    """As if the waiting time were over."""
    Target.objects.filter(pk=target.pk).update(resume_at=None)
    Delivery.objects.filter(target=target).update(next_at=NOW - timedelta(days=3000))


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_sent_in_order_with_the_write_key_and_marked_delivered(receiver):
    target = target_of(f"{receiver.url}/")
    waiting(target, '{"n":1}', '{"n":2}', '{"n":3}')
    assert sending.drain() == 3
    assert [got.json["n"] for got in receiver.got] == [1, 2, 3]
    assert {got.path for got in receiver.got} == {"/v1/track"}
    basic = base64.b64encode(b"wk_secret:").decode()
    assert {got.headers["Authorization"] for got in receiver.got} == {f"Basic {basic}"}
    for row in Delivery.objects.all():
        assert (row.state, row.attempts, row.status_code, row.lease) == ("delivered", 1, 200, None)
        assert row.finished_at is not None
    assert sending.drain() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503, 599])
def test_a_temporary_failure_waits_and_is_tried_again(receiver, code):
    target = target_of(receiver.url)
    [row] = waiting(target, "{}")
    receiver.answers = [status(code, body=b"later \x00 please")]
    assert sending.drain(0.3) == 1
    row.refresh_from_db()
    target.refresh_from_db()
    assert (row.state, row.attempts, row.status_code, row.lease) == ("waiting", 1, code, None)
    assert row.error.startswith(str(code))
    assert "later" in row.error
    assert target.failures == 1
    due_again(target)
    sending.drain()
    row.refresh_from_db()
    target.refresh_from_db()
    assert (row.state, row.attempts, target.failures) == ("delivered", 2, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", [301, 302, 400, 401, 403, 404, 410, 413, 422])
def test_a_permanent_failure_is_not_tried_again_and_says_why(receiver, code):
    [row] = waiting(target_of(receiver.url), "{}")
    receiver.answers = [status(code, {"Location": receiver.url})]
    sending.drain()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.status_code) == ("failed", 1, code)
    assert row.error.startswith(str(code))
    assert len(receiver.got) == 1


@pytest.mark.django_db(transaction=True)
def test_a_private_address_is_refused_when_it_is_called_not_only_when_it_is_typed_in(receiver, settings):
    [row] = waiting(target_of(receiver.url), "{}")
    settings.OUTBOUND_ALLOW = []
    sending.drain()
    row.refresh_from_db()
    assert row.state == "failed"
    assert "OUTBOUND_ALLOW" in row.error
    assert receiver.got == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_receiver_says_how_long_to_wait(receiver, form):
    target = target_of(receiver.url)
    [row] = waiting(target, "{}")
    asked = "600" if form == "seconds" else http_date(time.time() + 600)
    receiver.answers = [status(429, {"Retry-After": asked})]
    sending.drain(0.3)
    row.refresh_from_db()
    target.refresh_from_db()
    for moment in (row.next_at, target.resume_at):
        assert 500 < (moment - datetime.now(UTC)).total_seconds() < 610


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("²", 0),
        ("9" * 400, 86_400),
        ("Fri, 20 Nov 2026 12:01:00 GMT", 60),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("Sun, 22 Nov 2099 00:00:00 GMT", 86_400),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(value, seconds):
    assert calling.asked_wait(value, NOW) == seconds


def test_waiting_times_grow_with_full_jitter():
    bounds = [min(1800.0, 5 * 2.0**attempts) for attempts in range(12)]
    for attempts, bound in enumerate(bounds):
        drawn = [sending.waiting_time(attempts, 5.0, 1800.0) for _ in range(300)]
        assert 0 <= min(drawn) < bound * 0.1
        assert bound * 0.9 < max(drawn) <= bound


@pytest.mark.django_db(transaction=True)
def test_after_a_day_of_trying_a_delivery_is_given_up(receiver):
    target = target_of(receiver.url)
    [row] = waiting(target, "{}")
    Delivery.objects.update(created_at=datetime.now(UTC) - timedelta(hours=25))
    receiver.answers = [status(503)]
    sending.drain(0.3)
    row.refresh_from_db()
    assert row.state == "failed"
    assert row.error.startswith("Given up after a day. 503")


@pytest.mark.django_db(transaction=True)
def test_a_slow_target_holds_up_nobody_else(receiver):
    released = threading.Event()
    with receiving() as slow:
        slow.answers = [lambda handler: (released.wait(10), status(200)(handler))[1]]
        waiting(target_of(slow.url), "{}")
        fast = target_of(receiver.url)
        waiting(fast, *["{}"] * 50)
        began = time.monotonic()
        draining = started(sending.drain)
        while len(receiver.got) < 50 and time.monotonic() - began < 8:
            time.sleep(0.02)
        took = time.monotonic() - began
        released.set()
        draining.result()
    assert len(receiver.got) == 50
    assert took < 5
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


@pytest.mark.django_db(transaction=True)
def test_a_failing_target_gets_one_call_and_pauses(receiver):
    target = target_of(receiver.url)
    waiting(target, *["{}"] * 10)
    receiver.answers = [status(500)] * 10
    Target.objects.update(failures=10)  # so that the pause is long
    sending.drain(0.3)
    target.refresh_from_db()
    assert len(receiver.got) <= 2
    assert Delivery.objects.filter(lease__isnull=False).count() == 0
    assert target.failures >= 11


@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_send_each_delivery_once(receiver):
    for _ in range(3):
        waiting(target_of(receiver.url), *[f'{{"n":"{number}"}}' for number in range(30)])
    at_once(*[sending.drain] * 3)
    assert len(receiver.got) == 90
    assert Delivery.objects.filter(state="delivered", attempts=1).count() == 90


@pytest.mark.django_db(transaction=True)
def test_a_lease_left_by_a_killed_worker_runs_out(receiver):
    target = target_of(receiver.url)
    waiting(target, "{}", lease="a" * 32, lease_until=datetime.now(UTC) + timedelta(minutes=1))
    assert sending.drain() == 0
    Delivery.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
    assert sending.drain() == 1


@pytest.mark.django_db(transaction=True)
def test_a_target_that_is_switched_off_gets_nothing_until_it_is_on_again(receiver):
    target = target_of(receiver.url)
    waiting(target, "{}")
    targeting.switch_off(target, actor=None)
    assert sending.drain() == 0
    targeting.set_target(target.source, receiver.url, "", actor=None)
    assert sending.drain() == 1
    assert list(AuditEntry.objects.values_list("action", flat=True)) == [
        "forwarding.set",
        "forwarding.switched_off",
        "forwarding.set",
    ]


@pytest.mark.django_db
def test_the_write_key_is_encrypted_at_rest_and_rotated_keys_still_read(settings):
    target = target_of("https://api.example.com")
    stored = bytes(target.write_key)
    assert b"wk_secret" not in stored
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]
    assert encryption.decrypt(stored) == "wk_secret"
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    with pytest.raises(encryption.Undecipherable):
        encryption.decrypt(stored)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.example.com", "https://api.example.com"),
        (" https://api.example.com/v1/track ", "https://api.example.com"),
        ("https://api.example.com/v1/", "https://api.example.com"),
        ("https://example.com/segment/v1", "https://example.com/segment"),
    ],
)
def test_the_base_of_an_address_is_kept_however_much_of_it_was_typed(url, kept):
    assert target_of(url).url == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "key", "field"),
    [
        ("", "wk", "url"),
        ("api.example.com", "wk", "url"),
        ("ftp://api.example.com", "wk", "url"),
        ("https://a:b@api.example.com", "wk", "url"),
        ("https://api.example.com?x=1", "wk", "url"),
        ("https://" + "a" * 600 + ".example", "wk", "url"),
        ("https://api.example.com", " ", "write_key"),
    ],
)
def test_a_target_that_cannot_work_is_refused_with_its_field(url, key, field):
    with pytest.raises(targeting.BadTarget) as caught:
        targeting.set_target(SourceFactory.create(), url, key, actor=None)
    assert caught.value.field == field
