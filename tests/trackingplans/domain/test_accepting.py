"""A yes from the bytes is never wrong: what is accepted unopened has no finding when it is opened."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trackingplans.domain.bodies import call
from tests.trackingplans.domain.test_oracle import NAMES, SCALARS, SCHEMAS, VALUES, wrapped
from trackingplans.domain.findings import Verdict
from trackingplans.domain.messages import Message, read, stream
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.validation import CompiledPlan, Judgement

DRAFT_04, DRAFT_2020 = (
    "http://json-schema.org/draft-04/schema#",
    "https://json-schema.org/draft/2020-12/schema",
)


def accepted(schema: Any, text: str) -> tuple[Judgement | None, Judgement]:
    """What is said of a message unopened, and what is said of it opened. `text`: its properties as JSON."""
    plan = CompiledPlan(Plan(rules=(Rule("track", "Order Completed", 1, schema),)))
    body = json.dumps({"batch": [call(properties="~")]}).replace('"~"', text).encode()
    [unopened] = stream(body, "batch", accepts=plan.accepted)
    [opened] = read(body, "batch")
    assert isinstance(unopened, Message)
    assert isinstance(opened, Message)
    return unopened.accepted, plan.check(opened)


ORDER = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^o[0-9]+$", "description": "Ours"},
        "total": {"type": "number", "minimum": 0, "exclusiveMaximum": 1000},
        "count": {"type": ["integer", "null"], "maximum": 99},
        "currency": {"type": "string", "enum": ["EUR", "USD"]},
        "name": {"type": "string", "minLength": 2},
        "serial": {"type": "string", "minLength": 3, "pattern": "^[A-Z]*[0-9]{1,2}$"},
        "at": {"type": ["string", "null"], "format": "date-time"},
        "rating": {"multipleOf": 0.5},
        "address": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        "tags": {"type": "array", "items": {"type": "string", "pattern": "^t"}, "maxItems": 2},
        "items": {"type": "array", "items": {"type": ["object", "null"], "properties": {
            "sku": {"type": "string", "pattern": "^s"}, "size": {"enum": [1, 2]}}, "required": ["sku"]}},
        "free": {"type": "object"},
        "code": {"type": "object", "minProperties": 1},
        "gone": False,
    },
    "required": ["id", "name"],
}  # fmt: skip
GOOD = {"id": "o1", "name": "Jo"}


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"total": 0, "count": None, "currency": "EUR"},
        {"serial": "AB1", "total": 999.5, "count": 99, "at": None, "rating": 2.5},
        {"at": "2026-11-22T09:00:00Z", "address": {"city": "Oslo"}, "tags": ["t", "tt"]},
        {"items": [{"sku": "s1", "size": 2}, None, {"sku": "s2"}], "free": {"x": [1]}, "code": {}},
    ],
)
def test_ordinary_messages_are_accepted_unopened(properties):
    if "code" in properties:
        properties = properties | {"code": {"x": 1}}
    quick, judgement = accepted(wrapped(ORDER), json.dumps(GOOD | properties))

    assert quick == judgement
    assert judgement.verdict == Verdict.CONFORMING


@pytest.mark.parametrize(
    "properties",
    [
        {"id": "x1"},
        {"id": None},
        {"name": "J"},
        {"name": "null"},
        {"serial": "A1"},
        {"serial": "AA"},
        {"serial": "AA1\n"},
        {"total": -0.5},
        {"total": 1000},
        {"count": 99.5},
        {"count": 100},
        {"currency": "EURO"},
        {"at": "yesterday"},
        {"rating": 2.4},
        {"rating": None, "currency": None},
        {"address": {}},
        {"address": {"city": "undefined"}},
        {"address": {"city": "Oslo", "zip": 1}},
        {"tags": ["t", "x"]},
        {"tags": ["t", "t", "t"]},
        {"items": [{"sku": "s"}, {"sku": "x"}]},
        {"items": [{"sku": "s", "size": 3}]},
        {"items": [{"sku": "s", "colour": 1}]},
        {"code": {}},
        {"code": None},
        {"gone": 1},
        {"extra": 1},
    ],
)
def test_near_misses_are_not(properties):
    quick, judgement = accepted(wrapped(ORDER), json.dumps(GOOD | properties))

    assert quick is None
    assert judgement.findings


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (wrapped({"properties": {"a": {"minimum": 1, "exclusiveMinimum": True}}}, **{"$schema": DRAFT_04}), '{"a":1}'),
        (wrapped({"properties": {"a": {"type": "integer"}}}, **{"$schema": DRAFT_04}), '{"a":1.0}'),
        (wrapped({"properties": {"a": {"type": "array", "prefixItems": [{"type": "string"}]}}},
                 **{"$schema": DRAFT_2020}), '{"a":[1]}'),
        (wrapped({"properties": {"a": {"type": "string", "format": "uuid"}}}), '{"a":"x"}'),
        (wrapped({"properties": {"a": {"type": "string", "anyOf": [{"maxLength": 1}, {"pattern": "^b"}]}}}),
         '{"a":"ca"}'),
        (wrapped({"properties": {"a": False}, "required": ["a"]}), '{"a":1}'),
        (wrapped({"properties": {"a": {"type": "string"}}}), '{"a":"\\ud800","a":1}'),
        (wrapped({"properties": {"a": {"type": "number", "maximum": 2}}}), '{"a":1e999}'),
    ],
)  # fmt: skip
def test_what_a_type_cannot_say_is_left_to_the_engine(schema, text):
    assert accepted(schema, text)[0] is None


def test_what_only_the_engine_can_say_is_asked_of_it():
    uuid = wrapped({"properties": {"a": {"type": "string", "format": "uuid"}}})
    either = wrapped(
        {"properties": {"a": {"type": "string", "anyOf": [{"maxLength": 1}, {"pattern": "^b"}]}}}
    )

    assert accepted(uuid, '{"a":"6f1c2f0e-0000-4000-8000-000000000000"}')[0] is not None
    assert accepted(either, '{"a":"ba"}')[0] is not None


def _plain(inner: Any) -> Any:
    """Schemas as plans have them: typed, bounded, nested."""
    bounds = {"minimum": st.integers(-1, 2), "exclusiveMaximum": st.integers(0, 3)}
    lengths = {
        "minLength": st.integers(0, 2),
        "maxLength": st.integers(0, 3),
        "pattern": st.sampled_from(["a", "^x", "^[a-c]+$", "^x1?$"]),
    }
    kinds = [
        st.fixed_dictionaries({"type": st.sampled_from([["number", "null"], "number", "integer"])}, optional=bounds),
        st.fixed_dictionaries({"type": st.sampled_from(["string", ["string", "null"]])}, optional=lengths),
        st.fixed_dictionaries({"enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=repr)}),
        st.fixed_dictionaries({"type": st.sampled_from(["array", ["array", "null"]])}, optional={"items": inner}),
        st.fixed_dictionaries(
            {"type": st.sampled_from(["object", ["object", "null"]]), "properties": st.dictionaries(NAMES, inner)},
            optional={"required": st.lists(NAMES, max_size=2, unique=True), "additionalProperties": st.booleans()},
        ),
    ]  # fmt: skip
    return st.one_of(kinds)


PLAIN: Any = st.recursive(st.sampled_from([{}, {"type": "boolean"}]), _plain, max_leaves=10)
AREAS = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(NAMES, PLAIN | SCHEMAS, min_size=1)},
    optional={"required": st.lists(NAMES, max_size=2, unique=True), "additionalProperties": st.booleans()},
)


def _holds(inner: Any, properties: dict[str, Any]) -> None:
    quick, judgement = accepted(wrapped(inner), json.dumps(properties))
    assert quick is None or quick == judgement


@given(AREAS, st.dictionaries(NAMES, VALUES, max_size=4))
@settings(max_examples=200, deadline=None)
def test_no_message_is_accepted_in_which_there_is_something_to_see(inner, properties):
    _holds(inner, properties)


@pytest.mark.slow
@given(AREAS, st.dictionaries(NAMES, VALUES, max_size=4))
@settings(max_examples=5000, deadline=None)
def test_no_message_at_all_is_accepted_in_which_there_is_something_to_see(inner, properties):
    _holds(inner, properties)
