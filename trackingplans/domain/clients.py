"""What sent a message: platform and SDK, as its context tells. Read of messages that something is wrong with only."""

from typing import Any, NamedTuple

import msgspec

from trackingplans.domain.legible import shortened, storable
from trackingplans.domain.message import Message

LONGEST = 60
_BROWSERS = (
    "analytics.js",
    "analytics-next",
    "analytics-js",
    "rudderanalytics",
    "rudder-sdk-js",
    "rudderlabs js",
)


class Client(NamedTuple):
    """'' where a message does not say."""

    platform: str
    library: str


class _Envelope(msgspec.Struct, gc=False):
    context: Any = None


_decode = msgspec.json.Decoder(_Envelope).decode


def client_of(message: Message) -> Client:
    """`context.os.name`, else what the SDK or the device is for; and the SDK with its version."""
    context = _context(message)
    library = _map(context, "library")
    name, version = _text(library, "name"), _text(library, "version")
    platform = _text(_map(context, "os"), "name")
    if name.lower().startswith(_BROWSERS) or any(
        part in name.lower() for part in ("analytics.js", "rudder-sdk-js")
    ):
        platform = "Web"
    return Client(platform or _text(_map(context, "device"), "type"), f"{name} {version}".strip())


def _context(message: Message) -> dict[str, Any]:
    try:
        own = _decode(message.raw).context if isinstance(message.raw, bytes) else None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        own = None
    return {**(message.around.context or {}), **(own if isinstance(own, dict) else {})}


def _map(parent: dict[str, Any], key: str) -> dict[str, Any]:
    found = parent.get(key)
    return found if isinstance(found, dict) else {}


def _text(parent: dict[str, Any], key: str) -> str:
    found = parent.get(key)
    return shortened(storable(found.strip()), LONGEST) if isinstance(found, str) else ""
