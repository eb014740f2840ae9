"""What a plan can do without, and the draft that retires it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from tests.factories import MembershipFactory, SourceFactory
from tests.trackingplans import plans
from tests.violations.rows import traffic_hours
from trackingplans import drafting, implementing, live, outlining, publishing, retiring
from trackingplans.domain.plan import PlanError
from trackingplans.models import EventProfile, PlanVersion

pytestmark = pytest.mark.django_db

TEXT = {"type": "string"}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ana():
    return MembershipFactory(role=Role.EDITOR)


@pytest.fixture
def plan(ana, now):
    """Old Signup is deprecated; Tea Poured is from today, the rest from half a year ago."""
    rules = [
        plans.a_rule("Order Completed", {"x": TEXT}, meta={"former_names": [{"name": "Order Done"}]}),
        plans.a_rule("Cart Viewed", {"x": TEXT}, meta={"owner": "growth"}),
        plans.a_rule("Old Signup", {"x": TEXT}, meta={"status": "deprecated"}),
        plans.a_rule("Older Signup", {"x": TEXT}, meta={"status": "deprecated"}),
        plans.a_rule("", {"x": TEXT}, kind="identify", section="traits"),
    ]
    plan = publishing.create(ana.workspace, plans.a_document(rules=rules), actor=None).plan
    PlanVersion.objects.update(published_at=now - timedelta(days=180))
    rules = [*rules, plans.a_rule("Tea Poured", {"x": TEXT})]
    publishing.publish(plan, plans.a_document(rules=rules), actor=None)
    return plan


@pytest.fixture
def web(plan):
    return SourceFactory(workspace=plan.workspace, plan=plan, slug="web", name="Web")


def value(plan):
    return live.plan(plan.live_version_id)


def names(found):
    return [one.event[1] for one in found]


def test_deprecated_events_that_still_arrive_are_listed_with_source_and_release(plan, web, now):
    traffic_hours(web, "track", "Old Signup", {now: 5, now - timedelta(days=8): 90})
    traffic_hours(web, "track", "Cart Viewed", {now: 9})
    for release in ("2.1.0", "2.0.0"):
        EventProfile.objects.create(
            workspace=plan.workspace, source=web, type="track", event="Old Signup", release=release,
            day=now.date(), body="{}", is_folded=False,
        )  # fmt: skip

    [one] = retiring.arriving(plan, value(plan), now=now)

    assert (one.event, one.source, one.messages) == (("track", "Old Signup"), web, 5)
    assert one.releases == ("2.0.0", "2.1.0")


@pytest.mark.parametrize(
    ("event", "days", "is_unused"),
    [
        ("Cart Viewed", 89, False),
        ("Cart Viewed", 91, True),
        ("Order Done", 3, False),  # a former name counts as the event
    ],
)
def test_an_event_is_unused_when_it_did_not_come_in_90_days(plan, web, now, event, days, is_unused):
    traffic_hours(web, "track", event, {now - timedelta(days=days): 3})
    implementing.note(now, timedelta(days=100))

    found = {one.event[1]: one for one in retiring.unused(plan, value(plan), now=now)}

    assert (("Order Completed" if event == "Order Done" else event) in found) is is_unused
    assert found["Tea Poured"].is_recent
    assert list(found)[-1] == "Tea Poured"
    if is_unused:
        assert found[event].was_seen
        assert not found["Older Signup"].was_seen


def test_without_a_source_nothing_can_be_said(plan, now):
    assert retiring.unused(plan, value(plan), now=now) == []
    assert retiring.arriving(plan, value(plan), now=now) == []


def test_without_a_production_source_nothing_is_live(plan, web):
    def states():
        found = implementing.as_it_is(plan, value(plan), outlining.outline(plan.live_version_id))
        return {row.status for row in found.rows}

    web.delete()
    assert states() == {"planned", "deprecated"}
    SourceFactory(workspace=plan.workspace, plan=plan, environment="staging")
    assert states() == {"planned", "deprecated"}


def test_retired_events_are_in_a_draft(plan, ana):
    events = [("track", "Cart Viewed"), ("track", "Old Signup")]

    deprecated = drafting.document(retiring.retire(plan, value(plan), ana.user, events, "deprecate"))
    removed = drafting.value(retiring.retire(plan, value(plan), ana.user, events, "remove"))

    metas = {rule.get("name"): rule.get("meta") for rule in deprecated["rules"]}
    assert metas["Cart Viewed"] == {"owner": "growth", "status": "deprecated"}
    assert [rule.name for rule in removed.rules] == ["Order Completed", "Older Signup", "", "Tea Poured"]


@pytest.mark.parametrize(
    ("events", "how", "place"),
    [
        ([], "remove", "events"),
        ([("track", "Nothing")], "remove", "events.0"),
        ([("track", "Cart Viewed")], "burn", "action"),
        ([("track", "Old Signup")], "deprecate", "events"),
    ],
)
def test_what_cannot_be_retired_is_told_with_its_place(plan, ana, events, how, place):
    with pytest.raises(PlanError) as refused:
        retiring.retire(plan, value(plan), ana.user, events, how)

    assert refused.value.problems[0].path == place
    assert not plan.drafts.exists()


def test_the_page_tells_all_of_it_and_makes_the_draft(
    client, plan, web, ana, now, django_assert_max_num_queries
):
    SourceFactory(workspace=plan.workspace, plan=plan, slug="ios", name="iOS")
    traffic_hours(web, "track", "Order Completed", {now: 5})
    traffic_hours(web, "track", "Old Signup", {now: 5})
    implementing.note(now)
    client.force_login(ana.user)
    page = reverse("plan_usage", args=[plan.workspace.public_id, plan.public_id])
    note = reverse("plan_usage_note", args=[plan.workspace.public_id, plan.public_id])

    with django_assert_max_num_queries(22):
        shown = client.get(page).content.decode()
    line = client.get(note, headers={"hx-request": "true"}).content.decode()
    made = client.post(page, {"event": '["track", "Cart Viewed"]', "do": "deprecate"}, follow=True)
    refused = client.post(page, {"event": "[", "do": "deprecate"}, follow=True)

    grid = client.get(
        reverse("plan_detail", args=[plan.workspace.public_id, plan.public_id]) + "?status=planned"
    )

    assert "0 of 4 implemented" in shown
    assert "1 newer one that has not come yet" in shown
    assert "Cart Viewed" in grid.content.decode()
    assert "Old Signup" not in grid.content.decode()
    assert "iOS" in shown
    assert "0 of 4 implemented" in line
    assert "1 deprecated" in line
    assert "2 unused" in line
    assert "Deprecate Cart Viewed" in made.content.decode()
    assert "no event [" in refused.content.decode()
