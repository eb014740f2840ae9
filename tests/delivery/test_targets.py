"""Kinds of targets, targets that are paused, calls that are sent again, calls that are too many."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from delivery import calling, expiring, pacing, pausing, sending, targeting
from delivery.models import Delivery, Target
from tests.delivery.receiver import status
from tests.delivery.test_sending import due_again, target_of, waiting
from tests.factories import MembershipFactory, SourceFactory, TeamFactory, WorkspaceFactory, WriteKeyFactory
from tests.violations.mails import mailbox, text_of

HOUR = timedelta(hours=1)


@pytest.fixture
def post(settings):
    with mailbox() as box:
        settings.EMAIL_BACKEND = "accounts.mail.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box


@pytest.mark.django_db(transaction=True)
def test_a_webhook_is_signed_so_that_its_receiver_can_check_it(receiver):
    source = SourceFactory.create(workspace=WorkspaceFactory.create())
    url = f"{receiver.url}/hooks?team=web"
    target = targeting.set_target(source, url, "", actor=None, kind="webhook")
    [row] = waiting(target, '{"event":"Violation Generated"}')
    sending.drain()
    [got] = receiver.got
    assert got.path == "/hooks?team=web"
    assert got.headers["webhook-id"] == row.public_id
    secret = base64.b64decode(targeting.secret_of(target).removeprefix("whsec_"))
    text = f"{row.public_id}.{got.headers['webhook-timestamp']}.".encode() + got.body
    mac = base64.b64encode(hmac.new(secret, text, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{mac}"
    assert "Authorization" not in got.headers


def test_the_signature_is_that_of_standard_webhooks():
    """The example of the specification's reference libraries."""
    headers = calling.signed(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        '{"test": 2432232314}',
        1614265330,
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.django_db(transaction=True)
def test_another_source_of_this_planwright_is_called_with_its_key_whatever_its_address(receiver, settings):
    settings.OUTBOUND_ALLOW, settings.BASE_URL = [], receiver.url
    workspace = WorkspaceFactory.create()
    source, other = SourceFactory.create_batch(2, workspace=workspace)
    WriteKeyFactory.create(source=other, key="wk_old", expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    key = WriteKeyFactory.create(source=other)
    target = targeting.set_target(source, "", "", actor=None, kind="source", to_source=other)
    waiting(target, "{}")
    sending.drain()
    [got] = receiver.got
    assert got.path == "/v1/track"
    assert base64.b64decode(got.headers["Authorization"].split()[1]).decode() == f"{key.key}:"


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["itself", "a stranger's", "none"])
def test_a_source_that_cannot_receive_is_refused(which):
    source, stranger = SourceFactory.create(), SourceFactory.create()
    to_source = {"itself": source, "a stranger's": stranger, "none": None}[which]
    with pytest.raises(targeting.BadTarget) as caught:
        targeting.set_target(source, "", "", actor=None, kind="source", to_source=to_source)
    assert caught.value.field == "to_source"


PAUSES = [
    ("ten failures over an hour", 503, 9, HOUR, True),
    ("nine failures", 503, 8, HOUR, False),
    ("ten failures within the hour", 503, 9, 59 * HOUR / 60, False),
    ("twenty that it would not take", 401, 19, HOUR / 3600, True),
    ("nineteen", 401, 18, HOUR / 3600, False),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("_case", "code", "failures", "since", "paused"), PAUSES, ids=[one[0] for one in PAUSES]
)
def test_a_target_that_keeps_failing_is_paused(receiver, _case, code, failures, since, paused):
    target = target_of(receiver.url, failures=failures, failing_since=timezone.now() - since)
    waiting(target, "{}", "{}")
    receiver.answers = [status(code)] * 2
    Delivery.objects.filter(target=target).order_by("-pk")[:1].get().delete()
    sending.drain(0.2)
    target.refresh_from_db()
    assert (target.paused_at is not None) is paused


@pytest.mark.django_db(transaction=True)
def test_owners_hear_once_of_a_pause_and_a_resumed_target_sends_again(receiver, post):
    target = target_of(receiver.url, failures=30, paused_at=timezone.now())
    admin = MembershipFactory.create(workspace=target.workspace, user__email="admin@example.com")
    team = TeamFactory.create(workspace=target.workspace)
    team.members.add(
        MembershipFactory.create(workspace=target.workspace, user__email="ana@example.com", role=10)
    )
    target.source.owner = team
    target.source.save()
    waiting(target, "{}", error="503 Gone fishing")
    assert sending.drain() == 0
    assert (pausing.tell(), pausing.tell()) == (1, 0)
    assert post.recipients == ["ana@example.com"]
    assert "503 Gone fishing" in text_of(post.mails[0])
    pausing.resume(Target.objects.get(pk=target.pk), actor=admin.user)
    assert sending.drain() == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_is_asked_again(post, receiver):
    target = target_of(receiver.url, failures=30, paused_at=timezone.now())
    MembershipFactory.create(workspace=target.workspace)
    post.answers = ["451 Later"]
    assert (pausing.tell(), pausing.tell()) == (0, 1)
    assert len(post.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_a_call_is_sent_again_under_its_id_with_all_its_attempts(receiver):
    target = target_of(receiver.url)
    rows = waiting(target, '{"messageId":"sch-1"}', '{"messageId":"sch-2"}')
    receiver.answers = [status(400)] * 2
    sending.drain()
    assert pausing.redeliver(rows[0])
    assert not pausing.redeliver(rows[0])  # it waits already
    sending.drain()
    assert pausing.redeliver_failed(target) == 1
    due_again(target)
    sending.drain()
    assert [got.json["messageId"] for got in receiver.got] == ["sch-1", "sch-2", "sch-1", "sch-2"]
    for row in Delivery.objects.all():
        assert [one["status"] for one in row.history] == [400, 200]
        assert row.state == "delivered"


@pytest.mark.django_db
def test_what_waits_a_day_for_a_paused_target_is_given_up():
    now = timezone.now()
    target = target_of("https://api.example.com", paused_at=now)
    old, young = waiting(target, "{}", "{}")
    Delivery.objects.filter(pk=old.pk).update(created_at=now - 25 * HOUR)
    assert expiring.give_up(now) == 1
    young.refresh_from_db()
    assert young.state == "waiting"


@pytest.mark.django_db
def test_a_minute_of_one_violation_is_bounded_and_what_was_skipped_is_counted():
    target, key, other = target_of("https://api.example.com"), UUID("1" * 32), UUID("2" * 32)
    noon = timezone.now().replace(second=0, microsecond=0)
    flows = [(target.pk, key, noon), (target.pk, other, noon), (target.pk, key, noon + HOUR / 60)]
    with connection.cursor() as cursor:
        first = pacing.admit(cursor, {flows[0]: 70, flows[1]: 5})
        second = pacing.admit(cursor, {flows[0]: 70, flows[2]: 101})
        third = pacing.admit(cursor, {flows[0]: 1})
    assert first == {flows[0]: 70, flows[1]: 5}
    assert second == {flows[0]: 30, flows[2]: 100}
    assert third == {flows[0]: 0}
    assert pacing.skipped(target, noon - HOUR) == 42
    assert pacing.skipped(target, noon - HOUR, other) == 0
    pacing.drop_old(noon + 4 * HOUR)
    assert pacing.skipped(target, noon - HOUR) == 42
