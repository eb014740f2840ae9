import copy
import json
from datetime import date

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from tests.factories import PlanFactory, UserFactory, WorkspaceFactory
from tests.trackingplans import plans
from trackingplans import assembling, live, outlining, proposing, publishing, starters
from trackingplans.domain.lint import lint, report
from trackingplans.domain.plan import PlanError, from_document
from trackingplans.domain.validation import problems_of
from trackingplans.models import PlanVersion, StoredRule, TrackingPlan

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return WorkspaceFactory()


def published(workspace, document=None, **more):
    return publishing.create(workspace, document or plans.a_document(), actor=None, **more)


def test_a_new_plan_is_live_with_version_1(workspace):
    version = published(workspace)

    plan = TrackingPlan.objects.get()
    assert (plan.name, plan.live_version, version.number) == ("Shop", version, 1)
    assert [change["kind"] for change in version.changes] == ["changed", "added"]


def test_a_version_gives_back_the_document_with_every_oddity(workspace):
    document = plans.a_document(unknown={"deep": [1, 1.0, None]}, note="\u0000 \ud83d")
    document["rules"].append(plans.a_rule("Naïve\u2028 ", {}, x=1, version=2))

    version = published(workspace, document)

    found = assembling.document(PlanVersion.objects.get(pk=version.pk))
    assert json.dumps(found) == json.dumps(document)


def test_a_rule_of_many_versions_is_stored_once(workspace):
    first = published(workspace, plans.many_events(20))
    second = publishing.publish(first.plan, plans.many_events(21), actor=None)

    assert (second.number, StoredRule.objects.count(), len(second.rules)) == (2, 21, 21)


def test_what_equals_the_live_version_makes_no_new_one(workspace):
    version = published(workspace)

    assert publishing.publish(version.plan, plans.a_document(), actor=None) == version
    assert PlanVersion.objects.count() == 1


def test_true_and_1_are_not_the_same(workspace):
    version = published(workspace, plans.a_document(x=1))

    assert publishing.publish(version.plan, plans.a_document(x=True), actor=None).number == 2


def test_a_version_notes_who_why_and_what_changed(workspace):
    ana = UserFactory()
    plan = published(workspace).plan
    document = plans.a_document(closed=True)
    document["rules"] = [
        plans.a_rule("Order Completed", {}, meta={"owner": "x"}),
        plans.a_rule("Signed Up", {}),
    ]

    version = publishing.publish(plan, document, actor=ana, message="Sign-up joins")

    assert (version.published_by, version.message) == (ana, "Sign-up joins")
    assert [(one["kind"], one["name"], one["parts"]) for one in version.changes] == [
        ("changed", "", ["closed"]),
        ("changed", "Order Completed", ["schema", "meta"]),
        ("added", "Signed Up", []),
    ]
    assert AuditEntry.objects.for_workspace(workspace).filter(actor=ana, action="plan.published").count() == 1


def test_names_that_postgresql_cannot_keep_are_escaped_in_the_changes(workspace):
    version = published(workspace, plans.a_document(rules=[plans.a_rule("Bad\u0000\ud83d", {})]))

    assert version.changes[-1]["name"] == "Bad\\u0000\\ud83d"


def test_going_back_makes_a_new_version_of_the_old_document(workspace):
    first = published(workspace)
    second = publishing.publish(first.plan, plans.a_document(rules=[]), actor=None)

    third = proposing.publish(first.plan, proposing.earlier(first), None, now=timezone.now())

    assert (third.number, third.message) == (3, "Back to version 1")
    assert assembling.document(third) == plans.a_document()
    assert assembling.document(second)["rules"] == []


def test_renaming_is_a_version(workspace):
    plan = published(workspace).plan

    version = proposing.publish(plan, proposing.renamed(plan, " Shoe shop "), None, now=timezone.now())

    plan.refresh_from_db()
    assert (plan.name, version.number, assembling.document(version)["name"]) == ("Shoe shop", 2, "Shoe shop")


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "nul\u0000"])
def test_a_name_that_cannot_be_one_is_refused(workspace, name):
    with pytest.raises(PlanError) as refused:
        published(workspace, plans.a_document(name=name))

    assert refused.value.problems[0].path == "name"
    assert not TrackingPlan.objects.exists()


def test_a_document_that_is_no_plan_is_refused_and_nothing_written(workspace):
    plan = published(workspace).plan
    document = plans.a_document(rules=[{"type": "TRACK"}])

    with pytest.raises(PlanError):
        publishing.publish(plan, document, actor=None)

    assert PlanVersion.objects.count() == 1


def test_a_schema_that_cannot_be_used_is_refused_with_its_place(workspace):
    document = plans.a_document(rules=[plans.a_rule("A", {"x": {"type": "strnig"}})])

    with pytest.raises(PlanError) as refused:
        published(workspace, document)

    assert refused.value.problems[0].path.startswith("rules.0.schema.properties.properties.properties.x")


def test_a_plan_of_another_workspace_cannot_be_published(workspace):
    plan = PlanFactory()
    plan.workspace = workspace

    with pytest.raises(TrackingPlan.DoesNotExist):
        publishing.publish(plan, plans.a_document(), actor=None)


def test_two_workspaces_keep_their_own_rules(workspace):
    published(workspace)
    published(WorkspaceFactory())

    assert StoredRule.objects.count() == 2


def test_compiled_plans_are_kept_by_version(workspace, django_assert_num_queries):
    version = published(workspace)
    live.compiled(version.pk)

    with django_assert_num_queries(0):
        assert live.compiled(version.pk).plan.name == "Shop"


def test_versions_are_kept_up_to_a_number_of_rules(workspace, django_assert_num_queries):
    first, second, third = (published(workspace, plans.many_events(n)).pk for n in (6, 4, 3))
    kept = live.Versions(most_rules=10)
    for pk in (first, second, third):
        kept.get(pk)

    with django_assert_num_queries(0):
        kept.get(third)
        kept.get(second)
    with django_assert_num_queries(1):  # its rules are those of the others
        assert len(kept.get(first).plan.rules) == 6


def test_the_starter_can_be_published_and_says_what_it_promises(workspace):
    document = starters.document(starters.STARTERS["ecommerce"])
    plan = from_document(document)

    assert problems_of(plan) == []
    assert report(plan, lint(plan), date(2026, 11, 22)).open == []
    tracks = [rule for rule in plan.rules if rule.type == "track"]
    assert len(tracks) == 28
    assert {rule.name for rule in tracks} <= plans.SPEC_EVENTS.keys()
    for rule in tracks:
        section = outlining.section_of(rule)
        assert section["required"], rule.name
        assert set(section["required"]) <= section["properties"].keys()
        known = {name.split(".")[0] for name in plans.SPEC_EVENTS[rule.name]}
        assert section["properties"].keys() == known
        assert rule.meta["purpose"].endswith("?")
        assert {"trigger", "owner", "importance", "status"} <= rule.meta.keys()
    [metric] = plan.metrics
    assert metric["north_star"] is True
    assert set(metric["funnel"]) <= {rule.name for rule in tracks}
    assert published(workspace, copy.deepcopy(document)).number == 1


@pytest.mark.parametrize("key", [key for key in starters.STARTERS if key != "ecommerce"])
def test_every_other_starter_says_why_and_is_without_problems(workspace, key):
    starter = starters.STARTERS[key]
    document = starters.document(starter)
    plan = from_document(document)
    tracks = [rule for rule in plan.rules if rule.type == "track"]

    assert problems_of(plan) == []
    assert report(plan, lint(plan), date(2026, 11, 22)).open == []
    assert starter.words.startswith(f"{len(tracks)} events ")
    for rule in tracks:
        section = outlining.section_of(rule)
        assert section["required"], rule.name
        assert set(section["required"]) <= section["properties"].keys()
        assert rule.meta["purpose"].endswith("?")
        assert {"trigger", "owner", "importance", "status"} <= rule.meta.keys()
    assert [metric["north_star"] for metric in plan.metrics] == [True, False]
    for metric in plan.metrics:
        assert metric["question"].endswith("?")
        assert set(metric["funnel"]) <= {rule.name for rule in tracks}
    assert published(workspace, copy.deepcopy(document)).number == 1
