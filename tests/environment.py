"""Loaded before the settings: gives the tests a data folder of their own, and a PostgreSQL if none is named."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from tests import machine

_server = None

if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="planwright-tests-")
    for name in ("BASE_URL", "EMAIL_URL", "BROKER_URL", "OUTBOUND_ALLOW", "DEMO"):
        os.environ.pop(name, None)
    if not os.environ.get("DATABASE_URL"):
        from config.embedded import postgres

        _server = postgres.Server(
            Path(os.environ["DATA_DIR"]).resolve(), {"fsync": "off", "synchronous_commit": "off"}
        )
        _server.start()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-slow", action="store_true", help="run the long matrices too")


@pytest.hookimpl(trylast=True)  # once pytest-django has read the settings
def pytest_configure() -> None:
    settings.WHITENOISE_USE_FINDERS = True
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # half a second less a person


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--run-slow"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="a long matrix: `make test-all` runs it"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        machine.require(*mark.args)


def pytest_unconfigure() -> None:
    if _server is not None:
        _server.stop()
        shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)
