from datetime import timedelta

import pytest

from tests.factories import MembershipFactory, SourceFactory, TeamFactory, WorkspaceFactory
from tests.trackingplans import plans
from tests.violations.rows import traffic_hours
from trackingplans import briefing, implementing, live, publishing
from trackingplans.draft_models import PlanMail
from trackingplans.models import Implemented

pytestmark = pytest.mark.django_db

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


@pytest.fixture
def plan(db):
    document = plans.a_document()
    document["rules"].append(plans.a_rule("Cart Viewed", {"x": TEXT}))
    return publishing.create(WorkspaceFactory(), document, actor=None).plan


@pytest.fixture
def web(plan):
    team = TeamFactory(workspace=plan.workspace, addresses=["ops@example.com"])
    team.members.set([MembershipFactory(workspace=plan.workspace)])
    return SourceFactory(workspace=plan.workspace, plan=plan, slug="web", type="web", name="Web", owner=team)


@pytest.fixture
def ios(plan):
    return SourceFactory(workspace=plan.workspace, plan=plan, slug="ios", type="ios", name="iOS")


def next_version(plan):
    """Order Completed needs its total and is told otherwise, Signed Up comes (never from iOS), Cart Viewed goes."""
    order = plans.a_rule("Order Completed", {"order_id": TEXT, "total": NUMBER}, ["order_id", "total"])
    sources = {"web": "required", "ios": "never"}
    meta = {"purpose": "Who is new?", "trigger": "After the form.", "sources": sources}
    new = plans.a_rule("Signed Up", {"plan": TEXT}, ["plan"], meta=meta)
    return publishing.publish(plan, plans.a_document(rules=[order, new]), actor=None)


def test_each_source_is_told_what_to_do_with_code(plan, web, ios):
    version = next_version(plan)

    found = {brief.source.slug: brief for brief in briefing.of_version(plan, version)}
    of_ios, of_web = found["ios"], found["web"]

    assert [item.heading for item in of_web.items] == [
        "Send Signed Up", "Change Order Completed", "Stop sending Cart Viewed",
    ]  # fmt: skip
    assert [item.heading for item in of_ios.items] == ["Change Order Completed", "Stop sending Cart Viewed"]
    text = briefing.text(plan, version, of_web)
    assert "Who is new?" in text
    assert "When: After the form." in text
    assert "properties.total: Required now" in text
    assert "analytics.track" in text
    assert "plan:" in text


def test_the_owners_of_a_source_get_its_brief_by_mail(plan, web, ios):
    next_version(plan)

    letters = PlanMail.objects.order_by("recipient")
    assert {one.recipient for one in letters} == {"ops@example.com", web.owner.members.get().user.email}
    assert {one.subject for one in letters} == {"Shop v2: 3 things to do in Web"}


def test_what_comes_as_planned_is_ticked_off(plan, web):
    version = next_version(plan)
    traffic_hours(web, "track", "Signed Up", {version.published_at + timedelta(hours=2): 3})

    [brief] = briefing.of_version(plan, version)

    assert brief.finished == 1
    assert brief.is_done(brief.items[0])


def test_an_event_is_planned_until_each_expected_source_sent_it_as_planned(plan, web, ios):
    version = next_version(plan)
    value, now = live.plan(version.pk), version.published_at
    signed, order = ("track", "Signed Up"), ("track", "Order Completed")
    traffic_hours(web, "track", "Signed Up", {now: 3})
    traffic_hours(web, "track", "Order Completed", {now: 3})
    traffic_hours(ios, "track", "Order Completed", {now: 3}, violating=3)

    assert implementing.note(now) == 2
    assert implementing.note(now) == 0

    found = implementing.progress(plan, value)
    assert (found[signed].expected, found[signed].is_live) == (("web",), True)
    assert (set(found[order].expected), found[order].done) == ({"web", "ios"}, ("web",))
    assert [implementing.status("", found[event]) for event in (signed, order)] == ["live", "planned"]
    assert implementing.status("deprecated", found[order]) == "deprecated"
    assert Implemented.objects.count() == 2
