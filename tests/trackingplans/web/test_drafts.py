import json

import pytest
from django.urls import reverse

from accounts.models import Role
from tests.factories import MembershipFactory, UserFactory
from tests.trackingplans.pages import a_person, a_plan, page, send, text_of
from trackingplans import assembling, drafting, publishing
from trackingplans.draft_models import Comment, Draft

pytestmark = pytest.mark.django_db

ORDER = {"type": "track", "name": "Order Completed", "version": 1}
TOTAL = "/properties/properties/properties/total"
REQUIRE = {"op": "set_required", "of": ORDER, "at": TOTAL, "required": True}


@pytest.fixture
def ana(client):
    return a_person(client, Role.PUBLISHER)


@pytest.fixture
def plan(ana):
    return a_plan(ana.workspace)


def change(client, member, draft, changes, revision=None):
    words = [member.workspace.public_id, draft.plan.public_id, draft.public_id]
    body = json.dumps({"changes": changes, "revision": revision})
    return client.post(reverse("draft_change", args=words), body, content_type="application/json")


def test_a_draft_is_started_changed_reviewed_and_published(client, ana, plan):
    bob = MembershipFactory(workspace=ana.workspace, role=Role.PUBLISHER, user=UserFactory(name="Bob"))
    send(client, "draft_list", ana, plan.public_id, data={"name": "Totals"})
    draft = Draft.objects.get()
    assert change(client, ana, draft, [REQUIRE], 0).json() == {"revision": 1}

    shown = text_of(page(client, "draft_detail", ana, plan.public_id, draft.public_id))
    assert "1 change, 1 breaking" in shown
    assert "number, optional" in shown
    assert "number, required" in shown
    assert "Structural only" in shown
    assert "It needs 1 more approval by somebody else." in shown
    send(client, "draft_review", ana, plan.public_id, draft.public_id, data={"do": "ask"})
    send(client, "draft_publish", ana, plan.public_id, draft.public_id)
    assert plan.versions.count() == 1

    client.force_login(bob.user)
    send(
        client, "draft_review", bob, plan.public_id, draft.public_id, data={"do": "approved", "note": "Good"}
    )
    send(client, "draft_publish", bob, plan.public_id, draft.public_id, data={"message": "Totals are there"})

    plan.refresh_from_db()
    assert (plan.live_version.number, plan.live_version.message) == (2, "Totals are there")
    assert "became v2" in text_of(page(client, "draft_detail", bob, plan.public_id, draft.public_id))


def test_the_second_of_two_browsers_sees_what_changed_and_loses_nothing(client, ana, plan):
    draft = drafting.start(plan, ana.user, "Totals")
    change(client, ana, draft, [REQUIRE], 0)

    answer = change(client, ana, draft, [{**REQUIRE, "required": False}], 0)

    assert answer.status_code == 412
    [other] = answer.json()["others"]
    assert (other["thing"], other["changes"]) == ("Order Completed", [REQUIRE])
    assert answer.json()["revision"] == 1


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"changes": 1}', '{"changes": [], "why": 1}', "[" * 100_000]
)
def test_what_is_no_change_is_refused(client, ana, plan, body):
    draft = drafting.start(plan, ana.user, "Totals")
    words = [ana.workspace.public_id, plan.public_id, draft.public_id]

    answer = client.post(reverse("draft_change", args=words), body, content_type="application/json")

    assert answer.status_code == 400


def test_undo_redo_and_discard(client, ana, plan):
    draft = drafting.start(plan, ana.user, "Totals")
    change(client, ana, draft, [REQUIRE])
    words = (plan.public_id, draft.public_id)

    send(client, "draft_undo", ana, *words)
    assert "Nothing differs" in text_of(page(client, "draft_detail", ana, *words))
    send(client, "draft_redo", ana, *words)
    assert "1 change" in text_of(page(client, "draft_detail", ana, *words))
    send(client, "draft_discard", ana, *words)
    assert "No draft is open" in text_of(page(client, "draft_list", ana, plan.public_id))


def test_a_draft_that_contradicts_the_live_version_is_updated_by_choosing(client, ana, plan):
    draft = drafting.start(plan, ana.user, "Totals")
    kind = {"op": "set_property", "of": ORDER, "at": TOTAL, "path": ["type"]}
    change(client, ana, draft, [{**kind, "value": "integer"}])
    document = assembling.document(plan.live_version)
    document["rules"][0]["schema"]["properties"]["properties"]["properties"]["total"] = {"type": "string"}
    publishing.publish(plan, document, actor=None)
    words = (plan.public_id, draft.public_id)

    assert "moved on" in text_of(page(client, "draft_detail", ana, *words))
    shown = text_of(page(client, "draft_update", ana, *words))
    assert "As it is live" in shown
    send(client, "draft_update", ana, *words, data={"side:track/Order Completed/1": "ours"})

    draft.refresh_from_db()
    plan.refresh_from_db()
    assert draft.base == plan.live_version
    assert "integer" in str(drafting.document(draft))


def test_comments_stand_with_the_event_and_are_settled(client, ana, plan):
    draft = drafting.start(plan, ana.user, "Totals")
    change(client, ana, draft, [REQUIRE])
    words = (plan.public_id, draft.public_id)

    send(client, "draft_comment", ana, *words, data={**ORDER, "text": "Which total?"})
    send(client, "draft_comment", ana, *words, data={"text": "All good <b>"})

    shown = text_of(page(client, "draft_detail", ana, *words))
    assert "Which total?" in shown
    assert "All good &lt;b&gt;" in shown
    send(client, "comment_resolve", ana, plan.public_id, Comment.objects.first().public_id)
    assert Comment.objects.exclude(resolved_at=None).count() == 1


def test_the_policy_is_set(client, ana, plan):
    assert "none while nobody else" in text_of(page(client, "plan_policy", ana, plan.public_id))

    send(client, "plan_policy", ana, plan.public_id, data={"approvals": "2", "errors_block": "on"})

    plan.refresh_from_db()
    assert (plan.approvals, plan.asks_owners, plan.errors_block) == (2, False, True)


def test_a_draft_asks_the_database_little_however_many_changes_it_has(
    client, ana, plan, django_assert_max_num_queries
):
    draft = drafting.start(plan, ana.user, "Many")
    for number in range(15):
        rule = {"type": "track", "name": f"Thing {number} Done", "schema": {"type": "object"}}
        drafting.change(draft, ana.user, [{"op": "add_rule", "rule": rule}])

    with django_assert_max_num_queries(24):
        page(client, "draft_detail", ana, plan.public_id, draft.public_id)
