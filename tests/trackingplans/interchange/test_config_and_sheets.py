"""Segment's old Config API and plans as sheets: they come and go unchanged, and say what they cannot carry."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trackingplans import plans
from trackingplans.domain.plan import PlanError, from_document
from trackingplans.domain.validation import problems_of
from trackingplans.interchange import formats

SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "labels": {"area": "shop"},
    "properties": {
        "context": {},
        "traits": {},
        "properties": {
            "type": "object",
            "required": ["product"],
            "properties": {"product": {"type": ["string"]}},
        },
    },
}
TRAITS = {
    "type": "object",
    "properties": {"traits": {"type": "object", "properties": {"name": {"type": "string"}}}},
}
EVENT = {"name": "Order Completed", "description": "Who bought what", "version": 1, "rules": SCHEMA}
CONFIG = {
    "name": "workspaces/shop/tracking-plans/rs_123",
    "display_name": "Kicks App",
    "create_time": "2019-02-05T01:21:25Z",
    "rules": {
        "global": {"required": ["context"]},
        "identify": TRAITS,
        "group": {},
        "identify_traits": [],
        "group_traits": [],
        "events": [EVENT],
    },
}


def changed(**changes):
    return CONFIG | {"rules": CONFIG["rules"] | changes}


@pytest.mark.parametrize(
    "value",
    [
        CONFIG,
        {"tracking_plan": CONFIG, "update_mask": {"paths": ["tracking_plan.rules"]}},
        {"tracking_plans": [CONFIG], "next_page_token": ""},
        changed(events=[]),
        changed(events=[EVENT | {"description": ""}]),
        changed(events=[EVENT | {"rules": SCHEMA | {"description": "Both"}}]),
        changed(events=[{"name": "A", "rules": {}}, {"name": "B", "version": 2}]),
        changed(events=[EVENT | {"extra": [1, None]}]),
        {"display_name": "A", "rules": {"events": [EVENT]}},
        {"display_name": "A", "rules": {"global": {}}},
        {"rules": {"identify": TRAITS}},
    ],
)
def test_a_config_plan_comes_back_equal(value):
    carried = formats.detect(json.dumps(value))
    assert carried.format == "segment-config"
    assert problems_of(from_document(carried.document)) == []
    export = formats.write(copy.deepcopy(carried.document), "segment-config")
    assert json.loads(export.text) == value
    assert json.dumps(json.loads(export.text)) == json.dumps(value)  # the order of keys too
    assert export.losses == []


def test_a_config_plan_is_read_as_the_rules_it_has():
    document = formats.detect(json.dumps(CONFIG)).document
    assert document["name"] == "Kicks App"
    assert [(rule["type"], rule.get("name"), rule["version"]) for rule in document["rules"]] == [
        ("common", None, 1),
        ("identify", None, 1),
        ("track", "Order Completed", 1),
    ]
    assert document["rules"][2]["schema"]["description"] == "Who bought what"


def test_what_was_edited_is_changed_and_nothing_else():
    document = formats.detect(json.dumps(CONFIG)).document
    document["name"] = "Boots App"
    document["rules"][2]["schema"]["description"] = "Who bought which"
    del document["rules"][0]
    written = json.loads(formats.write(document, "segment-config").text)
    assert written == changed(**{"global": {}}, events=[EVENT | {"description": "Who bought which"}]) | {
        "display_name": "Boots App"
    }


def test_a_plan_of_ours_becomes_a_config_plan_that_names_what_it_left():
    rules = [
        plans.a_rule("Order Completed", {"id": {"type": "string"}}, ["id"], meta={"owner": "shop"}),
        plans.a_rule("Home", {}, kind="page"),
        plans.a_rule("", {}, kind="group", section="traits"),
        plans.a_rule("", {}, kind="group", section="traits", version=2),
    ]
    export = formats.write(plans.a_document(rules=rules, description="All of it"), "segment-config")
    written = json.loads(export.text)
    assert [event["name"] for event in written["rules"]["events"]] == ["Order Completed"]
    assert written["rules"]["group"] == rules[2]["schema"]
    assert export.losses == [
        "who owns an event",
        "a rule for page calls",
        "a further version of a rule",
        "the plan's description",
    ]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"tracking_plans": [CONFIG, CONFIG]}, "tracking_plans: Holds 2 plans. Give one of them."),
        (changed(events=5), "rules.events: Should be a list of events."),
        (changed(events=[5]), "rules.events.0: An event must be an object."),
        (changed(events=[{"name": ""}]), "rules.events.0.name: Should be the name of the event."),
        (
            changed(events=[EVENT | {"version": "x"}]),
            "rules.events.0.version: The version must be a whole number.",
        ),
        (changed(events=[EVENT | {"rules": 5}]), "rules.events.0.rules: Should be the JSON Schema"),
        (changed(identify=5), "rules.identify: Should be the JSON Schema"),
    ],
)
def test_a_config_plan_that_is_wrong_says_where(value, says):
    with pytest.raises(PlanError, match=says.replace(".", r"\.")):
        formats.detect(json.dumps(value))


HEADER = (
    "Rule Type,Event Name,Event Version,Event Description,Event Labels,Property Name,Property Description,"
    "Property Status,Property Data Type,Allow Null Values,Allowed Property Values,Enum Values"
)
SHEET = f"""{HEADER}
track,Order Completed,1,A customer paid.,area:shop | level:p0,order_id,The id,required,string,no,^ord_,
track,Order Completed,1,A customer paid.,area:shop | level:p0,products,,required,array,no,,
track,Order Completed,1,A customer paid.,area:shop | level:p0,products.$,,optional,object,no,,
track,Order Completed,1,A customer paid.,area:shop | level:p0,products.$.sku,,required,string,no,,
track,Order Completed,1,A customer paid.,area:shop | level:p0,paid_at,,optional,Date time,yes,,
track,Order Completed,1,A customer paid.,area:shop | level:p0,method,,optional,Enum,no,,card | wallet
track,Order Completed,1,A customer paid.,area:shop | level:p0,anything,,optional,any,no,,
track,Order Completed,2,,,,,,,,,
page,Home,1,,,,,,,,,
identify,,1,,,address.city,,optional,string,yes,,
"""


def rows(text):
    return text.replace("\r\n", "\n").replace("'-", "-")


def test_a_sheet_is_read_and_written_the_same():
    carried = formats.detect(SHEET)
    assert (carried.format, carried.losses) == ("segment-csv", [])
    assert problems_of(from_document(carried.document)) == []
    order = carried.document["rules"][0]["schema"]
    assert order["labels"] == {"area": "shop", "level": "p0"}
    assert order["properties"]["properties"] == {
        "type": "object",
        "required": ["order_id", "products"],
        "properties": {
            "order_id": {"description": "The id", "type": "string", "pattern": "^ord_"},
            "products": {
                "type": "array",
                "items": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]},
            },
            "paid_at": {"type": ["string", "null"], "format": "date-time"},
            "method": {"enum": ["card", "wallet"]},
            "anything": {},
        },
    }
    export = formats.write(carried.document, "segment-csv")
    assert export.losses == []
    with_parent = SHEET.replace("identify,,1,,,address.city", "identify,,1,,,address,,optional,object,no,,\n"
                                "identify,,1,,,address.city")  # fmt: skip
    assert rows(export.text) == with_parent
    assert formats.detect(export.text).document == carried.document


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Event,Property,Data Type", "Paid,total,number"),
        ("data type;PROPERTY NAME;event name", "number;total;Paid"),
        ("\ufeffEvent_Name\tTrait Name\tproperty data type\tOwner", "Paid\ttotal\tnumber\tx"),
    ],
)
def test_columns_are_known_by_several_names_in_any_order(header, row):
    carried = formats.detect(f"{header}\n{row}\n")
    (rule,) = carried.document["rules"]
    assert (rule["type"], rule["name"]) == ("track", "Paid")
    assert rule["schema"]["properties"]["properties"]["properties"] == {"total": {"type": "number"}}
    assert carried.losses == (["the column “Owner”"] if "Owner" in header else [])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("order,A,1,,,,,,,,,", "row 2: The rule type must be one of"),
        ("track,,1,,,a,,,string,,,", "row 2: The event's name is missing."),
        ("track,A,x,,,,,,,,,", "row 2: The version must be a whole number from 1 up."),
        ("track,A,1,,nolabel,,,,,,,", "row 2: The label “nolabel” should be written key:value."),
        ("track,A,1,,,a,,maybe,string,,,", "row 2: The status must be required or optional."),
        ("track,A,1,,,a,,,money,,,", "row 2: The data type must be one of any, array"),
        ("track,A,1,,,a,,,string,perhaps,,", "row 2: Whether null is allowed must be yes or no."),
        (
            "track,A,1,,,a,,,string,,,\ntrack,A,1,,,a.b,,,string,,,",
            "row 3: “a.b” lies in something that is no object.",
        ),
        ('track,A,1,,,"a', "This is not CSV"),
    ],
)
def test_a_row_that_is_wrong_is_named(row, says):
    with pytest.raises(PlanError) as caught:
        formats.detect(f"{HEADER}\n{row}")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["=cmd()", "+1", "-1", "@x", "'quoted", "a.b", "$", "a\\b", "a|b", 'a"b', "a,b", "a\nb", " a ", "😀"],
)
def test_names_of_any_kind_survive_and_no_cell_is_a_formula(name):
    rule = plans.a_rule(
        name, {name: {"type": "string", "enum": [name.strip() or "x"], "description": name}}, [name]
    )
    export = formats.write(plans.a_document(rules=[rule], name=""), "segment-csv")
    (back,) = formats.detect(export.text).document["rules"]
    assert back["name"] == name
    assert back["schema"]["properties"]["properties"]["required"] == [name]
    (node,) = back["schema"]["properties"]["properties"]["properties"].items()
    assert node == (name, rule["schema"]["properties"]["properties"]["properties"][name])
    assert not any(cell[:1] in tuple("=+-@") for line in export.text.splitlines() for cell in line.split(","))


def test_what_a_sheet_has_no_column_for_is_named():
    properties = {
        "a": {"type": ["string", "number"]},
        "b": {"type": "number", "minimum": 1},
        "c": {"type": "string", "format": "email"},
        "d": {"enum": ["a", 1]},
        "e": {"type": "array", "items": [{}]},
    }
    rules = [
        plans.a_rule("A", properties, meta={"purpose": "x"}),
        {"type": "common", "version": 1, "schema": {"required": ["context"]}},
    ]
    export = formats.write(plans.a_document(rules=rules), "segment-csv")
    assert export.losses == [
        "why an event exists",
        "that a property may have several types",
        "“minimum” of a schema",
        "“format” of a property",
        "of which type an allowed value is",
        "“items” of a property",
        "the common rule",
        "the plan's name",
    ]


NODES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            ["string", "number", "boolean", "object", ["string", "null"], ["integer", "null"]]
        ),
        "description": st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8),
    },
)
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), min_size=1, max_size=6)


@given(st.dictionaries(NAMES, NODES, max_size=4), NAMES)
@settings(suppress_health_check=[HealthCheck.too_slow])  # the first draw reads all of Unicode
def test_whatever_a_sheet_can_say_comes_back(properties, name):
    rule = plans.a_rule(name, properties, list(properties)[:1])
    text = formats.write(plans.a_document(rules=[rule], name=""), "segment-csv").text
    (back,) = formats.detect(text).document["rules"]
    assert back["name"] == name
    inside = back["schema"]["properties"]["properties"]
    assert inside.get("properties", {}) == properties
    assert inside.get("required", []) == list(properties)[:1]
