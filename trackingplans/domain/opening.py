"""Opens a request's body: which messages lie in it, and what it says for all of them.

The messages stay bytes.
"""

from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from trackingplans.domain import scanning
from trackingplans.domain.message import Around, Limits
from trackingplans.domain.scanning import Body, HugeInteger, Unreadable
from trackingplans.domain.shapes import context_of

LISTS = frozenset(("batch", "import", "b"))
EITHER = "events"

_BIG = 1 << 20  # from this size on, the number of messages is bounded before they become objects
_MANY_COMMAS = 300_000


class _Envelope(msgspec.Struct, gc=False, rename="camel"):
    batch: list[Raw] | UnsetType | None = UNSET
    context: Raw | UnsetType = UNSET
    integrations: Raw | UnsetType = UNSET
    sent_at: Raw | UnsetType = UNSET
    write_key: Raw | UnsetType = UNSET


class Opened(msgspec.Struct, gc=False):
    """A body whose structure is known. `beyond` counts the messages after the limit.

    `is_odd`: `scanning` had to take it apart.
    """

    parts: list[Any]
    is_list: bool
    is_odd: bool = False
    beyond: int = 0
    context: Any = b""
    integrations: Any = b""
    sent_at: Any = b""
    write_key: Any = b""


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_list = msgspec.json.Decoder(list[Raw]).decode


class _Key(msgspec.Struct, gc=False, rename="camel"):
    write_key: Raw | UnsetType = UNSET  # not `Raw | None`: msgspec would then take null only


_decode_key = msgspec.json.Decoder(_Key).decode


def opened(body: bytes, kind: str, limit: int) -> Opened:
    """Find the messages of a body, at most `limit` of them.

    Raises `Unreadable` when it is not JSON as a whole.
    """
    if len(body) < _BIG or body.count(b",") < _MANY_COMMAS:
        try:
            return _plainly(body, kind, limit)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            pass
    return _oddly(scanning.take_apart(body, limit), kind)


def _plainly(body: bytes, kind: str, limit: int) -> Opened:
    """By msgspec, which raises for every body that is not ordinary."""
    if body.lstrip()[:1] == b"[":
        if kind not in LISTS and kind != EITHER:
            _decode_list(body)
            return Opened([body], is_list=False)
        parts = _decode_list(body)
        return Opened(parts[:limit], is_list=True, beyond=max(0, len(parts) - limit))
    envelope = _decode_envelope(body)
    batch = envelope.batch
    if kind in LISTS or (kind == EITHER and isinstance(batch, list)):
        batch = batch or []
        return Opened(
            parts=batch if len(batch) <= limit else batch[:limit],
            is_list=True,
            beyond=max(0, len(batch) - limit),
            context=envelope.context or b"",
            integrations=envelope.integrations or b"",
            sent_at=envelope.sent_at or b"",
            write_key=envelope.write_key or b"",
        )
    return Opened([body], is_list=False, write_key=envelope.write_key or b"")


def _oddly(taken: Body, kind: str) -> Opened:
    is_list = kind in LISTS or (kind == EITHER and taken.parts is not None)
    if is_list and taken.parts is None and taken.fields.get("batch", b"null") != b"null":
        raise Unreadable("`batch` is not a list.")
    fields = taken.fields
    return Opened(
        parts=(taken.parts or []) if is_list else [taken.whole],
        is_list=is_list,
        is_odd=True,
        beyond=taken.beyond if is_list else 0,
        context=fields.get("context", b""),
        integrations=fields.get("integrations", b""),
        sent_at=fields.get("sentAt", b""),
        write_key=fields.get("writeKey", b""),
    )


def around(found: Opened, limits: Limits) -> Around:
    """What the batch says for all. A `context` or `integrations` that is no object says nothing."""
    result = Around()
    if not found.is_list:
        return result
    result.context = _common(found.context, limits, result)
    result.integrations = _common(found.integrations, limits, result)
    result.sent_at = _text(found.sent_at)
    result.common = context_of(result.context)
    return result


def _common(raw: Any, limits: Limits, result: Around) -> dict[str, Any] | None:
    if not raw:
        return None
    text = bytes(raw)
    if text == b"{}" or not text.startswith(b"{"):
        return None
    result.size += len(text)
    if result.size > limits.message_bytes:
        return None
    result.depth = max(result.depth, scanning.depth(text) + 1)
    if result.depth > limits.depth:
        return None
    try:
        value = scanning.loosely(text)
    except (Unreadable, HugeInteger):
        return None
    return value if isinstance(value, dict) else None


def write_key(found: Opened) -> str:
    """The write key the body, or its first message, names; '' for none."""
    if found.write_key:
        return _text(found.write_key) or ""
    if found.is_list and found.parts:
        try:
            return _text(_decode_key(found.parts[0]).write_key or b"") or ""
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return ""
    return ""


def _text(raw: Any) -> str | None:
    text = bytes(raw)
    if not text.startswith(b'"'):
        return None
    value = scanning.loosely(text)
    return value if isinstance(value, str) else None
