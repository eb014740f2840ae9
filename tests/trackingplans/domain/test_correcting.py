import pytest

from tests.trackingplans.domain.bodies import call, from_document
from tests.trackingplans.domain.plans import track
from trackingplans.domain.correcting import corrected
from trackingplans.domain.plan import Plan
from trackingplans.domain.validation import CompiledPlan

RULE = track(
    {
        "required": ["order_id", "total"],
        "properties": {
            "order_id": {"type": "string", "examples": ["o-1"]},
            "total": {"type": "number", "minimum": 0},
            "count": {"type": "integer"},
            "paid": {"type": "boolean"},
            "currency": {"enum": ["EUR", "USD"]},
            "kind": {"const": "shop"},
            "email": {"format": "email"},
            "products": {"items": {"required": ["sku"], "properties": {"sku": {"type": "string"}}}},
        },
    }
)
PLAN = CompiledPlan(Plan(rules=(RULE,)))
GOOD = {"order_id": "o-7", "total": 89.9}


def put_right(**fields):
    document = call(**fields)
    result = corrected(document, PLAN.check(from_document(document)))
    assert document == call(**fields)  # what was sent stays as it was
    return result


@pytest.mark.parametrize(
    ("sent", "right", "change"),
    [
        ({**GOOD, "total": "89.90"}, {**GOOD, "total": 89.9}, "`total` is 89.9 now."),
        ({**GOOD, "count": "3"}, {**GOOD, "count": 3}, "`count` is 3 now."),
        ({**GOOD, "count": "3.0"}, {**GOOD, "count": 3}, "`count` is 3 now."),
        ({**GOOD, "paid": "True"}, {**GOOD, "paid": True}, "`paid` is true now."),
        ({**GOOD, "order_id": 7}, {**GOOD, "order_id": "7"}, '`order_id` is "7" now.'),
        ({**GOOD, "currency": "eur"}, {**GOOD, "currency": "EUR"}, '`currency` is "EUR" now.'),
        ({**GOOD, "kind": "web"}, {**GOOD, "kind": "shop"}, '`kind` is "shop" now.'),
        ({"total": 1}, {"total": 1, "order_id": "o-1"}, "Added `order_id`: put the real value in."),
        ({"order_id": "a"}, {"order_id": "a", "total": 0}, "Added `total`: put the real value in."),
        (
            {"orderId": "a", "total": 1},
            {"order_id": "a", "total": 1},
            "Renamed `orderId` to `order_id`.",
        ),
        (
            {**GOOD, "products": [{}]},
            {**GOOD, "products": [{"sku": "…"}]},
            "Added `products.$.sku`: put the real value in.",
        ),
    ],
)
def test_what_is_certain_is_put_right(sent, right, change):
    result = put_right(properties=sent)
    assert result.document["properties"] == right
    assert result.changes == (change,)


@pytest.mark.parametrize(
    "sent",
    [
        GOOD,
        {**GOOD, "count": "three"},
        {**GOOD, "count": "3.5"},
        {**GOOD, "count": 3.5},
        {**GOOD, "paid": "yes"},
        {**GOOD, "currency": "CHF"},
        {**GOOD, "total": -1},
        {**GOOD, "email": "nobody"},
        {**GOOD, "unknown": 1},
    ],
)
def test_what_is_not_certain_is_left_alone(sent):
    assert put_right(properties=sent) is None


def test_an_event_takes_the_name_that_was_meant():
    result = put_right(event="Order Complete")
    assert result.document["event"] == "Order Completed"
    assert result.changes == ("Renamed the event to Order Completed.",)
    assert put_right(event="Something Else") is None


def test_the_corrected_call_conforms():
    sent = {"orderId": 7, "total": "89.90", "currency": "usd", "products": [{"sku": 1}]}
    document = put_right(properties=sent).document
    judgement = PLAN.check(from_document(document))
    again = corrected(document, judgement)
    assert PLAN.check(from_document(again.document if again else document)).findings == ()


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "format": "date-time"}, "2026-11-22T09:00:00Z"),
        ({"type": ["null", "integer"], "minimum": 5}, 5),
        ({"type": "boolean"}, False),
        ({"type": "null"}, None),
        ({"type": "array", "minItems": 1, "items": {"type": "number"}}, [0]),
        ({"type": "object", "required": ["a"], "properties": {"a": {"enum": ["x"]}}}, {"a": "x"}),
        ({"default": "d"}, "d"),
        ({}, "…"),
        (True, "…"),
    ],
)
def test_what_is_missing_gets_an_example(schema, value):
    rule = track({"required": ["x"], "properties": {"x": schema}})
    document = call(properties={})
    result = corrected(document, CompiledPlan(Plan(rules=(rule,))).check(from_document(document)))
    assert result is not None
    assert result.document["properties"] == {"x": value}
