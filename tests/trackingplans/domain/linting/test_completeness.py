"""What plans leave unsaid, and what their rules say against each other: beside what nearly is such a problem."""

import pytest

from tests.trackingplans.domain.linting.problems import FINE, codes, event, found, of, one
from trackingplans.domain.linting import ranking

AT = "/schema/properties/properties/properties"
TOTAL = {"total": {"type": "number", "description": "Sum"}}
SHARED = {"meta": {"properties": {"/properties/properties/properties/total": {"shared": "total"}}}}
CRITICAL = {"importance": "critical"}
AMOUNT = {"order_id": FINE, "total": {"type": "number", "description": "Sum"}}


def test_a_good_event_has_no_problem():
    assert found(event(), metrics=[]) == []


EVENTS = [
    ("missing_purpose", event(meta={"purpose": ""}), {}, ["Order Completed /meta/purpose"]),
    ("missing_purpose", event(meta={"purpose": None}), {}, ["Order Completed /meta/purpose"]),
    ("missing_purpose", event("", type="identify", meta={"purpose": " "}), {}, ["identify /meta/purpose"]),
    ("missing_purpose", event("", type="common", meta={"purpose": ""}), {}, []),
    ("missing_owner", event(meta={"owner": ""}), {}, ["Order Completed /meta/owner"]),
    ("missing_owner", event(meta={"owner": ""}), {"owner": "growth"}, []),
    ("missing_description", event(meta={"trigger": ""}), {}, ["Order Completed /schema/description"]),
    ("missing_description", event(schema={"description": "A paid order"}, meta={"trigger": ""}), {}, []),
    ("missing_description", one({"type": "number", "description": ""}), {}, [f"Order Completed {AT}/total"]),
    ("missing_description", one({"type": "number", "description": ""}, **SHARED), {"properties": TOTAL}, []),
    ("missing_description", one({"allOf": [{"type": "number", "description": "Sum"}], "description": ""}), {}, []),
    ("missing_description", one(False), {}, []),
    ("untyped_property", one({}), {}, [f"Order Completed {AT}/total"]),
    ("untyped_property", one(True), {}, [f"Order Completed {AT}/total"]),
    ("untyped_property", one(False), {}, []),
    ("untyped_property", one({"minimum": 1}), {}, [f"Order Completed {AT}/total"]),
    ("untyped_property", one({"type": "null"}), {}, []),
    ("untyped_property", one({"enum": [1]}), {}, []),
    ("untyped_property", one({"const": 1}), {}, []),
    ("untyped_property", one({"anyOf": [{"type": "string"}]}), {}, []),
    ("untyped_property", one({}, **SHARED), {"properties": TOTAL}, []),
    ("untyped_property", one({"type": "array", "items": {"properties": {"sku": {}}}}), {},
     [f"Order Completed {AT}/total/items/properties/sku"]),
    ("untyped_property", event(schema={"properties": {"context": {}, "traits": {}, "properties": {}}}), {}, []),
    ("untyped_property", event(inside={"then": {"properties": {"order_id": {"minLength": 1}}}}), {}, []),
    ("weak_critical_event", event(meta=CRITICAL), {}, ["Order Completed /schema/properties/properties"]),
    ("weak_critical_event", event(inside={"required": ["order_id"]}, meta=CRITICAL), {},
     ["Order Completed /schema/properties/properties"]),
    ("weak_critical_event", event(properties=AMOUNT, inside={"required": ["total"]}, meta=CRITICAL), {}, []),
    ("weak_critical_event", event(), {}, []),
]  # fmt: skip


@pytest.mark.parametrize(("code", "rule", "plan", "places"), EVENTS)
def test_what_is_left_unsaid_is_told_at_its_place(code, rule, plan, places):
    assert of(code, rule, **plan) == places


def test_an_event_is_asked_for_its_purpose_once_however_many_versions_it_has():
    rules = [event(meta={"purpose": ""}), one({"type": "number"}, version=2, meta={"purpose": ""})]

    assert [p.version for p in found(*rules) if p.code == "missing_purpose"] == [2]


def typed(name, node, **more):
    return event(name, {"total": {"description": "Sum", **node}}, **more)


TYPES = [
    (({"type": "number"}, {"type": "string"}, {"type": "number"}), {"1": "error"}),
    (({"type": "number"}, {"type": "integer"}, {"type": ["number", "null"]}), {}),
    (({"type": "number"}, {}, {"minimum": 1}), {}),
    (({"type": "string"}, {"enum": ["a", "b"]}, {"enum": ["a", 1]}), {"2": "warn"}),
    (({"type": "string"}, {"type": ["string", "number"]}, {"type": "string"}), {"1": "warn"}),
    (({"type": ["string", "number"]}, {"type": ["number", "string"]}, {"type": "integer"}), {"2": "warn"}),
    (({"type": ["string", "boolean"]}, {"type": ["number", "string"]}, {"type": "number"}),
     {"0": "error", "1": "warn"}),
    (({"type": "number"}, {"anyOf": [{"type": "number"}]}, {"not": {"type": "string"}}), {}),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "odd"), TYPES)
def test_a_property_has_one_type_in_the_whole_plan_and_wider_ones_only_warn(nodes, odd):
    rules = [typed(str(at), node) for at, node in enumerate(nodes)]

    assert {p.name: p.severity for p in found(*rules) if p.code == "type_conflict"} == odd


def test_a_rule_with_errors_and_warnings_counts_them_apart():
    nodes = ({"type": "number"}, {"type": "number"}, {"type": "string"}, {"type": ["string", "number"]})
    rules = [typed(f"{at}", node) for at, node in enumerate(nodes)]

    folded = ranking.groups(ranking.lines(p for p in found(*rules) if p.code == "type_conflict"))

    assert [(group.severity, group.count) for group in folded] == [("error", 1), ("warn", 1)]


def test_the_conflict_says_who_is_in_the_minority_and_who_is_not():
    rules = [
        typed("Cart Viewed", {"type": "string"}),
        *(typed(f"Order {n}", {"type": "number"}) for n in "ABC"),
    ]

    (problem,) = [problem for problem in found(*rules) if problem.code == "type_conflict"]

    assert problem.message == "`total` is text in `Cart Viewed` and a number in `Order A` and 2 more."
    assert problem.advice == "Make it a number everywhere, or give the other one a name of its own."


def test_a_shared_property_decides_which_type_is_right():
    rules = [typed(name, {"type": "string"}) for name in "AB"]
    shared = {"total": {"type": "number", "description": "Sum"}}

    assert [p.name for p in found(*rules, properties=shared) if p.code == "type_conflict"] == ["A", "B"]


@pytest.mark.parametrize(
    ("one_rule", "other"),
    [
        (typed("A", {"type": "number"}), {**typed("", {"type": "string"}), "type": "page"}),
        (event("A", {"a": {**FINE, "type": "object", "properties": {"total": FINE}}}), typed("B", {"type": "number"})),
    ],
    ids=["a page and a track call", "another depth"],
)  # fmt: skip
def test_only_the_same_path_is_the_same_property(one_rule, other):
    expected = {"type_conflict"} if other["type"] == "page" else set()

    assert codes(one_rule, other) & {"type_conflict"} == expected


VERSIONS = [
    ([event(), event(properties=TOTAL, version=2)], []),
    ([event(), event(version=2)], [2]),
    (
        [event(meta={"status": "deprecated"}), event(properties=TOTAL, version=2, meta={"status": "live"})],
        [2],
    ),
    ([event(), event(properties=TOTAL, version=2, meta={"status": "deprecated"})], []),
    ([event("", type="common"), event("", properties=TOTAL, type="common", version=2)], [2]),
    ([event("Signed Up", meta={"former_names": [{"name": "Signup"}]}), event("Signup", TOTAL)], [1]),
    (
        [
            event("Signed Up", meta={"former_names": [{"name": "Signup"}]}),
            event("Signup", TOTAL, type="page"),
        ],
        [],
    ),
]


@pytest.mark.parametrize(("rules", "versions"), VERSIONS)
def test_a_rule_that_is_never_asked_is_told(rules, versions):
    assert [problem.version for problem in found(*rules) if problem.code == "shadowed_rule"] == versions
