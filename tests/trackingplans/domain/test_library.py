"""Shared properties: who uses a definition, who says otherwise, and what follows a change."""

import pytest

from tests.trackingplans.domain.plans import wrapped
from trackingplans.domain import editing, grouping
from trackingplans.domain.library import edits_to_define, library
from trackingplans.domain.plan import Plan, PlanError, Rule, from_document, to_document

AT = "/properties/properties/properties/currency"
CODE = {"type": "string", "pattern": "^[A-Z]{3}$"}
NULLABLE = {"type": ["string", "null"], "pattern": "^[A-Z]{3}$"}
NEW = {"type": "string", "enum": ["EUR", "USD"]}


def rule(name, schema, *, shared=None):
    meta = {"properties": {AT: {"shared": shared, "owner": "shop"}}} if shared else {}
    return Rule("track", name, 1, wrapped({"properties": {"currency": schema}}), meta)


def plan(*rules, properties=None):
    return Plan(
        name="Shop", rules=rules, properties=properties or {}, groups={"Money": ["currency", "total"]}
    )


SHARED = plan(
    rule("A", CODE, shared="currency"),
    rule("B", NULLABLE, shared="currency"),
    rule("C", {"type": "number"}, shared="currency"),
    rule("D", CODE),
    properties={"currency": CODE},
)


def currencies(changed):
    return {
        one["name"]: one["schema"]["properties"]["properties"]["properties"]["currency"]
        for one in changed["rules"]
    }


def edited(before, **how):
    books = library(before)
    (one,) = books.shared or books.candidates
    return editing.apply(to_document(before), edits_to_define(before, one, NEW, **how))


def test_a_definition_knows_its_uses_and_who_says_otherwise():
    (one,) = library(SHARED).shared
    assert [(use.rule.name, use.path, use.differs) for use in one.uses] == [
        ("A", "currency", False), ("B", "currency", False), ("C", "currency", True),
    ]  # fmt: skip
    assert (one.conflicts, one.groups) == (1, ("Money",))


@pytest.mark.parametrize(("everywhere", "of_c"), [(False, {"type": "number"}), (True, NEW)])
def test_a_change_reaches_those_who_use_it_and_others_when_asked(everywhere, of_c):
    changed = edited(SHARED, everywhere=everywhere)
    assert changed["properties"]["currency"] == NEW
    assert currencies(changed) == {
        "A": NEW, "B": {"type": ["string", "null"], "enum": ["EUR", "USD", None]}, "C": of_c, "D": CODE,
    }  # fmt: skip
    assert from_document(changed).rules[0].meta["properties"][AT] == {"shared": "currency", "owner": "shop"}


def test_what_stands_in_several_events_could_be_shared():
    loose = plan(rule("A", CODE), rule("B", NULLABLE), rule("C", {"type": "number"}))
    (candidate,) = library(loose).candidates
    assert (candidate.name, candidate.schema, candidate.conflicts) == ("currency", CODE, 1)
    changed = edited(loose, everywhere=False)
    assert currencies(changed)["C"] == {"type": "number"}
    (one,) = library(from_document(changed)).shared
    assert [use.rule.name for use in one.uses] == ["A", "B"]


def test_what_stands_in_two_events_is_left_alone():
    assert library(plan(rule("A", CODE), rule("B", CODE))).candidates == ()


def test_the_same_definition_again_changes_nothing():
    (one,) = library(SHARED).shared
    assert edits_to_define(SHARED, one, CODE, everywhere=False) == []


TOTAL = {"type": "number"}
GROUPED = plan(
    rule("A", CODE, shared="currency"), rule("B", {"type": "number"}), Rule("track", "C", 1, {"type": "object"}),
    properties={"currency": CODE, "total": TOTAL},
)  # fmt: skip


def inside(document, name):
    found = next(one for one in document["rules"] if one["name"] == name)
    return found["schema"]["properties"]["properties"]["properties"]


def test_a_group_is_used_where_its_properties_are_and_conflicts_are_seen():
    uses = grouping.uses(GROUPED, "Money")
    assert [(use.rule.name, use.missing, use.otherwise) for use in uses] == [
        ("A", ("total",), ()),
        ("B", ("total",), ("currency",)),
    ]


@pytest.mark.parametrize(("over", "of_b"), [(False, {"type": "number"}), (True, CODE)])
def test_an_event_gets_all_of_a_group_and_keeps_what_it_says_otherwise_unless_told(over, of_b):
    edits = grouping.edits_to_add(GROUPED, "Money", GROUPED.rules, over=over)
    changed = editing.apply(to_document(GROUPED), edits)
    assert inside(changed, "C") == {"currency": NULLABLE, "total": {"type": ["number", "null"]}}
    assert (inside(changed, "A")["currency"], inside(changed, "B")["currency"]) == (CODE, of_b)
    after = from_document(changed)
    assert [use.has_all for use in grouping.uses(after, "Money")] == [True, True, True]
    (_, shared) = library(after).shared
    assert (shared.name, len(shared.uses)) == ("total", 3)
    assert grouping.edits_to_add(after, "Money", after.rules, over=over) == []


def test_what_is_new_in_a_group_comes_into_the_events_that_had_it():
    before = from_document(
        editing.apply(to_document(GROUPED), grouping.edits_to_add(GROUPED, "Money", GROUPED.rules[:1]))
    )
    wider = from_document({**to_document(before), "properties": {**before.properties, "tax": TOTAL}})
    edits = grouping.edits_to_define(wider, "Money", "Prices", ["currency", "total", "tax"], everywhere=True)
    changed = editing.apply(to_document(wider), edits)
    assert changed["groups"] == {"Prices": ["currency", "total", "tax"]}
    assert [("tax" in inside(changed, name)) for name in "AB"] == [True, False]


@pytest.mark.parametrize(
    ("was", "name", "wanted", "words"),
    [
        ("", " ", ["total"], "needs a name"),
        ("", "Money", ["total"], "already"),
        ("", "New", ["nothing"], "“nothing” is no shared property"),
        ("", "New", [], "Choose the properties"),
    ],
)
def test_a_group_that_cannot_be_is_refused(was, name, wanted, words):
    with pytest.raises(PlanError, match=words):
        grouping.edits_to_define(GROUPED, was, name, wanted, everywhere=True)
