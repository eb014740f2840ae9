"""Bytes of a request -> messages, or faults of single messages. Bounded, never raises, never recurses.

Ordinary bodies are decoded by msgspec, and of each message only what rules and counts read. What msgspec refuses
(NaN, lone surrogates, a BOM, bytes that are no UTF-8 …) is taken apart by `scanning`, so a bad message costs itself.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trackingplans.domain import opening, scanning
from trackingplans.domain.message import Around, Fault, Limits, Message
from trackingplans.domain.opening import Opened
from trackingplans.domain.reading import HEAD_BYTES, HUGE, Accepts, Reading
from trackingplans.domain.scanning import HugeInteger, Unreadable
from trackingplans.domain.shapes import Context, Item

__all__ = [
    "Fault", "Glance", "Limits", "Message", "each", "from_document", "glance", "read", "stream", "unasked",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Glance:
    """What the door must know before it answers.

    `messages` is how many the body counts as received; `problem` a sentence when it is not readable as a whole;
    `write_key` the body's own, else its first message's ('' when neither names one).
    """

    readable: bool
    messages: int = 1
    write_key: str = ""
    problem: str = ""


def glance(body: bytes, kind: str = "batch", limits: Limits | None = None) -> Glance:
    """What the door needs before it answers: cheap for ordinary bodies, bounded for all.

    `messages` is the sum of the counts that `read` will give for the same body, kind and limits.
    """
    limits = limits or Limits()
    try:
        opened = opening.opened(body, kind, limits.messages)
        if opened.is_odd and not opened.is_list:
            _refuse_broken(opened, limits)
    except Unreadable as error:
        return Glance(readable=False, problem=error.reason)
    return Glance(
        readable=True,
        messages=max(1, len(opened.parts) + opened.beyond),
        write_key=opening.write_key(opened),
    )


def unasked(_item: Item, _common: Context | None) -> None:
    """Accepts nothing unseen: every message is opened."""


def read(body: bytes, kind: str, limits: Limits | None = None, seed: str = "") -> list[Message | Fault]:
    """What `stream` gives, as a list."""
    return list(stream(body, kind, limits, seed))


def stream(
    body: bytes, kind: str, limits: Limits | None = None, seed: str = "", accepts: Accepts = unasked
) -> Iterator[Message | Fault]:
    """The messages of a request, in their order, each made when it is asked for: judging one while it is fresh in
    the processor's cache is much faster than coming back to it.

    `kind` is the path's word: batch, import, events, or a type, which then is the type of the one message. `seed`
    tells requests apart in the ids made for messages that have none (the inbox row's id). `accepts` is shown what was
    decoded of an ordinary track call and its batch's context; what it says is kept in `Message.accepted`, and unless
    that is None the properties are not opened (`CompiledPlan.accepted` is made for this). A `Fault` stands for
    `count` messages: those beyond the limit come as one, the last.
    """
    limits = limits or Limits()
    try:
        opened = opening.opened(body, kind, limits.messages)
    except Unreadable as error:
        yield Fault("unreadable", error.reason, head=body[:HEAD_BYTES])
        return
    yield from Reading(kind, limits, opening.around(opened, limits), seed).messages(body, opened, accepts)
    if opened.beyond:
        reason = f"A request may hold {limits.messages:,} messages."
        yield Fault("too_many_messages", reason, count=opened.beyond)
    elif not opened.parts:
        yield Fault("empty_batch", "The batch holds no message.", head=body[:HEAD_BYTES])


def each(
    body: bytes,
    parts: list[Any],
    limits: Limits | None = None,
    around: Around | None = None,
    accepts: Accepts = unasked,
) -> Iterator[Message | Fault]:
    """The messages in the values `parts` of a body that was taken apart before (the lines of a file), one each."""
    reading = Reading("", limits or Limits(), around or Around(), "")
    return reading.messages(body, Opened(parts, is_list=True), accepts)


def from_document(document: Any, limits: Limits | None = None) -> Message | Fault:
    """A message out of parsed JSON (REST check, *Try an event*), under the rules for one that came as bytes."""
    reading = Reading("", limits or Limits(), Around(), "")
    try:
        return reading.message(0, json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())
    except RecursionError:
        return reading.too_deep(b"")
    except UnicodeEncodeError:
        return reading.message(0, json.dumps(document, separators=(",", ":")).encode())
    except ValueError:
        return reading.fault(HUGE, b"")


def _refuse_broken(opened: Opened, limits: Limits) -> None:
    """A body that is one message is readable only when that message is; raises `Unreadable`."""
    raw = opened.parts[0]
    if len(raw) <= limits.message_bytes and scanning.depth(raw) <= limits.depth:
        try:
            scanning.lenient(raw)
        except HugeInteger:
            return
