"""Inputs cut into blocks of events that can be judged apart from one another, in bounded memory."""

from collections.abc import Generator, Iterator

import msgspec

from trackingplans.cli.complaints import Unusable
from trackingplans.cli.events.layout import Layout, NoJson, layout_of
from trackingplans.cli.events.tap import Tap
from trackingplans.cli.events.values import LARGEST, Value, Values
from trackingplans.domain.scanning import BOM, Unreadable

_SIZE = 1 << 20  # bytes in a block, about
_LOOK = 1 << 16


class Block(msgspec.Struct, gc=False):
    """Values of one file, one a line, in `data` or (`length`) in the file itself from `start` on.

    `lines`: for each value the line it came from, counted from the block's first; None: they are the lines of
    the file. `breaks`: line breaks of the file that the block covers (only known with `lines`). `around`: what the
    batch around the values says. `huge`: the start of a value that is too large to be looked at. `done`: bytes of
    the file read so far. `problem`: why the file cannot be read on.
    """

    name: str
    data: bytes = b""
    start: int = 0
    length: int = 0
    lines: list[int] | None = None
    breaks: int = 0
    around: dict[str, bytes] = {}
    huge: bytes | None = None
    done: int = 0
    problem: str = ""


def blocks(tap: Tap) -> Iterator[Block]:
    """The events of one input; the last block says why when it could not be read to its end."""
    try:
        head, layout = _head(tap)
        if layout is Layout.LINES:
            yield from _ranges(tap) if tap.is_file and tap.is_plain else _lines(tap, head)
        elif layout is Layout.VALUES:
            yield from _gathered(tap, head)
    except Unusable as error:
        yield Block(tap.name, problem=error.sentence, done=tap.done)
    except (NoJson, Unreadable) as error:
        yield Block(tap.name, problem=str(error), done=tap.done)
    finally:
        tap.close()


def _head(tap: Tap) -> tuple[bytes, Layout]:
    """Enough of the input to tell how values lie in it."""
    head = b""
    while True:
        taken = tap.take()
        head += taken
        layout = layout_of(head, is_all=not taken)
        if layout is not None:
            return head, layout


def _lines(tap: Tap, data: bytes) -> Iterator[Block]:
    """Whole lines as they come."""
    while True:
        end = data.rfind(b"\n") + 1
        if end:
            yield Block(tap.name, data[:end], done=tap.done)
            data = data[end:]
        elif len(data) > LARGEST:
            data = yield from _huge_line(tap, data)
        taken = tap.take()
        if not taken:
            break
        data += taken
    if data:
        yield Block(tap.name, data, done=tap.done)


def _huge_line(tap: Tap, data: bytes) -> Generator[Block, None, bytes]:
    """A line that is not kept; returns what follows it."""
    yield Block(tap.name, huge=data[:_LOOK], lines=[0], breaks=1, done=tap.done)
    while data and b"\n" not in data:
        data = tap.take()
    return data.partition(b"\n")[2]


def _ranges(tap: Tap) -> Iterator[Block]:
    """Whole lines of a file, left where they are: who judges them reads them."""
    at = len(BOM) if tap.at(0, len(BOM)) == BOM else 0
    size = tap.size or 0
    while at < size:
        end = _line_end(tap, min(at + _SIZE, size) - 1)
        if end - at > LARGEST:
            begin = at + tap.at(at, _SIZE).rfind(b"\n") + 1
            if begin > at:
                yield Block(tap.name, start=at, length=begin - at, done=begin)
            yield Block(tap.name, huge=tap.at(begin, _LOOK), lines=[0], breaks=1, done=end)
        else:
            yield Block(tap.name, start=at, length=end - at, done=end)
        at = end


def _line_end(tap: Tap, at: int) -> int:
    """Where the line that holds the byte `at` ends, its break included."""
    while piece := tap.at(at, _LOOK):
        found = piece.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(piece)
    return at


def _gathered(tap: Tap, head: bytes) -> Iterator[Block]:
    """Values put one a line, as many as make a block. Raises Unreadable or Unusable once all before was handed on."""
    values = Values(head, tap.take)
    gathering = _Gathering(tap)
    try:
        for value in values:
            if value.is_huge or value.around != gathering.around or gathering.size >= _SIZE:
                yield from gathering.handed_on(value.line)
            gathering.add(value)
    except (Unusable, Unreadable):
        yield from gathering.handed_on(values.line)
        raise
    yield from gathering.handed_on(values.line)


class _Gathering:
    """The block being made. `line`: where it begins."""

    def __init__(self, tap: Tap) -> None:
        self.tap = tap
        self.line = 0
        self._start_at(0)

    def _start_at(self, line: int) -> None:
        self.parts: list[bytes] = []
        self.lines: list[int] = []
        self.size = 0
        self.line = line
        self.around: dict[str, bytes] = {}
        self.huge: bytes | None = None

    def add(self, value: Value) -> None:
        self.lines.append(value.line - self.line)
        self.around = value.around
        if value.is_huge:
            self.huge = value.raw
            self.size = _SIZE
        else:
            self.parts.append(_in_one_line(value.raw))
            self.size += len(value.raw)

    def handed_on(self, line: int) -> Iterator[Block]:
        """The block up to this line, if there is anything in it."""
        if self.lines:
            yield Block(
                self.tap.name,
                b"\n".join(self.parts),
                lines=self.lines,
                breaks=line - self.line,
                around=self.around,
                huge=self.huge,
                done=self.tap.done,
            )
            self._start_at(line)


def _in_one_line(raw: bytes) -> bytes:
    """The value without what only makes it readable: its size is judged as it would be sent."""
    if b"\n" not in raw:
        return raw
    try:
        return msgspec.json.format(raw, indent=-1)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return raw.replace(b"\n", b" ")
