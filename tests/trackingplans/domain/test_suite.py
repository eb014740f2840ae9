"""JSON-Schema-Test-Suite: every required draft-07 case says of a property what it should."""

import json
from typing import Any

import jsonschema_rs
import pytest

from tests import suite
from tests.trackingplans.domain.bodies import call
from tests.trackingplans.domain.plans import wrapped
from trackingplans.domain import rules
from trackingplans.domain.findings import Family
from trackingplans.domain.messages import Message, read, stream
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.validation import CompiledPlan

DRAFT = "http://json-schema.org/draft-07/schema#"
REMOTES = "http://localhost:1234/"
OF_CASE = "http://suite.example/case.json"


@pytest.fixture(scope="module")
def remotes() -> Any:
    """What the cases' remote references point at, without the files of other drafts."""
    found = {path.removeprefix("remotes/"): schema for path, schema in suite.files().items()}
    return jsonschema_rs.Registry(
        [
            (REMOTES + path, schema)
            for path, schema in found.items()
            if not path.startswith("tests/")
            and (path.startswith("draft7/") or not path.startswith("draft"))
            and "$defs" not in schema
        ],
        draft=jsonschema_rs.Draft7,
    )


def plan_of(case: Any, remotes: Any) -> CompiledPlan:
    """A plan whose one event has the case's schema at `properties.value`.

    A saved plan has no remote references: the test puts a rule that has them where the plan looks for it.
    """
    if isinstance(case, dict):
        case = {"$id": OF_CASE, **case}
    schema = wrapped({"properties": {"value": case}}, **{"$schema": DRAFT})
    plan = CompiledPlan(Plan(rules=(Rule("track", "Order Completed", 1, schema),)))
    rules.slot_for(schema, "properties", ()).ready = rules.Compiled(schema, "properties", (), remotes)
    return plan


def says(plan: CompiledPlan, value: Any) -> tuple[bool, bool]:
    """Whether the plan finds nothing wrong with a value, and whether it takes the message unopened."""
    body = json.dumps({"batch": [call(properties={"value": value})]}).encode()
    [opened] = read(body, "batch")
    [unopened] = stream(body, "batch", accepts=plan.accepted)
    assert isinstance(opened, Message)
    assert isinstance(unopened, Message)
    found = plan.check(opened).findings
    return all(finding.family != Family.VIOLATION for finding in found), bool(unopened.accepted)


@pytest.mark.slow  # and it needs a package index
def test_every_required_case_of_draft_07_is_judged_as_the_suite_says(remotes):
    judged, wrong = 0, []
    for path, groups in suite.files().items():
        if not path.startswith("tests/draft7/") or path.startswith("tests/draft7/optional/"):
            continue
        for group in groups:
            plan = plan_of(group["schema"], remotes)
            for case in group["tests"]:
                is_fine, is_accepted = says(plan, case["data"])
                judged += 1
                if is_fine != case["valid"] or (is_accepted and not is_fine):
                    wrong.append(f"{path}: {group['description']}: {case['description']}")

    assert wrong == []
    assert judged > 900


def test_without_a_registry_a_remote_reference_points_at_nothing():
    plan = CompiledPlan(
        Plan(rules=(Rule("track", "Order Completed", 1, wrapped({"$ref": f"{REMOTES}integer.json"})),))
    )
    [message] = read(json.dumps({"batch": [call()]}).encode(), "batch")

    assert isinstance(message, Message)
    assert plan.check(message).verdict == "unchecked"
