"""A yes from the bytes is never wrong: what is accepted unopened has no finding when it is opened."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trackingplans.domain.bodies import call
from tests.trackingplans.domain.test_oracle import NAMES, SCALARS, SCHEMAS, VALUES, wrapped
from trackingplans.domain.findings import Verdict
from trackingplans.domain.messages import Fault, Message, read, stream
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.planned import Look
from trackingplans.domain.rules import Compiled
from trackingplans.domain.validation import CompiledPlan, Judgement, violations

DRAFT_04, DRAFT_06, DRAFT_07, DRAFT_2020 = (
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2020-12/schema",
)


def accepted(schema: Any, text: str) -> tuple[Judgement | None, Judgement]:
    """What is said of a message unopened, and what is said of it opened. `text`: its properties as JSON."""
    plan, unopened, opened = both(schema, text.encode())
    assert isinstance(unopened, Message)
    assert isinstance(opened, Message)
    return unopened.accepted, plan.check(opened)


def both(schema: Any, properties: bytes) -> tuple[CompiledPlan, Message | Fault, Message | Fault]:
    """A plan, and the same message as it comes when the plan is shown the bytes, and when not."""
    plan = CompiledPlan(Plan(rules=(Rule("track", "Order Completed", 1, schema),)))
    body = json.dumps({"batch": [call(properties="~")]}).encode().replace(b'"~"', properties)
    [unopened] = stream(body, "batch", accepts=plan.accepted)
    [opened] = read(body, "batch")
    return plan, unopened, opened


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

    assert not quick
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
        # null is of the type, and yet no value of it
        (wrapped({"properties": {"a": {"type": ["integer", "null"], "enum": [1, 2]}}}), '{"a":null}'),
        (wrapped({"properties": {"a": {"type": "null", "enum": [1]}}}), '{"a":null}'),
        (wrapped({"properties": {"a": {"type": ["string", "null"], "not": {"type": "null"}}}}), '{"a":null}'),
        (wrapped({"properties": {"a": {"type": ["string", "null"], "anyOf": [{"type": "string"}]}}}), '{"a":null}'),
        # of a draft that does not know the keyword which would have refused the placeholder
        (wrapped({"required": ["a"], "properties": {"a": {"type": "string", "if": {}, "then": {"minLength": 20}}}},
                 **{"$schema": DRAFT_06}), '{"a":""}'),
        (wrapped({"required": ["a"], "properties": {"a": {"type": "string", "format": "iri"}}},
                 **{"$schema": DRAFT_06}), '{"a":"null"}'),
        # of another draft than what is around it
        (wrapped({"$schema": DRAFT_07, "properties": {"a": {"type": "string", "if": {}, "then": {"minLength": 5}}}},
                 **{"$schema": DRAFT_06}), '{"a":"y"}'),
        (wrapped({"properties": {"a": {"$schema": DRAFT_07, "type": "string", "if": {}, "then": {"minLength": 5}}}},
                 **{"$schema": DRAFT_06}), '{"a":"y"}'),
    ],
)  # fmt: skip
def test_what_a_type_cannot_say_is_left_to_the_engine(schema, text):
    assert accepted(schema, text)[0] in (None, False)


ANY_KIND = {
    "type": ["object", "array"],
    "items": {"type": "integer"},
    "properties": {"a": {"type": "integer"}},
}
OPEN = {"properties": {"a": {"type": "integer"}}, "additionalProperties": True}


@pytest.mark.parametrize(
    ("inner", "properties"),
    [
        (ANY_KIND, b"[1]"),
        ({"type": "array"}, b"[1]"),
        ({"type": "string"}, b'"x"'),
        (OPEN, b'{"a":1,"x":' + b"9" * 5000 + b"}"),
        (OPEN, b'{"a":1,"x":"\\q"}'),
    ],
)
def test_a_message_that_is_rejected_is_not_accepted_unopened(inner, properties):
    _, unopened, opened = both(wrapped(inner), properties)

    assert isinstance(opened, Fault)
    assert unopened == opened


@pytest.mark.parametrize(
    "properties",
    [b'{"a":1,"x":"\xff"}', b'{"a":1,"\xff":2}', b'{"a":1,"x":[1e999]}', b'{"a":1,"x":"\\ud800"}'],
)
def test_what_is_accepted_unopened_can_be_opened_later(properties):
    plan, unopened, opened = both(wrapped(OPEN), properties)

    assert isinstance(unopened, Message)
    assert isinstance(opened, Message)
    assert unopened.accepted is None
    assert unopened.is_odd
    assert unopened.properties.keys() == opened.properties.keys()
    assert plan.check(unopened) == plan.check(opened)


def test_an_open_object_is_accepted_unopened():
    assert accepted(wrapped(OPEN), '{"a":1,"x":["y"]}')[0] is not None


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
        st.fixed_dictionaries({
            "type": st.lists(st.sampled_from(["string", "null", "integer", "boolean"]), min_size=1, unique=True),
            "enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=repr)}),
        st.fixed_dictionaries({"enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=repr)}),
        st.fixed_dictionaries({"type": st.sampled_from(["array", ["array", "null"]])}, optional={"items": inner}),
        st.fixed_dictionaries(
            {"type": st.sampled_from(["object", ["object", "null"]]), "properties": st.dictionaries(NAMES, inner)},
            optional={"required": st.lists(NAMES, max_size=2, unique=True), "additionalProperties": st.booleans()},
        ),
    ]  # fmt: skip
    return st.one_of(kinds)


TEXTS = VALUES | st.sampled_from(["", "null", "x", "ab"])
NOISE = [
    b'"a":1,',
    b"\\u0061",
    b"\\ud800",
    b"\xff",
    b"1e999",
    b"9" * 4400,
    b"[" * 70,
    b"null",
    b"NaN",
    b"-0",
    b"1.0",
]
PLAIN: Any = st.recursive(st.sampled_from([{}, {"type": "boolean"}]), _plain, max_leaves=10)
AREAS = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(NAMES, PLAIN | SCHEMAS, min_size=1)},
    optional={"required": st.lists(NAMES, max_size=2, unique=True), "additionalProperties": st.booleans()},
)


def _holds(inner: Any, properties: dict[str, Any]) -> None:
    """A yes from the bytes is one from the message; and neither is said where a close look sees something."""
    schema = wrapped(inner)
    quick, judgement = accepted(schema, json.dumps(properties))
    assert not quick or quick == judgement
    compiled = Compiled(schema, "properties", ())
    look = Look(compiled.shape, {"properties": properties}, "properties")
    seen = [*violations(compiled, {"properties": properties}), *look.extras, *look.placeholders]
    assert bool(seen) == bool(judgement.findings)


@given(AREAS, st.dictionaries(NAMES, TEXTS, max_size=4))
@settings(max_examples=200, deadline=None)
def test_no_message_is_accepted_in_which_there_is_something_to_see(inner, properties):
    _holds(inner, properties)


@given(AREAS, st.dictionaries(NAMES, VALUES, max_size=4), st.data())
@settings(max_examples=100, deadline=None)
def test_no_broken_bytes_are_accepted(inner, properties, data):
    sound = json.dumps(properties).encode()
    start = data.draw(st.integers(0, len(sound)))
    end = data.draw(st.integers(start, min(start + 3, len(sound))))
    noise = data.draw(st.sampled_from(NOISE) | st.binary(max_size=3))
    body = json.dumps({"batch": [call(properties="~")]}).encode()
    body = body.replace(b'"~"', sound[:start] + noise + sound[end:])
    plan = CompiledPlan(Plan(rules=(Rule("track", "Order Completed", 1, wrapped(inner)),)))

    for unopened, opened in zip(
        stream(body, "batch", accepts=plan.accepted), read(body, "batch"), strict=True
    ):
        if isinstance(unopened, Message) and unopened.accepted:
            assert isinstance(opened, Message)
            assert not opened.is_odd
            assert unopened.accepted == plan.check(opened)


@pytest.mark.slow
@given(AREAS, st.dictionaries(NAMES, TEXTS, max_size=4))
@settings(max_examples=3000, deadline=None)
def test_no_message_at_all_is_accepted_in_which_there_is_something_to_see(inner, properties):
    _holds(inner, properties)
