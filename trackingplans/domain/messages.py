"""Bytes of a request -> messages, or faults of single messages. Bounded, never raises, never recurses.

Ordinary bodies are decoded by msgspec, and of each message only what rules and counts read. What msgspec
refuses (NaN, lone surrogates, a BOM, bytes that are no UTF-8 …) is taken apart by `scanning`, so a bad
message costs itself.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from xxhash import xxh3_128_hexdigest

from trackingplans.domain import opening, scanning, shapes
from trackingplans.domain.legible import shortened, storable
from trackingplans.domain.message import Around, Fault, Limits, Message
from trackingplans.domain.opening import Opened
from trackingplans.domain.scanning import HugeInteger, Unreadable
from trackingplans.domain.shapes import Context, Item, Wrong

__all__ = ["Fault", "Glance", "Limits", "Message", "from_document", "glance", "read"]

MAX_ID = 200
HEAD_BYTES = 2048
_TEXTS = ("event", "message_id", "user_id", "anonymous_id", "timestamp", "sent_at", "original_timestamp")
_HUGE = Wrong("huge_integer", f"An integer has more than {scanning.MAX_INTEGER_DIGITS:,} digits.")
_decode_item = msgspec.json.Decoder(Item).decode


@dataclass(frozen=True, slots=True)
class Glance:
    """What the door must know before it answers.

    `messages` is how many the body counts as received; `problem` a sentence when it is not readable as a
    whole; `write_key` the body's own, else its first message's ('' when neither names one).
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


def read(body: bytes, kind: str, limits: Limits | None = None, seed: str = "") -> list[Message | Fault]:
    """What `stream` gives, as a list."""
    return list(stream(body, kind, limits, seed))


def stream(body: bytes, kind: str, limits: Limits | None = None, seed: str = "") -> Iterator[Message | Fault]:
    """The messages of a request, in their order, each made when it is asked for: judging one while it is fresh in
    the processor's cache is much faster than coming back to it.

    `kind` is the path's word: batch, import, events, or a type, which then is the type of the one message.
    `seed` tells requests apart in the ids made for messages that have none (the inbox row's id). A `Fault`
    stands for `count` messages: those beyond the limit come as one, the last.
    """
    limits = limits or Limits()
    try:
        opened = opening.opened(body, kind, limits.messages)
    except Unreadable as error:
        yield Fault("unreadable", error.reason, head=body[:HEAD_BYTES])
        return
    reading = _Reading(kind if kind in shapes.TYPES else "", limits, opening.around(opened, limits), seed)
    reading.is_odd = opened.is_odd
    reading.may_hold_nul = b"\\" in body and b"\\u0000" in body
    for index, raw in enumerate(opened.parts):
        yield reading.message(index, raw)
    if opened.beyond:
        reason = f"A request may hold {limits.messages:,} messages."
        yield Fault("too_many_messages", reason, count=opened.beyond)
    elif not opened.parts:
        yield Fault("empty_batch", "The batch holds no message.", head=body[:HEAD_BYTES])


def from_document(document: Any, limits: Limits | None = None) -> Message | Fault:
    """A message out of parsed JSON (REST check, *Try an event*), under the rules for one that came as bytes."""
    reading = _Reading("", limits or Limits(), Around(), "")
    try:
        return reading.message(0, json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())
    except RecursionError:
        return reading.too_deep(b"")
    except UnicodeEncodeError:
        return reading.message(0, json.dumps(document, separators=(",", ":")).encode())
    except ValueError:
        return reading.fault(_HUGE, b"")


def _refuse_broken(opened: Opened, limits: Limits) -> None:
    """A body that is one message is readable only when that message is; raises `Unreadable`."""
    raw = opened.parts[0]
    if len(raw) <= limits.message_bytes and scanning.depth(raw) <= limits.depth:
        try:
            scanning.lenient(raw)
        except HugeInteger:
            return


class _Reading:
    """What is common to the messages of one request."""

    def __init__(self, kind: str, limits: Limits, around: Around, seed: str) -> None:
        self.kind = kind
        self.limits = limits
        self.around = around
        self.seed = seed
        self.is_odd = True
        self.may_hold_nul = True
        self.room = limits.message_bytes - around.size
        self.brackets = limits.depth if around.depth <= limits.depth else -1
        common = shapes.context_of(around.context) or Context()
        self.common_release = shapes.release_of(common) or ""
        self.common_event_version = shapes.event_version_of(common)
        self.releases: dict[str, str] = {}

    def message(self, index: int, raw: Any) -> Message | Fault:
        """The message in these bytes, or why it is none."""
        data = bytes(raw)
        size = len(data)
        if size > self.room:
            return self.fault(
                Wrong("too_large", f"A message may have {self.limits.message_bytes:,} bytes."), raw
            )
        if data.count(b"{") + data.count(b"[") > self.brackets and self.is_too_deep(data):
            return self.too_deep(raw)
        if size > scanning.MAX_INTEGER_DIGITS and scanning.may_hold_huge_integer(data):
            return self.odd_message(index, raw)
        try:
            item = _decode_item(data)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return self.odd_message(index, raw)
        kind = self.kind or item.type
        if kind != "track" or not item.event or not item.user_id:
            wrong = shapes.wrong_type(kind) or shapes.lacking(kind, item)
            if wrong is not None:
                return self.fault(wrong, raw)
        return self.finished(index, kind, item, raw)  # type: ignore[arg-type]  # `wrong_type` saw that it is text

    def odd_message(self, index: int, raw: Any) -> Message | Fault:
        """The same for bytes that msgspec refused, or whose fields are not of the usual kinds."""
        try:
            document = scanning.lenient(bytes(raw))
        except Unreadable as error:
            return self.fault(Wrong("unreadable", error.reason), raw)
        except HugeInteger:
            return self.fault(_HUGE, raw)
        if not isinstance(document, dict):
            return self.fault(shapes.NOT_OBJECT, raw)
        kind = self.kind or document.get("type")
        item = shapes.item_of(document)
        wrong = shapes.wrong_type(kind) or shapes.misshapen(kind, document) or shapes.lacking(kind, item)
        if wrong is not None:
            return self.fault(wrong, raw)
        message = self.finished(index, str(kind), item, raw)
        message.is_odd = True
        message.whole = message.merged(document)
        for field in _TEXTS:
            value = getattr(message, field)
            if value is not None:
                setattr(message, field, storable(value))
        return message

    def finished(self, index: int, kind: str, item: Item, raw: Any) -> Message:
        own_id = item.message_id or None
        message = Message(
            kind,
            (item.event if kind == "track" else item.name if kind in shapes.NAMED else None) or None,
            identifier(own_id) if own_id is not None else self.made_id(index, raw),
            own_id is not None,
            item.user_id or None,
            item.anonymous_id or None,
            self.release(item.context),
            self.event_version(item.context),
            item.timestamp or None,
            item.sent_at or self.around.sent_at,
            item.original_timestamp or None,
            item.properties,
            item.traits,
            raw,
            self.around,
        )
        if self.may_hold_nul:
            for field in _TEXTS:
                value = getattr(message, field)
                if value is not None:
                    setattr(message, field, storable(value))
        return message

    def release(self, context: Context | UnsetType | None) -> str:
        if not context or context.app is UNSET:
            return self.common_release
        version = context.app.version if context.app else None
        if not isinstance(version, str):
            return shapes.release_of(context) or ""
        known = self.releases.get(version)
        if known is None:
            known = self.releases[version] = shapes.release_of(context) or ""
        return known

    def event_version(self, context: Context | UnsetType | None) -> int | None:
        if not context or context.protocols is UNSET:
            return self.common_event_version
        return shapes.event_version_of(context)

    def made_id(self, index: int, raw: Any) -> str:
        """An id for a message without one:

        the same for the same bytes at the same place of the same request.
        """
        return (
            "made-" + xxh3_128_hexdigest(bytes(raw), seed=index) + xxh3_128_hexdigest(self.seed.encode())[:16]
        )

    def is_too_deep(self, raw: bytes) -> bool:
        room = self.limits.depth
        if not self.is_odd and self.around.depth <= room and opening.is_surely_shallow(raw, room):
            return False
        return max(scanning.depth(raw), self.around.depth) > room

    def too_deep(self, raw: Any) -> Fault:
        return self.fault(
            Wrong("too_deep", f"The message nests deeper than {self.limits.depth} levels."), raw
        )

    def fault(self, wrong: Wrong, raw: Any) -> Fault:
        """The fault, labelled with what can still be told of the message."""
        label = shapes.label(raw)
        kind = self.kind or (label.type if isinstance(label.type, str) else "")
        event = label.event if kind == "track" else label.name if kind in shapes.NAMED else None
        return Fault(
            wrong.code,
            storable(wrong.reason),
            kind if kind in shapes.TYPES else None,
            shortened(storable(event)) if isinstance(event, str) and event else None,
            identifier(label.message_id)
            if isinstance(label.message_id, str | int) and label.message_id
            else None,
            bytes(memoryview(raw)[:HEAD_BYTES]),
        )


def identifier(value: str | float) -> str:
    """A message id as text. One that is far too long keeps its start and gets a digest of the whole."""
    text = value if isinstance(value, str) else str(value)
    return (
        text
        if len(text) <= MAX_ID
        else text[: MAX_ID - 33] + "-" + xxh3_128_hexdigest(text.encode("utf-8", "replace"))
    )
