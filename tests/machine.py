"""What this machine has. A test that needs more is skipped with the reason; STRICT=1 makes that a failure."""

import os
import shutil
from functools import cache
from pathlib import Path

import pytest

# Thing -> the programs that can be it, best first, and what people call it.
THINGS = {
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "Chromium"),
    "node": (("node",), "Node.js"),
    "npm": (("npm",), "npm"),
    "rabbitmq": (("rabbitmq-server",), "RabbitMQ"),
    "redis": (("redis-server",), "Redis"),
    "postgres": (("initdb",), "PostgreSQL 15 or newer"),
}


def needs(*things: str) -> pytest.MarkDecorator:
    """A mark for a test or (as `pytestmark`) a module: `@needs("chromium", "node")`."""
    assert set(things) <= set(THINGS), f"only {', '.join(THINGS)} are known"
    return pytest.mark.needs(*things)


@cache
def program(thing: str) -> str | None:
    """Path of the thing's program, None where it is not installed."""
    where = os.pathsep.join([*_where_debian_keeps(thing), os.environ.get("PATH", "")])
    found = (shutil.which(name, path=where) for name in THINGS[thing][0])
    return next((path for path in found if path), None)


def _where_debian_keeps(thing: str) -> list[str]:
    """Folders of servers that only root looks into, best first."""
    versions = [folder for folder in Path("/usr/lib/postgresql").glob("[0-9]*") if int(folder.name) >= 15]
    postgres = [str(folder / "bin") for folder in sorted(versions, key=lambda folder: -int(folder.name))]
    return postgres if thing == "postgres" else ["/usr/sbin", "/usr/local/sbin"]


def require(*things: str) -> None:
    """Skip the running test, or fail it when STRICT=1, unless the machine has all of these."""
    for thing in things:
        if program(thing) is None:
            lack(f"this machine has no {THINGS[thing][1]}")


def lack(reason: str) -> None:
    """Skip the running test because this machine lacks something; fail it with STRICT=1."""
    if os.environ.get("STRICT") == "1":
        pytest.fail(f"STRICT=1 and {reason}", pytrace=False)
    pytest.skip(reason)
