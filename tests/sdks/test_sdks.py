"""A thousand calls through each real SDK, unmodified and in its default mode, against the real processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from accounts import tokens
from accounts.models import Role
from tests.factories import MembershipFactory
from tests.machine import needs
from tests.running import Running, running
from tests.sdks import browser, node
from tests.sdks.calls import EXPECTED, PLAN, thousand
from trackingplans import importing, sourcing
from trackingplans.models import SourceType

CLIENTS = Path(__file__).parent / "clients"
COUNTED_WITHIN = 90.0  # seconds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Running]:
    with (
        django_db_blocker.unblock(),
        running(tmp_path_factory.mktemp("site"), "web", "worker", "beat") as site,
    ):
        yield site


class Shop:
    """A source with the plan of calls.py, and a token to ask for its counts."""

    def __init__(self, site: Running) -> None:
        self.site = site
        member = MembershipFactory()
        self.token = tokens.create(member.workspace, member.user, name="Test", role=Role.VIEWER)[1]
        plan = importing.import_plan(member.workspace, json.dumps(PLAN), name="SDKs", actor=member.user).plan
        self.source = sourcing.create_source(
            member.workspace,
            name="Shop",
            type=SourceType.WEB,
            actor=member.user,
            now=timezone.now(),
            plan=plan,
        )
        self.write_key = self.source.write_keys.get().key

    def totals(self) -> dict[str, int]:
        totals = self.site.get(f"/api/v1/sources/{self.source.public_id}/counts", self.token)["totals"]
        return dict(totals)

    def counted(self, received: int) -> dict[str, int]:
        """The totals once that many messages were received and none is pending."""
        until = time.monotonic() + COUNTED_WITHIN
        while (totals := self.totals())["pending"] or totals["received"] < received:
            assert time.monotonic() < until, totals
            time.sleep(0.1)
        return totals


@pytest.fixture
def shop(site: Running) -> Shop:
    return Shop(site)


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    path = tmp_path / "calls.json"
    path.write_text(json.dumps(thousand()))
    return path


def run(command: list[str], **environment: str) -> None:
    done = subprocess.run(
        command,
        cwd=CLIENTS,
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("client", ["segment_python.py", "rudder_python.py"])
def test_python_sdks_are_counted_exactly_once(shop: Shop, calls: Path, client: str) -> None:
    run([sys.executable, client, shop.site.url, shop.write_key, str(calls)])

    assert shop.counted(1000) == EXPECTED


@needs("node", "npm")
@pytest.mark.parametrize("client", ["segment_node.js", "rudder_node.js"])
def test_node_sdks_are_counted_exactly_once(shop: Shop, calls: Path, client: str) -> None:
    run(["node", client, shop.site.url, shop.write_key, str(calls)], NODE_PATH=str(node.packages()))

    assert shop.counted(1000) == EXPECTED


@needs("node", "npm", "chromium")
@pytest.mark.browser
def test_the_browser_sdk_is_counted_exactly_once_from_another_origin(shop: Shop, tmp_path: Path) -> None:
    packages = node.packages()
    bundle = tmp_path / "bundle.js"
    command = [
        str(packages / ".bin" / "esbuild"),
        "segment_browser.js",
        "--bundle",
        "--format=esm",
        "--log-level=error",
    ]
    run([*command, f"--outfile={bundle}"], NODE_PATH=str(packages))
    setup = {"host": shop.site.host, "writeKey": shop.write_key, "calls": thousand()}

    browser.visit(browser.Page(bundle.read_bytes(), setup), tmp_path, seconds=120)

    assert shop.counted(1000) == EXPECTED


def webhook_messages() -> list[dict[str, Any]]:
    """What Segment's webhook destination posts: whole messages, as its pipeline has completed them."""
    added = {
        "anonymousId": None, "channel": "server", "projectId": "x7Tq", "version": 2, "integrations": {},
        "context": {"library": {"name": "analytics-python", "version": "2.4.0"}, "ip": "203.0.113.9"},
        "originalTimestamp": "2026-03-02T10:00:00.000Z", "sentAt": "2026-03-02T10:00:00.200Z",
        "receivedAt": "2026-03-02T10:00:00.300Z", "timestamp": "2026-03-02T10:00:00.100Z",
    }  # fmt: skip
    return [{**call, **added, "messageId": f"webhook-{number}"} for number, call in enumerate(thousand())]


def test_arrays_of_a_webhook_destination_are_counted_once_even_when_it_repeats_one(shop: Shop) -> None:
    messages = webhook_messages()
    parts = [messages[start : start + 100] for start in range(0, 1000, 100)]

    for part in [*parts, parts[0]]:
        path = f"/v1/events?write_key={shop.write_key}"
        assert shop.site.post(path, json.dumps(part).encode(), {"Content-Type": "application/json"}) == 200

    assert shop.counted(1100) == EXPECTED | {"received": 1100, "duplicate": 100}
