"""Mail while no mail server is set: kept as files that the app can show."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage as DjangoMail
from django.core.mail.backends.base import BaseEmailBackend

from accounts.mail import WORKSPACE_HEADER
from accounts.models import Workspace

KEPT = 500  # files; older ones go
_NAME = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{8}\.eml")
_TIME = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class KeptMail:
    """One mail as it would have been sent. `name` finds it again; text and html are '' when absent."""

    name: str
    sent_at: datetime
    to: str
    subject: str
    message_id: str
    text: str
    html: str


class FileBackend(BaseEmailBackend):
    """Writes each mail to MAIL_DIR: one file each, whole or not at all, names in order of time."""

    def send_messages(self, email_messages: Sequence[DjangoMail]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for mail in email_messages:
            name = f"{datetime.now(UTC).strftime(_TIME)}Z-{secrets.token_hex(4)}.eml"
            draft = folder / f".{name}"
            draft.touch(mode=0o600)
            draft.write_bytes(mail.message().as_bytes())
            draft.rename(folder / name)
        for old in _names(folder)[KEPT:]:
            (folder / old).unlink(missing_ok=True)
        return len(email_messages)


def kept(workspace: Workspace) -> list[KeptMail]:
    """The mail of this workspace, newest first."""
    folder = Path(settings.MAIL_DIR)
    return [mail for name in _names(folder) if (mail := _read(folder / name, workspace))]


def read(name: str, workspace: Workspace) -> KeptMail | None:
    """One mail of this workspace, None when there is none of that name."""
    return _read(Path(settings.MAIL_DIR) / name, workspace) if _NAME.fullmatch(name) else None


def _names(folder: Path) -> list[str]:
    """Newest first."""
    if not folder.is_dir():
        return []
    return sorted((path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True)


def _read(path: Path, workspace: Workspace) -> KeptMail | None:
    try:
        message = message_from_bytes(path.read_bytes(), EmailMessage, policy=policy.default)
    except FileNotFoundError:
        return None
    if message[WORKSPACE_HEADER] != workspace.public_id:
        return None
    return KeptMail(
        name=path.name,
        sent_at=datetime.strptime(path.name.partition("Z")[0], _TIME).replace(tzinfo=UTC),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        message_id=str(message["Message-ID"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
