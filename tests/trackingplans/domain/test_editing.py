"""What each edit does to a document, and what is said of one that cannot be made."""

import copy

import pytest

from tests.trackingplans import plans
from trackingplans.domain.editing import apply, overlap, touched
from trackingplans.domain.narrating import sentence
from trackingplans.domain.plan import PlanError

ORDER = {"type": "track", "name": "Order Completed", "version": 1}
TOTAL = "/properties/properties/properties/total"
SECTION = "/properties/properties"
ITEMS = f"{SECTION}/properties/products/items"


def a_plan():
    rule = plans.a_rule(
        "Order Completed",
        {"total": {"type": "number"}, "products": {"type": "array", "items": {"type": "object"}}},
        ["total"],
        meta={"owner": "growth", "properties": {TOTAL: {"pii": "none"}}},
    )
    metrics = [{"name": "Sales", "funnel": ["Cart Viewed", "Order Completed"]}]
    lint = {"mutes": [{"code": "tense", "type": "track", "name": "Order Completed", "reason": "old"}]}
    return plans.a_document(rules=[plans.a_rule("Cart Viewed", {}), rule], metrics=metrics, lint=lint)


def edited(*edits):
    """The document, the event in it; the one edited stays as it was."""
    before = a_plan()
    kept = copy.deepcopy(before)
    after = apply(before, edits)
    assert before == kept
    return after, after["rules"][1]


def section(rule):
    return rule["schema"]["properties"]["properties"]


def test_a_rule_comes_and_goes():
    new = plans.a_rule("Signed Up", {})
    document, _ = edited({"op": "add_rule", "rule": new})
    assert [rule["name"] for rule in document["rules"]] == ["Cart Viewed", "Order Completed", "Signed Up"]

    document = apply(document, [{"op": "remove_rule", "of": ORDER}])
    assert [rule["name"] for rule in document["rules"]] == ["Cart Viewed", "Signed Up"]


def test_a_renamed_event_keeps_its_place_its_former_name_and_what_speaks_of_it():
    document, rule = edited(
        {"op": "rename_rule", "of": ORDER, "name": "Order Placed", "keep_former": {"until": "2027-01-31"}}
    )

    assert rule["name"] == "Order Placed"
    assert rule["meta"]["former_names"] == [{"name": "Order Completed", "until": "2027-01-31"}]
    assert document["metrics"][0]["funnel"] == ["Cart Viewed", "Order Placed"]
    assert document["lint"]["mutes"][0]["name"] == "Order Placed"


def test_a_property_is_added_where_nothing_was_and_a_required_one_makes_its_section_required():
    cart = {"type": "track", "name": "Cart Viewed"}
    bare = {"type": "track", "name": "Bare", "schema": {}}
    add = {"op": "add_property", "at": SECTION, "name": "id", "schema": {"type": "string"}, "required": True}

    document = apply(
        plans.a_document(rules=[plans.a_rule("Cart Viewed", {}), bare]),
        [{**add, "of": cart}, {**add, "of": {"type": "track", "name": "Bare"}}],
    )

    for rule in document["rules"]:
        assert section(rule)["properties"] == {"id": {"type": "string"}}
        assert (section(rule)["required"], rule["schema"]["required"]) == (["id"], ["properties"])


def test_a_property_of_the_items_of_a_list_is_added():
    at = f"{SECTION}/properties/products/items"
    _, rule = edited(
        {"op": "add_property", "of": ORDER, "at": at, "name": "sku", "schema": {"type": "string"}}
    )

    assert section(rule)["properties"]["products"]["items"]["properties"] == {"sku": {"type": "string"}}
    assert "required" not in section(rule)["properties"]["products"]["items"]


def test_a_removed_property_takes_its_traces_along():
    _, rule = edited({"op": "remove_property", "of": ORDER, "at": TOTAL})

    assert list(section(rule)["properties"]) == ["products"]
    assert "required" not in section(rule)
    assert "required" not in rule["schema"]
    assert rule["meta"]["properties"] == {}


def test_a_renamed_property_keeps_its_place_required_and_notes():
    _, rule = edited({"op": "rename_property", "of": ORDER, "at": TOTAL, "name": "a/b~"})

    assert list(section(rule)["properties"]) == ["a/b~", "products"]
    assert section(rule)["required"] == ["a/b~"]
    assert rule["meta"]["properties"] == {f"{SECTION}/properties/a~1b~0": {"pii": "none"}}


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (
            {"op": "set_property", "at": TOTAL, "path": ["minimum"], "value": 0},
            {"type": "number", "minimum": 0},
        ),
        ({"op": "set_property", "at": TOTAL, "path": ["type"]}, {}),
        ({"op": "set_property", "at": TOTAL, "path": [], "value": {"type": "string"}}, {"type": "string"}),
    ],
)
def test_a_propertys_schema_is_set(edit, found):
    _, rule = edited({**edit, "of": ORDER})

    assert section(rule)["properties"]["total"] == found


def test_what_is_noted_of_a_rule_and_the_plan_is_set():
    document, rule = edited(
        {"op": "set_rule", "of": ORDER, "path": ["meta", "links", "0"], "value": 1},
        {"op": "set_rule", "of": ORDER, "path": ["meta", "owner"]},
        {"op": "set_plan", "path": ["naming", "event", "casing"], "value": "title"},
        {"op": "set_plan", "path": ["metrics", 0, "funnel", 0]},
    )

    assert rule["meta"] == {"properties": {TOTAL: {"pii": "none"}}, "links": {"0": 1}}
    assert document["naming"] == {"event": {"casing": "title"}}
    assert document["metrics"][0]["funnel"] == ["Order Completed"]


@pytest.mark.parametrize(
    ("edit", "place", "words"),
    [
        ("remove", "changes.0.op", "Should be one of add_rule"),
        ({"op": "remove_rule"}, "changes.0.of", "Should be the rule"),
        (
            {"op": "remove_rule", "of": {"type": "track", "name": "X"}},
            "changes.0.of",
            "There is no X in the plan.",
        ),
        ({"op": "remove_rule", "of": ORDER, "x": 1}, "changes.0.x", "knows no such key"),
        ({"op": "add_rule", "rule": a_plan()["rules"][1]}, "changes.0.rule", "is in the plan already"),
        ({"op": "add_rule", "rule": {"type": "track"}}, "changes.0.rule.name", "needs the name"),
        ({"op": "rename_rule", "of": ORDER, "name": ""}, "changes.0.name", "needs the name"),
        ({"op": "rename_rule", "of": ORDER, "name": "Cart Viewed"}, "changes.0.name", "already"),
        ({"op": "set_rule", "of": ORDER, "path": ["name"], "value": "X"}, "changes.0.path", "rename_rule"),
        ({"op": "set_rule", "of": ORDER, "path": [None], "value": 1}, "changes.0.path", "list of keys"),
        ({"op": "set_plan", "path": ["metrics", 7, "name"], "value": 1}, "changes.0.path", "no item 7"),
        ({"op": "set_plan", "path": ["rules"], "value": []}, "changes.0.path", "edits of their own"),
        ({"op": "remove_property", "of": ORDER, "at": f"{TOTAL}x"}, "changes.0.at", "There is no totalx"),
        ({"op": "set_required", "of": ORDER, "at": "total", "required": True}, "changes.0.at", "slash"),
        (
            {"op": "add_property", "of": ORDER, "at": SECTION, "name": "total", "schema": {}},
            "changes.0.at",
            "already",
        ),
        ({"op": "order_rules", "order": [ORDER]}, "changes.0.order", "every rule"),
    ],
)
def test_an_edit_that_cannot_be_made_is_refused_with_its_place(edit, place, words):
    with pytest.raises(PlanError) as refused:
        edited(edit)

    [problem] = refused.value.problems
    assert problem.path == place
    assert words in problem.message


def test_edits_of_one_thing_overlap():
    naming, owner, rule, renamed = (
        touched(edit)
        for edit in (
            {"op": "set_plan", "path": ["naming", "event"]},
            {"op": "set_plan", "path": ["properties"]},
            {"op": "remove_property", "of": ORDER, "at": TOTAL},
            {"op": "rename_rule", "of": ORDER, "name": "X"},
        )
    )

    assert naming == [("plan", "naming")]
    assert overlap(owner[0], ("plan", "properties", "total"))
    assert not overlap(owner[0], naming[0])
    assert rule[0] in renamed
    assert ("track", "X", 1) in renamed


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            {"op": "set_required", "of": ORDER, "at": TOTAL, "required": True},
            "Order Completed: total is required now",
        ),
        (
            {"op": "set_property", "of": ORDER, "at": ITEMS, "path": ["type"], "value": "object"},
            "Order Completed: products.$: type set to object",
        ),
        ({"op": "set_rule", "of": ORDER, "path": ["meta", "owner"]}, "Order Completed: owner removed"),
        ({"op": "rename_rule", "of": ORDER, "name": "X"}, "Order Completed: renamed to X"),
        (
            {"op": "add_property", "of": ORDER, "at": SECTION, "name": "sku", "schema": {}},
            "Order Completed: property sku added",
        ),
        ({"op": "set_plan", "path": ["closed"], "value": True}, "The plan: closed set to true"),
        (
            {
                "op": "set_rule",
                "of": ORDER,
                "path": ["meta", "former_names"],
                "value": [{"name": "Sold", "until": "2026-12-24"}, {"name": "Paid"}],
            },
            "Order Completed: former names set to Sold until 2026-12-24, Paid",
        ),
    ],
)
def test_an_edit_is_told_in_the_words_of_the_pages(edit, said):
    assert sentence(edit) == said
