"""The only sender of mail."""

import smtplib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import make_msgid
from typing import Self

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend

from accounts.models import Workspace

OK = 250
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


class Kept:
    """One connection to the mail server for several mails: opened with the first, anew when the server hung up."""

    def __init__(self) -> None:
        self.connection = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Raises what connecting raises."""
        if isinstance(self.connection, SmtpBackend):
            self.connection.forget_if_over()
        self.connection.open()

    def close(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self.connection.close()


def send(
    to: str | Sequence[str],
    subject: str,
    text: str,
    html: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    message_id: str = "",
    workspace: Workspace | None = None,
    through: Kept | None = None,
) -> Sent:
    """Send one mail now. All of `to` see each other; the same `message_id` marks a repeat as one.

    `workspace` lets its admins read the mail in the app while no mail server is set. `through`: a connection that is
    kept for the next one. Raises MailError.
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
        connection=through.connection if through else get_connection(),
    )
    if html:
        mail.attach_alternative(html, "text/html")
    try:
        if through:
            through.open()
        mail.send()
    except smtplib.SMTPException as error:
        if through:
            through.close()  # whatever state it is in
        raise MailError(_words(error), permanent=_is_permanent(error)) from error
    except OSError as error:
        if through:
            through.close()
        raise MailError(f"The mail server cannot be reached: {error}", permanent=False) from error
    except ValueError as error:  # a line break in a header, an address that is none
        raise MailError(f"The mail cannot be written: {error}", permanent=True) from error
    return Sent(known, getattr(mail, "refused", {}))


class SmtpBackend(EmailBackend):
    """Django's, which forgets who of several recipients was refused, and does not see that the server hung up."""

    def forget_if_over(self) -> None:
        """Lets `open` connect anew when the server no longer answers on this connection."""
        if self.connection is None:
            return
        try:
            is_over = self.connection.noop()[0] != OK
        except (smtplib.SMTPException, OSError):
            is_over = True
        if is_over:
            self.connection.close()
            self.connection = None

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
