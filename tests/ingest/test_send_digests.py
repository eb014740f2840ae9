"""`manage.py send_digests`, its watermark, and a real process that is killed while it sends."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Team
from ingest import tasks
from ingest.models import DeadRow, InboxRow
from ingest.watermark import watermarks
from tests.violations.digest_world import DAY, DUE, HOUR, shop
from tests.violations.mails import mailbox, text_of
from violations.models import Digest

PATIENCE = 240  # seconds; a busy machine takes a while to start a process
ROOT = Path(settings.BASE_DIR)


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


# --- real processes


def command(post):
    """`manage.py send_digests` as a process of its own, on this test's database and mail server."""
    database = connection.settings_dict
    name = f"{database['USER']}:{database['PASSWORD']}@{str(database['HOST']).replace('/', '%2F')}:{database['PORT']}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "send_digests", "--at", "2026-11-24T09:05:00Z"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=os.environ | {
            "DATABASE_URL": f"postgres://{name}/{database['NAME']}",
            "EMAIL_URL": f"smtp://127.0.0.1:{post.port}",
        },
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_killed_after_the_server_took_the_mail_it_repeats_that_mail_only(post):
    found = shop()
    Team.objects.filter(pk=found.checkout.pk).update(
        addresses=["a@example.com", "b@example.com", "c@example.com"]
    )
    found.new()
    processes = []

    def kill():
        processes[0].kill()
        processes[0].wait()
        return "250 OK"

    post.answers = ["250 OK", kill]
    processes.append(command(post))
    assert processes[0].communicate(timeout=PATIENCE)[0] == ""
    assert processes[0].returncode == -signal.SIGKILL
    digest = Digest.objects.get()
    assert digest.state == "claimed"
    Digest.objects.update(next_at=DUE - timedelta(days=3000))
    again = command(post)
    said, _ = again.communicate(timeout=PATIENCE)
    assert said == "checkout: 2026-11-24, sent\n"
    assert len(post.mails) == 4
    assert post.ids[1] == post.ids[2]
    assert len(set(post.ids)) == 3
    assert set(post.recipients) == {"a@example.com", "b@example.com", "c@example.com"}


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_send_once(post):
    found = shop()
    found.new()
    both = [command(post), command(post)]
    said = sorted(process.communicate(timeout=PATIENCE)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said == ["Nothing is due.\n", "checkout: 2026-11-24, sent\n"]
    assert len(post.mails) == 1
