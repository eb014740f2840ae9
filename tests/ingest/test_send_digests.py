"""`manage.py send_digests`, its watermark, and a real process that is killed while it sends."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Team
from ingest import tasks
from ingest.models import DeadRow, InboxRow
from ingest.watermark import watermarks
from tests.violations.digest_world import DAY, DUE, HOUR, shop
from tests.violations.mails import mailbox, text_of
from violations.digest_models import Digest


@pytest.fixture
def post(settings):
    with mailbox() as box:
        settings.EMAIL_BACKEND = "accounts.mail.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box


def waiting(source, received_at):
    InboxRow.objects.create(
        workspace=source.workspace, source=source, received_at=received_at, kind="batch", body=b"",
        raw_size=0, messages=1,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_watermark_is_the_oldest_row_that_waits_in_the_workspace():
    one, other, empty = shop(), shop(), shop()
    waiting(one.web, DUE - HOUR)
    waiting(one.ios, DUE - 3 * HOUR)
    waiting(other.web, DUE + DAY)
    DeadRow.objects.create(
        workspace=one.workspace, source=one.web, received_at=DUE - 90 * HOUR, kind="batch", body=b"",
        raw_size=0, messages=1, attempts=5, error="",
    )  # fmt: skip
    mark = watermarks(DUE)
    assert mark(one.workspace.pk) == DUE - 3 * HOUR
    assert mark(other.workspace.pk) == DUE
    assert mark(empty.workspace.pk) == DUE


@pytest.mark.django_db
def test_the_command_sends_as_if_it_ran_at_that_moment(post, capsys):
    found = shop()
    found.new()
    call_command("send_digests", "--at", "2026-11-24T10:05:00+01:00")
    assert capsys.readouterr().out == "checkout: 2026-11-24, sent\n"
    assert "1 new" in text_of(post.mails[0])
    call_command("send_digests", "--at", "2026-11-24T10:05:00+01:00")
    assert capsys.readouterr().out == "Nothing is due.\n"


@pytest.mark.django_db
@pytest.mark.parametrize("at", ["2031-01-07T09:30:00Z", "2026-11-28T20:00:00Z"])
def test_the_moment_may_be_later_and_any_day_of_the_week(post, at):
    found = shop()
    row = found.new()
    hour = datetime.fromisoformat(at).replace(minute=0) - 3 * HOUR
    found.new("later", ago=(DUE - hour) / HOUR)
    assert row
    call_command("send_digests", "--at", at)
    assert Digest.objects.get().numbers["changes"]["new"]["violations"] == 1


@pytest.mark.django_db
def test_one_teams_digest_can_be_sent_alone(post):
    found = shop()
    Team.objects.filter(pk=found.growth.pk).update(digest_enabled=True, addresses=["growth@example.com"])
    found.new()
    found.new(event="Product Viewed")
    call_command("send_digests", "--team", "growth", "--at", "2026-11-24T09:05:00Z")
    assert post.recipients == ["growth@example.com"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--at", "tomorrow"], "--at 'tomorrow' is no time"), (["--team", "nobody"], "no team 'nobody'")],
)
def test_bad_usage_is_said_in_a_sentence(arguments, words):
    shop()
    with pytest.raises(CommandError, match=words):
        call_command("send_digests", *arguments)


@pytest.mark.django_db
def test_a_digest_that_reached_nobody_ends_with_an_error(post):
    found = shop()
    found.new()
    post.refused = {"checkout@example.com"}
    with pytest.raises(CommandError):
        call_command("send_digests", "--at", "2026-11-24T09:05:00Z")


@pytest.mark.django_db
def test_the_task_of_beat_sends_what_is_due_now(post):
    found = shop()
    Team.objects.update(digest_at="00:00", timezone="UTC")
    tasks.send_digests()
    weekday = datetime.now(UTC).weekday()
    assert Digest.objects.filter(team=found.checkout).count() == (weekday < 5)
