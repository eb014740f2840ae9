from datetime import timedelta

import pytest
from django.utils import timezone

from config import health_dot
from ingest.models import InboxRow
from tests.factories import MembershipFactory, SourceFactory

pytestmark = pytest.mark.django_db


def wait_since(source, seconds: float) -> None:
    InboxRow.objects.create(
        workspace=source.workspace, source=source, kind="batch", body=b"x", raw_size=1, messages=3,
        received_at=timezone.now() - timedelta(seconds=seconds),
    )  # fmt: skip


@pytest.mark.parametrize(("seconds", "state"), [(0, "good"), (4, "good"), (30, "warn"), (90, "bad")])
def test_the_dot_tells_how_long_the_oldest_event_waits(seconds, state):
    source = SourceFactory()
    wait_since(source, seconds)

    found = health_dot.state_of(source.workspace, timezone.now())

    assert (found["state"], found["events"]) == (state, 3)


def test_the_dot_is_good_when_nothing_waits_and_knows_no_other_workspace(client):
    member = MembershipFactory()
    wait_since(SourceFactory(), 90)
    client.force_login(member.user)

    page = client.get(f"/w/{member.workspace.public_id}/health/")

    assert "Up to date" in page.content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_answered_under_any_host_name(client, path):
    assert client.get(path, headers={"host": "10.1.2.3:8000"}).status_code == 200


def test_metrics_tell_what_waits_in_all(client):
    wait_since(SourceFactory(), 60)

    lines = client.get("/metrics").content.decode().splitlines()

    assert "planwright_inbox_rows 1" in lines
    assert "planwright_dead_rows 0" in lines
    oldest = next(
        float(line.split()[1]) for line in lines if line.startswith("planwright_inbox_oldest_seconds")
    )
    assert 50 <= oldest < 120  # by the clock of the database
