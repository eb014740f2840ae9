"""What the benchmark asks of Django once it is set up."""

import gc
import random
import socket
import time
from datetime import datetime
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Team, Workspace
from benchmarks.violations import seeding
from benchmarks.violations.seeding import Size
from benchmarks.violations.shape import ACTIONS, EVENTS, FIELDS, OBJECTS
from trackingplans.models import Source
from violations import digests
from violations.digest_models import Digest
from violations.models import Violation


def known() -> bool:
    """Whether the data folder holds a seeded database."""
    call_command("migrate", verbosity=0)
    return Workspace.objects.filter(name="Benchmark").exists()


def seed(sources: int, per_source: int, hours: int, now: datetime) -> None:
    size = Size(sources, per_source, hours)
    seeding.fill(seeding.world(size, now), size, now)


def size_of_database() -> float:
    """In GB."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return float(cursor.fetchone()[0]) / 1e9


def client() -> Client:
    """A signed-in browser; the garbage collector is set as in `config.wsgi`."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    settings.ALLOWED_HOSTS = ["testserver"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    browser = Client()
    browser.force_login(Membership.objects.get(workspace=_workspace()).user)
    return browser


def _workspace() -> Workspace:
    return Workspace.objects.get(name="Benchmark")


class Accepting:
    """What a mail server that takes everything has taken."""

    def __init__(self) -> None:
        self.mails = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802  # aiosmtpd's
        self.mails += 1
        return "250 OK"


def digests_of_all_teams(now: datetime) -> tuple[float, int]:
    """Seconds until every team's digest was written and accepted by a mail server, and how many mails it took."""
    accepting = Accepting()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(accepting, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "accounts.mail.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    Digest.objects.all().delete()
    began = time.monotonic()
    try:
        digests.send_due(now, lambda _: now, Team.objects.select_related("workspace"), asked=True)
        return time.monotonic() - began, accepting.mails
    finally:
        controller.stop()


def addresses(number: int, chance: random.Random) -> dict[str, list[str]]:
    """By kind of page, `number` different addresses as people would open them."""
    workspace = _workspace()
    inbox = reverse("violation_list", args=[workspace.public_id])
    others = [reverse(name, args=[workspace.public_id]) for name in ("not_in_plan", "muted_list")]
    sources = list(Source.objects.filter(workspace=workspace).values_list("public_id", flat=True))
    teams = list(Team.objects.filter(workspace=workspace).values_list("slug", flat=True))

    def narrowed() -> str:
        query = chance.choice(
            (
                "", "", "", "page=2", "sort=count", "sort=share", "sort=last_seen", "sort=first_seen",
                f"source={chance.choice(sources)}", f"source={chance.choice(sources)}&range=30d",
                f"team={chance.choice(teams)}", f"event={chance.choice(EVENTS).replace(' ', '+')}", "range=7d",
                "range=30d", "range=90d", "environment=any", "environment=staging", "status=new", "status=resolved",
                "code=required", "family=violation",
            )
        )  # fmt: skip
        page = chance.choice([inbox, inbox, inbox, *others])
        return f"{page}?{query}&n={chance.random():.9f}"

    def search() -> str:
        word = chance.choice([*OBJECTS, *FIELDS, *ACTIONS])
        second = chance.choice(["", "", f"+{chance.choice(FIELDS)}"])
        return f"{inbox}?q={word[: chance.randrange(3, 9)]}{second}&n={chance.random():.9f}"

    ids = list(
        Violation.objects.filter(workspace=workspace)
        .order_by("-rank")
        .values_list("public_id", flat=True)[:50]
    )
    highest = Violation.objects.order_by("-pk").values_list("pk", flat=True)[0]
    some = [chance.randrange(1, highest) for _ in range(number)]
    ids += list(Violation.objects.filter(pk__in=some).values_list("public_id", flat=True))
    chance.shuffle(ids)
    return {
        "inbox": [narrowed() for _ in range(number)],
        "search": [search() for _ in range(number)],
        "violation": [reverse("violation_detail", args=[workspace.public_id, pk]) for pk in ids[:number]],
    }
