"""Which properties are not in the plan, and which required fields hold nothing."""

from typing import Any

import pytest

from tests.trackingplans.domain.plans import judged, told, track, wrapped
from trackingplans.domain.findings import Family
from trackingplans.domain.plan import Rule

LISTED: dict[str, Any] = {"properties": {"a": {}, "b": {}}}
SENT = {"a": 1, "b": {"c": {"d": 1}}, "x": 1}


def unplanned(inner: Any, sent: Any, **around: Any) -> list[str]:
    rule = Rule("track", "Order Completed", 1, wrapped(inner, **around))
    return [path for _, path in told(judged(rule, properties=sent), Family.UNPLANNED)]


@pytest.mark.parametrize(
    ("inner", "sent", "paths"),
    [
        # where nothing is listed, nothing is said about extras
        ({}, SENT, []),
        (True, SENT, []),
        ({"type": "object"}, SENT, []),
        ({"required": ["a"]}, SENT, []),
        (LISTED, SENT, ["x"]),
        ({"properties": {}}, {"a": 1}, ["a"]),
        ({"properties": {"a": {}}, "required": ["z"]}, {"a": 1, "z": 1}, []),
        # explicit permission
        ({**LISTED, "additionalProperties": True}, SENT, []),
        ({**LISTED, "additionalProperties": {"type": "number"}}, SENT, []),
        ({**LISTED, "additionalProperties": False}, SENT, ["x"]),
        ({**LISTED, "patternProperties": {"^x": {}}}, SENT, []),
        ({**LISTED, "patternProperties": {"^y": {}}}, SENT, ["x"]),
        # at any depth
        ({"properties": {"b": {"properties": {"c": {}}}}}, {"b": {"c": {"d": 1}, "e": 1}}, ["b.e"]),
        ({"properties": {"b": {"properties": {"c": {"properties": {}}}}}}, {"b": {"c": {"d": 1}}}, ["b.c.d"]),
        ({"properties": {"l": {"items": {"properties": {"s": {}}}}}}, {"l": [{"s": 1}, {"t": 1}]}, ["l.1.t"]),
        (
            {"properties": {"l": {"items": {"items": {"properties": {"s": {}}}}}}},
            {"l": [[{"t": 1}], [{"s": 1}]]},
            ["l.0.0.t"],
        ),
        ({"properties": {"l": {"items": [{"properties": {"s": {}}}]}}}, {"l": [{"t": 1}]}, ["l.0.t"]),
        ({"patternProperties": {"^b": {"properties": {"c": {}}}}}, {"b1": {"d": 1}}, ["b1.d"]),
        ({"additionalProperties": {"properties": {"c": {}}}}, {"any": {"d": 1}}, ["any.d"]),
        # what is not said to be an object may be anything
        ({"properties": {"b": {"type": "object"}}}, {"b": {"c": 1}}, []),
        ({"properties": {"b": {"properties": {"c": {}}}}}, {"b": [{"d": 1}]}, []),
        # every reading of the rule counts
        ({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, SENT, ["x"]),
        ({"properties": {"a": {}}, "anyOf": [{"properties": {"b": {}}}, {"required": ["a"]}]}, SENT, ["x"]),
        ({"oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, SENT, ["x"]),
        (
            {
                "properties": {"a": {}},
                "if": {"properties": {"a": {"const": 1}}},
                "then": {"properties": {"b": {}}},
                "else": {"properties": {"x": {}}},
            },
            SENT,
            [],
        ),
        ({"properties": {"a": {}}, "dependencies": {"a": {"properties": {"b": {}}}}}, SENT, ["x"]),
        ({"properties": {"a": {}, "b": {}}, "not": {"properties": {"x": {"const": 2}}}}, SENT, ["x"]),
        ({"anyOf": [{"properties": {"a": {}}}, {"additionalProperties": True}]}, SENT, []),
        # out of sight
        ({"properties": {"a": {}}, "$ref": "#/definitions/none"}, SENT, []),
    ],
)
def test_what_the_rule_does_not_speak_of_is_not_in_the_plan(inner, sent, paths):
    if inner is not True and "$ref" in inner:
        rule = track(inner)
        assert judged(rule, properties=sent).verdict == "unchecked"
        return
    assert unplanned(inner, sent) == [f"properties.{path}" for path in paths]


def test_references_are_followed():
    definitions = {"address": {"properties": {"city": {}, "home": {"$ref": "#/definitions/address"}}}}
    inner = {"properties": {"to": {"$ref": "#/definitions/address"}}}
    sent = {"to": {"city": 1, "zip": 1, "home": {"home": {"zip": 1}}}}
    assert unplanned(inner, sent, definitions=definitions) == [
        "properties.to.zip",
        "properties.to.home.home.zip",
    ]
    around = {"properties": {"$ref": "#/definitions/p"}}
    rule = Rule("track", "Order Completed", 1, {"properties": around, "definitions": {"p": LISTED}})
    assert told(judged(rule, properties=SENT)) == [("unplanned_property", "properties.x")]


def test_alternatives_of_the_whole_message_count():
    rule = Rule(
        "track", "Order Completed", 1, {"allOf": [wrapped({"properties": {"a": {}}}), wrapped(LISTED)]}
    )
    assert told(judged(rule, properties=SENT)) == [("unplanned_property", "properties.x")]


def test_only_the_area_of_the_call_is_looked_at():
    rule = track({"properties": {"total": {}}})
    judgement = judged(rule, context={"anything": 1}, traits={"x": 1}, channel="web", _metadata={}, extra=1)
    assert judgement.findings == ()
    identify = Rule("identify", "", 1, wrapped({"properties": {"email": {}}}, "traits"))
    judgement = judged(identify, type="identify", traits={"email": "a", "x": 1}, properties={"y": 1})
    assert told(judgement) == [("unplanned_property", "traits.x")]


def test_what_sdks_add_to_pages_is_not_reported():
    page = Rule("page", "", 1, wrapped({"properties": {"section": {}}}))
    added = ["name", "path", "referrer", "search", "title", "url", "keywords", "category"]
    sent = {"section": 1, "x": 1} | dict.fromkeys(added, "")
    judgement = judged(page, type="page", name="Home", properties=sent)
    assert told(judgement) == [("unplanned_property", "properties.x")]
    stand_in = track({"properties": {"section": {}}}, "Page Viewed")
    assert told(judged(stand_in, type="page", properties=sent)) == [("unplanned_property", "properties.x")]
    assert len(told(judged(stand_in, event="Page Viewed", properties=sent))) == 9


@pytest.mark.parametrize("more", [False, {"type": "number"}])
def test_what_sdks_add_to_pages_may_be_forbidden(more):
    page = Rule("page", "", 1, wrapped({"properties": {"section": {}}, "additionalProperties": more}))
    judgement = judged(page, type="page", name="Home", properties={"section": 1, "title": "Home"})
    assert judgement.verdict == "violating"


def test_what_the_common_rule_speaks_of_is_planned():
    common = Rule("common", "", 1, wrapped({"properties": {"app": {"properties": {"build": {}}}}}))
    rule = track({"properties": {"app": {"properties": {"name": {}}}, "total": {}}})
    judgement = judged(
        rule, common, properties={"app": {"build": 1, "name": 1, "other": 1}, "total": 1, "x": 1}
    )
    assert told(judgement) == [
        ("unplanned_property", "properties.x"),
        ("unplanned_property", "properties.app.other"),
    ]


def test_an_extra_property_names_the_planned_one_that_was_meant():
    judgement = judged(track({"properties": {"coupon_code": {}, "total": {}}}), properties={"couponCode": 1})
    (finding,) = judgement.findings
    assert (finding.meant, finding.suggestion) == ("coupon_code", "Did you mean coupon_code?")
    assert finding.message == "`couponCode` is not in the plan."


NEEDS: dict[str, Any] = {
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "note": {"type": "string"}},
}


@pytest.mark.parametrize("value", ["", "null", "undefined", "NaN", "[object Object]"])
def test_a_required_field_that_holds_a_placeholder_is_reported(value):
    judgement = judged(track(NEEDS), properties={"id": value, "note": value})
    assert told(judgement) == [("placeholder_value", "properties.id")]
    assert judgement.verdict == "conforming"
    assert judgement.findings[0].family == "quality"


@pytest.mark.parametrize("value", ["x", "NULL", " ", "none", "0"])
def test_other_texts_are_no_placeholders(value):
    assert judged(track(NEEDS), properties={"id": value}).findings == ()


def test_placeholders_are_found_at_any_depth():
    inner = {
        "properties": {
            "products": {"items": {"required": ["sku"], "properties": {"sku": {}}}},
            "to": {"allOf": [{"required": ["city"], "properties": {"city": {}}}]},
        }
    }
    sent = {"products": [{"sku": "1"}, {"sku": "undefined"}], "to": {"city": ""}}
    assert sorted(told(judged(track(inner), properties=sent))) == [
        ("placeholder_value", "properties.products.1.sku"),
        ("placeholder_value", "properties.to.city"),
    ]


def test_a_placeholder_that_the_plan_allows_is_none():
    inner = {"required": ["id"], "properties": {"id": {"enum": ["", "a"]}}}
    assert judged(track(inner), properties={"id": ""}).findings == ()


def test_a_placeholder_of_the_wrong_type_is_told_as_both():
    inner = {"required": ["total"], "properties": {"total": {"type": "number"}}}
    assert told(judged(track(inner), properties={"total": "null"})) == [
        ("type", "properties.total"),
        ("placeholder_value", "properties.total"),
    ]


@pytest.mark.parametrize(
    ("user_id", "found"),
    [("ana@example.com", True), ("u1", False), ("@ana", False), ("a@b", False), ("ana@example.com x", False)],
)
def test_an_address_as_user_id_is_reported(user_id, found):
    judgement = judged(track({}), userId=user_id)
    assert told(judgement) == ([("user_id_email", "userId")] if found else [])
    assert judgement.verdict == "conforming"
