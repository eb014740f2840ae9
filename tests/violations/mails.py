"""A real SMTP server on this machine that answers as told and remembers what it got."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """`mails` are those the server took; `answers` are used one a mail, for the text of each reply to DATA.
    `reached` is told where the server is with a mail ("before", "inside" and "after" its 250), and from which port it
    comes."""

    mails: list[EmailMessage] = field(default_factory=list)
    answers: list[str | Callable[[], str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    port: int = 0
    reached: Callable[[str, int], None] = lambda _point, _peer: None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        await self._at("before", session)
        if address in self.refused:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await self._at("inside", session)
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if callable(answer) or answer.startswith("250"):
            message = message_from_bytes(envelope.original_content or envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.mails.append(message)
            await self._at("after", session)
        return answer() if callable(answer) else answer

    async def _at(self, point: str, session: Any) -> None:
        await asyncio.to_thread(self.reached, point, session.peer[1])

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    @property
    def recipients(self) -> list[str]:
        return sorted(str(mail["To"]) for mail in self.mails)


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        box.port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())
