"""Typed values from the environment. A wrong one stops the start, naming its variable."""

import ipaddress
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet
from environs import Env, EnvError

T = TypeVar("T")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_env = Env()
_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


def _read(name: str, parse: Callable[[str], T], default: T) -> T:
    """The variable's value through `parse`, `default` when it is unset or empty."""
    raw = _env.str(name, "").strip()
    if not raw:
        return default
    try:
        return parse(raw)
    except (ValueError, EnvError) as error:
        raise SystemExit(f"{name} is wrong: {error}") from None


def text(name: str, default: str) -> str:
    return _read(name, str, default)


def path(name: str, default: Path) -> Path:
    return _read(name, lambda raw: Path(raw).expanduser().resolve(), default)


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
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"write a full address such as https://plan.example.com, not {raw!r}")
        return raw.rstrip("/")

    return _read(name, parse, default)


def hosts(name: str, base_url: str) -> list[str]:
    """Host names that requests may carry; by default the one of BASE_URL and this machine's."""
    own = [urlsplit(base_url).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
    return _read(name, lambda raw: [part.strip() for part in raw.split(",") if part.strip()], own)


def networks(name: str) -> list[Network]:
    def parse(raw: str) -> list[Network]:
        return [ipaddress.ip_network(part.strip()) for part in raw.split(",") if part.strip()]

    return _read(name, parse, [])


def fernet_keys(name: str) -> list[str]:
    def parse(raw: str) -> list[str]:
        keys = [part.strip() for part in raw.split(",") if part.strip()]
        for key in keys:
            Fernet(key)  # says what is wrong with the key, never the key itself
        return keys

    return _read(name, parse, [])


def database(name: str) -> dict[str, Any]:
    def parse(raw: str) -> dict[str, Any]:
        if urlsplit(raw).scheme not in {"postgres", "postgresql"}:
            raise ValueError("write postgres://user:password@host:5432/name; only PostgreSQL 15+ works")
        return dict(_env.dj_db_url(name))

    return _read(name, parse, {})


def broker_url(name: str, default: str) -> str:
    def parse(raw: str) -> str:
        if urlsplit(raw).scheme not in {"amqp", "amqps", "redis", "rediss"}:
            raise ValueError("write amqp://… for RabbitMQ or redis://… for Redis")
        return raw

    return _read(name, parse, default)


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
