"""The only sender of mail."""

import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import make_msgid

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend

from accounts.models import Workspace

WORKSPACE_HEADER = "X-Planwright-Workspace"  # whose mail it is; the page that shows kept mail asks


class MailError(Exception):
    """Nobody got the mail. `permanent`: the same mail to the same people will fail again."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


@dataclass(frozen=True)
class Sent:
    """What the server took: the Message-ID, and who of several was refused, with the server's words."""

    message_id: str
    refused: Mapping[str, str] = field(default_factory=dict)


def send(
    to: str | Sequence[str],
    subject: str,
    text: str,
    html: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    message_id: str = "",
    workspace: Workspace | None = None,
) -> Sent:
    """Send one mail now. All of `to` see each other; the same `message_id` marks a repeat as one.

    `workspace` lets its admins read the mail in the app while no mail server is set. Raises MailError.
    """
    known = message_id or make_msgid(domain="planwright")
    wanted = {**(headers or {}), "Message-ID": known}
    if workspace is not None:
        wanted[WORKSPACE_HEADER] = workspace.public_id
    mail = EmailMultiAlternatives(
        subject,
        text,
        to=[to] if isinstance(to, str) else list(to),
        headers=wanted,
        connection=get_connection(),
    )
    if html:
        mail.attach_alternative(html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPException as error:
        raise MailError(_words(error), permanent=_is_permanent(error)) from error
    except OSError as error:
        raise MailError(f"The mail server cannot be reached: {error}", permanent=False) from error
    except ValueError as error:  # a line break in a header, an address that is none
        raise MailError(f"The mail cannot be written: {error}", permanent=True) from error
    return Sent(known, getattr(mail, "refused", {}))


class SmtpBackend(EmailBackend):
    """Django's, which forgets who of several recipients was refused."""

    def _send(self, email_message: EmailMultiAlternatives) -> bool:
        assert self.connection is not None  # noqa: S101  # for the type checker: send_messages opened it
        written = email_message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own
        refused = self.connection.sendmail(email_message.from_email, email_message.recipients(), written)
        email_message.refused = {who: _reply(*reply) for who, reply in refused.items()}  # type: ignore[attr-defined]
        return True


def _is_permanent(error: smtplib.SMTPException) -> bool:
    """Whether the server refused this mail or these people for good (RFC 5321 4.2.1: a 5xx).

    Refusing us (login, greeting, sender) is a setting to mend: temporary.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def _words(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{who}: {_reply(*reply)}" for who, reply in error.recipients.items())
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__


def _reply(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"[:300]
