"""The library's pages."""

import json

import pytest

from accounts.models import Role
from tests.trackingplans import plans
from tests.trackingplans.pages import a_person, a_plan, page, send, text_of
from trackingplans import drafting
from trackingplans.draft_models import Draft

pytestmark = pytest.mark.django_db
CODE = {"type": "string", "pattern": "^[A-Z]{3}$"}


@pytest.fixture
def ana(client):
    return a_person(client, Role.EDITOR)


@pytest.fixture
def plan(ana):
    rules = [plans.a_rule(name, {"currency": CODE}) for name in ("Paid", "Refunded", "Seen")]
    return a_plan(ana.workspace, plans.a_document(rules=rules))


def test_a_property_of_many_events_is_shared_and_then_changed_once(client, ana, plan):
    assert "Could be shared" in text_of(page(client, "plan_library", ana, plan.public_id))
    query = {"name": "currency"}
    send(
        client,
        "plan_shared_property",
        ana,
        plan.public_id,
        data={"schema": json.dumps(CODE)},
        query_params=query,
    )
    draft = Draft.objects.get()
    query["draft"] = draft.public_id
    assert "One definition, 3 uses" in text_of(
        page(client, "plan_shared_property", ana, plan.public_id, data=query)
    )
    new = {"type": "string", "enum": ["EUR"]}
    send(
        client,
        "plan_shared_property",
        ana,
        plan.public_id,
        data={"schema": json.dumps(new)},
        query_params=query,
    )
    document = drafting.document(draft)
    assert document["properties"] == {"currency": new}
    for rule in document["rules"]:
        assert rule["schema"]["properties"]["properties"]["properties"]["currency"] == new


@pytest.mark.parametrize(
    ("schema", "words"),
    [("{", "line 1"), ("[]", "an object in braces"), ('{"type": "txt"}', "schema-problem")],
)
def test_a_definition_that_is_none_is_refused(client, ana, plan, schema, words):
    response = send(
        client, "plan_shared_property", ana, plan.public_id,
        data={"schema": schema}, query_params={"name": "currency"}, follow=True,
    )  # fmt: skip
    assert words in text_of(response)
    assert not Draft.objects.exists()


def test_a_viewer_reads_and_does_not_write(client, plan):
    viewer = a_person(client, Role.VIEWER, plan.workspace)
    query = {"name": "currency"}
    assert "<textarea" not in text_of(
        page(client, "plan_shared_property", viewer, plan.public_id, data=query)
    )
    refused = send(
        client, "plan_shared_property", viewer, plan.public_id, data={"schema": "{}"}, query_params=query
    )
    assert refused.status_code == 403
    assert page(client, "plan_shared_property", viewer, plan.public_id, data={"name": "x"}).status_code == 404


def test_an_event_gets_a_group_on_its_own_page(client, ana):
    shared = {"currency": CODE, "coupon": {"type": "string"}}
    document = plans.a_document(
        rules=[plans.a_rule("Paid", {"currency": CODE}), plans.a_rule("Seen", {})],
        properties=shared,
        groups={"Money": ["coupon", "currency"]},
    )
    plan = a_plan(ana.workspace, document)
    draft = drafting.start(plan, ana.user, "Coupons")
    query = {"type": "track", "name": "Paid", "draft": draft.public_id}
    shown = page(client, "plan_event", ana, plan.public_id, data=query)
    row = shown.context["row_id"]

    assert shown.context["groups"] == [("Money", ("coupon",))]
    asked = {"name": "Money", "type": "track", "event": "Paid", "draft": draft.public_id}
    data = {"do": "add", "rule": row, "revision": draft.revision}
    gone = send(client, "plan_group", ana, plan.public_id, data=data, query_params=asked)
    after = client.get(gone.headers["Location"])

    assert after.context["rule"].name == "Paid"
    assert after.context["groups"] == []
    paid, seen = drafting.document(Draft.objects.get())["rules"]
    assert list(paid["schema"]["properties"]["properties"]["properties"]) == ["currency", "coupon"]
    assert seen["schema"]["properties"]["properties"]["properties"] == {}
