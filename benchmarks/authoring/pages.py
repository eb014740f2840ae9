"""Server time of the pages that a plan is read and edited on: 2,000 events of 30 properties, a week of traffic."""

import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, User, Workspace
from benchmarks.authoring import plan as made
from trackingplans import drafting, publishing, sourcing
from trackingplans.models import Source, SourceType
from trackingplans.traffic import counting

RUNS = 15
HOURS = 168
HTMX = {"hx-request": "true"}
LIMITS = {
    "plan page": 300, "plan page in a draft": 300, "search": 100, "search in a draft": 100, "filter": 100,
    "group by owner": 100, "sort by traffic": 300, "properties of an event": 100, "event page": 300,
    "in use": 300, "a name judged": 300, "a cell written": 500, "paste of 40 properties, preview": 500,
}  # fmt: skip


def measure() -> bool:
    """Measure and print; whether every promise is kept."""
    user = User.objects.create(email="pages@example.com", name="Pages")
    workspace = Workspace.objects.create(name="Pages")
    Membership.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
    plan = publishing.create(workspace, made.document(), actor=user).plan
    _traffic(
        sourcing.create_source(
            workspace, name="Web", type=SourceType.WEB, actor=user, now=timezone.now(), plan=plan
        )
    )
    draft = drafting.start(plan, user, "Large")
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(user)
    args = [workspace.public_id, plan.public_id]
    page, event = reverse("plan_detail", args=args), reverse("plan_event", args=args)
    own, named = f"draft={draft.public_id}", f"type=track&name={made.name(7)}"
    write = reverse("draft_cells", args=[*args, draft.public_id])
    paste = reverse("draft_paste", args=[*args, draft.public_id])
    turn = iter(range(10_000))

    def cell() -> Any:
        row = ["track", made.name(7), 1, ""]
        body = {"cells": [{"row": row, "column": "why", "text": f"Why {next(turn)}?"}], "open": []}
        return client.post(write, json.dumps(body), content_type="application/json")

    asked: dict[str, Callable[[], Any]] = {
        "plan page": lambda: client.get(page),
        "plan page in a draft": lambda: client.get(f"{page}?{own}"),
        "search": lambda: client.get(f"{page}?q=field_17+weekly", headers=HTMX),
        "search in a draft": lambda: client.get(f"{page}?q=guest+order&{own}", headers=HTMX),
        "filter": lambda: client.get(f"{page}?owner=growth&status=live", headers=HTMX),
        "group by owner": lambda: client.get(f"{page}?group=owner", headers=HTMX),
        "sort by traffic": lambda: client.get(f"{page}?sort=-received&group=none", headers=HTMX),
        "properties of an event": lambda: client.get(f"{reverse('grid_properties', args=args)}?{named}"),
        "event page": lambda: client.get(f"{event}?{named}"),
        "in use": lambda: client.get(reverse("plan_usage", args=args)),
        "a name judged": lambda: client.get(
            f"{reverse('name_check', args=args)}?kind=event&name=Order+Maked"
        ),
        "a cell written": cell,
        "paste of 40 properties, preview": lambda: client.post(paste, {"text": _block()}, headers=HTMX),
    }
    print(f"pages of a plan of {made.EVENTS:,} events with {made.PROPERTIES} properties, {HOURS} hours of traffic; "
          f"server time in ms, median of {RUNS} runs, and database queries")  # fmt: skip
    kept = [_told(what, ask) for what, ask in asked.items()]
    return all(kept)


def _told(what: str, ask: Callable[[], Any]) -> bool:
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415  # test code, wanted here only

    with CaptureQueriesContext(connection) as queries:
        answer = ask()
        asked = len(queries)
    if answer.status_code != 200:
        raise RuntimeError(f"{what}: {answer.status_code} {answer.content[:300]!r}")
    runs = [_once(ask) for _ in range(RUNS)]
    median = statistics.median(runs)
    print(
        f"  {what:<32}{median:8.0f}   at most {max(runs):5.0f}   promised {LIMITS[what]:,}   {asked} queries"
    )
    return median <= LIMITS[what]


def _once(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _traffic(source: Source) -> None:
    """Each event in each hour of a week."""
    until = counting.hour_of(timezone.now())
    since = until - timedelta(hours=HOURS - 1)
    counting.ensure([since, until])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trackingplans_traffichour SELECT %s, %s, hour, 'track', event, 10, 9, 1, 0, 0, 0, 0, 10, 0, 0 "
            "FROM unnest(%s::text[]) AS event, generate_series(%s::timestamptz, %s, interval '1 hour') AS hour",
            [
                source.workspace_id,
                source.pk,
                [made.name(number) for number in range(made.EVENTS)],
                since,
                until,
            ],
        )
        cursor.execute("ANALYZE trackingplans_traffichour")


def _block() -> str:
    rows = ["event\tproperty\ttype\trequired", *(f"{made.name(n)}\tpasted_{n}\ttext\tno" for n in range(40))]
    return "\n".join(rows)
