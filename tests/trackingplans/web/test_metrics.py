"""Metrics: each step tracked and healthy or not, definitions with their history, changes in a draft."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from tests.factories import SourceFactory
from tests.trackingplans import plans
from tests.trackingplans.pages import a_person, a_plan, page, send, text_of
from tests.violations.rows import traffic_hours
from trackingplans import drafting, live, measuring, publishing
from trackingplans.draft_models import Draft
from trackingplans.measuring import Health

pytestmark = pytest.mark.django_db
METRIC = {
    "name": "Buyers", "question": "Who buys?", "definition": "A within 7 days.", "kind": "lagging",
    "north_star": True, "funnel": ["Seen", "Added", "Paid", "Gone"],
}  # fmt: skip


@pytest.fixture
def ana(client):
    return a_person(client, Role.EDITOR)


def document(**changes):
    rules = [
        plans.a_rule("Seen", {}),
        plans.a_rule("Added", {}, meta={"sources": {"ios": "never"}}),
        plans.a_rule("Paid", {}, meta={"metrics": ["Buyers"]}),
        plans.a_rule("Refunded", {}, meta={"metrics": ["Buyers"]}),
        plans.a_rule("Idle", {}),
    ]
    return plans.a_document(rules=rules, metrics=[METRIC | changes])


@pytest.fixture
def plan(ana):
    return a_plan(ana.workspace, document())


def found(plan):
    return measuring.metrics(plan, live.plan(plan.live_version_id), now=timezone.now())


def test_each_step_is_healthy_broken_silent_or_not_expected_in_each_source(plan):
    web = SourceFactory(workspace=plan.workspace, plan=plan, name="A web", slug="web")
    ios = SourceFactory(workspace=plan.workspace, plan=plan, name="B iOS", slug="ios")
    hour = timezone.now() - timedelta(hours=3)
    for source in (web, ios):
        traffic_hours(source, "track", "Seen", {hour: 100})
    traffic_hours(web, "track", "Added", {hour: 100}, violating=30)
    traffic_hours(web, "track", "Paid", {hour - timedelta(days=8): 100})
    (metric,) = found(plan).metrics
    assert [[cell.health for cell in step.cells] for step in metric.steps] == [
        [Health.HEALTHY, Health.HEALTHY],
        [Health.BROKEN, Health.UNEXPECTED],
        [Health.SILENT, Health.SILENT],
        [Health.UNPLANNED, Health.UNPLANNED],
    ]
    assert [step.is_sound for step in metric.steps] == [True, False, False, False]


def test_only_sources_that_should_send_a_step_are_asked_for_it(ana):
    named = plans.a_rule("Seen", {}, meta={"sources": {"web": "required", "ios": "optional"}})
    plan = a_plan(ana.workspace, plans.a_document(rules=[named], metrics=[METRIC | {"funnel": ["Seen"]}]))
    web, ios, _ = (
        SourceFactory(workspace=plan.workspace, plan=plan, name=slug, slug=slug)
        for slug in ("web", "ios", "backend")
    )
    hour = timezone.now() - timedelta(hours=3)
    traffic_hours(web, "track", "Seen", {hour: 100})
    (metric,) = found(plan).metrics
    assert (metric.sources, metric.steps[0].is_sound) == ((web,), True)
    traffic_hours(ios, "track", "Seen", {hour: 100}, violating=50)
    (metric,) = found(plan).metrics
    assert (set(metric.sources), metric.steps[0].is_sound) == ({web, ios}, False)


def test_the_page_shows_health_and_no_conversion(client, ana, plan, django_assert_max_num_queries):
    web = SourceFactory(workspace=plan.workspace, plan=plan, name="Web shop", slug="web")
    traffic_hours(web, "track", "Seen", {timezone.now() - timedelta(hours=3): 4321})
    page(client, "plan_metrics", ana, plan.public_id)
    with django_assert_max_num_queries(12):
        shown = text_of(page(client, "plan_metrics", ana, plan.public_id))
    for words in ("Buyers", "Who buys?", "the one that matters", "Healthy", "Does not come", "Not in plan"):
        assert words in shown
    assert "beside the funnel: Refunded" in shown
    assert "1 event that serves no metric" in shown
    assert "4,321" not in shown


def test_definitions_keep_their_history(client, ana, plan):
    publishing.publish(plan, document(definition="A within 30 days."), actor=ana.user)
    publishing.publish(plan, document(definition="A within 30 days.", question="Who?"), actor=None)
    plan.refresh_from_db()
    (metric,) = found(plan).metrics
    assert [(one.version, one.text, one.author) for one in metric.history] == [
        (2, "A within 30 days.", str(ana.user)),
        (1, "A within 7 days.", "Planwright"),
    ]
    assert "Defined 2 times" in text_of(page(client, "plan_metrics", ana, plan.public_id))


def test_a_metric_is_changed_added_and_removed_in_a_draft(client, ana, plan):
    words = {"name": "Buyers", "kind": "leading", "funnel": "Seen\n\n Paid "}
    send(client, "plan_metric", ana, plan.public_id, data=words, query_params={"metric": "0"})
    draft = Draft.objects.get()
    (changed,) = drafting.document(draft)["metrics"]
    assert (changed["kind"], changed["funnel"], changed["north_star"]) == ("leading", ["Seen", "Paid"], False)
    query = {"draft": draft.public_id}
    send(client, "plan_metric", ana, plan.public_id, data=words | {"name": "More"}, query_params=query)
    assert [one["name"] for one in drafting.document(draft)["metrics"]] == ["Buyers", "More"]
    shown = text_of(page(client, "plan_metrics", ana, plan.public_id, data=query))
    assert "in a draft" in shown
    assert "More" in shown
    send(
        client,
        "plan_metric",
        ana,
        plan.public_id,
        data={"do": "remove"},
        query_params=query | {"metric": "0"},
    )
    assert [one["name"] for one in drafting.document(draft)["metrics"]] == ["More"]
    plan.refresh_from_db()
    assert plan.live_version.number == 1


def test_a_step_that_is_not_in_the_plan_is_named_with_its_line(client, ana, plan):
    words = {"name": "Buyers", "kind": "leading", "funnel": "Seen\nPayd"}
    shown = text_of(send(client, "plan_metric", ana, plan.public_id, data=words))
    assert "Line 2: “Payd” is not in the plan." in shown
    assert not Draft.objects.exists()


@pytest.mark.parametrize("index", ["1", "x", "999999999"])
def test_a_metric_that_is_not_there_is_not_found(client, ana, plan, index):
    assert page(client, "plan_metric", ana, plan.public_id, data={"metric": index}).status_code == 404


def test_somebody_elses_change_of_the_metrics_is_not_overwritten(client, ana, plan):
    draft = drafting.start(plan, ana.user, "Metrics")
    edit = {"op": "set_plan", "path": ["metrics"], "value": [METRIC | {"name": "Theirs"}]}
    drafting.change(draft, None, [edit])
    words = {"name": "Mine", "kind": "leading", "revision": str(draft.revision)}
    query = {"draft": draft.public_id, "metric": "0"}
    send(client, "plan_metric", ana, plan.public_id, data=words, query_params=query)
    assert [one["name"] for one in drafting.document(draft)["metrics"]] == ["Theirs"]


def test_a_plan_without_metrics_is_told_what_they_are_for(client, ana):
    plan = a_plan(ana.workspace)
    assert "No metric yet" in text_of(page(client, "plan_metrics", ana, plan.public_id))
