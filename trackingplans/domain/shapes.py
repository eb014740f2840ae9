"""The shape every call must have before any plan is asked, and why one is discarded otherwise (Segment's codes)."""

from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType
from xxhash import xxh3_128_hexdigest

from trackingplans.domain.legible import shortened, storable

MAX_RELEASE = 100
MAX_ID = 200
TYPES = frozenset(("track", "identify", "group", "page", "screen", "alias"))

Map = dict[str, Any] | UnsetType | None
_decode_map = msgspec.json.Decoder(dict[str, Any] | None).decode


class App(Struct, gc=False):
    version: Any = None


class Protocols(Struct, gc=False):
    event_version: Any = None


class Context(Struct, gc=False):
    """What counts and matching read of a `context`; `msgspec.UNSET` where it has no such key."""

    app: App | UnsetType | None = UNSET
    protocols: Protocols | UnsetType | None = UNSET


class Item(Struct, gc=False, rename="camel"):
    """What is decoded of a message: the fields that counts, dedupe and most rules read. `properties` stay bytes."""

    type: str | None = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    message_id: str | int | float | None = None
    user_id: str | None = None
    anonymous_id: str | None = None
    group_id: str | None = None
    previous_id: str | None = None
    timestamp: str | None = None
    sent_at: str | None = None
    original_timestamp: str | None = None
    properties: Raw | UnsetType = UNSET  # not `Raw | None`: msgspec would then take null only
    traits: Map = UNSET
    context: Context | None = None


def map_of(value: Raw | UnsetType) -> Map:
    """What the bytes of `properties` hold. Raises what msgspec raises when they are no object."""
    return UNSET if value is UNSET else _decode_map(value)


class Label(Struct, gc=False, rename="camel"):
    type: Any = None
    event: Any = None
    name: Any = None
    message_id: Any = None


_decode_label = msgspec.json.Decoder(Label).decode


class Wrong(Struct, frozen=True, gc=False):
    """Why a message is discarded: Segment's code where it has one, and a sentence."""

    code: str
    reason: str


NOT_OBJECT = Wrong("not_object", "The message is not an object.")

_TYPE_MISSING = Wrong("type_required", "The message has no `type`.")
_TYPE_UNKNOWN = Wrong(
    "type_unknown", "`type` is none of track, identify, group, page, screen, alias (in lower case)."
)
_EVENT_MISSING = Wrong("event_not_defined", "The track call names no `event`.")
_NO_ID = Wrong("id_required", "The message has neither a `userId` nor an `anonymousId`.")
_NO_GROUP = Wrong("id_required", "The group call has no `groupId`.")
_NO_PREVIOUS = Wrong("id_required", "The alias call has no `previousId`.")
_NO_USER = Wrong("id_required", "The alias call has no `userId`.")

NAMED = frozenset(("page", "screen"))
_WITH_PROPERTIES = frozenset(("track", "page", "screen"))
_WITH_TRAITS = frozenset(("identify", "group"))


def wrong_type(kind: object) -> Wrong | None:
    """What is wrong with a message's `type`."""
    if isinstance(kind, str) and kind in TYPES:
        return None
    return _TYPE_MISSING if kind is None or kind == "" else _TYPE_UNKNOWN


def lacking(kind: Any, item: Item) -> Wrong | None:
    """What a message of this type lacks; None for most."""
    if kind == "track" and not item.event:
        return _EVENT_MISSING
    if not item.user_id and not item.anonymous_id:
        return _NO_ID
    if kind == "group" and not item.group_id:
        return _NO_GROUP
    if kind == "alias":
        if not item.previous_id:
            return _NO_PREVIOUS
        if not item.user_id:
            return _NO_USER
    return None


def item_of(document: dict[str, Any]) -> Item:
    """The item of a message that is no ordinary one, its texts storable.

    A field of a wrong kind is passed over; rules still see it.
    """
    identifier = document.get("messageId")
    is_number = isinstance(identifier, int | float) and not isinstance(identifier, bool)
    return Item(
        event=_text(document, "event"),
        name=_text(document, "name"),
        message_id=identifier if is_number else _text(document, "messageId"),
        user_id=_text(document, "userId"),
        anonymous_id=_text(document, "anonymousId"),
        group_id=_text(document, "groupId"),
        previous_id=_text(document, "previousId"),
        timestamp=_text(document, "timestamp"),
        sent_at=_text(document, "sentAt"),
        original_timestamp=_text(document, "originalTimestamp"),
        traits=map_in(document, "traits"),
        context=context_of(document.get("context")),
    )


def context_of(context: Any) -> Context | None:
    """What counts and matching read of a `context`."""
    if not isinstance(context, dict):
        return None
    found = Context()
    if "app" in context:
        app = context["app"]
        found.app = App(app.get("version")) if isinstance(app, dict) else None
    if "protocols" in context:
        protocols = context["protocols"]
        found.protocols = Protocols(protocols.get("event_version")) if isinstance(protocols, dict) else None
    return found


def release_of(context: Context | None, common: Context | None) -> str:
    """`context.app.version` as text, '' for none. A context without the key `app` leaves it to the batch's."""
    if context is None or context.app is UNSET:
        return release_of(common, None) if common is not None else ""
    version = context.app.version if context.app else None
    if isinstance(version, str):
        return shortened(storable(version), MAX_RELEASE)
    return str(version) if isinstance(version, int | float) and not isinstance(version, bool) else ""


def event_version_of(context: Context | None, common: Context | None) -> int | None:
    """`context.protocols.event_version` when it is a whole number, merged in the same way."""
    if context is None or context.protocols is UNSET:
        return event_version_of(common, None) if common is not None else None
    version = context.protocols.event_version if context.protocols else None
    if isinstance(version, float) and version.is_integer():
        return int(version)
    return version if isinstance(version, int) and not isinstance(version, bool) else None


def identifier(value: str | float) -> str:
    """A message id as text. One that is far too long keeps its start and gets a digest of the whole."""
    text = storable(value) if isinstance(value, str) else str(value)
    return text if len(text) <= MAX_ID else f"{text[: MAX_ID - 33]}-{xxh3_128_hexdigest(text.encode())}"


def label(raw: Any) -> Label:
    """What can be told of a message that is rejected; nothing when its bytes are no JSON."""
    try:
        return _decode_label(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Label()


def misshapen(kind: Any, document: dict[str, Any]) -> Wrong | None:
    """Which field that matters to the type is of a wrong kind."""
    if kind == "track" and not isinstance(document.get("event"), str | None):
        return Wrong("event_not_string", "`event` is not text.")
    if kind in NAMED:
        for key in ("name", "category"):
            if not isinstance(document.get(key), str | None):
                return Wrong(f"{key}_not_string", f"`{key}` is not text.")
    for key, kinds in (("properties", _WITH_PROPERTIES), ("traits", _WITH_TRAITS)):
        if kind in kinds and not isinstance(document.get(key), dict | None):
            return Wrong(f"{key}_not_object", f"`{key}` is not an object.")
    return _wrong_ids(kind, document)


def _wrong_ids(kind: str, document: dict[str, Any]) -> Wrong | None:
    """An id that is no text costs the message only when no other can stand in for it."""
    ids = [document.get("userId"), document.get("anonymousId")]
    if not any(isinstance(value, str) and value for value in ids):
        for key, value in zip(("userId", "anonymousId"), ids, strict=True):
            if not isinstance(value, str | None):
                return Wrong("id_not_string", f"`{key}` is not text.")
    for key, needed_by in (("groupId", "group"), ("previousId", "alias"), ("userId", "alias")):
        if kind == needed_by and not isinstance(document.get(key), str | None):
            return Wrong("id_not_string", f"`{key}` is not text.")
    return None


def _text(document: dict[str, Any], key: str) -> str | None:
    value = document.get(key)
    return storable(value) if isinstance(value, str) else None


def map_in(document: dict[str, Any], key: str) -> Map:
    """An object of a message that is no ordinary one; `UNSET` when it has none."""
    value = document.get(key, UNSET)
    return value if isinstance(value, dict | None) else UNSET
