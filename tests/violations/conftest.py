import ipaddress

import pytest

from tests.violations.mails import mailbox


@pytest.fixture
def loopback(settings):
    settings.OUTBOUND_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]


@pytest.fixture
def post(settings):
    """The mailbox of a real SMTP server, set as this installation's."""
    with mailbox() as box:
        settings.EMAIL_BACKEND = "accounts.mail.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box
