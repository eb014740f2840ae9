"""Takes a body apart that a strict parser refuses, so that one bad message costs only itself.

Looks at structure alone (strings, brackets, the commas between messages), in one pass, without recursion: time
and memory grow with the body and with nothing else. What a message holds is judged afterwards, one by one.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

_DEPTH_AT_ONCE = 8
_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_WORD = rb'[^\s,:"{}\[\]]++'
_BLANKS = rb"[ \t\r\n]*+"


def _balanced(depth: int) -> bytes:
    """A pattern for an object or list that nests at most `depth` deep, whatever is in it."""
    pattern = rb'[{\[](?:[^"{}\[\]]++|' + _TEXT + rb")*+[}\]]"
    for _ in range(depth - 1):
        pattern = rb'[{\[](?:[^"{}\[\]]++|' + _TEXT + rb"|" + pattern + rb")*+[}\]]"
    return pattern


_ELEMENT = rb"(?:" + _balanced(_DEPTH_AT_ONCE) + rb"|" + _TEXT + rb"|" + _WORD + rb")"
_BLANK = re.compile(_BLANKS)
_KEY = re.compile(_TEXT, re.DOTALL)
_PLAIN_VALUE = re.compile(_ELEMENT, re.DOTALL)
_NEXT = re.compile(_ELEMENT + _BLANKS + rb"," + _BLANKS, re.DOTALL)
_NEXT_MANY = re.compile(rb"(?:" + _ELEMENT + _BLANKS + rb"," + _BLANKS + rb"){1,4000}+", re.DOTALL)
_TO_BRACKETS = re.compile(rb'(?:[^"{}\[\]]++|' + _TEXT + rb")*+([{}\[\]]*+)", re.DOTALL)
_MANY_OPENING = re.compile(
    rb'(?:[^"{}\[\]]*+(?:"[^"\\{}\[\]]*+"[^"{}\[\]]*+)*+[{\[]){1,4000}+',  # no bracket is part of a text here
)
_JSON_WORD = re.compile(rb"true|false|null|NaN|-?Infinity|-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?")

_OPEN_OBJECT, _OPEN_LIST, _QUOTE, _COMMA, _COLON = b'{[",:'
_CLOSE_OBJECT, _CLOSE_LIST = b"}]"
_OPENERS = b"{["

MAX_INTEGER_DIGITS = 4300
BOM = b"\xef\xbb\xbf"
_DIGITS_TO_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_DIGIT_ROW = b"0" * (MAX_INTEGER_DIGITS + 1)


class Unreadable(ValueError):
    """The bytes are not JSON as a whole. `reason` is a sentence that says where."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class HugeInteger(ValueError):
    """An integer of more digits than anyone converts."""


@dataclass(slots=True)
class Body:
    """A body taken apart: its messages as bytes (None when it is no list of them), how many came beyond the
    limit, and the other values of the outermost object by key. `whole` is the body without what is around it."""

    whole: bytes = b""
    parts: list[bytes] | None = None
    beyond: int = 0
    fields: dict[str, bytes] = field(default_factory=dict)


def take_apart(body: bytes, limit: int) -> Body:
    """Split a body into its messages, at most `limit` of them, and the fields around them.

    Raises `Unreadable` when the outermost structure is broken: then no border between messages can be trusted.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in body[:2]:
        raise Unreadable("The body is encoded as UTF-16 or UTF-32; send UTF-8.")
    start = _skip(body, len(BOM) if body.startswith(BOM) else 0)
    if start == len(body):
        raise Unreadable("The body is empty.")
    if body[start] not in _OPENERS:
        raise Unreadable(f"The body is not JSON of an object or a list ({place(body, start)}).")
    taken = Body()
    if body[start] == _OPEN_OBJECT:
        end = _object(body, start, limit, taken)
    else:
        taken.parts, taken.beyond, end = _list(body, start, limit)
    rest = _skip(body, end)
    if rest != len(body):
        raise Unreadable(f"Something follows the end of the JSON ({place(body, rest)}).")
    taken.whole = body[start:end]
    return taken


def lenient(raw: bytes) -> Any:
    """The value of one message whose depth is known to be small, read as liberally as SDKs write.

    Takes NaN, infinities, numbers beyond a float's range, control characters and lone surrogates; bytes that
    are not UTF-8 become U+FFFD; of equal keys the last wins. Raises `Unreadable` or `HugeInteger`.
    """
    parse_int = _integer if may_hold_huge_integer(raw) else None
    try:
        return json.loads(raw.decode("utf-8", "replace"), strict=False, parse_int=parse_int)
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
    at = deepest = level = 0
    while (match := _TO_BRACKETS.match(raw, at)) and match[1]:
        for bracket in match[1]:
            level += 1 if bracket in _OPENERS else -1
            deepest = max(deepest, level)
        at = match.end()
    return deepest


def may_hold_huge_integer(raw: bytes) -> bool:
    """Whether more digits than an integer may have stand in a row (in a number or in text)."""
    return len(raw) > MAX_INTEGER_DIGITS and _DIGIT_ROW in raw.translate(_DIGITS_TO_ZERO)


def place(body: bytes, at: int) -> str:
    """Where a byte is, for people: line, column and byte number."""
    line = body.count(b"\n", 0, at) + 1
    column = at - body.rfind(b"\n", 0, at)
    return f"line {line}, column {column}, byte {at}"


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_INTEGER_DIGITS:
        raise HugeInteger
    return int(digits)


def _skip(body: bytes, at: int) -> int:
    return _BLANK.match(body, at).end()  # type: ignore[union-attr]  # matches the empty string


def _object(body: bytes, start: int, limit: int, taken: Body) -> int:
    """Walk the outermost object; returns where it ends."""
    at = _skip(body, start + 1)
    if at < len(body) and body[at] == _CLOSE_OBJECT:
        return at + 1
    while True:
        key, at = _key(body, at)
        if key == "batch" and at < len(body) and body[at] == _OPEN_LIST:
            taken.parts, taken.beyond, end = _list(body, at, limit)
            taken.fields.pop(key, None)
        else:
            end = value_end(body, at)
            if body[at] not in b'{["' and not _JSON_WORD.fullmatch(body, at, end):
                raise Unreadable(f"This is no JSON value ({place(body, at)}).")
            taken.fields[key] = body[at:end]
            if key == "batch":
                taken.parts, taken.beyond = None, 0
        at = _skip(body, end)
        if at < len(body) and body[at] == _CLOSE_OBJECT:
            return at + 1
        at = _expect(body, at, _COMMA, "a comma or }")


def _key(body: bytes, at: int) -> tuple[str, int]:
    """The key at this place, and where its value starts."""
    match = _KEY.match(body, at)
    if match is None:
        raise Unreadable(f"A key in double quotes should stand here ({_where(body, at)}).")
    try:
        key = json.loads(match[0].decode("utf-8", "replace"), strict=False)
    except json.JSONDecodeError:
        raise Unreadable(f"A key has an invalid escape ({place(body, at)}).") from None
    return key, _expect(body, _skip(body, match.end()), _COLON, "a colon")


def _list(body: bytes, start: int, limit: int) -> tuple[list[bytes], int, int]:
    """Walk the list of messages; returns the first of them, the number of the others, and where it ends."""
    parts: list[bytes] = []
    beyond = 0
    at = _skip(body, start + 1)
    if at < len(body) and body[at] == _CLOSE_LIST:
        return parts, beyond, at + 1
    while True:
        if len(parts) >= limit:
            while many := _NEXT_MANY.match(body, at):
                beyond += _NEXT.subn(b"", many[0])[1]
                at = many.end()
        end = value_end(body, at)
        if len(parts) < limit:
            parts.append(body[at:end])
        else:
            beyond += 1
        at = _skip(body, end)
        if at < len(body) and body[at] == _CLOSE_LIST:
            return parts, beyond, at + 1
        at = _expect(body, at, _COMMA, "a comma or ]")


def value_end(body: bytes, at: int) -> int:
    """Where the value that starts here ends. Raises `Unreadable` when it does not, or when none starts here."""
    match = _PLAIN_VALUE.match(body, at)
    if match is not None:
        return match.end()
    if at >= len(body):
        raise Unreadable("The body ends too early.")
    if body[at] in _OPENERS:
        return _end_of_nested(body, at)
    raise Unreadable(f"A value should stand here ({place(body, at)}).")


def _end_of_nested(body: bytes, start: int) -> int:
    """Where an object or list that nests deep ends: where as many brackets were closed as opened."""
    level, at = 0, start
    while True:
        while opening := _MANY_OPENING.match(body, at):
            level += opening[0].count(b"{") + opening[0].count(b"[")
            at = opening.end()
        match = _TO_BRACKETS.match(body, at)
        run = match[1] if match is not None else b""
        if match is None or not run:
            raise Unreadable(f"An object or list is not closed ({place(body, start)}).")
        closing = run.count(b"}") + run.count(b"]")
        if closing < level:
            level += len(run) - 2 * closing
        else:
            for offset, bracket in enumerate(run):
                level += 1 if bracket in _OPENERS else -1
                if level == 0:
                    return match.start(1) + offset + 1
        at = match.end()


def _expect(body: bytes, at: int, wanted: int, what: str) -> int:
    """Where what follows a certain character starts."""
    if at >= len(body) or body[at] != wanted:
        raise Unreadable(f"Here should stand {what} ({_where(body, at)}).")
    return _skip(body, at + 1)


def _where(body: bytes, at: int) -> str:
    return "at its end" if at >= len(body) else place(body, at)
