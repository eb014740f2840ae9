"""What is new since somebody opened a list."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.violations.rows import violation
from tests.world import a_world
from violations import arriving, routing
from violations.models import Turn, TurnKind, Violation
from violations.querying import Filters

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world():
    found = a_world()
    Violation.objects.all().delete()
    return found


@pytest.mark.parametrize(
    ("columns", "back", "count"),
    [
        ({"passed_at": NOW + MINUTE}, None, 1),
        ({"passed_at": NOW}, None, 0),  # it was there
        ({"passed_at": None}, None, 0),  # rare
        ({"passed_at": NOW + 9 * MINUTE}, None, 0),  # not yet
        ({"passed_at": NOW + MINUTE, "is_settling": True}, None, 0),
        ({"passed_at": NOW - MINUTE}, NOW + MINUTE, 1),
        ({"passed_at": NOW - MINUTE}, NOW - MINUTE, 0),
        ({"passed_at": NOW + MINUTE}, NOW + 2 * MINUTE, 1),
    ],
)
def test_rows_that_passed_or_came_back_are_new(world, columns, back, count):
    row = violation(world.source, "A", first_seen_at=NOW - timedelta(hours=1), code="type", **columns)
    violation(world.source, "B", first_seen_at=NOW, code="type", passed_at=NOW - MINUTE)
    if back:
        Turn.objects.create(workspace=world.workspace, violation=row, kind=TurnKind.BACK, at=back)
    found = arriving.since(
        world.workspace, Filters(codes=("type",)), routing.routing(world.workspace), NOW, NOW + 5 * MINUTE
    )
    assert found == (count, True)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "1 new since"),
        ("&event=A", "1 new since"),
        ("&event=B", ""),
        ("&tab=not_in_plan", ""),
        ("&tab=muted_list", ""),
        ("&since=2026-01-01&until=2026-01-02", ""),
        ("&status=nonsense", "1 new since"),
    ],
)
def test_the_list_asks_with_its_filters(client, world, query, says):
    now = timezone.now()
    violation(world.source, "A", first_seen_at=now - MINUTE, code="type", passed_at=now)
    client.force_login(world.viewer.user)
    address = reverse("violation_arrived", args=[world.workspace.public_id])
    opened = (now - MINUTE).isoformat().replace("+00:00", "Z")
    page = client.get(f"{address}?opened={opened}{query}", headers={"hx-request": "true"})
    text = page.content.decode()
    assert (says in text) if says else text.strip() == ""
    assert "opened=" not in text
    assert (
        client.get(f"{address}?opened=sometime{query}", headers={"hx-request": "true"}).content.strip() == b""
    )
    assert client.get(f"{address}?opened={opened}&event=A").url.endswith("/violations/?event=A")
