"""Renames: which sentence says it, and which traffic proves it."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import PlanFactory, SourceFactory, WorkspaceFactory
from tests.violations.rows import traffic_hours, violation
from trackingplans.models import PlanVersion
from violations import renaming, wording

NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
BEGAN = datetime(2026, 11, 17, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("planned", "sources", "release", "in_funnel", "sentence"),
    [
        (
            "Order Completed", ["Android"], "2.4.0", True,
            "Android orders vanished from the funnel: people are buying, 2.4.0 renamed the event",
        ),
        (
            "order_completed", ["Android", "iOS"], "", True,
            "Android and iOS orders vanished from the funnel: people are buying, the event was renamed",
        ),
        (
            "Signed Up", ["Web"], "3.2.0", False,
            "Web sign-ups stopped arriving: people are signing up, 3.2.0 renamed the event",
        ),
        (
            "Loyalty Card Added", ["Web"], "3.2.0", True,
            "Loyalty Card Added vanished from the funnel on Web: it still happens, 3.2.0 renamed the event",
        ),
    ],
)  # fmt: skip
def test_a_rename_is_said_in_one_sentence(planned, sources, release, in_funnel, sentence):
    assert wording.renamed(planned, sources, release, in_funnel=in_funnel) == sentence


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["Web"], "Web"),
        (["Web", "iOS"], "Web and iOS"),
        (["Web", "iOS", "Android"], "Web, iOS and Android"),
        (["Web", "iOS", "Android", "Backend"], "Web, iOS and 2 more"),
    ],
)
def test_names_are_listed_as_people_do(names, text):
    assert wording.listed(names) == text


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        (NOW, "UTC", "12:00"),
        (datetime(2026, 11, 18, 17, 0, tzinfo=UTC), "UTC", "yesterday 17:00"),
        (datetime(2026, 11, 18, 23, 30, tzinfo=UTC), "Europe/Berlin", "00:30"),
        (BEGAN, "UTC", "Tuesday 09:10"),
        (BEGAN, "America/New_York", "Tuesday 04:10"),
        (datetime(2026, 11, 12, 9, 10, tzinfo=UTC), "UTC", "12 Nov"),
        (datetime(2025, 11, 12, 9, 10, tzinfo=UTC), "UTC", "12 Nov 2025"),
    ],
)
def test_a_beginning_is_told_as_people_do(moment, zone, text):
    assert wording.since(moment, NOW, ZoneInfo(zone)) == text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "since", "stopped"),
    [(200, 0, True), (200, 3, False), (4, 0, False), (0, 0, False)],
)
def test_a_planned_event_stopped_when_it_had_traffic_before_and_none_since(before, since, stopped):
    workspace, source = shop()
    traffic_hours(source, "track", "Order Completed", {BEGAN - timedelta(days=1): before})
    traffic_hours(source, "track", "Order Completed", {BEGAN: 7, BEGAN + timedelta(hours=3): since})
    row = violation(source, "Order Complete", first_seen_at=BEGAN, meant="Order Completed")
    assert renaming.traffic(workspace, [row], NOW)[row.pk] == renaming.PlannedTraffic(before, since)
    assert bool(renaming.find(workspace, [row], NOW)) is stopped


@pytest.mark.django_db
def test_a_rename_of_a_step_of_the_funnel_names_its_metric():
    workspace, source = shop(
        metrics=[
            {"name": "Revenue", "kind": "lagging", "funnel": ["Order Completed"]},
            {"name": "First order", "kind": "leading", "north_star": True, "funnel": ["Order Completed"]},
        ]
    )
    traffic_hours(source, "track", "Order Completed", {BEGAN - timedelta(days=1): 100})
    row = violation(
        source,
        "Order Complete",
        first_seen_at=BEGAN,
        meant="Order Completed",
        release="2.4.0",
        count=430,
    )
    [rename] = renaming.find(workspace, [row], NOW)
    assert (rename.metric, rename.count, rename.first_seen_at) == ("First order", 430, BEGAN)
    assert rename.sentence == (
        "Android orders vanished from the funnel: people are buying, 2.4.0 renamed the event"
    )


@pytest.mark.django_db
def test_a_rename_in_two_sources_is_one():
    workspace, android = shop()
    ios = SourceFactory(workspace=workspace, plan=android.plan, name="iOS")
    for source in (android, ios):
        traffic_hours(source, "track", "Order Completed", {BEGAN - timedelta(days=1): 100})
    rows = [
        violation(ios, "Order Complete", first_seen_at=BEGAN + timedelta(hours=1), meant="Order Completed"),
        violation(android, "Order Complete", first_seen_at=BEGAN, meant="Order Completed"),
    ]
    [rename] = renaming.find(workspace, rows, NOW)
    assert [row.source for row in rename.violations] == [android, ios]


@pytest.mark.django_db
def test_traffic_of_another_source_type_or_workspace_proves_nothing():
    workspace, source = shop()
    other = SourceFactory(workspace=WorkspaceFactory(), name="Android")
    traffic_hours(other, "track", "Order Completed", {BEGAN - timedelta(days=1): 100})
    traffic_hours(source, "page", "Order Completed", {BEGAN - timedelta(days=1): 100})
    row = violation(source, "Order Complete", first_seen_at=BEGAN, meant="Order Completed")
    assert renaming.find(workspace, [row], NOW) == []


def shop(metrics=()):
    workspace = WorkspaceFactory()
    plan = PlanFactory(workspace=workspace)
    settings = json.dumps({"planwright": 1, "name": plan.name, "metrics": list(metrics)})
    plan.live_version = PlanVersion.objects.create(
        workspace=workspace, plan=plan, number=1, settings=settings, rules=[]
    )
    plan.save()
    return workspace, SourceFactory(workspace=workspace, plan=plan, name="Android")
