"""POST /api/v1/names/check, as DESIGN 7.3 has it."""

import pytest

from accounts.models import Role
from tests.trackingplans import plans
from tests.trackingplans.api.callers import a_caller
from trackingplans import publishing

pytestmark = pytest.mark.django_db

NAMING = {"event": {"order": "object_action", "tense": "past", "casing": "title"}}


@pytest.fixture
def caller():
    return a_caller(Role.VIEWER)


def a_plan(caller, **naming):
    document = plans.a_document() | {"naming": NAMING | naming}
    return publishing.create(caller.workspace, document, actor=None).plan.public_id


def test_names_are_judged_by_the_plan_and_beside_its_names(caller):
    plan = a_plan(caller)

    status, said = caller.send(
        "names/check", {"names": ["order_completed", "Cart Viewed"], "kind": "event", "plan": plan}
    )

    assert status == 200
    first, second = said["results"]
    assert [issue["code"] for issue in first["issues"]] == ["casing", "duplicate"]
    assert first["issues"][1] == {
        "code": "duplicate",
        "severity": "error",
        "message": "This is `Order Completed` again: they differ only by case or separators.",
        "span": [0, 15],
    }
    assert first["suggestions"] == ["Order Completed"]
    assert (second["object"], second["action"], second["tense"], second["issues"]) == (
        "cart",
        "viewed",
        ["past"],
        [],
    )
    assert list(second) == [
        "name", "words", "casing", "order", "object", "action", "tail", "tense", "namespace", "dynamic", "issues",
        "suggestions", "confidence",
    ]  # fmt: skip


def test_without_a_plan_the_names_own_majority_decides(caller):
    names = ["a_id", "b_id", "c_id", "d_id", "eId"]

    _, said = caller.send("names/check", {"names": names, "kind": "property"})

    assert [len(one["issues"]) for one in said["results"]] == [0, 0, 0, 0, 1]


def test_strange_text_is_answered(caller):
    status, said = caller.send("names/check", '{"names": ["\\ud800 Viewed", "", "a\\u0000b"]}')

    assert status == 200
    assert [one["name"] for one in said["results"]] == ["\\ud800 Viewed", "", "a\\u0000b"]


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ("[1]", ["(root)"]),
        ('{"names": [', ["line 1, column 12"]),
        ({}, ["names"]),
        ({"names": "Order Completed"}, ["names"]),
        ({"names": ["A Viewed", 7, "a" * 1001]}, ["names.1", "names.2"]),
        ({"names": ["A Viewed"] * 5001}, ["names"]),
        ({"names": [], "kind": "screen"}, ["kind"]),
        ({"names": [], "plan": 7}, ["plan"]),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(caller, body, places):
    status, said = caller.send("names/check", body)

    assert status == 400
    assert [error["path"] for error in said["errors"]] == places


def test_a_plan_that_is_not_there_is_not_found(caller):
    assert caller.send("names/check", {"names": [], "plan": "pl_nowhere"})[0] == 404


def test_a_plan_whose_rules_cannot_be_used_is_told(caller):
    plan = a_plan(caller, scope="old")

    status, said = caller.send("names/check", {"names": ["Cart Viewed"], "plan": plan})

    assert status == 400
    assert said["errors"][0]["path"] == "naming.scope"


def test_five_thousand_names_are_one_call(caller):
    names = [f"Thing {'ab'[number % 2]}{'xyz'[number % 3]} Part Viewed" for number in range(5000)]

    status, said = caller.send("names/check", {"names": names})

    assert status == 200
    assert len(said["results"]) == 5000
