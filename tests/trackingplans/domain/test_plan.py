import json

import pytest

from trackingplans.domain.plan import Plan, PlanError, Rule, from_document, rule_from_document, to_document

RULE = {"type": "track", "name": "Order Completed", "version": 1, "schema": {"type": "object"}}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"planwright": 1, "name": "Shop", "rules": []},
        {"rules": [RULE], "name": "Shop", "planwright": 1},  # another order
        {"planwright": 1, "name": "Shop", "rules": [], "x_ours": {"a": [1]}, "owner": None},
        {
            "planwright": 1,
            "name": "Shop",
            "description": "d",
            "owner": "checkout",
            "naming": {"property": {"casing": "snake"}},
            "closed": True,
            "metrics": [{"name": "M", "question": "?", "funnel": ["Order Completed"]}],
            "lint": {"severity": {"duplicate": "off"}, "mutes": []},
            "properties": {"total": {"type": "number"}},
            "groups": {"money": ["total"]},
            "rules": [
                {
                    "version": 2,
                    "schema": {"z": 1, "a": 2},
                    "type": "track",
                    "name": "Order Completed",
                    "meta": {
                        "importance": "critical",
                        "former_names": [{"name": "Order Done", "until": "2026-12-31"}],
                    },
                    "x": [None],
                },
                {"type": "identify", "schema": True},
                {"type": "page", "name": "", "schema": {}},
                {"type": "common", "version": 1, "schema": {}},
                {"type": "screen", "name": None, "meta": None},
            ],
        },
    ],
)
def test_a_document_comes_back_as_it_went_in(document):
    written = to_document(from_document(document))
    assert json.dumps(written) == json.dumps(document)
    assert from_document(written) == from_document(document)


def test_a_plan_made_by_hand_is_written_in_the_usual_order():
    plan = Plan(name="Shop", rules=(Rule("track", "A", 1, {}), Rule("identify", "", 1, {}, {"owner": "web"})))
    assert list(to_document(plan)) == ["planwright", "name", "rules"]
    assert to_document(plan)["rules"] == [
        {"type": "track", "name": "A", "version": 1, "schema": {}},
        {"type": "identify", "version": 1, "schema": {}, "meta": {"owner": "web"}},
    ]
    assert from_document(to_document(plan)) == from_document(to_document(plan))


@pytest.mark.parametrize(
    ("document", "path", "says"),
    [
        (5, "", "A plan is an object, not a number."),
        ([], "", "not a list"),
        ({"planwright": 2}, "planwright", "Should be 1"),
        ({"name": 5}, "name", "Should be text, not a number."),
        ({"closed": "yes"}, "closed", "Should be true or false, not text."),
        ({"rules": {}}, "rules", "Should be a list, not an object."),
        ({"rules": [5]}, "rules.0", "A rule is an object, not a number."),
        ({"rules": [{**RULE, "type": "purchase"}]}, "rules.0.type", "Should be one of track, identify"),
        ({"rules": [{**RULE, "type": "TRACK"}]}, "rules.0.type", "lower case"),
        ({"rules": [{"name": "A"}]}, "rules.0.type", "Should be one of"),
        ({"rules": [{"type": "track"}]}, "rules.0.name", "needs the name of its event"),
        ({"rules": [{**RULE, "name": ""}]}, "rules.0.name", "needs the name"),
        ({"rules": [{**RULE, "name": 5}]}, "rules.0.name", "Should be text"),
        ({"rules": [{"type": "identify", "name": "A"}]}, "rules.0.name", "has no name"),
        ({"rules": [{**RULE, "version": 0}]}, "rules.0.version", "whole number from 1"),
        ({"rules": [{**RULE, "version": 1.5}]}, "rules.0.version", "whole number"),
        ({"rules": [{**RULE, "version": "1"}]}, "rules.0.version", "whole number"),
        ({"rules": [{**RULE, "version": True}]}, "rules.0.version", "whole number"),
        ({"rules": [{**RULE, "version": None}]}, "rules.0.version", "whole number"),
        ({"rules": [{**RULE, "schema": []}]}, "rules.0.schema", "Should be a JSON Schema"),
        ({"rules": [{**RULE, "schema": None}]}, "rules.0.schema", "Should be a JSON Schema"),
        ({"rules": [{**RULE, "meta": []}]}, "rules.0.meta", "Should be an object"),
        (
            {"rules": [{**RULE, "meta": {"importance": "high"}}]},
            "rules.0.meta.importance",
            "critical, normal",
        ),
        ({"rules": [{**RULE, "meta": {"status": 5}}]}, "rules.0.meta.status", "planned, live, deprecated"),
        (
            {"rules": [{**RULE, "meta": {"former_names": [{}]}}]},
            "rules.0.meta.former_names.0.name",
            "had before",
        ),
        ({"rules": [{**RULE, "meta": {"former_names": ["A"]}}]}, "rules.0.meta.former_names.0", "an object"),
        (
            {"rules": [{**RULE, "meta": {"former_names": [{"name": "A", "until": 5}]}}]},
            "rules.0.meta.former_names.0.until",
            "a date like",
        ),
        ({"rules": [{**RULE, "meta": {"properties": {"/a": 1}}}]}, "rules.0.meta.properties./a", "an object"),
        (
            {"rules": [RULE, RULE]},
            "rules.1",
            "track Order Completed, version 1, is already there as rules.0.",
        ),
        ({"rules": [RULE, {**RULE, "version": 1.0}]}, "rules.1", "already there"),
        ({"properties": {"a": 5}}, "properties.a", "Should be a JSON Schema"),
        ({"groups": {"a": [5]}}, "groups.a", "list of names"),
        ({"metrics": [5]}, "metrics.0", "Should be an object"),
    ],
)
def test_a_document_of_the_wrong_shape_says_where(document, path, says):
    with pytest.raises(PlanError) as error:
        from_document(document)
    (problem,) = error.value.problems
    assert problem.path == path
    assert says in problem.message
    assert says in str(error.value)


def test_every_problem_is_told_at_once():
    with pytest.raises(PlanError) as error:
        from_document({"name": 1, "rules": [{"type": "x"}, {"type": "track"}, 5]})
    assert [problem.path for problem in error.value.problems] == [
        "rules.0.type",
        "rules.1.name",
        "rules.2",
        "name",
    ]


def test_a_single_rule_is_read():
    rule = rule_from_document({**RULE, "meta": {"importance": "critical"}})
    assert rule.identity == ("track", "Order Completed", 1)
    assert rule.is_critical
    with pytest.raises(PlanError):
        rule_from_document({"type": "track"})
