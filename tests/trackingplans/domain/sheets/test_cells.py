"""The cells of the plan's grid."""

import pytest

from tests.trackingplans import plans
from trackingplans.domain import editing
from trackingplans.domain.plan import rule_from_document
from trackingplans.domain.properties import properties, property_at
from trackingplans.domain.sheets.cells import (
    CellError,
    Context,
    event_changes,
    event_texts,
    property_changes,
    property_texts,
)

CONTEXT = Context(teams={"growth": "growth"})
TOTAL = "/properties/properties/properties/total"


def a_rule(**changes):
    return rule_from_document({**plans.a_document()["rules"][0], **changes})


def changed(rule, changes):
    return rule_from_document(editing.apply({"rules": [rule.to_document()]}, changes)["rules"][0])


@pytest.mark.parametrize(
    ("column", "text", "shown"),
    [
        ("name", "Order Placed", "Order Placed"),
        ("why", " Which orders? ", "Which orders?"),
        ("must", "P0", "critical"),
        ("owner", "Growth", "growth"),
        ("owner", "", ""),
        ("labels", "area: shop, new", "area: shop, new"),
        ("status", "Deprecated", "deprecated"),
        ("status", "done", "live"),
    ],
)
def test_a_text_put_into_an_events_cell_is_shown_there(column, text, shown):
    rule = a_rule(meta={"owner": "payments"} if text == "" else {})

    assert event_texts(changed(rule, event_changes(rule, column, text, CONTEXT)))[column] == shown


@pytest.mark.parametrize(
    ("column", "text", "shown"),
    [
        ("name", "amount", "amount"),
        ("why", "In EUR", "In EUR"),
        ("holds", "Integer?", "whole number or empty"),
        ("holds", "list of texts", "list of texts"),
        ("must", "Yes", "required"),
        ("owner", "growth", "growth"),
        ("labels", "1, 2.5", "[1, 2.5]"),
        ("status", "financial", "financial"),
    ],
)
def test_a_text_put_into_a_propertys_cell_is_shown_there(column, text, shown):
    rule = a_rule()
    one = property_at(rule, TOTAL)

    after = changed(rule, property_changes(rule, one, column, text, CONTEXT))

    found = next(found for found in properties(after) if found.name in {"total", "amount"})
    assert property_texts(after, found)[column] == shown


def test_writing_what_is_there_changes_nothing():
    rule = a_rule(meta={"importance": "critical", "owner": "growth", "purpose": "Why?"})
    one = property_at(rule, TOTAL)

    assert [event_changes(rule, column, text, CONTEXT) for column, text in event_texts(rule).items()] == [
        []
    ] * 6
    texts = property_texts(rule, one)
    assert [property_changes(rule, one, column, text, CONTEXT) for column, text in texts.items()] == [[]] * 7


@pytest.mark.parametrize(
    ("column", "text"),
    [("name", ""), ("must", "very"), ("owner", "x"), ("status", "x"), ("holds", "x"), ("why", "x" * 5001)],
)
def test_what_cannot_stand_in_an_events_cell_is_refused(column, text):
    with pytest.raises(CellError):
        event_changes(a_rule(), column, text, CONTEXT)


def test_a_lists_objects_stay_when_the_type_says_the_same():
    products = {"type": "array", "items": {"type": "object", "properties": {"sku": {}}}}
    rule = rule_from_document(plans.a_rule("A", {"products": products}))
    one = property_at(rule, "/properties/properties/properties/products")

    found = property_changes(rule, one, "holds", "list of objects or empty", CONTEXT)

    assert [change["path"] for change in found] == [["type"]]
