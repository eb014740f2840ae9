"""POST /api/v1/plans/{plan}/check, as DESIGN 7.3 has it."""

import json

import pytest

from accounts.models import Role
from tests.factories import PlanFactory
from tests.trackingplans import plans
from tests.trackingplans.api.callers import a_caller
from trackingplans import publishing
from trackingplans.models import RecentMessage, TrafficHour

pytestmark = pytest.mark.django_db

GOOD = {
    "type": "track",
    "event": "Order Completed",
    "messageId": "m1",
    "userId": "u1",
    "properties": {"order_id": "1", "total": 2},
}
BAD = GOOD | {"messageId": "m2", "properties": {"total": "89.90"}}


@pytest.fixture
def caller():
    return a_caller(Role.VIEWER)


@pytest.fixture
def plan(caller):
    return publishing.create(caller.workspace, plans.a_document(), actor=None).plan


def check(caller, plan, events, **more):
    body = {"events": events} | more
    return caller.send(f"plans/{plan.public_id}/check", body)


def test_the_answer_has_exactly_the_agreed_shape(caller, plan):
    status, said = check(caller, plan, [GOOD, BAD, GOOD | {"event": "Order Complete", "messageId": "m3"}, 7])

    assert status == 200
    assert said["plan"] == plan.public_id
    assert said["version"] == 1
    assert said["summary"] == {
        "events": 4, "conforming": 1, "violating": 1, "unplanned": 1, "unchecked": 0, "rejected": 1,
    }  # fmt: skip
    good, bad, unplanned, rejected = said["results"]
    assert good == {
        "index": 0,
        "message_id": "m1",
        "type": "track",
        "event": "Order Completed",
        "verdict": "conforming",
        "decision": {"action": "allow", "omit": [], "reason": None},
        "findings": [],
    }
    assert [(one["family"], one["code"], one["path"]) for one in bad["findings"]] == [
        ("violation", "required", "properties.order_id"),
        ("violation", "type", "properties.total"),
    ]
    for finding in bad["findings"]:
        assert list(finding) == ["family", "code", "path", "message", "expected", "actual", "suggestion"]
    assert unplanned["findings"][0]["suggestion"] == "Did you mean Order Completed?"
    assert (rejected["verdict"], rejected["decision"], rejected["message_id"]) == ("rejected", None, None)
    [why] = rejected["findings"]
    assert (why["family"], why["path"], why["expected"]) == ("rejected", "(root)", None)


def test_nothing_is_recorded(caller, plan):
    check(caller, plan, [GOOD, BAD])

    assert not RecentMessage.objects.exists()
    assert not TrafficHour.objects.exists()


def test_an_empty_list_is_an_answer(caller, plan):
    status, said = check(caller, plan, [])

    assert (status, said["summary"]["events"], said["results"]) == (200, 0, [])


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"]
)
def test_the_content_type_does_not_matter(caller, plan, content_type):
    body = json.dumps({"events": [GOOD]})

    status, said = caller.send(f"plans/{plan.public_id}/check", body, content_type=content_type)

    assert (status, said["summary"]["conforming"]) == (200, 1)


def test_an_old_version_can_be_asked(caller, plan):
    publishing.publish(plan, plans.a_document(rules=[]), actor=None)

    assert check(caller, plan, [BAD])[1]["results"][0]["verdict"] == "unchecked"
    said = check(caller, plan, [BAD], version=1)[1]
    assert (said["version"], said["results"][0]["verdict"]) == (1, "violating")


def an_order(inside):
    return b'{"type":"track","event":"Order Completed","userId":"u","properties":{%s}}' % inside


HOSTILE = {
    "NaN": (an_order(b'"order_id":"1","total":NaN'), "violating"),
    "NUL": (an_order(b'"order_id":"\\u0000"'), "conforming"),
    "half a character": (an_order(b'"order_id":"\\ud800"'), "conforming"),
    "deep": (an_order(b'"a":' + b'{"a":' * 2000 + b"1" + b"}" * 2000), "rejected"),
    "huge integer": (an_order(b'"n":' + b"1" * 5000), "rejected"),
    "too large": (an_order(b'"n":"' + b"x" * 40_000 + b'"'), "rejected"),
    "a key twice": (an_order(b'"order_id":1,"order_id":"1"'), "conforming"),
    "a list": (b"[]", "rejected"),
    "null": (b"null", "rejected"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_costs_itself_only(caller, plan, name):
    raw, verdict = HOSTILE[name]
    good = json.dumps(GOOD).encode()

    status, said = caller.send(f"plans/{plan.public_id}/check", b'{"events":[%s,%s,%s]}' % (good, raw, good))

    assert status == 200
    assert [one["verdict"] for one in said["results"]] == ["conforming", verdict, "conforming"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("", "(root)"),
        ("{", "(root)"),
        ("[]", "events"),
        ("{}", "events"),
        ('{"events": {}}', "events"),
        ('{"events": "x"}', "events"),
        ('{"events": null}', "events"),
        ('{"events": [], "version": "1"}', "version"),
        ('{"events": [], "version": 1.5}', "version"),
        ('{"events": [], "version": -1}', "version"),
        (json.dumps({"events": [{}] * 2501}), "events"),
    ],
)
def test_a_request_that_is_none_is_400_with_its_place(caller, plan, body, path):
    status, said = caller.send(f"plans/{plan.public_id}/check", body)

    assert status == 400
    assert set(said) == {"code", "message", "errors"}
    assert said["errors"][0]["path"] == path


def test_2500_messages_are_taken(caller, plan):
    status, said = check(caller, plan, [GOOD] * 2500)

    assert (status, said["summary"]["conforming"]) == (200, 2500)


def test_a_body_beyond_the_limit_is_413(caller, plan):
    status, said = caller.send(f"plans/{plan.public_id}/check", '{"events": ["' + "x" * 4 * 1024**2 + '"]}')

    assert (status, said["code"]) == (413, "too_large")


@pytest.mark.parametrize("more", [{"draft": "dr_1"}, {"version": 2}, {"version": 0}])
def test_what_is_not_there_is_404(caller, plan, more):
    status, said = check(caller, plan, [GOOD], **more)

    assert (status, said["code"]) == (404, "not_found")


def test_null_means_the_live_version(caller, plan):
    assert check(caller, plan, [GOOD], version=None, draft=None)[0] == 200


def test_a_plan_that_was_never_published_is_404(caller):
    assert check(caller, PlanFactory(workspace=caller.workspace), [GOOD])[0] == 404


def test_a_plan_of_another_workspace_is_404(caller, plan):
    assert check(a_caller(Role.ADMIN), plan, [GOOD])[0] == 404


def test_strangers_get_401(client, plan):
    assert (
        client.post(
            f"/api/v1/plans/{plan.public_id}/check", "{}", content_type="application/json"
        ).status_code
        == 401
    )
