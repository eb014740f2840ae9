"""Shared properties: who uses a definition, who says otherwise, and what follows a change."""

import pytest

from tests.trackingplans.domain.plans import wrapped
from trackingplans.domain import editing
from trackingplans.domain.library import edits_to_define, library
from trackingplans.domain.plan import Plan, Rule, from_document, to_document

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
