import json
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role
from tests.factories import PlanFactory
from tests.trackingplans import plans
from tests.trackingplans.pages import a_person, text_of
from trackingplans import publishing
from trackingplans.domain import samples
from trackingplans.domain.message import Message
from trackingplans.domain.messages import from_document
from trackingplans.domain.plan import from_document as plan_from
from trackingplans.domain.plan import rule_from_document
from trackingplans.domain.validation import CompiledPlan
from trackingplans.models import RecentMessage
from trackingplans.web import trying

GOOD = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u1",
    "properties": {"order_id": "1", "total": 2},
}
BAD = GOOD | {"properties": {"total": "89.90", "extra": 1}}


@pytest.fixture
def viewer(client, db):
    return a_person(client, Role.VIEWER)


@pytest.fixture
def address(viewer):
    plan = publishing.create(viewer.workspace, plans.a_document(), actor=None).plan
    return reverse("try_event", args=[viewer.workspace.public_id, plan.public_id])


def tried(value):
    plan = CompiledPlan(plan_from(plans.a_document()))
    return trying.tried(plan, value if isinstance(value, str) else json.dumps(value), on=date(2026, 11, 22))


@pytest.mark.parametrize(
    ("value", "verdicts"),
    [
        (GOOD, ["conforming"]),
        ({"event": "Order Completed", "userId": "u1", "properties": {"order_id": "1"}}, ["conforming"]),
        (BAD, ["violating"]),
        ([GOOD, BAD, 7], ["conforming", "violating", "rejected"]),
        ({"batch": [GOOD, GOOD | {"event": "Order Complete"}]}, ["conforming", "unplanned"]),
        ({"type": "alias", "userId": "a", "previousId": "b"}, ["unchecked"]),
        (
            '{"type": "track", "event": "Order Completed", "userId": "u", "properties": {"order_id": NaN}}',
            ["violating"],
        ),
    ],
)
def test_one_message_a_list_or_a_batch_is_judged(value, verdicts):
    assert [result.verdict for result in tried(value).results] == verdicts


@pytest.mark.parametrize(
    ("text", "place"),
    [("{", "line 1, column 2"), ("hello", "line 1, column 1"), ("[" * 5000, ""), ("1" * 5000, "")],
)
def test_what_is_no_json_is_told_with_its_place(text, place):
    found = tried(text)

    assert (found.results, found.place) == ([], place)
    assert found.problem


def test_more_than_fifty_are_counted_and_fifty_shown():
    found = tried([GOOD] * 60)

    assert (len(found.results), found.total, found.counts) == (50, 60, {"conforming": 60})


def test_a_page_begins_with_a_message_as_it_should_be(client, viewer, address):
    shown = text_of(client.get(address))

    assert "Order Completed" in shown
    assert "Nothing is recorded." in shown


def test_the_verdict_comes_with_sentences_the_lit_path_and_the_right_call(client, viewer, address):
    shown = text_of(client.post(address, {"text": json.dumps(BAD)}))

    for words in (
        "Violates",
        "properties.order_id",
        "properties.total",
        "line lit",
        "data-ghost",
        "The call that",
    ):
        assert words in shown, words
    assert not RecentMessage.objects.exists()


def test_htmx_gets_the_verdict_alone(client, viewer, address):
    response = client.post(address, {"text": json.dumps(GOOD)}, headers={"hx-request": "true"})

    assert "<html" not in response.content.decode()
    assert "Conforms" in response.content.decode()


@pytest.mark.parametrize(
    "text", ["", "<script>alert(1)</script>", '{"type": "track", "event": "<script>alert(1)"}']
)
def test_nothing_pasted_can_break_the_page(client, viewer, address, text):
    response = client.post(address, {"text": text})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_plan_that_was_never_published_says_so(client, viewer):
    plan = PlanFactory(workspace=viewer.workspace)
    address = reverse("try_event", args=[viewer.workspace.public_id, plan.public_id])

    assert "no live version" in text_of(client.post(address, {"text": "{}"}))


@pytest.mark.parametrize("kind", ["track", "page", "screen", "identify", "group", "common"])
def test_a_sample_conforms_to_the_rule_it_is_made_from(kind):
    section = "traits" if kind in {"identify", "group"} else "properties"
    properties = {
        "id": {"type": "string"},
        "currency": {"type": "string"},
        "mail": {"type": "string", "format": "email"},
        "at": {"type": ["null", "string"], "format": "date-time"},
        "count": {"type": "integer", "minimum": 7},
        "price": {"type": "number"},
        "kind": {"enum": ["a", "b"]},
        "fixed": {"const": 4},
        "flag": {"type": "boolean"},
        "list": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "properties": {"sku": {"type": "string"}}},
        },
        "inner": {"type": "object", "required": ["x"], "properties": {"x": {"examples": ["seen"]}}},
        "any": {},
    }
    name = "Thing" if section == "properties" and kind != "common" else ""
    rule = rule_from_document(
        plans.a_rule(name, properties, list(properties), kind=kind, section=section, version=2)
    )

    message = from_document(samples.message(rule))

    assert isinstance(message, Message)
    plan = CompiledPlan(plan_from(plans.a_document(rules=[rule.to_document()])))
    assert [finding.message for finding in plan.check(message).findings] == []
