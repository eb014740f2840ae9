"""How Celery talks to each broker. Messages are wake-ups: losing one costs a sweep, never an event.

So nothing waits for a broker's confirmation (a RabbitMQ alarm would hang the sender), publishers give
up within seconds, and workers reconnect for ever.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.embedded import broker

TASK_LIMIT = 240  # seconds; RabbitMQ closes a channel that holds a message for 30 minutes
_ANSWER = 2  # seconds that a publisher waits for the broker


def celery_settings(url: str, data_dir: Path) -> dict[str, Any]:
    """The broker part of the CELERY_ settings for `BROKER_URL`, the embedded broker when it is empty."""
    if not url:
        return {
            "CELERY_BROKER_URL": broker.URL,
            "CELERY_BROKER_TRANSPORT_OPTIONS": broker.transport_options(data_dir),
        }
    if urlsplit(url).scheme in {"amqp", "amqps"}:
        return {"CELERY_BROKER_URL": url, "CELERY_TASK_DEFAULT_QUEUE_TYPE": "quorum"}
    return {
        "CELERY_BROKER_URL": url,
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            # A message comes back when its worker died: later than the longest task may take.
            "visibility_timeout": TASK_LIMIT + 60,
            "socket_connect_timeout": _ANSWER,
            "socket_keepalive": True,
            "health_check_interval": 20,
        },
    }


def publisher_options(url: str) -> dict[str, Any]:
    """Transport options of a process that only publishes: never wait long for the broker."""
    scheme = urlsplit(url).scheme
    if scheme in {"amqp", "amqps"}:
        return {"read_timeout": _ANSWER, "write_timeout": _ANSWER}
    return {"socket_timeout": _ANSWER} if scheme in {"redis", "rediss"} else {}
