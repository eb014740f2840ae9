"""Three-way merges: the same in either order, nothing lost, contradictions named rule by rule."""

import copy

import pytest
from hypothesis import given, settings

from tests.trackingplans import plans
from tests.trackingplans.domain.plan_strategies import THREE
from trackingplans.domain.merging import merge
from trackingplans.domain.paths import MISSING, same
from trackingplans.domain.plan import from_document, to_document

MONEY = {"total": {"type": "number", "description": "Money"}, "currency": {"type": "string"}}


@settings(deadline=None, max_examples=80)
@given(THREE)
def test_a_merge_is_the_same_in_either_order(three):
    base, ours, theirs = map(from_document, three)

    one, other = merge(base, ours, theirs), merge(base, theirs, ours)

    assert {(c.of, c.path) for c in one.conflicts} == {(c.of, c.path) for c in other.conflicts}
    if not one.conflicts:
        assert same(one.document, other.document)
        from_document(one.document)


@settings(deadline=None, max_examples=30)
@given(THREE)
def test_what_only_one_side_changed_comes_out_as_it_changed_it(three):
    base, ours, _ = map(from_document, three)

    for merged in (merge(base, ours, base), merge(base, base, ours), merge(base, ours, ours)):
        assert merged.conflicts == []
        assert same(merged.document, to_document(ours))


@settings(deadline=None, max_examples=30)
@given(THREE)
def test_choosing_a_side_for_every_rule_settles_every_conflict(three):
    base, ours, theirs = map(from_document, three)
    choices = {}
    for _ in range(10):
        merged = merge(base, ours, theirs, choices)
        if not merged.conflicts:
            break
        choices |= {one.key: "theirs" for one in merged.conflicts}

    assert merged.conflicts == []
    from_document(merged.document)


def three(change_ours, change_theirs):
    base = plans.a_document(
        rules=[plans.a_rule("Order Completed", MONEY, ["total"], meta={"owner": "growth"})]
    )
    ours, theirs = copy.deepcopy(base), copy.deepcopy(base)
    change_ours(ours)
    change_theirs(theirs)
    return map(from_document, (base, ours, theirs))


def the_properties(document):
    return document["rules"][0]["schema"]["properties"]["properties"]


def test_two_properties_of_one_event_and_its_required_list_go_together():
    def ours(document):
        the_properties(document)["properties"]["coupon"] = {"type": "string"}
        the_properties(document)["required"] = ["total", "coupon"]

    def theirs(document):
        the_properties(document)["properties"]["tax"] = {"type": "number"}
        the_properties(document)["required"] = ["total", "currency"]
        document["rules"][0]["meta"]["owner"] = "checkout"

    merged = merge(*three(ours, theirs))

    assert merged.conflicts == []
    inside = the_properties(merged.document)
    assert set(inside["properties"]) == {"total", "currency", "coupon", "tax"}
    assert inside["required"] == ["total", "coupon", "currency"]
    assert merged.document["rules"][0]["meta"]["owner"] == "checkout"


def test_a_rename_and_a_change_of_the_same_event_go_together():
    def ours(document):
        document["rules"][0] |= {
            "name": "Order Placed",
            "meta": {"former_names": [{"name": "Order Completed"}]},
        }

    def theirs(document):
        the_properties(document)["properties"]["total"]["minimum"] = 0

    merged = merge(*three(ours, theirs))

    assert merged.conflicts == []
    [rule] = merged.document["rules"]
    assert rule["name"] == "Order Placed"
    assert the_properties(merged.document)["properties"]["total"]["minimum"] == 0


@pytest.mark.parametrize(
    ("ours", "theirs", "path"),
    [
        (
            lambda document: the_properties(document)["properties"]["total"].update(type="string"),
            lambda document: the_properties(document)["properties"]["total"].update(type="integer"),
            ("schema", "properties", "properties", "properties", "total", "type"),
        ),
        (
            lambda document: document["rules"].clear(),
            lambda document: document["rules"][0].update(meta={"owner": "checkout"}),
            (),
        ),
        (
            lambda document: document["rules"][0].update(name="Order Placed"),
            lambda document: document["rules"][0].update(name="Order Paid"),
            ("name",),
        ),
    ],
)
def test_what_contradicts_itself_is_named_and_chosen(ours, theirs, path):
    base, left, right = three(ours, theirs)

    [conflict] = merge(base, left, right).conflicts

    assert (conflict.name, conflict.path) == ("Order Completed", path)
    taken = {side: merge(base, left, right, {conflict.key: side}) for side in ("ours", "theirs")}
    assert [one.conflicts for one in taken.values()] == [[], []]
    assert same(taken["ours"].document["rules"], to_document(left)["rules"])
    assert same(taken["theirs"].document["rules"], to_document(right)["rules"])


def test_two_events_that_came_to_one_name_are_a_conflict():
    def ours(document):
        document["rules"][0]["name"] = "Order Placed"

    def theirs(document):
        document["rules"].append(plans.a_rule("Order Placed", {"x": {"type": "string"}}))

    base, left, right = three(ours, theirs)

    [conflict] = merge(base, left, right).conflicts

    assert (conflict.name, conflict.base) == ("Order Placed", MISSING)
    merged = merge(base, left, right, {conflict.key: "theirs"})
    assert [rule["schema"] for rule in merged.document["rules"]] == [to_document(right)["rules"][1]["schema"]]
