"""What a test needs from this machine, and what happens where it is missing.

`@needs("chromium")` skips the test with its reason; with `STRICT=1` (as in CI) it fails instead.
"""

import os
import shutil
from functools import cache

import pytest

# Tool -> the programs that can be it, best first, and the words for what to install.
TOOLS = {
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "Chromium"),
    "node": (("node",), "Node.js"),
    "npm": (("npm",), "npm"),
    "rabbitmq": (("rabbitmq-server",), "RabbitMQ"),
    "redis": (("redis-server",), "Redis"),
}


def needs(*tools: str) -> pytest.MarkDecorator:
    """A mark for a test that cannot run without these tools; each one of `TOOLS`."""
    return pytest.mark.needs(*tools)


@cache
def program(tool: str) -> str | None:
    """Path of the tool's program, None where it is not installed."""
    # Debian keeps servers where only root looks.
    where = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = (shutil.which(name, path=where) for name in TOOLS[tool][0])
    return next((path for path in found if path), None)


def lack(reason: str) -> None:
    """Skip the running test because this machine lacks something; fail it with `STRICT=1`."""
    if os.environ.get("STRICT") == "1":
        pytest.fail(f"STRICT=1 and {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for tool in mark.args:
            if program(tool) is None:
                lack(f"this machine has no {TOOLS[tool][1]}")
