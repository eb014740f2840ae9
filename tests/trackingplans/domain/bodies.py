"""Bodies as SDKs send them, made by hand."""

import json
from typing import Any

from trackingplans.domain import messages


def call(**fields: Any) -> dict[str, Any]:
    """One ordinary track call as a document."""
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": "u1",
        "messageId": "m1",
        "properties": {"total": 89.9},
        **fields,
    }


def text(**fields: Any) -> str:
    return json.dumps(call(**fields))


def batch(*messages: bytes | str, **around: Any) -> bytes:
    """A batch of messages given as JSON text, with more fields beside them."""
    parts = [part if isinstance(part, bytes) else part.encode() for part in messages]
    fields = b"".join(
        b"," + json.dumps(key).encode() + b":" + json.dumps(value).encode() for key, value in around.items()
    )
    return b'{"batch":[' + b",".join(parts) + b"]" + fields + b"}"


def nested(levels: int, leaf: str = "1") -> str:
    """JSON text of objects within objects, `levels` of them."""
    return '{"a":' * levels + leaf + "}" * levels


def read(body: bytes, kind: str, *options: Any, **named: Any) -> list[Any]:
    """What `messages.read` gives, its kinds left to the test."""
    return list(messages.read(body, kind, *options, **named))


def from_document(document: Any) -> Any:
    return messages.from_document(document)
