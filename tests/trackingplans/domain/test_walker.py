"""Unplanned properties beside a second, independent walker: straightforward, slow, and of the same opinion.

What a rule says of a place is what all of its schemas about that place say together, every branch of it. A property is
unplanned when they list properties, not this one, and none lets others come.
"""

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trackingplans.domain.bodies import call, from_document
from tests.trackingplans.domain.test_accepting import AREAS
from tests.trackingplans.domain.test_oracle import NAMES, SCHEMAS, VALUES, wrapped
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.validation import CompiledPlan

Path = tuple[str | int, ...]
REFERRED = {"$ref": "#/definitions/referred"}


def about(node: Any, whole: Any) -> list[dict[str, Any]]:
    """The schema and all schemas in it that are about the same value."""
    if not isinstance(node, dict):
        return []
    inner = [*node.get("allOf", []), *node.get("anyOf", []), *node.get("oneOf", [])]
    inner += [node[arm] for arm in ("if", "then", "else") if arm in node and "if" in node]
    inner += node.get("dependencies", {}).values()
    if node.get("$ref") == REFERRED["$ref"]:
        inner.append(whole["definitions"]["referred"])
    return [node, *(deeper for child in inner for deeper in about(child, whole))]


def under(nodes: list[dict[str, Any]], key: str) -> list[Any]:
    """The schemas of the property `key`."""
    named = [node["properties"][key] for node in nodes if key in node.get("properties", {})]
    fitting = [
        schema
        for node in nodes
        for pattern, schema in node.get("patternProperties", {}).items()
        if re.search(pattern, key)
    ]
    return named + fitting or [
        node["additionalProperties"] for node in nodes if "additionalProperties" in node
    ]


def item(nodes: list[dict[str, Any]], index: int) -> Iterator[Any]:
    """The schemas of an item of a list."""
    for node in nodes:
        items = node.get("items")
        if not isinstance(items, list):
            yield items
        elif index < len(items):
            yield items[index]
        else:
            yield node.get("additionalItems")
        yield node.get("contains")


def is_planned(nodes: list[dict[str, Any]], key: str) -> bool:
    if not any("properties" in node for node in nodes):
        return True
    return any(
        key in node.get("properties", {})
        or key in node.get("required", [])
        or any(re.search(pattern, key) for pattern in node.get("patternProperties", {}))
        or node.get("additionalProperties", False) is not False
        for node in nodes
    )


def extras(schemas: list[Any], value: Any, whole: Any, path: Path = ("properties",)) -> Iterator[Path]:
    """The paths of the unplanned properties in a value that is described by these schemas."""
    nodes = [node for schema in schemas for node in about(schema, whole)]
    if isinstance(value, list):
        for index, child in enumerate(value):
            yield from extras(list(item(nodes, index)), child, whole, (*path, index))
    elif isinstance(value, dict):
        for key, child in value.items():
            if is_planned(nodes, key):
                yield from extras(under(nodes, key), child, whole, (*path, key))
            else:
                yield (*path, key)


def compared(inner: Any, referred: Any, properties: Any) -> tuple[set[Path], set[Path]]:
    """The unplanned properties as the plan finds them, and as the walker does."""
    schema = wrapped(inner, definitions={"referred": referred})
    plan = CompiledPlan(Plan(rules=(Rule("track", "Order Completed", 1, schema),)))
    findings = plan.check(from_document(call(properties=properties))).findings
    ours = {finding.steps for finding in findings if finding.code == "unplanned_property"}
    return ours, set(extras([inner], properties, schema))


LISTING: dict[str, Any] = {"properties": {"b": {}}}
OBJECTS = [{"b": 1}, {"c": 1}]


@pytest.mark.parametrize(
    ("inner", "sent", "unplanned"),
    [
        ({"properties": {"a": {"contains": LISTING}}}, {"a": OBJECTS}, {("properties", "a", 1, "c")}),
        ({"properties": {"a": {"items": [{}, LISTING]}}}, {"a": [{"c": 1}, {"c": 1}]}, {("properties", "a", 1, "c")}),
        ({"properties": {"a": {"items": [{}], "additionalItems": LISTING}}}, {"a": [{"c": 1}, {"c": 1}]},
         {("properties", "a", 1, "c")}),
        ({"properties": {"a": {"items": {}, "additionalItems": LISTING}}}, {"a": [{"c": 1}]}, set()),
        ({"then": LISTING}, {"c": 1}, set()),
        ({"if": {}, "then": LISTING}, {"c": 1}, {("properties", "c")}),
        ({"properties": {"a": {"allOf": [REFERRED, {}]}}}, {"a": {"b": 1, "c": 1}}, {("properties", "a", "c")}),
    ],
)  # fmt: skip
def test_both_walkers_see_what_is_to_be_seen(inner, sent, unplanned):
    assert compared(inner, LISTING, sent) == (unplanned, unplanned)


PLACES = st.deferred(lambda: SCHEMAS | AREAS | AREAS.map(lambda area: {**area, "allOf": [REFERRED]}))
AROUND = PLACES | st.builds(
    lambda name, inner, more: {"properties": {name: inner, "b": REFERRED, "c": {"items": more}}}, NAMES, PLACES, PLACES
)  # fmt: skip
SENT = st.dictionaries(NAMES, VALUES | st.lists(st.dictionaries(NAMES, VALUES, max_size=3)), max_size=4)


@given(AROUND, SCHEMAS | AREAS, SENT)
@settings(max_examples=100, deadline=None)
def test_the_plan_and_the_walker_find_the_same_unplanned_properties(inner, referred, properties):
    ours, walked = compared(inner, referred, properties)
    assert ours == walked


@pytest.mark.slow
def test_in_many_messages_the_plan_and_the_walker_find_the_same_unplanned_properties():
    seen: list[bool] = []

    @given(AROUND, SCHEMAS | AREAS, SENT)
    @settings(max_examples=1000, deadline=None)
    def agree(inner, referred, properties):
        ours, walked = compared(inner, referred, properties)
        seen.append(bool(walked))
        assert ours == walked

    agree()
    sys.stdout.write(f"{sum(seen)} of {len(seen)} messages hold unplanned properties\n")
    assert sum(seen) / len(seen) > 0.1
