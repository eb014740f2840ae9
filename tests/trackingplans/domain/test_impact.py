"""Which changes of a plan break whom."""

import copy
from typing import Any

import pytest

from tests.trackingplans.domain.plans import wrapped
from trackingplans.domain.impact import impacts
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.schema_impact import Effect, effects

TEXT = {"type": "string"}
BREAKING, RISKY, SAFE = "breaking", "risky", "safe"
SENDERS, READERS, NOBODY = "senders", "readers", ""


def of_properties(old: Any, new: Any) -> list[Effect]:
    """The effects of changing what the properties of an event are."""
    return effects(wrapped(old), wrapped(new))


def of_value(old: Any, new: Any) -> list[tuple[str, str, str]]:
    """(severity, path, whom) of changing what the property `a` is."""
    found = of_properties({"properties": {"a": old}}, {"properties": {"a": new}})
    return [(effect.severity.value, effect.path, effect.breaks.value) for effect in found]


VALUES: list[tuple[Any, Any, list[tuple[str, str]]]] = [
    # types
    (TEXT, {"type": "number"}, [(BREAKING, SENDERS)]),
    ({"type": ["string", "null"]}, TEXT, [(BREAKING, SENDERS)]),
    (TEXT, {"type": ["string", "null"]}, [(RISKY, READERS)]),
    ({}, TEXT, [(BREAKING, SENDERS)]),
    (TEXT, {}, [(RISKY, READERS)]),
    ({"type": "integer"}, {"type": "number"}, [(RISKY, READERS)]),
    ({"type": "number"}, {"type": "integer"}, [(BREAKING, SENDERS)]),
    ({"type": "number"}, {"type": ["integer", "number"]}, []),
    ({"type": ["a", "null"]}, {"type": ["null", "a"]}, []),
    # listed values
    ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}, []),
    ({"enum": ["a", "b"]}, {"enum": ["a"]}, [(BREAKING, SENDERS)]),
    ({"enum": ["a"]}, {"enum": ["a", "b"]}, [(RISKY, READERS)]),
    ({"enum": ["a"]}, {"enum": ["b"]}, [(BREAKING, SENDERS), (RISKY, READERS)]),
    (TEXT, {**TEXT, "enum": ["a"]}, [(BREAKING, SENDERS)]),
    ({**TEXT, "enum": ["a"]}, TEXT, [(RISKY, READERS)]),
    ({"const": 1}, {"const": 2}, [(BREAKING, SENDERS)]),
    # bounds
    ({"minimum": 1}, {"minimum": 2}, [(BREAKING, SENDERS)]),
    ({"minimum": 2}, {"minimum": 1}, [(SAFE, NOBODY)]),
    ({}, {"maximum": 2}, [(BREAKING, SENDERS)]),
    ({"maximum": 2}, {}, [(SAFE, NOBODY)]),
    ({"maximum": 2}, {"maximum": 1}, [(BREAKING, SENDERS)]),
    ({"maxLength": 5}, {"maxLength": 9}, [(SAFE, NOBODY)]),
    ({}, {"minItems": 1}, [(BREAKING, SENDERS)]),
    ({"exclusiveMinimum": True, "minimum": 1}, {"minimum": 1}, [(RISKY, SENDERS)]),
    # forms
    ({}, {"pattern": "^a"}, [(BREAKING, SENDERS)]),
    ({"pattern": "^a"}, {"pattern": "^b"}, [(BREAKING, SENDERS)]),
    ({"pattern": "^a"}, {}, [(RISKY, READERS)]),
    ({}, {"format": "email"}, [(BREAKING, SENDERS)]),
    ({"multipleOf": 2}, {"multipleOf": 4}, [(BREAKING, SENDERS)]),
    ({}, {"uniqueItems": True}, [(BREAKING, SENDERS)]),
    ({"uniqueItems": True}, {"uniqueItems": False}, [(SAFE, NOBODY)]),
    # inner objects and lists
    ({}, {"additionalProperties": False}, [(BREAKING, SENDERS)]),
    ({"additionalProperties": False}, {}, [(SAFE, NOBODY)]),
    ({"additionalProperties": False}, {"additionalProperties": {}}, [(RISKY, SENDERS)]),
    (True, False, [(BREAKING, SENDERS)]),
    (False, True, [(SAFE, NOBODY)]),
    (True, {}, []),
    # nobody can tell at a glance
    ({"anyOf": [TEXT]}, {"anyOf": [TEXT, {"type": "number"}]}, [(RISKY, SENDERS)]),
    ({"not": TEXT}, {}, [(RISKY, SENDERS)]),
    # words
    ({"title": "a", "labels": {}}, {"title": "b", "description": "c"}, [(SAFE, NOBODY)]),
]


@pytest.mark.parametrize(("old", "new", "expected"), VALUES, ids=str)
def test_a_changed_value_breaks_whom_it_breaks(old, new, expected):
    assert of_value(old, new) == [(severity, "properties.a", whom) for severity, whom in expected]


def listed(**properties: Any) -> dict[str, Any]:
    return {"properties": properties}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (listed(), listed(a=TEXT), (SAFE, "properties.a", NOBODY)),
        (listed(), listed(a=TEXT) | {"required": ["a"]}, (BREAKING, "properties.a", SENDERS)),
        (listed(a=TEXT), listed(a=TEXT) | {"required": ["a"]}, (BREAKING, "properties.a", SENDERS)),
        (listed(), listed() | {"required": ["a"]}, (BREAKING, "properties.a", SENDERS)),
        (listed(a=TEXT) | {"required": ["a"]}, listed(a=TEXT), (RISKY, "properties.a", READERS)),
        (listed(a=TEXT), listed(), (RISKY, "properties.a", READERS)),
        (listed(a=TEXT) | {"required": ["a"]}, listed(), (BREAKING, "properties.a", READERS)),
        (
            listed(a=TEXT) | {"additionalProperties": False},
            listed() | {"additionalProperties": False},
            (BREAKING, "properties.a", SENDERS),
        ),
        (
            listed(l={"items": listed(b=TEXT)}),
            listed(l={"items": listed(b={"type": "number"})}),
            (BREAKING, "properties.l.$.b", SENDERS),
        ),
        (listed(l={"items": TEXT}), listed(l={"items": {}}), (RISKY, "properties.l.$", READERS)),
        (listed(l={"items": [TEXT]}), listed(l={"items": [{}]}), (RISKY, "properties.l.$", SENDERS)),
        (listed(**{"a.b": TEXT}), listed(**{"a.b": {}}), (RISKY, "properties.a\\.b", READERS)),
    ],
)
def test_properties_that_come_go_and_are_needed(old, new, expected):
    assert [(e.severity.value, e.path, e.breaks.value) for e in of_properties(old, new)] == [expected]


def test_references_are_followed_and_may_lead_back():
    def tree(leaf: Any) -> dict[str, Any]:
        definition = {"properties": {"next": {"$ref": "#/definitions/n"}, "leaf": leaf}}
        return wrapped({"$ref": "#/definitions/n"}, definitions={"n": definition})

    found = effects(tree(TEXT), tree({"type": "number"}))
    assert [effect.path for effect in found] == ["properties.leaf"]
    assert effects(tree(TEXT), copy.deepcopy(tree(TEXT))) == []


def test_segments_envelope_is_not_told_when_it_only_follows_from_a_property():
    old = wrapped(listed(a=TEXT))
    new = wrapped(listed(a=TEXT) | {"required": ["a"]}, required=["properties"])
    new["properties"] |= {"context": {}, "traits": {"type": "object"}}
    assert [effect.path for effect in effects(old, new)] == ["properties.a"]


def rule(
    name: str = "Order Completed", schema: Any = None, kind: str = "track", version: int = 1, **meta: Any
) -> Rule:
    return Rule(kind, name, version, wrapped(listed(a=TEXT)) if schema is None else schema, meta)


def told(before: list[Rule], after: list[Rule], **settings: Any) -> list[tuple[str, str, str, str]]:
    """(kind, name, severity, whom the first effect breaks) of each impact."""
    found = impacts(Plan(rules=tuple(before)), Plan(rules=tuple(after), **settings))
    return [(str(one.kind), one.name, one.severity.value, one.effects[0].breaks.value) for one in found]


SAME = rule("Same")
FORMER = [{"name": "Order Completed", "until": "2027-01-31"}]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([SAME], [SAME], []),
        ([SAME], [SAME, rule("New", {})], ("added", "New", SAFE, NOBODY)),
        ([SAME, rule("Old", {})], [SAME], ("removed", "Old", BREAKING, READERS)),
        ([SAME], [SAME, rule("", {}, "identify")], ("added", "", RISKY, SENDERS)),
        ([SAME, rule("", {}, "identify")], [SAME], ("removed", "", RISKY, READERS)),
        ([SAME], [SAME, rule("", {}, "common")], ("added", "", BREAKING, SENDERS)),
        ([SAME, rule("", {}, "common")], [SAME], ("removed", "", SAFE, NOBODY)),
        ([SAME], [SAME, rule("Same", version=2)], ("added", "Same", SAFE, NOBODY)),
        ([rule("Same", version=2)], [rule("Same", version=2), rule("Same", {})], ("added", "Same", RISKY, SENDERS)),
        ([SAME, rule("Same", version=2)], [SAME], ("removed", "Same", RISKY, SENDERS)),
        # a rename: by former names, or because all else is the same
        ([rule()], [rule("Order Paid", former_names=FORMER)], ("renamed", "Order Paid", RISKY, READERS)),
        ([rule()], [rule("Order Paid", {}, former_names=FORMER)], ("renamed", "Order Paid", RISKY, READERS)),
        ([rule()], [rule("Order Paid")], ("renamed", "Order Paid", BREAKING, SENDERS)),
        # notes
        ([rule()], [rule(purpose="x")], ("changed", "Order Completed", SAFE, NOBODY)),
        ([rule()], [rule(status="deprecated")], ("changed", "Order Completed", RISKY, READERS)),
        ([rule("B", former_names=[{"name": "A"}])], [rule("B")], ("changed", "B", BREAKING, SENDERS)),
        (
            [rule("B", former_names=[{"name": "A"}])],
            [rule("B", former_names=[{"name": "A", "until": "2027-01-01"}])],
            ("changed", "B", RISKY, SENDERS),
        ),
    ],
)  # fmt: skip
def test_events_that_come_go_and_change(before, after, expected):
    assert told(before, after) == ([expected] if expected else [])


def test_events_that_might_have_been_renamed_in_several_ways_are_not_taken_for_renamed():
    found = told([rule("A"), rule("B")], [rule("C")])
    assert [(kind, name) for kind, name, _, _ in found] == [
        ("removed", "A"),
        ("removed", "B"),
        ("added", "C"),
    ]


def test_a_closed_plan_breaks_senders_and_other_settings_nobody():
    assert told([SAME], [SAME], closed=True) == [("changed", "", BREAKING, SENDERS)]
    assert told([SAME], [SAME], owner="growth", description="x") == [("changed", "", SAFE, NOBODY)]


def test_the_worst_comes_first_and_every_effect_says_why():
    old = [rule("A"), rule("B"), rule("C")]
    new = [
        rule("A", purpose="x"),
        rule("B", wrapped(listed(a={}))),
        rule("C", wrapped(listed(a={"type": "number"}))),
    ]
    found = impacts(Plan(rules=tuple(old)), Plan(rules=tuple(new)))
    assert [one.severity.value for one in found] == [BREAKING, RISKY, SAFE]
    assert all(effect.reason.endswith(".") for one in found for effect in one.effects)
