"""A block out of somebody's spreadsheet, as changes of a plan."""

import pytest

from tests.trackingplans import plans
from trackingplans.domain import editing
from trackingplans.domain.plan import from_document
from trackingplans.domain.sheets import blocks, pasting
from trackingplans.domain.sheets.cells import Context
from trackingplans.domain.sheets.pasting import Target

CONTEXT = Context(teams={"growth": "growth", "growth team": "growth"})
ORDER = ("track", "Order Completed", 1)
TOTAL = "/properties/properties/properties/total"


def preview(text, **more):
    return pasting.preview(blocks.rows(text), from_document(plans.a_document()), CONTEXT, **more)


def applied(found):
    return editing.apply(plans.a_document(), found.changes)


def rule(document, name):
    return next(one for one in document["rules"] if one["name"] == name)


def inside(document, name):
    return rule(document, name)["schema"]["properties"]["properties"]


MESSY = """Event Name\tProperty\tData type\tRequired?\tDescription\tAllowed values\tTeam
Cart Viewed\tcart_id\tstring\tY\tOur id\t\tGrowth Team
\tvalue\tfloat\tno\tWorth of it\t\t
\tcurrency\tText\tyes\t\tEUR, USD\t
Order Completed\ttotal\tnumber\tyes\tIn EUR\t\t
\tproducts[].sku\tstring\tx\t\t\t
\tcoupon\tstring\t\t\t\t
"""


def test_a_sheet_with_headings_brings_events_and_properties():
    found = preview(MESSY)

    document = applied(found)
    assert found.fields == ("event", "property", "kind", "status", "description", "enum", "owner")
    assert [line.outcome for line in found.lines] == [
        "new event", "new property", "new property", "changed", "new property", "new property",
    ]  # fmt: skip
    assert rule(document, "Cart Viewed")["meta"] == {"status": "planned", "owner": "growth"}
    assert inside(document, "Cart Viewed") == {
        "type": "object",
        "properties": {
            "cart_id": {"type": "string", "description": "Our id"},
            "value": {"type": ["number", "null"], "description": "Worth of it"},
            "currency": {"type": "string", "enum": ["EUR", "USD"]},
        },
        "required": ["cart_id", "currency"],
    }
    order = inside(document, "Order Completed")
    assert order["required"] == ["order_id", "total"]
    assert order["properties"]["total"] == {"type": "number", "description": "In EUR"}
    assert order["properties"]["products"] == {
        "type": "array",
        "items": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]},
    }
    assert order["properties"]["coupon"] == {"type": ["string", "null"]}
    assert found.new_events == ("Cart Viewed",)
    assert found.new_properties == ("cart_id", "value", "currency", "sku", "coupon")


def test_pasting_the_same_again_changes_nothing():
    again = pasting.preview(blocks.rows(MESSY), from_document(applied(preview(MESSY))), CONTEXT)

    assert {line.outcome for line in again.lines} == {"same"}
    assert again.changes == []


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("event\tproperty\ttype\nA\tx\tstrng", "data type", "“strng” is no type"),
        ("event\tproperty\trequired\nA\tx\tperhaps", "required or optional", "neither required nor optional"),
        ("event\towner\nA\tnobody", "owner (team)", "There is no team “nobody”. Teams: growth."),
        (
            "event\tevent status\nA\tsoon",
            "status (planned, live, deprecated)",
            "none of planned, live, deprecated",
        ),
        ("event\tproperty\tmax\nA\tx\tmany", "largest number", "“many” is no number"),
        ("event\tproperty\ttype\tvalues\nA\tx\tint\tone, two", "allowed values", "“one” is not whole number"),
        ("property\ttype\nx\tint", "event", "names no event"),
        ("event\tproperty\tvalues\nA\tx\t[1,", "allowed values", "begins like a list in JSON"),
    ],
)
def test_an_error_names_its_cell_and_the_row_changes_nothing(text, field, words):
    found = preview(text)

    (line,) = found.lines
    assert line.outcome == "wrong"
    assert line.number == 2
    assert [(name, words in message) for name, message in line.errors] == [(field, True)]
    assert found.changes == []


def test_rows_that_are_right_come_beside_one_that_is_wrong():
    found = preview("event\tproperty\ttype\nA\tx\tstrng\nA\ty\tint")

    assert list(inside(applied(found), "A")["properties"]) == ["y"]


def test_names_and_types_without_headings_come_into_the_event_they_are_pasted_at():
    found = preview("colour\ttext\tyes\tWhich one\nsize\tint\tno\t", targets=[Target(ORDER, "+")])

    assert found.fields == ("property", "kind", "status", "description")
    assert inside(applied(found), "Order Completed")["properties"]["colour"] == {
        "type": "string",
        "description": "Which one",
    }


def test_a_column_can_be_taken_for_something_else():
    found = preview("colour\ttext", targets=[Target(ORDER, "+")], fields=["property", "description"])

    assert inside(applied(found), "Order Completed")["properties"]["colour"] == {"description": "text"}


def test_a_block_without_headings_is_laid_over_the_grid():
    found = preview(
        "Worth\tint\tyes\nWhich coupon\ttext\tno",
        targets=[Target(ORDER, TOTAL), Target(ORDER, "/properties/properties/properties/order_id")],
        columns=["why", "holds", "must"],
    )

    order = inside(applied(found), "Order Completed")
    assert order["properties"]["total"] == {"type": "integer", "description": "Worth"}
    assert order["required"] == ["total"]
    assert found.lines[0].says == (
        "why: – → Worth",
        "holds: number → int",
        "must: optional → yes",
    )


def test_more_rows_than_the_grid_has_are_told():
    found = preview("a\nb", targets=[Target(ORDER)], columns=["why"])

    assert [line.outcome for line in found.lines] == ["changed", "wrong"]


def test_a_property_cannot_take_the_name_of_another():
    found = preview("order_id", targets=[Target(ORDER, TOTAL)], columns=["name"])

    assert found.lines[0].errors == (("name", "There is a property order_id already."),)


@pytest.mark.parametrize("text", ["", "\t\t\n"])
def test_an_empty_block_is_an_empty_preview(text):
    assert preview(text).lines == ()
