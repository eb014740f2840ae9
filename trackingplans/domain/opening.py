"""Opens a request's body: which messages lie in it, and what it says for all of them.

The messages stay bytes.
"""

from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from trackingplans.domain import scanning
from trackingplans.domain.message import Around
from trackingplans.domain.scanning import Body, HugeInteger, Part, Unreadable

LISTS = frozenset(("batch", "import", "b"))
EITHER = "events"

_BIG = 1 << 20  # from this size on, the number of messages is bounded before they become objects
_MANY_COMMAS = 300_000
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b'"{}[]')


class _Envelope(msgspec.Struct, gc=False, rename="camel"):
    batch: list[Raw] | UnsetType | None = UNSET
    context: Raw | UnsetType = UNSET
    integrations: Raw | UnsetType = UNSET
    sent_at: Raw | UnsetType = UNSET
    write_key: Raw | UnsetType = UNSET


class Opened(msgspec.Struct, gc=False):
    """A body whose structure is known. `beyond` counts the messages after the limit.

    `depths` runs beside `parts` when `scanning` had to take the body apart (then `is_odd`).
    """

    parts: list[Any]
    is_list: bool
    is_odd: bool = False
    depths: list[int] | None = None
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
    if not is_list:
        return _odd([taken.whole], taken, is_list=False)
    if taken.parts is None and "batch" in taken.fields and taken.fields["batch"].raw != b"null":
        raise Unreadable("`batch` is not a list.")
    return _odd(taken.parts or [], taken, is_list=True)


def _odd(parts: list[Part], taken: Body, *, is_list: bool) -> Opened:
    def raw(key: str) -> bytes:
        return taken.fields[key].raw if key in taken.fields else b""

    return Opened(
        parts=[part.raw for part in parts],
        is_list=is_list,
        is_odd=True,
        depths=[part.depth for part in parts],
        beyond=taken.beyond if is_list else 0,
        context=raw("context"),
        integrations=raw("integrations"),
        sent_at=raw("sentAt"),
        write_key=raw("writeKey"),
    )


def around(found: Opened, limit: int) -> Around:
    """What the batch says for all. A `context` or `integrations` that is no object says nothing."""
    result = Around()
    if not found.is_list:
        return result
    result.context = _common(found.context, limit, result)
    result.integrations = _common(found.integrations, limit, result)
    result.sent_at = _text(found.sent_at)
    return result


def _common(raw: Any, limit: int, result: Around) -> dict[str, Any] | None:
    if not raw:
        return None
    text = bytes(raw)
    if text == b"{}" or not text.startswith(b"{"):
        return None
    result.size += len(text)
    result.depth = max(result.depth, scanning.depth(text) + 1)
    if result.depth > limit:
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


def is_surely_shallow(body: bytes, limit: int) -> bool:
    """Whether nothing in a readable body nests deeper than the limit, told by looking at its brackets alone.

    False only says that each message has to be looked at. Only brackets, quotes and backslashes are kept; a
    string without brackets then is two neighbouring quotes and vanishes. If any quote is left, brackets
    inside of strings may be left too, and nothing is sure.
    """
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"").replace(b"\\", b"")
    brackets = body.translate(None, _NOT_BRACKETS).replace(b'""', b"")
    if b'"' in brackets:
        return False
    for _ in range(limit // 2):
        if not brackets:
            return True
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return False
