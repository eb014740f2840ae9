"""The bytes of a request, bounded however it lies about them: length, chunks, gzip."""

import zlib
from typing import Any

GZIP = b"\x1f\x8b"
HEAD = 64 * 1024  # how much of a refused body is kept
_NESTED = 3  # gzip inside gzip
_MEMBERS = 64  # gzip files one after the other
_PIECE = 256 * 1024
_DRAINED = 32 * 1024**2


class BodyError(Exception):
    """A body that cannot be taken. `head`: its first bytes; `size`: how long it is, as far as known."""

    status = 400
    code = "unreadable"

    def __init__(self, message: str, head: bytes, size: int) -> None:
        super().__init__(message)
        self.head = head[:HEAD]
        self.size = size


class Unreadable(BodyError):
    pass


class TooLarge(BodyError):
    status = 413
    code = "body_too_large"


def read(environ: dict[str, Any], limit: int) -> bytes:
    """The request's body, unpacked when it is gzip, at most `limit` bytes before and after. Raises BodyError.

    The Content-Encoding header is not believed: SDKs send gzip without it, and it without gzip.
    """
    stream = environ["wsgi.input"]
    if _declared(environ) > limit:
        head = stream.read(HEAD)
        _drain(stream)
        raise _too_large(limit, head, _declared(environ))
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            _drain(stream)
            raise _too_large(limit, b"".join(pieces), size)
    body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    return inflated(body, limit)


def inflated(body: bytes, limit: int) -> bytes:
    """`body` out of its gzip wrappings, at most `limit` bytes. Raises BodyError."""
    inner = body
    for _ in range(_NESTED):
        if not inner.startswith(GZIP):
            return inner
        try:
            inner = _gunzip(inner, limit)
        except OverflowError:
            raise _too_large(limit, body, len(body)) from None
        except (zlib.error, EOFError):
            raise Unreadable("The gzip data is damaged or cut off.", body, len(body)) from None
    return inner


def _gunzip(data: bytes, limit: int) -> bytes:
    """All members of a gzip file. Raises zlib.error, EOFError (cut off), OverflowError (over `limit`)."""
    pieces: list[bytes] = []
    left = limit
    for _ in range(_MEMBERS):
        member = zlib.decompressobj(wbits=31)
        piece = member.decompress(data, left + 1)
        left -= len(piece)
        if left < 0:
            raise OverflowError
        pieces.append(piece)
        if not member.eof:
            raise EOFError
        data = member.unused_data
        if not data.startswith(GZIP):  # the end, or padding behind it
            return b"".join(pieces)
    raise zlib.error


def _declared(environ: dict[str, Any]) -> int:
    text = environ.get("CONTENT_LENGTH") or ""
    return int(text) if text.isdecimal() and len(text) < 20 else 0


def _drain(stream: Any) -> None:
    """Read on for a while: a sender that is cut off while writing never reads why, and sends it all again."""
    left = _DRAINED
    while left > 0 and (piece := stream.read(_PIECE)):
        left -= len(piece)


def _too_large(limit: int, head: bytes, size: int) -> TooLarge:
    return TooLarge(f"The body is larger than {limit:,} bytes.", head, size)
