from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from config import env

KEY = "fZ1zGUXq1xX3q0LuVhTDr2zO5b0sXzqk4x3g9a7cW1U="
READERS = {
    "boolean": lambda name: env.boolean(name, default=True),
    "port": lambda name: env.port(name, 8000),
    "integer": lambda name: env.integer(name, 5, low=1),
    "seconds": lambda name: env.seconds(name, 30),
    "host": lambda name: env.host(name, "127.0.0.1"),
    "url": lambda name: env.url(name, ""),
    "hosts": lambda name: env.hosts(name, ""),
    "secret": lambda name: env.secret(name, shortest=50),
    "sender": lambda name: env.sender(name, ""),
    "folder": lambda name: env.folder(name, Path()),
    "networks": env.networks,
    "fernet_keys": env.fernet_keys,
    "database": env.database,
    "broker_url": env.broker_url,
    "email": env.email,
}


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        ("boolean", "maybe"),
        ("boolean", "TRUE!"),
        ("port", "0"),
        ("port", "65536"),
        ("port", "8000/tcp"),
        ("port", "-1"),
        ("integer", "1.5"),
        ("seconds", "0"),
        ("seconds", "nan"),
        ("seconds", "soon"),
        ("host", "http://0.0.0.0"),
        ("host", "0.0.0.0:8000/"),
        ("url", "plan.example.com"),
        ("url", "ftp://plan.example.com"),
        ("url", "https://example.com/plan"),
        ("url", "https://"),
        ("hosts", "https://plan.example.com"),
        ("hosts", "a.example.com,b.example.com:8000/"),
        ("networks", "10.0.0.0/33"),
        ("networks", "10.0.0.1/8"),
        ("networks", "internal"),
        ("fernet_keys", "short"),
        ("fernet_keys", f"{KEY},{KEY[:-4]}"),
        ("database", "sqlite:///db.sqlite3"),
        ("database", "mysql://root@localhost/x"),
        ("database", "postgres://user:pass@host:5432"),
        ("database", "postgres://user:pass@host:port/name"),
        ("broker_url", "localhost:6379"),
        ("broker_url", "memory://"),
        ("broker_url", "redis://"),
        ("email", "mail.example.com"),
        ("email", "smtps://mail.example.com"),
        ("email", "smtp://mail.example.com:x"),
        ("secret", "secret"),
        ("secret", "a" * 60),
        ("sender", "Planwright"),
        ("folder", "/etc/passwd"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence_that_names_the_variable(monkeypatch, read, wrong):
    monkeypatch.setenv("SOME_SETTING", wrong)

    with pytest.raises(SystemExit) as stopped:
        READERS[read]("SOME_SETTING")

    assert str(stopped.value).startswith("SOME_SETTING is wrong: ")
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        ("boolean", "No", False),
        ("port", " 8080 ", 8080),
        ("seconds", "0.5", timedelta(seconds=0.5)),
        ("host", "[::]", "::"),
        ("host", "0.0.0.0", "0.0.0.0"),
        ("url", "https://plan.example.com/", "https://plan.example.com"),
        ("hosts", "a.example.com, .b.io,[::1]", ["a.example.com", ".b.io", "[::1]"]),
        ("hosts", "*", ["*"]),
        ("networks", "10.0.0.0/8,fd00::/8", [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]),
        ("fernet_keys", f"{KEY} , {KEY}", [KEY, KEY]),
        ("broker_url", "amqp://u:p@mq:5672//", "amqp://u:p@mq:5672//"),
        ("sender", "Plan <p@example.com>", "Plan <p@example.com>"),
    ],
)  # fmt: skip
def test_a_right_value_is_read_with_its_type(monkeypatch, read, value, expected):
    monkeypatch.setenv("SOME_SETTING", value)

    assert READERS[read]("SOME_SETTING") == expected


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_value_is_the_default(monkeypatch, value):
    monkeypatch.setenv("SOME_SETTING", value)

    assert env.port("SOME_SETTING", 8000) == 8000


def test_a_database_url_becomes_djangos_settings(monkeypatch):
    monkeypatch.setenv("SOME_SETTING", "postgres://ana:p%40ss@db:5433/plan?sslmode=require")

    found = env.database("SOME_SETTING")

    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "ana", "p@ss", "db", 5433, "plan",
    )  # fmt: skip
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.com", 25, False, False),
        ("smtp+tls://u:p%2F@mail.example.com", 587, True, False),
        ("smtp+ssl://mail.example.com:4650", 4650, False, True),
    ],
)
def test_an_email_url_becomes_djangos_settings(monkeypatch, url, port, tls, ssl):
    monkeypatch.setenv("SOME_SETTING", url)

    found = env.email("SOME_SETTING")

    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (port, tls, ssl)


@pytest.mark.parametrize("secret_url", ["mysql://u:hunter2@h/x", "postgres://u:hunter2@h"])
def test_a_password_is_never_repeated(monkeypatch, secret_url):
    monkeypatch.setenv("SOME_SETTING", secret_url)

    with pytest.raises(SystemExit) as stopped:
        env.database("SOME_SETTING")

    assert "hunter2" not in str(stopped.value)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("plan.local", "http://plan.local:8000"),
    ],
)
def test_a_site_is_reached_where_it_listens(host, url):
    assert env.own_url(host, 8000) == url
