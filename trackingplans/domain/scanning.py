"""Takes a body apart that a strict parser refuses, so that one bad message costs only itself.

Looks at structure alone (strings, brackets, the commas between messages), in one pass, without recursion:
time and memory grow with the body and with nothing else. What a message holds is judged afterwards, message
by message.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

_BLANK = re.compile(rb"[ \t\r\n]*+")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(rb'[^\s,:"{}\[\]]++')
_TO_BRACKETS = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]]*+)', re.DOTALL)
_KNOWN_SCALAR = re.compile(rb"true|false|null|NaN|-?Infinity|-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?")
_SIMPLE_ELEMENTS = re.compile(rb"(?:[^\s,:\"{}\[\]]++,)*+")
_CLOSER = {ord("{"): ord("}"), ord("["): ord("]")}
_OPEN_OBJECT, _OPEN_LIST, _QUOTE, _COMMA, _COLON = b'{[",:'
_CLOSE_OBJECT, _CLOSE_LIST = b"}]"

MAX_INTEGER_DIGITS = 4300
_DIGITS_TO_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_DIGIT_ROW = b"0" * (MAX_INTEGER_DIGITS + 1)
BOM = b"\xef\xbb\xbf"


class Unreadable(ValueError):
    """The bytes are not JSON as a whole. `reason` is a sentence that says where."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class HugeInteger(ValueError):
    """A number of more digits than Python, or anyone, converts."""


@dataclass(slots=True)
class Part:
    """The bytes of one message, and how deep its brackets nest (1 for a flat object, 0 for a scalar)."""

    raw: bytes
    depth: int


@dataclass(slots=True)
class Body:
    """A body taken apart.

    `parts` is None when it is no list of messages; `beyond` counts those after the limit.
    """

    whole: Part
    parts: list[Part] | None = None
    beyond: int = 0
    fields: dict[str, Part] = field(default_factory=dict)  # the values of the outermost object, by key


def take_apart(body: bytes, limit: int) -> Body:
    """Split a body into its messages, at most `limit` of them, and the fields around them.

    Raises `Unreadable` when the outermost structure is broken: then no border between messages can be
    trusted.
    """
    reason = wrong_encoding(body)
    if reason:
        raise Unreadable(reason)
    start = _skip(body, len(BOM) if body.startswith(BOM) else 0)
    if start == len(body):
        raise Unreadable("The body is empty.")
    first = body[start]
    if first not in _CLOSER:
        raise Unreadable(f"The body is not JSON of an object or a list ({place(body, start)}).")
    taken = Body(Part(b"", 0))
    end = _object(body, start, limit, taken) if first == _OPEN_OBJECT else _list(body, start, limit, taken)
    rest = _skip(body, end)
    if rest != len(body):
        raise Unreadable(f"Something follows the end of the JSON ({place(body, rest)}).")
    return taken


def lenient(raw: bytes) -> Any:
    """The value of one message whose depth is known to be small, read as liberally as SDKs write.

    Takes NaN, infinities, numbers beyond a float's range, control characters and lone surrogates; bytes
    that are not UTF-8 become U+FFFD; of equal keys the last wins. Raises `Unreadable` or `HugeInteger`.
    """
    text = raw.decode("utf-8", "replace")
    try:
        return json.loads(text, strict=False, parse_int=_integer)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{error.msg} (line {error.lineno}, column {error.colno}).") from None


def loosely(raw: Any) -> Any:
    """The value of bytes already known to be readable and not deep: strictly if possible, else `lenient`."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, ValueError):
        return lenient(bytes(raw))


def depth(raw: bytes) -> int:
    """How deep the brackets of one JSON value nest."""
    return _value(raw, _skip(raw, 0))[1]


def may_hold_huge_integer(raw: bytes) -> bool:
    """Whether more digits than an integer may have stand in a row (in a number or in text)."""
    return len(raw) > MAX_INTEGER_DIGITS and _DIGIT_ROW in raw.translate(_DIGITS_TO_ZERO)


def wrong_encoding(body: bytes) -> str:
    """Why the bytes cannot be UTF-8 JSON text ('' when they may be)."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in body[:4]:
        return "The body is encoded as UTF-16 or UTF-32; send UTF-8."
    return ""


def place(body: bytes, at: int) -> str:
    """Where a byte is, for people: line, column and byte number."""
    line = body.count(b"\n", 0, at) + 1
    column = at - body.rfind(b"\n", 0, at)
    return f"line {line}, column {column}, byte {at}"


def _integer(digits: str) -> int:
    if len(digits) > MAX_INTEGER_DIGITS and len(digits.lstrip("-")) > MAX_INTEGER_DIGITS:
        raise HugeInteger
    return int(digits)


def _skip(body: bytes, at: int) -> int:
    return _BLANK.match(body, at).end()  # type: ignore[union-attr]  # matches the empty string


def _object(body: bytes, start: int, limit: int, taken: Body) -> int:
    """Walk the outermost object; returns where it ends."""
    at = _skip(body, start + 1)
    deepest = 0
    if at < len(body) and body[at] == _CLOSE_OBJECT:
        taken.whole = Part(body[start : at + 1], 1)
        return at + 1
    while True:
        key, at = _key(body, at)
        if key == "batch" and at < len(body) and body[at] == _OPEN_LIST:
            inner = Body(Part(b"", 0))
            end = _list(body, at, limit, inner)
            taken.parts, taken.beyond = inner.parts, inner.beyond
            taken.fields.pop(key, None)
            depth = inner.whole.depth
        else:
            end, depth = _value(body, at)
            _known(body, at, end)
            taken.fields[key] = Part(body[at:end], depth)
            if key == "batch":
                taken.parts, taken.beyond = None, 0
        deepest = max(deepest, depth)
        at = _skip(body, end)
        if at < len(body) and body[at] == _CLOSE_OBJECT:
            taken.whole = Part(body[start : at + 1], deepest + 1)
            return at + 1
        at = _skip(body, _expect(body, at, _COMMA, "a comma or }"))


def _key(body: bytes, at: int) -> tuple[str, int]:
    """The key at this place, and where its value starts."""
    match = _STRING.match(body, at)
    if match is None:
        raise Unreadable(f"A key in double quotes should stand here ({_where(body, at)}).")
    try:
        key = json.loads(match[0].decode("utf-8", "replace"), strict=False)
    except json.JSONDecodeError:
        raise Unreadable(f"A key has an invalid escape ({place(body, at)}).") from None
    at = _skip(body, match.end())
    return key, _skip(body, _expect(body, at, _COLON, "a colon"))


def _list(body: bytes, start: int, limit: int, taken: Body) -> int:
    """Walk the list of messages; returns where it ends."""
    parts: list[Part] = []
    taken.parts = parts
    at = _skip(body, start + 1)
    deepest = 0
    if at < len(body) and body[at] == _CLOSE_LIST:
        taken.whole = Part(body[start : at + 1], 1)
        return at + 1
    while True:
        if len(parts) >= limit:
            simple = _SIMPLE_ELEMENTS.match(body, at)
            if simple is not None and simple.end() > at:
                taken.beyond += body.count(b",", at, simple.end())
                at = _skip(body, simple.end())
        end, depth = _value(body, at)
        deepest = max(deepest, depth)
        if len(parts) < limit:
            parts.append(Part(body[at:end], depth))
        else:
            taken.beyond += 1
        at = _skip(body, end)
        if at < len(body) and body[at] == _CLOSE_LIST:
            taken.whole = Part(body[start : at + 1], deepest + 1)
            return at + 1
        at = _skip(body, _expect(body, at, _COMMA, "a comma or ]"))


def _value(body: bytes, at: int) -> tuple[int, int]:
    """Where the value that starts here ends, and how deep it nests."""
    if at >= len(body):
        raise Unreadable(f"The body ends too early ({_where(body, at)}).")
    if body[at] in _CLOSER:
        return _nested(body, at)
    match = (_STRING if body[at] == _QUOTE else _SCALAR).match(body, at)
    if match is None:
        raise Unreadable(f"A value should stand here ({_where(body, at)}).")
    return match.end(), 0


def _nested(body: bytes, start: int) -> tuple[int, int]:
    """The end of the object or list that starts here, and its depth."""
    expected = bytearray()
    deepest = 0
    at = start
    while True:
        match = _TO_BRACKETS.match(body, at)
        run = match[1] if match is not None else b""
        if match is None or not run:
            raise Unreadable(f"An object or list is not closed ({place(body, start)}).")
        for offset, bracket in enumerate(run):
            closer = _CLOSER.get(bracket)
            if closer is not None:
                expected.append(closer)
                deepest = max(deepest, len(expected))
            elif expected.pop() != bracket:
                raise Unreadable(f"A bracket does not match ({place(body, match.start(1) + offset)}).")
            elif not expected:
                return match.start(1) + offset + 1, deepest
        at = match.end()


def _known(body: bytes, at: int, end: int) -> None:
    if body[at] not in b'{["' and not _KNOWN_SCALAR.fullmatch(body, at, end):
        raise Unreadable(f"This is no JSON value ({place(body, at)}).")


def _expect(body: bytes, at: int, wanted: int, what: str) -> int:
    if at >= len(body) or body[at] != wanted:
        raise Unreadable(f"Here should stand {what} ({_where(body, at)}).")
    return at + 1


def _where(body: bytes, at: int) -> str:
    return "at its end" if at >= len(body) else place(body, at)
