"""One message every two seconds through the door into the demo's Web staging source, each twentieth broken.

Run as `python -m config.demo.trickle DEMO_JSON` beside the web process. It speaks plain HTTP to our own door,
as an SDK would, and ends by itself when the demo's write key is gone.
"""

import base64
import http.client
import itertools
import json
import random
import signal
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.demo.story import SNEAKERS
from config.processes import tether

EVERY_SECONDS = 2.0
BROKEN_EACH = 20


def main(path: Path) -> None:
    tether.follow_supervisor(signal.SIGTERM)
    access = json.loads(path.read_text())
    started = time.monotonic()
    for number in itertools.count(1):
        if send(access["url"], access["write_key"], message(number)) == http.HTTPStatus.UNAUTHORIZED:
            return
        time.sleep(max(0.0, started + number * EVERY_SECONDS - time.monotonic()))


def send(url: str, write_key: str, body: dict[str, Any]) -> int:
    """The door's status code; 0 when it could not be reached."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=5)
    credentials = base64.b64encode(f"{write_key}:".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
    try:
        connection.request("POST", "/v1/track", json.dumps(body), headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def message(number: int) -> dict[str, Any]:
    """The `number`th message: somebody looks at sneakers, each twentieth time not as planned."""
    article, name, price = random.choice(SNEAKERS)  # noqa: S311  # only has to look alive
    product: dict[str, Any] = {"product_id": article, "name": name, "price": price, "quantity": 1}
    event, properties = random.choice(  # noqa: S311
        [
            ("Product Viewed", product),
            ("Product Added", {"cart_id": "c1", **product}),
            ("Product List Viewed", {"list_id": "new", "category": "Sneakers"}),
            ("Products Searched", {"query": name.lower()}),
        ]
    )
    if number % BROKEN_EACH == 0:
        event, properties = broken(number // BROKEN_EACH, product)
    now = datetime.now(UTC).isoformat()
    return {
        "messageId": f"staging-{uuid.uuid4()}",
        "anonymousId": f"a{number % 500}",
        "event": event,
        "properties": properties,
        "timestamp": now,
        "sentAt": now,
        "context": {
            "app": {"name": "Strider", "version": "3.3.0-rc1"},
            "library": {"name": "analytics.js", "version": "2.1.0"},
        },
    }


def broken(turn: int, product: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """One of the ways in which Web staging goes wrong, in turns."""
    return [
        ("Product Added", {"cart_id": "c1", **product, "price": f"{product['price']:.2f}"}),
        ("Product View", product),
        ("Product Added", {"cart_id": "c1", **product, "quantity": 0}),
        ("Products Searched", {"search_term": product["name"].lower()}),
    ][turn % 4]


if __name__ == "__main__":
    tether.follow_supervisor(signal.SIGTERM)
    main(Path(sys.argv[1]))
