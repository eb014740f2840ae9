"""Import then export in the shape it came in gives the same JSON; what another shape cannot say is named."""

import copy
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.trackingplans import plans
from trackingplans.domain.plan import PlanError, from_document, to_document
from trackingplans.interchange import formats

RULE = {"type": "TRACK", "key": "Order Completed", "version": 1, "jsonSchema": {}}
IDENTIFY = {"type": "object", "properties": {"traits": {"type": "object", "properties": {"email": {}}}}}


def round_trip(value, to=None):
    carried = formats.detect(json.dumps(value))
    document = to_document(from_document(json.loads(json.dumps(carried.document))))
    return json.loads(formats.write(document, to or formats.own(document)).text)


def a_segment_rule(**changes):
    return copy.deepcopy(RULE) | changes


@pytest.mark.parametrize(
    ("value", "format"),
    [
        pytest.param(plans.list_rules_answer(), "segment", id="list-rules answer"),
        pytest.param({"rules": plans.public_api_rules()}, "segment", id="bare rules"),
        pytest.param(plans.public_api_rules(), "segment", id="a list of rules"),
        pytest.param(plans.typewriter_cache(), "segment-flat", id="Typewriter's cache"),
        pytest.param(
            {"trackingPlan": {"id": "tp_1", "name": "Kicks"}, "rules": [RULE], "next": None},
            "segment",
            id="plan beside rules",
        ),
        pytest.param(
            {
                "data": {"trackingPlan": {"name": "Kicks", "description": "", "rules": [RULE]}},
                "x": [1, {"y": 2.5}],
            },
            "segment",
            id="rules inside the plan",
        ),
    ],
)
def test_the_whole_spec_and_known_envelopes_come_back_equal(value, format):
    assert formats.detect(json.dumps(value)).format == format
    assert round_trip(value) == value


def test_the_whole_spec_has_78_events():
    assert len(formats.detect(json.dumps(plans.typewriter_cache())).document["rules"]) == 78


ODD_RULES = {
    "spaces in the key": a_segment_rule(key="  Order\tCompleted "),
    "no-break space in the key": a_segment_rule(key="Order Completed\u00a0"),
    "version 2.0": a_segment_rule(version=2.0),
    "version as text": a_segment_rule(version="3"),
    "version null": a_segment_rule(version=None),
    "unknown keys": a_segment_rule(extra={"deep": [1, None, 1e-7, -0.0, 10**30]}),
    "deprecated": a_segment_rule(deprecatedAt="2024-01-01T00:00:00.000Z"),
    "lower-case type": a_segment_rule(type="track", jsonSchema={"properties": {"context": {}}, "id": "/"}),
    "a reference in data": a_segment_rule(jsonSchema={"properties": {"a": {"const": {"$ref": "#/x"}}}}),
    "identify without key": {"type": "IDENTIFY", "version": 1, "jsonSchema": IDENTIFY},
    "identify with a null key": {"type": "IDENTIFY", "key": None, "version": 1, "jsonSchema": IDENTIFY},
    "group with an empty key": {"type": "GROUP", "key": "", "version": 1, "jsonSchema": IDENTIFY},
    "common": {"type": "COMMON", "version": 1, "jsonSchema": {"required": ["context"], "x": "\u0000 \ud83d"}},
    "named page": {"type": "PAGE", "key": "Home", "version": 1, "jsonSchema": {"properties": {"name": {}}}},
    "nameless page": {"type": "PAGE", "key": "", "version": 1, "jsonSchema": {}},
    "screen without key": {"type": "SCREEN", "version": 1, "jsonSchema": {"properties": {}}},
    "no schema": {"type": "TRACK", "key": "No Schema", "version": 1},
    "true as a schema": {"type": "TRACK", "key": "Anything", "version": 1, "jsonSchema": True},
    "flat and empty": a_segment_rule(jsonSchema={"eventMetadata": {"name": "a"}, "$id": "a"}),
    "flat without a mark": a_segment_rule(jsonSchema={"properties": {"price": {}}, "required": []}),
    "flat with references": a_segment_rule(
        jsonSchema={
            "eventMetadata": 1,
            "required": ["a"],
            "definitions": {"a": {"type": "string"}},
            "properties": {
                "a": {"$ref": "#/definitions/a"},
                "b": {"$ref": "#"},
                "c": {"$ref": "http://x/#/y"},
            },
        }
    ),
    "flat with names of the envelope": a_segment_rule(
        jsonSchema={"eventMetadata": {}, "properties": {"context": {}, "properties": {}, "$ref": {}}}
    ),
    "flat traits": {
        "type": "IDENTIFY",
        "version": 1,
        "jsonSchema": {"properties": {"email": {"$ref": "#/x"}}, "labels": 3, "description": None},
    },
}


@pytest.mark.parametrize("name", ODD_RULES)
def test_a_rule_comes_back_as_it_was(name):
    value = {"rules": [ODD_RULES[name]], "updatedAt": "2023-02-21T14:24:39.000Z", "more": {"rules": 1}}

    assert round_trip(value) == value


def test_versions_and_order_of_rules_are_kept():
    value = {"rules": [a_segment_rule(version=3), a_segment_rule(version=1), a_segment_rule(key="A")]}

    assert round_trip(value) == value


keys = st.text(max_size=8)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
nodes = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", ["string", "null"], "object"]),
        "description": st.text(max_size=8),
        "$ref": st.sampled_from(["#", "#/properties/a", "other.json"]),
        "id": keys,
        "key": keys,
    },
)
schemas = st.fixed_dictionaries(
    {},
    optional={
        "$id": keys,
        "description": json_values,
        "labels": json_values,
        "eventMetadata": json_values,
        "required": st.lists(keys, max_size=2),
        "properties": st.dictionaries(
            st.sampled_from(["properties", "traits", "context", "name", "type"]) | keys, nodes, max_size=4
        ),
    },
).flatmap(lambda schema: st.dictionaries(keys, json_values, max_size=2).map(lambda extra: extra | schema))
rules = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["TRACK", "IDENTIFY", "GROUP", "PAGE", "SCREEN", "COMMON"]),
        "key": st.text(min_size=1, max_size=10),
        "version": st.integers(1, 4),
        "jsonSchema": schemas,
    },
    optional={"createdAt": json_values, "deprecatedAt": json_values},
)
listed = st.lists(rules, max_size=5, unique_by=lambda rule: (rule["type"], rule["key"], rule["version"])).map(
    lambda found: [one for i, one in enumerate(found) if one["type"] in {"TRACK", "PAGE", "SCREEN"} or i == 0]
)
frames = st.dictionaries(keys.filter(lambda key: key != "planwright"), json_values, max_size=3)


@given(frames, listed)
def test_any_segment_plan_comes_back_equal(frame, rules):
    value = frame | {"rules": rules}

    assert round_trip(value) == value


@given(frames, listed)
def test_our_own_formats_carry_everything(frame, rules):
    document = formats.detect(json.dumps(frame | {"rules": rules})).document

    for name in ("planwright-json", "planwright-yaml"):
        written = formats.write(document, name)
        assert formats.detect(written.text).document == document
        assert written.losses == []


@given(json_values)
def test_yaml_says_what_json_says_to_us_and_to_other_readers(value):
    document = {"planwright": 1, "name": "x", "rules": [], "x": value}

    text = formats.write(document, "planwright-yaml").text

    assert formats.detect(text).document == document
    assert yaml.safe_load(text) == document


@pytest.mark.parametrize(
    "text",
    ["on", "No", "~", "null", "", " a", "a ", "1", "1.5", "1e3", "0x1f", "2026-01-31", "1:30", "- a", "a: b", "a #b",
     "'a'", '"a"', "a\nb", "\ta", "\u2028", "\x85", "\x00", "\ufeff", "é ü", "日本", "\U0001f600", "<<", "=", "?",
     "&a", "*a", "!a", "%a", "@a", "`a", "[a]", "{a}", "a,b", "$ref", "#/x", "|", ">", "_", "y", ".inf", "None"],
)  # fmt: skip
def test_a_text_stays_the_text_it_is_in_yaml(text):
    document = {"planwright": 1, "name": "x", "rules": [], text: [text, {text: text}, [[text]]]}

    written = formats.write(document, "planwright-yaml").text

    assert formats.detect(written).document == document
    assert yaml.safe_load(written) == document


def test_half_a_character_can_go_out_as_json_only():
    document = plans.a_document(note="\ud83d")

    assert json.loads(formats.write(document, "planwright-json").text) == document
    with pytest.raises(PlanError, match="YAML cannot say"):
        formats.write(document, "planwright-yaml")


def test_what_segment_has_no_place_for_is_named():
    rule = plans.a_rule("A", {}, meta={"purpose": "Why?", "owner": "growth"}, note=1)
    document = plans.a_document(metrics=[{"name": "m"}], closed=True, rules=[rule, {**rule, "name": "B"}])

    written = formats.write(document, "segment")

    assert written.losses == [
        "why an event exists (2 rules)",
        "who owns an event (2 rules)",
        "the key “note” of a rule (2 rules)",
        "metrics and their funnels",
        "that properties outside of the plan are violations",
    ]
    assert json.loads(written.text)["rules"][0] == {
        "type": "TRACK",
        "key": "A",
        "jsonSchema": rule["schema"],
        "version": 1,
    }


def test_a_flat_file_leaves_out_what_is_not_about_properties():
    schema = {
        "type": "object",
        "description": "An order",
        "properties": {
            "properties": {"type": "object", "properties": {"id": {}}, "required": ["id"]},
            "context": {"required": ["app"]},
        },
        "required": ["properties", "userId"],
    }
    rules = [
        {"type": "track", "name": "A", "schema": schema},
        {"type": "common", "schema": {"required": ["context"]}},
    ]

    written = formats.write(plans.a_document(rules=rules), "segment-flat")

    assert [rule["jsonSchema"] for rule in json.loads(written.text)["rules"]] == [
        {
            "$id": "A",
            "eventMetadata": {"name": "A", "type": "TRACK"},
            "description": "An order",
            "type": "object",
            "properties": {"id": {}},
            "required": ["id"],
        }
    ]
    assert written.losses == [
        "what a rule says of “context”",
        "what a message must hold beside its properties",
        "the common rule",
    ]


def test_what_was_edited_since_goes_out_and_the_rest_stays():
    carried = formats.detect(json.dumps(plans.typewriter_cache()))
    document = copy.deepcopy(carried.document)
    document["name"] = "Renamed"
    document["rules"][0]["name"] = "Products Found"
    document["rules"][0]["schema"]["properties"]["properties"]["required"] = ["query"]
    del document["rules"][1]

    written = json.loads(formats.write(document, "segment-flat").text)

    expected = plans.typewriter_cache()
    expected["name"] = "Renamed"
    expected["rules"][0]["key"] = "Products Found"
    expected["rules"][0]["jsonSchema"]["required"] = ["query"]
    del expected["rules"][1]
    assert written == expected


def test_both_segment_shapes_describe_the_same_plan():
    flat = formats.detect(json.dumps(plans.typewriter_cache())).document

    whole = json.loads(formats.write(flat, "segment").text)["rules"]

    assert whole[0]["jsonSchema"]["properties"]["properties"]["properties"]["query"]["type"] == [
        "string",
        "object",
    ]
    assert "eventMetadata" not in whole[0]["jsonSchema"]
    assert formats.write(flat, "segment").losses == ["Typewriter's own “$id” and “eventMetadata” (78 rules)"]


@pytest.mark.parametrize(
    "origin",
    ["text", {"frame": 1}, {"frame": {}, "rules_at": ["a"]}, {"format": 3}, {"rules_at": 7, "frame": {}}],
)
def test_an_origin_that_we_did_not_write_is_passed_over(origin):
    rule = plans.a_rule("A", {}, origin=origin if isinstance(origin, str) else {"rule": 1, "flat": origin})

    for name in ("segment", "segment-flat"):
        written = json.loads(formats.write(plans.a_document(origin=origin, rules=[rule]), name).text)
        assert [one["key"] for one in written["rules"]] == ["A"]
