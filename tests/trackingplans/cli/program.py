"""The real program in a process of its own, and files to give it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith(("DJANGO", "NO_COLOR"))},
    "PYTHONPATH": str(settings.BASE_DIR),
}
COMMAND = [sys.executable, "-m", "trackingplans.cli"]

ORDER = {
    "type": "object",
    "properties": {
        "properties": {
            "type": "object",
            "properties": {"order_id": {"type": "string"}, "total": {"type": "number"}},
            "required": ["order_id"],
        }
    },
}


def call(number: int = 0, **changes: Any) -> dict[str, Any]:
    """A track call that conforms."""
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": "u1",
        "messageId": f"m{number}",
        "properties": {"order_id": "o1", "total": 9.5},
        **changes,
    }


def text(number: int = 0, **changes: Any) -> str:
    return json.dumps(call(number, **changes))


WRONG = {"properties": {"order_id": "o1", "total": "9.5"}}


def plan(folder: Path, **changes: Any) -> str:
    """A plan of one event in a file."""
    rule = {"type": "track", "name": "Order Completed", "version": 1, "schema": ORDER}
    return file(folder, "plan.json", json.dumps({"planwright": 1, "name": "Shop", "rules": [rule]} | changes))


def file(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def run(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env=ENVIRONMENT | environment,
    )
