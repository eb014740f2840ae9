"""The site in a real Chromium: one world and one server a module, no request ever leaves this machine."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests import machine
from tests.world import World, a_world

# Playwright runs an event loop in this thread; Django would refuse the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db)  # so that pytest-django makes the database
            item.add_marker(machine.needs("chromium"))


@dataclass(frozen=True)
class Site:
    """A running server, the world it shows, and the browser that looks at it."""

    url: str
    world: World
    browser: Browser

    def visit(self, member: Membership | None, **look: object) -> BrowserContext:
        """A fresh browser profile, signed in as `member`. `look`: viewport, color_scheme …"""
        context = self.browser.new_context(base_url=self.url, reduced_motion="reduce", **look)  # type: ignore[arg-type]
        if member is not None:
            client = Client()
            client.force_login(member.user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])
        return context


@pytest.fixture
def _django_db_helper() -> None:
    """Instead of pytest-django's transaction around each test: the server must see what tests write."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.program("chromium"), args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(chromium, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Site]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "EMAIL_BACKEND", "accounts.mail_files.FileBackend")
        patch.setattr(settings, "MAIL_DIR", tmp_path_factory.mktemp("mail"))
        patch.setattr(settings, "ALLOWED_HOSTS", ["localhost"])
        patch.setitem(settings.DATABASES["default"], "CONN_MAX_AGE", 0)  # none outlives the server
        world = a_world()
        connection.close()  # of Playwright's loop's context: nobody else would
        server = LiveServer("localhost")
        patch.setattr(settings, "BASE_URL", server.url)
        yield Site(server.url, world, chromium)
        server.stop()
        _wait_for_its_threads()
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        connection.close()


def _wait_for_its_threads() -> None:
    """A request that a closing tab left behind still holds its connection; the database could not go."""
    with connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.1)
