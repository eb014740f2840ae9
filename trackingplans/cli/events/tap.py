"""The bytes of one input as they come: plain or gzip, told by their first bytes."""

import os
import select
import stat
import zlib

from trackingplans.cli import files
from trackingplans.cli.complaints import Unusable

AT_ONCE = 1 << 20  # bytes handed on
_READ = 1 << 18
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_PATIENCE = 0.2  # seconds to wait for more from a pipe before handing on what came


class Tap:
    """An opened input. `size`: its length in bytes as it lies there, None for a pipe; `done`: how much was read."""

    def __init__(self, name: str) -> None:
        """Raises Unusable."""
        self.name = name
        self._descriptor = files.opened(name)
        about = os.fstat(self._descriptor)
        self.is_file = stat.S_ISREG(about.st_mode) and name != files.STDIN
        self.size = about.st_size if self.is_file else None
        self.done = 0
        self._gunzip: Gunzip | None = None
        self._is_first = True
        self._failure: Unusable | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the bytes came as they lie there; known once some were taken."""
        return self._gunzip is None

    def take(self) -> bytes:
        """The next bytes, about `AT_ONCE` of them; b"" at the end. Raises Unusable where they cannot be read."""
        is_first = self._is_first
        taken = self._take()
        return taken.removeprefix(_BOM) if is_first else taken

    def at(self, start: int, length: int) -> bytes:
        """Bytes of a file as they lie there; fewer at its end."""
        return os.pread(self._descriptor, length, start)

    def close(self) -> None:
        os.close(self._descriptor)

    def _take(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        while size < AT_ONCE and self._failure is None and not (size and self._is_slow()):
            try:
                part = self._piece()
            except Unusable as failure:  # said once what came before was handed on
                self._failure = failure
                break
            if not part:
                break
            parts.append(part)
            size += len(part)
        if not parts and self._failure is not None:
            raise self._failure
        return b"".join(parts)

    def _piece(self) -> bytes:
        part = self._raw() if self._gunzip is None else self._unpacked(self._gunzip)
        while self._is_first and len(part) < len(_BOM) and (more := self._raw()):
            part += more
        if self._is_first and part.startswith(_GZIP):
            self._gunzip = Gunzip(self.name, part)
            part = self._unpacked(self._gunzip)
        self._is_first = False
        return part

    def _raw(self) -> bytes:
        try:
            data = os.read(self._descriptor, _READ)
        except OSError as error:
            raise Unusable((self.name, f"{error.strerror}.")) from None
        self.done += len(data)
        return data

    def _unpacked(self, gunzip: "Gunzip") -> bytes:
        while True:
            if gunzip.needs_more:
                data = self._raw()
                if not data:
                    gunzip.finish()
                    return b""
                gunzip.feed(data)
            unpacked = gunzip.unpacked()
            if unpacked:
                return unpacked

    def _is_slow(self) -> bool:
        """Whether a pipe gives nothing for a while: what came can be judged meanwhile."""
        if self.is_file or (self._gunzip is not None and not self._gunzip.needs_more):
            return False
        return not select.select([self._descriptor], [], [], _PATIENCE)[0]


class Gunzip:
    """Unpacks gzip, one member after the other, a bounded piece at a time."""

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        self._member = zlib.decompressobj(wbits=31)
        self._waiting = data
        self._has_filled = False

    @property
    def needs_more(self) -> bool:
        """Whether all bytes fed were unpacked."""
        if self._member.eof:
            return len(self._waiting) < len(_GZIP)
        return not self._waiting and not self._has_filled

    def feed(self, data: bytes) -> None:
        self._waiting += data

    def finish(self) -> None:
        """There are no more bytes. Raises Unusable where they end too early."""
        if not self._member.eof or self._waiting:
            raise Unusable((self._name, "Ends in the middle of its gzip data: it was cut off."))

    def unpacked(self) -> bytes:
        """The next piece, b"" when more bytes are needed. Raises Unusable for what is no gzip."""
        if self._member.eof:
            self._waiting = self._waiting.lstrip(b"\0")  # padding may follow a member
            if self.needs_more:
                return b""
            if not self._waiting.startswith(_GZIP):
                raise Unusable((self._name, "Something that is no gzip follows its gzip data."))
            self._member = zlib.decompressobj(wbits=31)
        try:
            data = self._member.decompress(self._waiting, _READ)
        except zlib.error:
            raise Unusable((self._name, "Its gzip data is damaged from here on.")) from None
        self._waiting = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        self._has_filled = len(data) == _READ and not self._member.eof
        return data
