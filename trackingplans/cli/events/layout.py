"""How values lie in a file: one a line, or over several lines and inside of a list or batch.

Lines can be cut at every line break, and a broken one costs only itself; everything else must be followed bracket
by bracket.
"""

import re
from enum import Enum

import msgspec

from trackingplans.domain import scanning

LARGEST_HEAD = 1 << 20
_TOKEN = re.compile(rb'[{}\[\]]|"(?:[^"\\]++|\\.)*+("?)', re.DOTALL)
_CLOSING = {b"}": b"{", b"]": b"["}
_UNICODE = (b"\xff\xfe", b"\xfe\xff")
_decode = msgspec.json.Decoder(msgspec.Raw).decode


class Layout(Enum):
    LINES = "lines"
    VALUES = "values"
    NOTHING = "nothing"


class NoJson(ValueError):
    """The bytes hold no JSON; the message is a sentence."""


def layout_of(head: bytes, *, is_all: bool) -> Layout | None:
    """How values lie in a file that begins with `head`; None when more of it must be seen. Raises NoJson."""
    if head.startswith(_UNICODE):
        raise NoJson("Is encoded as UTF-16. Save it as UTF-8.")
    text = head.lstrip()
    if not text:
        return Layout.NOTHING if is_all else Layout.LINES if len(head) > LARGEST_HEAD else None
    if text[:1] not in (b"{", b"["):
        return _without_bracket(head, is_all=is_all)
    line, has_break, rest = text.partition(b"\n")
    if not has_break and not is_all:
        return Layout.VALUES if len(head) > LARGEST_HEAD else None
    rest = rest.lstrip()
    if not rest and is_all:
        return Layout.VALUES if text[:1] == b"[" else Layout.LINES
    if _is_whole(line):
        return Layout.LINES
    if not rest:
        return None
    return Layout.VALUES if _goes_on(line, rest[:1]) else Layout.LINES


def _without_bracket(head: bytes, *, is_all: bool) -> Layout | None:
    """The first line is no JSON of an event: one of the others has to be."""
    if b"\0" in head:
        raise NoJson("Is binary. Events are JSON: one a line, a list, or batch bodies; plain or gzip.")
    lines = head.split(b"\n")
    if any(line.lstrip()[:1] in (b"{", b"[") for line in lines[: None if is_all else -1]):
        return Layout.LINES
    if is_all or len(head) > LARGEST_HEAD:
        raise NoJson("Holds no JSON of events: neither objects, one a line, nor a list of them.")
    return None


def _is_whole(line: bytes) -> bool:
    try:
        _decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        try:
            return scanning.value_end(line, 0) == len(line.rstrip())
        except scanning.Unreadable:
            return False
    return True


def _goes_on(line: bytes, following: bytes) -> bool:
    """Whether a line that ends inside of a value is continued by one that starts with `following`."""
    opened: list[bytes] = []
    for token in _TOKEN.finditer(line):
        bracket = token[0]
        if bracket.startswith(b'"'):
            if not token[1]:
                return False  # no text goes over a line break
        elif bracket not in _CLOSING:
            opened.append(bracket)
        elif not opened or opened.pop() != _CLOSING[bracket]:
            return False
    if not opened:
        return False
    last = line.rstrip()[-1:]
    if last not in (b"{", b"[", b",", b":"):
        return following in (b",", b"}", b"]", b":")
    if opened[-1] == b"[" or last == b":":
        return following != b""
    return following in (b'"', b"}")
