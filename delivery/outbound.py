"""The only HTTP client. It calls what a person typed in, so it trusts nothing about where that leads.

The host is resolved once, every address it has must be allowed, and the connection goes to the address that was
checked, so a name cannot change its mind in between. No redirects, no proxies, one deadline for all of it.
"""

import io
import socket
import ssl
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from time import monotonic
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings

from delivery.addresses import is_listed, is_public, plain

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 20.0
RESPONSE_BYTES = 64 * 1024
PUBLIC_PORTS = frozenset((80, 443, 8080, 8443))
_SAFE = "/?%:@!$&'()*+,;=~"
TLS = ssl.create_default_context()

_resolvers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")


class Refused(Exception):
    """This address may not be called. Trying again will not help."""


class Unreachable(Exception):
    """No answer in time, or none that is HTTP. Trying again may help."""


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` by lower-case name; `body` at most RESPONSE_BYTES."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Deadline:
    """One moment by which everything must be done."""

    ends: float = field(default_factory=lambda: monotonic() + TOTAL_SECONDS)

    def left(self, most: float = TOTAL_SECONDS) -> float:
        """Seconds left, at most `most`. Raises Unreachable when there are none."""
        left = self.ends - monotonic()
        if left <= 0:
            raise Unreachable(f"No complete answer within {TOTAL_SECONDS:g} seconds.")
        return min(left, most)


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    deadline: Deadline | None = None,
    *,
    is_own: bool = False,
) -> Response:
    """Sends `body` and returns the answer, whatever its status. Raises Refused and Unreachable.

    `is_own`: the address is this installation's own, out of its settings; then it may be private.
    """
    deadline = deadline or Deadline()
    parts = checked(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = _ascii(parts.hostname or "")
    request = _request(parts, host, headers, body)
    addresses = _resolve(host, port, deadline) if is_own else _addresses(host, port, parts.scheme, deadline)
    try:
        with _connect(addresses, port, deadline) as bare:
            if parts.scheme == "http":
                return _exchange(bare, request, deadline)
            with TLS.wrap_socket(bare, server_hostname=host) as secure:
                return _exchange(secure, request, deadline)
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"The certificate of {host} cannot be trusted: {error.verify_message}.") from error
    except TimeoutError as error:
        raise Unreachable(f"{host} did not answer in time.") from error
    except (OSError, HTTPException) as error:
        raise Unreachable(f"The connection to {host} failed: {error}.") from error


def checked(url: str) -> SplitResult:
    """The parts of an address that has the right form. Raises Refused with a sentence."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(f"This is not an address: {error}.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused("Write a full address, such as https://api.example.com.")
    if parts.username is not None or parts.password is not None:
        raise Refused("Leave user name and password out of the address.")
    if port == 0 or any(ord(letter) <= 32 or letter == "\x7f" for letter in url):
        raise Refused("This is not an address.")
    return parts


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise Refused(f"{host} is not the name of a host.") from None


def _addresses(host: str, port: int, scheme: str, deadline: Deadline) -> Sequence[str]:
    """The host's addresses, every one of them found allowed."""
    found = _resolve(host, port, deadline)
    for text in found:
        address = plain(text)
        if is_listed(address, settings.OUTBOUND_ALLOW):
            continue
        if not is_public(address):
            raise Refused(
                f"{host} is at {address}, a private address. An administrator of this server can allow its "
                "network with OUTBOUND_ALLOW."
            )
        if scheme != "https":
            raise Refused("Use https:// here; http:// only works for networks in OUTBOUND_ALLOW.")
        if port not in PUBLIC_PORTS:
            ports = ", ".join(str(number) for number in sorted(PUBLIC_PORTS))
            raise Refused(f"Port {port} cannot be called; these can: {ports}.")
    return found


def _resolve(host: str, port: int, deadline: Deadline) -> Sequence[str]:
    looking = _resolvers.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = looking.result(timeout=deadline.left(CONNECT_SECONDS))
    except TimeoutError:
        looking.cancel()
        raise Unreachable(f"The name {host} could not be looked up in time.") from None
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"There is no host named {host}: {error}.") from error
    if not found:
        raise Unreachable(f"There is no host named {host}.")
    return [str(entry[4][0]) for entry in found]


def _connect(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """A connection to the first address that takes one; raises what the last one said."""
    for address in addresses[:-1]:
        try:
            return _connect([address], port, deadline)
        except OSError:
            continue
    connected = socket.create_connection((addresses[-1], port), timeout=deadline.left(CONNECT_SECONDS))
    connected.settimeout(deadline.left())
    return connected


def _request(parts: SplitResult, host: str, headers: Mapping[str, str], body: bytes) -> bytes:
    shown = f"[{host}]" if ":" in host else host
    own = {
        "Host": shown if parts.port is None else f"{shown}:{parts.port}",
        "User-Agent": "Planwright",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    path = quote(parts.path or "/", safe=_SAFE) + (
        f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    )
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in (own | dict(headers)).items())]
    if any("\r" in line or "\n" in line for line in lines):
        raise Refused("A header may not hold a line break.")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _exchange(connected: socket.socket, request: bytes, deadline: Deadline) -> Response:
    _send(connected, request, deadline)
    response = HTTPResponse(_Wire(connected, deadline), method="POST")  # type: ignore[arg-type]  # only makefile is used
    try:
        response.begin()
        body = response.read(RESPONSE_BYTES)
    finally:
        response.close()
    return Response(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


def _send(connected: socket.socket, request: bytes, deadline: Deadline) -> None:
    rest = memoryview(request)
    while rest:
        connected.settimeout(deadline.left())
        rest = rest[connected.send(rest) :]


class _Wire:
    """What HTTPResponse wants of a socket. Each read gets what is left of the one deadline, so that an answer that
    drips a byte a second ends in time too."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self.reader: io.BufferedIOBase = io.BufferedReader(_Reads(connected, deadline))

    def makefile(self, mode: str) -> io.BufferedIOBase:  # noqa: ARG002  # the socket's signature
        return self.reader


class _Reads(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self.connected = connected
        self.deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower than any buffer
        self.connected.settimeout(self.deadline.left())
        return self.connected.recv_into(buffer)
