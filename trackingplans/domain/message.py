"""One call of a sender, readable or not, as the rest of the domain sees it."""

from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Raw

from trackingplans.domain import scanning, shapes
from trackingplans.domain.shapes import Context, Item, Map


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may hold; the size of a body is the door's to check."""

    message_bytes: int = 32 * 1024
    messages: int = 2500
    depth: int = 64


class Fault(msgspec.Struct, frozen=True, gc=False):
    """A rejected message, or `count` of them. `reason` is a sentence; `head` the first bytes as they came."""

    code: str
    reason: str
    type: str | None = None
    event: str | None = None
    message_id: str | None = None
    head: bytes = b""
    count: int = 1


class Around(msgspec.Struct, gc=False):
    """What a batch says for all of its messages. `size` and `depth` are what it adds to each of them."""

    context: dict[str, Any] | None = None
    integrations: dict[str, Any] | None = None
    sent_at: str | None = None
    common: Context | None = None
    size: int = 0
    depth: int = 0


class Message(msgspec.Struct, gc=False):
    """One readable message. Its texts can be stored; `properties` and `traits` are as they came (or `UNSET`).

    `event` is the name of a track event, a page or a screen. `is_odd`: it is no ordinary message, and may hold
    what strict JSON cannot carry (NaN, lone surrogates). `accepted` is what its reader was told by `accepts`.
    """

    type: str
    event: str | None
    message_id: str
    user_id: str | None
    given: Raw | Map  # the properties: bytes until somebody looks into them
    item: Item
    raw: Any
    around: Around
    is_odd: bool = False
    whole: dict[str, Any] | None = None
    accepted: Any = None

    @property
    def properties(self) -> Map:
        if isinstance(self.given, Raw):
            self.given = shapes.map_of(self.given)
        return self.given

    @property
    def has_own_id(self) -> bool:
        """Whether the sender gave the id."""
        return bool(self.item.message_id)

    @property
    def anonymous_id(self) -> str | None:
        return self.item.anonymous_id or None

    @property
    def release(self) -> str:
        """`context.app.version`, '' for none."""
        return shapes.release_of(self.item.context, self.around.common)

    @property
    def event_version(self) -> int | None:
        """`context.protocols.event_version` when it is a whole number."""
        return shapes.event_version_of(self.item.context, self.around.common)

    @property
    def timestamp(self) -> str | None:
        return self.item.timestamp or None

    @property
    def sent_at(self) -> str | None:
        return self.item.sent_at or self.around.sent_at

    @property
    def original_timestamp(self) -> str | None:
        return self.item.original_timestamp or None

    @property
    def traits(self) -> Map:
        return self.item.traits

    def document(self) -> dict[str, Any]:
        """The whole message with what its batch says for all merged in. Read it, do not change it.

        Keys of the message win over the batch's, at the top level of `context` and `integrations` only. `type`
        and `messageId` are there even when the path or this server supplied them; write keys are left out.
        """
        if self.whole is None:
            self.whole = self.merged(scanning.loosely(self.raw))
        return self.whole

    def merged(self, document: dict[str, Any]) -> dict[str, Any]:
        """The message's own document, completed in place by what only its surroundings know."""
        document["type"] = self.type
        if not self.has_own_id:
            document["messageId"] = self.message_id
        document.pop("writeKey", None)
        for key, common in (("context", self.around.context), ("integrations", self.around.integrations)):
            own = document.get(key)
            if common and (own is None or isinstance(own, dict)):
                document[key] = {**common, **(own or {})}
        return document
