import json
from typing import Any

from tests.trackingplans.domain.bodies import call
from tests.trackingplans.domain.plans import track
from trackingplans.checking import check
from trackingplans.domain.plan import Plan
from trackingplans.domain.validation import CompiledPlan

PLAN = CompiledPlan(Plan(rules=(track({"properties": {"total": {"type": "number"}}}),)))


def test_the_answer_has_the_shape_of_the_contract():
    answer = check(PLAN, [call(properties={"total": "1"})], plan="pl_1", version=3)
    assert answer == {
        "plan": "pl_1",
        "version": 3,
        "summary": {
            "events": 1,
            "conforming": 0,
            "violating": 1,
            "unplanned": 0,
            "unchecked": 0,
            "rejected": 0,
        },
        "results": [
            {
                "index": 0,
                "message_id": "m1",
                "type": "track",
                "event": "Order Completed",
                "verdict": "violating",
                "decision": {"action": "allow", "omit": [], "reason": None},
                "findings": [
                    {
                        "family": "violation",
                        "code": "type",
                        "path": "properties.total",
                        "message": "`total` should be a number, but text came.",
                        "expected": "a number",
                        "actual": '"1"',
                        "suggestion": "Send the number without quotes.",
                    }
                ],
            }
        ],
    }


def test_a_rejected_event_says_why_and_costs_only_itself():
    events: list[Any] = [
        call(),
        5,
        {"type": "track"},
        call(event="Nope"),
        call(type="identify", messageId=None),
    ]
    answer = check(PLAN, events)
    assert [result["verdict"] for result in answer["results"]] == [
        "conforming",
        "rejected",
        "rejected",
        "unplanned",
        "unchecked",
    ]
    assert [result["index"] for result in answer["results"]] == [0, 1, 2, 3, 4]
    assert answer["results"][1] == {
        "index": 1,
        "message_id": None,
        "type": None,
        "event": None,
        "verdict": "rejected",
        "decision": None,
        "findings": [
            {
                "family": "rejected",
                "code": "not_object",
                "path": "(root)",
                "message": "The message is not an object.",
                "expected": None,
                "actual": None,
                "suggestion": None,
            }
        ],
    }
    assert answer["results"][4]["message_id"] is None
    assert sum(answer["summary"].values()) == 2 * answer["summary"]["events"]
    json.dumps(answer, allow_nan=False)


def test_no_events_are_no_results():
    assert check(PLAN, [])["summary"]["events"] == 0
