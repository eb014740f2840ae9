"""What should arrive and does not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.factories import PlanFactory, SourceFactory
from tests.violations.rows import traffic_hours, violation
from tests.world import a_world
from trackingplans import implementing, publishing
from trackingplans.domain.plan import from_document
from trackingplans.models import EventProfile
from violations import looking, missing
from violations.missing import Seen
from violations.models import Look

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rule(name, **meta):
    return {"type": "track", "name": name, "version": 1, "schema": {"type": "object"}, "meta": meta}


def document(*rules):
    return {"planwright": 1, "name": "Shop", "rules": list(rules)}


@pytest.mark.parametrize(
    ("last", "gap", "hours", "stopped"),
    [
        (4, 1, 50, True),  # came hourly, ended three and a half hours ago
        (3, 1, 50, False),  # two and a half hours: not yet three times its gap
        (4, 2, 50, False),
        (8, 2, 50, True),
        (90, 30, 10, False),  # comes once a day or so
        (160, 12, 10, True),
        (40, 1, 5, False),  # too few hours to say
        (40, None, 1, False),
    ],
)
def test_an_event_stopped_when_it_is_silent_three_times_its_longest_gap(last, gap, hours, stopped):
    newest = NOW.replace(minute=0) - last * HOUR
    seen = Seen(newest, gap * HOUR if gap else None, hours, 100)
    assert (seen.stopped_since(NOW) is not None) == stopped


@pytest.mark.parametrize(
    ("meta", "came", "releases", "kinds"),
    [
        ({}, False, {"1.0"}, []),
        ({"sources": {"web": "required"}}, False, {"1.0"}, ["absent"]),
        ({"sources": {"web": "required"}}, True, {"1.0"}, []),
        ({"sources": {"web": "optional"}}, False, {"1.0"}, []),
        ({"sources": {"ios": "required"}}, False, {"1.0"}, []),
        ({"sources": {"web": "never"}}, True, {"1.0"}, ["unexpected"]),
        ({"sources": {"web": "never"}}, False, {"1.0"}, []),
        ({"sources": {"web": "required"}, "since_release": {"web": "2.0"}}, False, {"1.9"}, []),
        (
            {"sources": {"web": "required"}, "since_release": {"web": "2.0"}},
            False,
            {"1.9", "2.0"},
            ["absent"],
        ),
        ({"sources": {"web": "required"}, "status": "planned"}, False, {"1.0"}, []),
        ({"sources": {"web": "never"}, "status": "planned"}, True, {"1.0"}, ["unexpected"]),
        ({"sources": {"web": "required"}, "status": "deprecated"}, False, {"1.0"}, []),
        ({"sources": {"web": "never"}, "status": "deprecated"}, True, {"1.0"}, []),
    ],
)
def test_what_a_source_must_or_must_never_send(meta, came, releases, kinds):
    source = SourceFactory.build(slug="web", plan=PlanFactory.build(pk=7))
    seen = {("track", "Other"): Seen(NOW, HOUR, 9, 9)}
    if came:
        seen["track", "Asked"] = Seen(NOW, HOUR, 9, 9)
    plan = from_document(document(rule("Asked", **meta)))
    assert [one.kind for one in missing.of_source(source, plan, seen, releases, NOW)] == kinds


@pytest.mark.parametrize(
    ("last", "wanted", "sent", "kinds"),
    [
        (30, "optional", [("track", "Asked")], ["stopped"]),
        (30, "optional", [], []),  # tried out once
        (30, "optional", [("page", "Asked")], []),
        (1, "required", [("track", "Asked")], []),
        (None, "required", [("track", "Asked")], ["absent"]),  # silent for more than a week
        (None, "required", [], []),
        (None, "optional", [("track", "Asked")], []),
    ],
)
def test_what_came_as_planned_is_missed_though_the_plan_still_calls_it_planned(last, wanted, sent, kinds):
    source = SourceFactory.build(slug="web", plan=PlanFactory.build(pk=7))
    seen = {("track", "Other"): Seen(NOW, HOUR, 9, 9)}
    if last is not None:
        seen["track", "Asked"] = Seen(NOW.replace(minute=0) - last * HOUR, HOUR, 9, 9)
    plan = from_document(document(rule("Asked", sources={"web": wanted}, status="planned")))
    assert [one.kind for one in missing.of_source(source, plan, seen, {"1.0"}, NOW, sent)] == kinds


def test_a_source_that_sends_nothing_is_one_line():
    plan = from_document(document(rule("A", sources={"web": "required"}), rule("B")))
    lines = missing.of_source(
        SourceFactory.build(slug="web", plan=PlanFactory.build(pk=7)), plan, {}, set(), NOW
    )
    assert [(one.kind, one.event) for one in lines] == [("silent", None)]


@pytest.mark.django_db
def test_the_page_tells_all_of_it_in_few_queries(client, django_assert_max_num_queries):
    world = a_world()
    source, now = world.source, datetime.now(UTC)
    plan = source.plan
    publishing.publish(
        plan,
        document(
            rule("Order Completed"), rule("Never Sent"), rule("Must Come", sources={source.slug: "required"}),
            rule("Stopped"), rule("Strange", sources={source.slug: "never"}), rule("To Be Built", status="planned"),
            rule("Built And Broken", status="planned"),
        ),
        actor=world.admin.user,
    )  # fmt: skip
    traffic_hours(source, "track", "Stopped", {now - n * HOUR: 5 for n in range(20, 40)})
    traffic_hours(source, "track", "Built And Broken", {now - n * HOUR: 5 for n in range(20, 40)})
    implementing.note(now, timedelta(days=3))
    traffic_hours(source, "track", "Strange", {now: 5})
    traffic_hours(source, "track", "Only Repeats", {now: 5}, duplicate=5)
    EventProfile.objects.all().delete()
    client.force_login(world.viewer.user)

    with django_assert_max_num_queries(25):
        page = client.get(reverse("missing_list", args=[world.workspace.public_id]))

    told = [
        (line.missing.kind, line.missing.event[1])
        for section in page.context["sections"]
        for line in section.lines
    ]
    assert ("stopped", "Stopped") in told
    assert ("stopped", "Built And Broken") in told
    assert ("unexpected", "Strange") in told
    assert ("never", "Never Sent") in told
    assert not any(name in ("Order Completed", "Only Repeats", "To Be Built") for _, name in told)
    assert [(tab.word, tab.count) for tab in page.context["tabs"]][2:] == [
        ("Muted", 0),
        ("Missing", len(told)),
    ]

    violation(source, "Stoped", first_seen_at=now - 3 * HOUR, count=40, meant="Stopped", release="4.1")
    page = client.get(reverse("missing_list", args=[world.workspace.public_id])).content.decode()
    assert "perhaps it comes as" in page
    assert "<code>Stoped</code></a> since 4.1: 40 times" in " ".join(page.split())


@pytest.mark.django_db
def test_with_many_sources_beat_looks_and_the_page_reads(client, monkeypatch, django_assert_max_num_queries):
    world = a_world()
    monkeypatch.setattr(looking, "KEPT", 2)
    SourceFactory.create_batch(looking.MANY, workspace=world.workspace, plan=world.source.plan)
    now = datetime.now(UTC)
    seen = looking.seen(world.workspace, now)

    assert looking.look_again(now + HOUR) == 1
    assert looking.look_again(now + HOUR + timedelta(minutes=4)) == 0
    with django_assert_max_num_queries(3):
        again = looking.seen(world.workspace, now + HOUR)
    assert (again.at, again.totals) == (now + HOUR, seen.totals)
    assert [(one.kind, one.event) for one in again.lines] == [(one.kind, one.event) for one in seen.lines]
    with django_assert_max_num_queries(3):
        every = looking.everything(world.workspace, now + HOUR)
    assert every.lines == missing.find(world.workspace, now + HOUR)
    assert max(every.totals.values()) > len([one for one in again.lines if one.kind == "silent"]) == 2
    monkeypatch.setattr(looking, "KEPT_IN_ALL", 1)
    looking.look_again(now + HOUR + looking.EVERY)
    assert looking.everything(world.workspace, now + HOUR + looking.EVERY).lines == every.lines
    assert looking.seen(world.workspace, now + 2 * HOUR).at == now + 2 * HOUR, "too old to be trusted"

    Look.objects.update(at=datetime.now(UTC) - timedelta(minutes=3))
    world.source.delete()
    client.force_login(world.viewer.user)
    page = client.get(reverse("missing_list", args=[world.workspace.public_id])).content.decode()
    assert "3 min ago" in page


@pytest.mark.django_db
def test_what_is_missing_is_exported_safely(client):
    world = a_world()
    source = world.source
    publishing.publish(source.plan, document(rule("=1+1"), rule("Stopped")), actor=world.admin.user)
    now = datetime.now(UTC)
    traffic_hours(source, "track", "Stopped", {now - n * HOUR: 5 for n in range(20, 40)})
    client.force_login(world.viewer.user)
    answer = client.get(reverse("missing_export", args=[world.workspace.public_id]))
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert answer.streaming
    assert lines[0] == "kind,source,plan,type,event,since,messages,team"
    assert lines[1].startswith(f"stopped,Web,{source.plan.name},track,Stopped,20")
    assert lines[1].endswith(",100,checkout")
    assert f"never,,{source.plan.name},track,'=1+1,,0,checkout" in lines
