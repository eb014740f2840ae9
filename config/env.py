"""Typed values from the environment. A wrong one stops the start, naming its variable."""

import ipaddress
import os
import re
from collections.abc import Callable
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import dj_database_url
from cryptography.fernet import Fernet

T = TypeVar("T")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_HOST = re.compile(r"\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?")
_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


def _read(name: str, parse: Callable[[str], T], default: T) -> T:
    """The variable's value through `parse`, `default` when it is unset or empty."""
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return parse(raw)
    except ValueError as error:
        raise SystemExit(f"{name} is wrong: {error}") from None


def secret(name: str, *, shortest: int) -> str:
    """A secret text, '' when the variable is unset."""

    def parse(raw: str) -> str:
        if len(raw) < shortest or len(set(raw)) < 10:
            raise ValueError(f"write at least {shortest} random characters")
        return raw

    return _read(name, parse, "")


def sender(name: str, default: str) -> str:
    def parse(raw: str) -> str:
        _label, address = parseaddr(raw)
        if "@" not in address.strip("@") or "\n" in raw:
            raise ValueError(f"write an address such as Planwright <planwright@example.com>, not {raw!r}")
        return raw

    return _read(name, parse, default)


def host(name: str, default: str) -> str:
    def parse(raw: str) -> str:
        if not _HOST.fullmatch(raw):
            raise ValueError(f"write an address of this machine such as 0.0.0.0, without port, not {raw!r}")
        return raw.strip("[]")

    return _read(name, parse, default)


def folder(name: str, default: Path) -> Path:
    def parse(raw: str) -> Path:
        path = Path(raw).expanduser().resolve()
        if path.exists() and not path.is_dir():
            raise ValueError(f"{path} is a file, not a folder")
        return path

    return _read(name, parse, default)


def boolean(name: str, *, default: bool) -> bool:
    def parse(raw: str) -> bool:
        known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if raw.lower() not in known:
            raise ValueError(f"write 1 or 0, not {raw!r}")
        return known[raw.lower()]

    return _read(name, parse, default)


def integer(name: str, default: int, *, low: int = 0, high: int | None = None) -> int:
    def parse(raw: str) -> int:
        if not raw.isdecimal() or int(raw) < low or (high is not None and int(raw) > high):
            limits = f"{low} or more" if high is None else f"from {low} to {high}"
            raise ValueError(f"write a whole number, {limits}, not {raw!r}")
        return int(raw)

    return _read(name, parse, default)


def port(name: str, default: int) -> int:
    return integer(name, default, low=1, high=65535)


def seconds(name: str, default: float) -> timedelta:
    def parse(raw: str) -> timedelta:
        try:
            value = float(raw)
        except ValueError:
            value = 0.0
        if not 0 < value < 86_400:
            raise ValueError(f"write a number of seconds above 0, not {raw!r}")
        return timedelta(seconds=value)

    return _read(name, parse, timedelta(seconds=default))


def url(name: str, default: str) -> str:
    def parse(raw: str) -> str:
        parts = urlsplit(raw)
        whole = parts.scheme in {"http", "https"} and parts.hostname
        if not whole or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(f"write an address such as https://plan.example.com, without path, not {raw!r}")
        return raw.rstrip("/")

    return _read(name, parse, default)


def own_url(host: str, port: int) -> str:
    """How this machine reaches a site that listens on the address, which may stand for all of them."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def hosts(name: str, base_url: str) -> list[str]:
    """Host names that requests may carry; by default the one of BASE_URL and this machine's."""

    def parse(raw: str) -> list[str]:
        names = _parts(raw)
        for wrong in (part for part in names if part != "*" and not _HOST.fullmatch(part)):
            raise ValueError(f"write host names with commas between them, without port, not {wrong!r}")
        return names

    own = {urlsplit(base_url).hostname or "localhost": 0, "localhost": 0, "127.0.0.1": 0, "[::1]": 0}
    return _read(name, parse, list(own))


def networks(name: str) -> list[Network]:
    def parse(raw: str) -> list[Network]:
        return [ipaddress.ip_network(part) for part in _parts(raw)]

    return _read(name, parse, [])


def fernet_keys(name: str) -> list[str]:
    def parse(raw: str) -> list[str]:
        keys = _parts(raw)
        for key in keys:
            Fernet(key)  # says what is wrong with the key, never the key itself
        return keys

    return _read(name, parse, [])


def database(name: str) -> dict[str, Any]:
    def parse(raw: str) -> dict[str, Any]:
        parts = urlsplit(raw)
        if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
            raise ValueError("write postgres://user:password@host:5432/name; only PostgreSQL 15+ works")
        return dict(dj_database_url.parse(raw))

    return _read(name, parse, {})


def broker_url(name: str) -> str:
    """RabbitMQ's or Redis' address, '' when the variable is unset."""

    def parse(raw: str) -> str:
        parts = urlsplit(raw)
        if parts.scheme not in {"amqp", "amqps", "redis", "rediss"} or not parts.hostname:
            raise ValueError(
                "write amqp://user:password@host:5672/ for RabbitMQ or redis://host:6379/0 for Redis"
            )
        return raw

    return _read(name, parse, "")


def email(name: str) -> dict[str, Any]:
    """Django's EMAIL_ settings, {} when the variable is unset."""

    def parse(raw: str) -> dict[str, Any]:
        parts = urlsplit(raw)
        if parts.scheme not in _MAIL_PORTS or not parts.hostname:
            raise ValueError("write smtp://host:25, smtp+tls://user:password@host:587 or smtp+ssl://…:465")
        return {
            "EMAIL_BACKEND": "accounts.mail.SmtpBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or _MAIL_PORTS[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_USE_SSL": parts.scheme == "smtp+ssl",
        }

    return _read(name, parse, {})


def _parts(raw: str) -> list[str]:
    return [part.strip() for part in raw.split(",") if part.strip()]
