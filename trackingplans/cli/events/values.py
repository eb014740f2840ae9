"""Follows JSON bracket by bracket: the events of a list or batch of any size, or of values one after the other."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from trackingplans.domain import scanning
from trackingplans.domain.scanning import Unreadable

LARGEST = 16 << 20  # bytes of a value that is looked at; the door takes 4 MB
_WINDOW = 1 << 20
_TRIES = 8
_BLANKS = re.compile(rb"[ \t\r\n]*+")
_REST_OF_TEXT = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_TO_SIGN = re.compile(rb'[^"{}\[\]]*+')
_OPENERS, _CLOSERS = b"{[", b"}]"
_NO_VALUE = (b"", b"}", b"]", b",", b":")
_HEAD_BYTES = 2048
_AROUND = ("context", "integrations", "sentAt")
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Value(NamedTuple):
    """One event, or a small batch. `line` counts from 0. `around`: what the batch it lies in said of all before it.

    `is_huge`: longer than `LARGEST`; `raw` is its start.
    """

    raw: bytes
    line: int
    around: dict[str, bytes]
    is_huge: bool = False


class Values:
    """The values in what `take` gives, piece after piece until b"". `line` is the one reached, from 0."""

    def __init__(self, head: bytes, take: Callable[[], bytes]) -> None:
        self.line = 0
        self._take = take
        self._buffer = head
        self._at = 0
        self._is_ended = False

    def __iter__(self) -> Iterator[Value]:
        """Raises `Unreadable` where the structure breaks: nothing behind that place can be trusted."""
        while sign := self._sign():
            if sign == b"[":
                self._advance(1)
                yield from self._elements({})
            else:
                yield from self._value_or_batch()

    def _value_or_batch(self) -> Iterator[Value]:
        line = self.line
        end = self._end()
        if end is not None:
            yield Value(self._cut(end), line, {})
        elif self._buffer[self._at] == ord("{"):
            yield from self._huge_object()
        else:
            yield self._passed_over()

    def _huge_object(self) -> Iterator[Value]:
        """An object that may be a batch: its events as they come."""
        line, head = self.line, self._buffer[self._at : self._at + _HEAD_BYTES]
        around: dict[str, bytes] = {}
        is_batch = False
        self._advance(1)
        while self._sign() == b'"':
            key = self._key()
            if key == "batch" and self._sign() == b"[":
                is_batch = True
                self._advance(1)
                yield from self._elements(around)
            else:
                field = self._field(key)
                if is_batch and key in _AROUND[:2] and field not in (b"{}", b"null"):
                    raise self._broken(f"`{key}` stands behind a batch of many megabytes: put it before")
                around = around | {key: field} if key in _AROUND else around
            if self._sign() == b",":
                self._advance(1)
        if self._sign() != b"}":
            raise self._broken("a comma or } should stand here")
        self._advance(1)
        if not is_batch:
            yield Value(head, line, {}, is_huge=True)

    def _key(self) -> str:
        end = self._end()
        if end is None:
            raise self._broken("this key is too long")
        key = str(scanning.lenient(self._cut(end)))
        if self._sign() != b":":
            raise self._broken("a colon should stand here")
        self._advance(1)
        self._sign()
        return key

    def _field(self, key: str) -> bytes:
        end = self._end()
        if end is not None:
            return self._cut(end)
        if key in _AROUND:
            raise self._broken(f"`{key}` is too large")
        self._passed_over()
        return b""

    def _elements(self, around: dict[str, bytes]) -> Iterator[Value]:
        """From behind the opening bracket of a list to behind its closing one."""
        if self._sign() == b"]":
            self._advance(1)
            return
        while True:
            yield from self._many(around)
            self._sign()
            line = self.line
            end = self._end()
            yield Value(self._cut(end), line, around) if end is not None else self._passed_over()
            sign = self._sign()
            if sign not in (b",", b"]"):
                raise self._broken("a comma or ] should stand here")
            self._advance(1)
            if sign == b"]":
                return

    def _many(self, around: dict[str, bytes]) -> Iterator[Value]:
        """As many ordinary elements as can be taken by a fast parser, each with the comma behind it."""
        while True:
            while len(self._buffer) - self._at < _WINDOW and self._more():
                pass
            window = self._buffer[self._at : self._at + _WINDOW]
            cut = len(window)
            for _ in range(_TRIES):
                cut = window.rfind(b"},", 0, cut)
                if cut < 0:
                    return
                try:
                    found = _decode_list(b"[" + window[: cut + 1] + b"]")
                except (msgspec.MsgspecError, ValueError, RecursionError):
                    continue
                break
            else:
                return
            at = 0
            for element in found:
                raw = bytes(element)
                start = window.index(raw, at)
                self.line += window.count(b"\n", at, start)
                yield Value(raw, self.line, around)
                self.line += raw.count(b"\n")
                at = start + len(raw)
            self._at += cut + 2

    def _end(self) -> int | None:
        """Where the value that starts here ends; None when that is further away than `LARGEST`."""
        if self._sign() in _NO_VALUE:
            raise self._broken("a value should stand here" if self._sign() else "the JSON breaks off")
        while True:
            end = None
            try:
                end = scanning.value_end(self._buffer, self._at)
            except Unreadable:
                if self._is_ended:
                    raise self._broken("the JSON breaks off") from None
            if end is not None and (end < len(self._buffer) or self._is_ended):
                return end
            if len(self._buffer) - self._at > LARGEST:
                return None
            wanted = min(2 * (len(self._buffer) - self._at), LARGEST + 1)
            while self._more() and len(self._buffer) - self._at < wanted:
                pass

    def _passed_over(self) -> Value:
        """Leave a huge value behind without keeping it."""
        line, head = self.line, self._buffer[self._at : self._at + _HEAD_BYTES]
        nesting = Nesting()
        while True:
            end = nesting.end(self._buffer, self._at)
            if end is not None:
                self._cut(end)
                return Value(head, line, {}, is_huge=True)
            self._cut(len(self._buffer) - nesting.left)
            if not self._more():
                raise self._broken("the JSON breaks off")

    def _sign(self) -> bytes:
        """The next byte that is not blank, b"" at the end."""
        while True:
            blank = _BLANKS.match(self._buffer, self._at)
            self._cut(blank.end() if blank is not None else self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def _more(self) -> bool:
        taken = b"" if self._is_ended else self._take()
        self._is_ended = not taken
        self._buffer = self._buffer[self._at :] + taken
        self._at = 0
        return not self._is_ended

    def _advance(self, count: int) -> None:
        self._at += count

    def _cut(self, end: int) -> bytes:
        """What lies between here and `end`, which becomes here."""
        raw = self._buffer[self._at : end]
        self.line += raw.count(b"\n")
        self._at = end
        return raw

    def _broken(self, what: str) -> Unreadable:
        return Unreadable(f"Line {self.line + 1}: {what}.")


class Nesting:
    """Finds the end of a value that is read in pieces. `left`: bytes of the last piece to be given once more."""

    def __init__(self) -> None:
        self.left = 0
        self._level = 0
        self._is_text = False

    def end(self, piece: bytes, at: int) -> int | None:
        """Where in this piece the value ends; None when it goes on."""
        self.left = 0
        while at < len(piece):
            if self._is_text:
                at = self._text_end(piece, at)
                if at == len(piece) - self.left:
                    return None
            else:
                at = _TO_SIGN.match(piece, at).end()  # type: ignore[union-attr]  # matches the empty string
                if at == len(piece):
                    return None
                self._step(piece[at])
            at += 1
            if self._level == 0 and not self._is_text:
                return at
        return None

    def _step(self, sign: int) -> None:
        if sign in _OPENERS:
            self._level += 1
        elif sign in _CLOSERS:
            self._level -= 1
        else:
            self._is_text = True

    def _text_end(self, piece: bytes, at: int) -> int:
        at = _REST_OF_TEXT.match(piece, at).end()  # type: ignore[union-attr]  # matches the empty string
        if at < len(piece) and piece[at] == ord('"'):
            self._is_text = False
        elif at < len(piece):
            self.left = 1  # a backslash whose other half is in the next piece
        return at
