import asyncio
import itertools
import smtplib
import socket
import time
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.core import mail as django_mail

from accounts import mail, mail_files
from tests.factories import WorkspaceFactory


class Script:
    """An SMTP server that answers as told."""

    def __init__(self) -> None:
        self.refusals: dict[str, str] = {}
        self.data_reply = "250 taken"
        self.got: list[bytes] = []
        self.hangs_up = False
        self.callers: list[int] = []  # the port of each connection that brought a mail

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.callers.append(session.peer[1])
        if self.hangs_up:
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
        if self.data_reply.startswith("250"):
            self.got.append(envelope.content)
        return self.data_reply


@pytest.fixture
def server(settings):
    script = Script()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(script, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "accounts.mail.SmtpBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield script
    controller.stop()


def test_a_mail_carries_its_message_id_headers_and_both_bodies(server):
    sent = mail.send("ana@x.io", "Hi", "text", "<p>html</p>", headers={"List-Id": "d"}, message_id="<one@x>")

    assert sent == mail.Sent("<one@x>", {})
    assert all(
        part in server.got[0] for part in (b"Message-ID: <one@x>", b"List-Id: d", b"text", b"<p>html</p>")
    )


@pytest.mark.parametrize(
    ("refusals", "data_reply", "permanent", "words"),
    [
        ({"ana@x.io": "550 no such person"}, "250", True, "ana@x.io: 550 no such person"),
        ({"ana@x.io": "450 try later"}, "250", False, "ana@x.io: 450 try later"),
        ({}, "554 spam", True, "554 spam"),
        ({}, "451 busy", False, "451 busy"),
    ],
)
def test_a_refusal_is_temporary_or_permanent(server, refusals, data_reply, permanent, words):
    server.refusals, server.data_reply = refusals, data_reply

    with pytest.raises(mail.MailError) as caught:
        mail.send("ana@x.io", "Hi", "text")

    assert (caught.value.permanent, caught.value.message) == (permanent, words)


def test_several_mails_share_a_connection_until_the_server_hangs_up(server):
    with mail.Kept() as post:
        for number in range(3):
            mail.send("ana@x.io", f"Hi {number}", "text", through=post)
        server.data_reply = "451 busy"
        with pytest.raises(mail.MailError):
            mail.send("ana@x.io", "Busy", "text", through=post)
        server.data_reply, server.hangs_up = "250 taken", True
        mail.send("ana@x.io", "After trouble", "text", through=post)
        time.sleep(0.2)
        mail.send("ana@x.io", "After it hung up", "text", through=post)
    assert len(server.got) == 5
    assert [len(list(same)) for _, same in itertools.groupby(server.callers)] == [4, 1, 1]


def test_one_refused_of_two_is_told_and_the_other_gets_the_mail(server):
    server.refusals = {"ben@x.io": "550 gone"}

    sent = mail.send(["ana@x.io", "ben@x.io"], "Hi", "text")

    assert dict(sent.refused) == {"ben@x.io": "550 gone"}
    assert len(server.got) == 1


def test_a_server_that_is_away_is_temporary(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "accounts.mail.SmtpBackend",
        "127.0.0.1",
        1,
    )

    with pytest.raises(mail.MailError, match="cannot be reached") as caught:
        mail.send("ana@x.io", "Hi", "text")

    assert not caught.value.permanent


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(535, b"no"),
        smtplib.SMTPSenderRefused(550, b"no", "x"),
        smtplib.SMTPException(),
    ],
)
def test_a_server_that_refuses_us_is_temporary(monkeypatch, error):
    monkeypatch.setattr(
        django_mail.EmailMultiAlternatives, "send", lambda _self: (_ for _ in ()).throw(error)
    )

    with pytest.raises(mail.MailError) as caught:
        mail.send("ana@x.io", "Hi", "text")

    assert not caught.value.permanent


def test_a_line_break_in_a_header_is_refused_for_good():
    with pytest.raises(mail.MailError) as caught:
        mail.send("ana@x.io", "Hi\nBcc: eve@x.io", "text")

    assert caught.value.permanent


@pytest.fixture
def files(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.MAIL_DIR = "accounts.mail_files.FileBackend", tmp_path / "mail"
    return tmp_path / "mail"


@pytest.mark.django_db
def test_kept_mail_is_read_back_newest_first(files):
    workspace = WorkspaceFactory()
    for subject in ("First", "Zweites – ü"):
        mail.send("ana@x.io", subject, "text ü\n", "<p>ü</p>\n", message_id="<one@x>", workspace=workspace)

    newest, oldest = mail_files.kept(workspace)

    assert (newest.subject, oldest.subject) == ("Zweites – ü", "First")
    assert (newest.to, newest.message_id, newest.text.strip(), newest.html.strip()) == (
        "ana@x.io", "<one@x>", "text ü", "<p>ü</p>",
    )  # fmt: skip
    assert abs((datetime.now(UTC) - newest.sent_at).total_seconds()) < 60
    assert mail_files.read(newest.name, workspace) == newest
    assert {path.stat().st_mode & 0o777 for path in files.iterdir()} == {0o600}
    assert files.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db
def test_kept_mail_of_another_workspace_is_not_shown(files):
    ours, theirs = WorkspaceFactory(), WorkspaceFactory()
    mail.send("ana@x.io", "Secret link", "text", workspace=theirs)
    mail.send("ana@x.io", "Nobody's", "text")
    name = mail_files.kept(theirs)[0].name

    assert mail_files.kept(ours) == []
    assert mail_files.read(name, ours) is None


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../secret.key", "nope.eml", "20261122T101530123456Z-0123abcd.eml", ""])
def test_a_name_that_is_no_kept_mail_finds_nothing(files, name):
    assert mail_files.read(name, WorkspaceFactory()) is None


def test_old_kept_mail_goes(files, monkeypatch):
    monkeypatch.setattr(mail_files, "KEPT", 2)

    for _turn in range(4):
        mail.send("ana@x.io", "Hi", "text")

    assert len(list(files.iterdir())) == 2


def test_tests_never_send_for_real():
    assert settings.EMAIL_BACKEND == "django.core.mail.backends.locmem.EmailBackend"
