"""Plain builders of messages, as SDKs send them."""

import itertools
import uuid

_numbers = itertools.count()


def track(event="Order Completed", **fields):
    return {
        "type": "track",
        "event": event,
        "userId": "u1",
        "messageId": str(uuid.uuid4()),
        "properties": {"n": next(_numbers)},
        "timestamp": "2026-11-22T09:00:00.000Z",
    } | fields


def batch(*messages, **fields):
    return {"batch": list(messages), "sentAt": "2026-11-22T09:00:01.000Z"} | fields
