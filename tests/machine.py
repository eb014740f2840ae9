"""What this machine has. A test that needs more is skipped with the reason; STRICT=1 makes that a failure."""

import os
import shutil
from pathlib import Path

import pytest

_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_OLDEST_POSTGRES = 15


def chromium() -> str | None:
    """The browser's program."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def rabbitmq() -> str | None:
    return str(_RABBITMQ) if _RABBITMQ.exists() else None


def redis() -> str | None:
    return shutil.which("redis-server")


def postgres() -> str | None:
    """The folder with the programs of the system's newest PostgreSQL."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    fit = [path for path in found if int(path.parent.name) >= _OLDEST_POSTGRES]
    return str(max(fit, key=lambda path: int(path.parent.name))) if fit else None


def node() -> str | None:
    return shutil.which("node") if shutil.which("npm") else None


_THINGS = {
    "chromium": (chromium, "Chromium"),
    "rabbitmq": (rabbitmq, "RabbitMQ"),
    "redis": (redis, "Redis"),
    "postgres": (postgres, f"PostgreSQL {_OLDEST_POSTGRES} or newer"),
    "node": (node, "Node.js with npm"),
}


def needs(*things: str) -> pytest.MarkDecorator:
    """A mark for a test, a class or (as `pytestmark`) a module: `@needs("chromium", "node")`."""
    assert set(things) <= set(_THINGS), f"only {', '.join(_THINGS)} are known"
    return pytest.mark.needs(*things)


def require(*things: str) -> None:
    """Skip the running test, or fail it when STRICT=1, unless the machine has all of these."""
    lacking = [name for program, name in (_THINGS[thing] for thing in things) if program() is None]
    if not lacking:
        return
    reason = f"this machine has no {' and no '.join(lacking)}"
    if os.environ.get("STRICT") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
