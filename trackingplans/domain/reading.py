"""The bytes of messages -> messages or faults. The hot path of reading: what is done here is done for every message."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Raw
from xxhash import xxh3_128_hexdigest

from trackingplans.domain import scanning, shapes
from trackingplans.domain.legible import shortened, storable
from trackingplans.domain.message import Around, Fault, Limits, Message
from trackingplans.domain.opening import Opened
from trackingplans.domain.scanning import HugeInteger, Unreadable
from trackingplans.domain.shapes import MAX_ID, NAMED, TYPES, Context, Item, Map, Wrong, identifier, map_of

HEAD_BYTES = 2048
HUGE = Wrong("huge_integer", f"An integer has more than {scanning.MAX_INTEGER_DIGITS:,} digits.")
_NUL = b"\\u0000"
_CONTROL = b"\\u000"
_NO_OPENERS = bytes(set(range(256)) - set(b"{["))


_decode_item = msgspec.json.Decoder(Item).decode
Accepts = Callable[[Item, Context | None], Any]
_REFUSALS = (msgspec.MsgspecError, ValueError, RecursionError)


class Reading:
    """What is common to the messages of one request."""

    def __init__(self, kind: str, limits: Limits, around: Around, seed: str) -> None:
        self.kind = kind if kind in TYPES else ""
        self.limits = limits
        self.around = around
        self.seed = seed
        self.room = limits.message_bytes - around.size
        self.brackets = limits.depth if around.depth <= limits.depth else -1

    def messages(self, body: bytes, opened: Opened, accepts: Accepts) -> Iterator[Message | Fault]:
        """The messages of an opened body, each made when it is asked for. `accepts` is shown ordinary track calls."""
        if opened.is_odd or self.kind or (b"\\" in body and _CONTROL in body):
            yield from map(self.message, range(len(opened.parts)), opened.parts)
            return
        around, room, brackets = self.around, self.room, self.brackets
        for index, raw in enumerate(opened.parts):
            data = bytes(raw)
            size = len(data)
            if (
                size > room
                or len(data.translate(None, _NO_OPENERS)) > brackets
                or (size > scanning.MAX_INTEGER_DIGITS and scanning.may_hold_huge_integer(data))
            ):
                yield self.message(index, data)
                continue
            try:
                item = _decode_item(data)
                own_id, given = item.message_id, item.properties
                if not (
                    item.type == "track"
                    and item.event
                    and item.user_id
                    and own_id.__class__ is str
                    and 0 < len(own_id) <= MAX_ID
                ):
                    yield self.made(index, item, data, map_of(given))
                    continue
                accepted = accepts(item, around.common)
                properties: Raw | Map = given if accepted else map_of(given)
            except _REFUSALS:
                yield self.odd(index, data)
                continue
            yield Message(
                "track", item.event, own_id, item.user_id, properties, item, data, around, accepted=accepted
            )

    def message(self, index: int, raw: Any) -> Message | Fault:
        """The message in these bytes, or why it is none."""
        data = bytes(raw)
        if len(data) > self.room:
            return self.fault(
                Wrong("too_large", f"A message may have {self.limits.message_bytes:,} bytes."), data
            )
        if data.count(b"{") + data.count(b"[") > self.brackets and self.is_too_deep(data):
            return self.too_deep(data)
        if _NUL in data or scanning.may_hold_huge_integer(data):
            return self.odd(index, data)
        try:
            item = _decode_item(data)
            return self.made(index, item, data, map_of(item.properties))
        except _REFUSALS:
            return self.odd(index, data)

    def made(self, index: int, item: Item, raw: Any, properties: Map) -> Message | Fault:
        """The message of an item, or what it lacks."""
        kind = self.kind or item.type
        wrong = shapes.wrong_type(kind) or shapes.lacking(kind, item)
        if wrong is not None or kind is None:
            return self.fault(wrong or shapes.NOT_OBJECT, raw)
        return Message(
            kind,
            (item.event if kind == "track" else item.name if kind in NAMED else None) or None,
            identifier(item.message_id) if item.message_id else self.made_id(index, raw),
            item.user_id or None,
            properties,
            item,
            raw,
            self.around,
        )

    def odd(self, index: int, data: bytes) -> Message | Fault:
        """The message in bytes that msgspec refused, or whose fields are not of the usual kinds."""
        try:
            document = scanning.lenient(data)
        except Unreadable as error:
            return self.fault(Wrong("unreadable", storable(error.reason)), data)
        except HugeInteger:
            return self.fault(HUGE, data)
        if not isinstance(document, dict):
            return self.fault(shapes.NOT_OBJECT, data)
        kind = self.kind or document.get("type")
        wrong = shapes.wrong_type(kind) or shapes.misshapen(kind, document)
        if wrong is not None:
            return self.fault(wrong, data)
        item = shapes.item_of(document)
        item.type = kind
        message = self.made(index, item, data, shapes.map_in(document, "properties"))
        if isinstance(message, Message):
            message.is_odd = True
            message.whole = message.merged(document)
        return message

    def made_id(self, index: int, raw: Any) -> str:
        """An id for a message without one: the same for the same bytes at the same place of the same request."""
        return (
            "made-" + xxh3_128_hexdigest(bytes(raw), seed=index) + xxh3_128_hexdigest(self.seed.encode())[:16]
        )

    def is_too_deep(self, data: bytes) -> bool:
        """Whether the message, with what the batch adds to it, nests too deep."""
        return max(scanning.depth(data), self.around.depth) > self.limits.depth

    def too_deep(self, raw: Any) -> Fault:
        return self.fault(
            Wrong("too_deep", f"The message nests deeper than {self.limits.depth} levels."), raw
        )

    def fault(self, wrong: Wrong, raw: Any) -> Fault:
        """The fault, labelled with what can still be told of the message."""
        label = shapes.label(raw)
        kind = self.kind or (label.type if isinstance(label.type, str) else "")
        event = label.event if kind == "track" else label.name if kind in NAMED else None
        return Fault(
            wrong.code,
            wrong.reason,
            kind if kind in TYPES else None,
            shortened(storable(event)) if isinstance(event, str) and event else None,
            identifier(label.message_id)
            if label.message_id and isinstance(label.message_id, str | int)
            else None,
            bytes(memoryview(raw)[:HEAD_BYTES]),
        )
