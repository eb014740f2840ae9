import json
from collections import Counter
from datetime import timedelta

import pytest

from delivery import pacing, sending, targeting
from delivery.models import Delivery
from tests.delivery.receiver import receiving
from tests.factories import PlanFactory, SourceFactory, WorkspaceFactory
from tests.threads import at_once
from tests.violations.judging import NOON, origin_of, record, store, tally_of, track
from violations.models import Violation

FOURTEEN = {
    "appVersion", "eventMessageID", "eventName", "eventSentAt", "eventTimestamp", "eventType", "sourceID",
    "sourceName", "sourceSlug", "trackingPlanID", "trackingPlanName", "violationDescription",
    "violationField", "violationType",
}  # fmt: skip
UNSET = "0001-01-01T00:00:00Z"


def forwarding_source(url="https://api.example.com"):
    workspace = WorkspaceFactory.create()
    plan = PlanFactory.create(workspace=workspace, name="Sneaker shop")
    source = SourceFactory.create(workspace=workspace, plan=plan, name="Web", slug="web")
    target = targeting.set_target(source, url, "wk_receiver", actor=None)
    return source, target


def calls():
    return [json.loads(body) for body in Delivery.objects.order_by("id").values_list("body", flat=True)]


def missing_order(**more):
    return track("Order Completed", {"total": 10}, **more)


@pytest.mark.django_db
def test_the_call_is_segments_violation_generated_with_its_fourteen_texts():
    source, target = forwarding_source()
    message = missing_order(
        messageId="node-1",
        timestamp="2026-11-20T11:59:58.000Z",
        sentAt="2026-11-20T11:59:59.000Z",
        context={
            "app": {"name": "Shop", "version": "3.2.0"},
            "library": {"name": "analytics-node", "version": "2.1.0"},
            "ip": "8.8.8.8",
        },
    )
    record(source, [message], target_id=target.pk)
    [call] = calls()
    message_id = call.pop("messageId")
    assert message_id.startswith("sch-")
    assert len(message_id) == 36
    assert call == {
        "type": "track",
        "event": "Violation Generated",
        "userId": "schema-violations",
        "integrations": {},
        "context": {
            "app": {"name": "Shop", "version": "3.2.0"},
            "library": {"name": "analytics-node", "version": "2.1.0"},
        },
        "properties": {
            "appVersion": "3.2.0",
            "eventMessageID": "node-1",
            "eventName": "Order Completed",
            "eventSentAt": "2026-11-20T11:59:59.000Z",
            "eventTimestamp": "2026-11-20T11:59:58.000Z",
            "eventType": "track",
            "sourceID": source.public_id,
            "sourceName": "Web",
            "sourceSlug": "web",
            "trackingPlanID": source.plan.public_id,
            "trackingPlanName": "Sneaker shop",
            "violationDescription": "properties.order_id is required",
            "violationField": "properties.order_id",
            "violationType": "Required",
        },
        "receivedAt": "2026-11-20T12:00:00.000000Z",
        "timestamp": "2026-11-20T12:00:00.000000Z",
        "forwardedFromProject": source.public_id,
    }


@pytest.mark.django_db
def test_what_a_message_leaves_out_is_unset_as_segment_writes_it():
    source, target = forwarding_source()
    record(source, [missing_order(messageId="m1")], target_id=target.pk)
    [call] = calls()
    told = call["properties"]
    assert set(told) == FOURTEEN
    assert all(isinstance(value, str) for value in told.values())
    assert (told["appVersion"], told["eventSentAt"], told["eventTimestamp"]) == ("", UNSET, UNSET)
    assert call["context"] == {"app": None, "library": None}


@pytest.mark.django_db
def test_each_occurrence_of_the_family_violation_is_one_call_and_nothing_else_is():
    source, target = forwarding_source()
    twice_wrong = track("Order Completed", {"total": "1", "extra_thing": 1})
    unplanned = track("Nothing Planned At All")
    mailed = track("Product Viewed", {"price": 1}, userId="ana@example.com")
    record(source, [twice_wrong, twice_wrong, unplanned, mailed], target_id=target.pk)
    fields = sorted(call["properties"]["violationField"] for call in calls())
    assert fields == ["properties.order_id"] * 2 + ["properties.total"] * 2
    assert Violation.objects.filter(family="quality").exists()
    assert len({call["messageId"] for call in calls()}) == 4


@pytest.mark.django_db
def test_muted_violations_and_those_of_a_source_that_settles_in_are_forwarded_too():
    source, target = forwarding_source()
    record(source, [missing_order()], target_id=target.pk, settling=True)
    Violation.objects.update(state="muted", muted_until=NOON.replace(year=2030))
    record(source, [missing_order()], target_id=target.pk)
    assert Delivery.objects.count() == 2


@pytest.mark.django_db
def test_a_forwarded_violation_is_checked_and_counted_but_never_forwarded():
    source, target = forwarding_source()
    plan = {
        "rules": [
            {
                "type": "track",
                "name": "Violation Generated",
                "schema": {"properties": {"properties": {"required": ["nothing_has_this"]}}},
            }
        ]
    }
    looped = track("Violation Generated", userId="schema-violations")
    own = track("Violation Generated", userId="somebody")
    store(tally_of(origin_of(source, target_id=target.pk), [looped, own], plan=plan))
    assert Violation.objects.get().count == 2
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_written_without_a_target_or_once_it_was_switched_off():
    source, target = forwarding_source()
    record(source, [missing_order()])
    targeting.switch_off(target, actor=None)
    record(source, [missing_order()], target_id=target.pk)
    assert Delivery.objects.count() == 0


@pytest.mark.django_db
def test_a_hundred_calls_of_one_violation_in_a_minute_go_out_and_the_rest_is_counted():
    source, target = forwarding_source()
    messages = [missing_order(messageId=f"m{n}") for n in range(130)] + [
        track("Product Viewed", {"price": "1"})
    ]
    record(source, messages, target_id=target.pk)
    record(source, [missing_order()] * 5, NOON + timedelta(seconds=59), target_id=target.pk)
    record(source, [missing_order()] * 5, NOON + timedelta(seconds=60), target_id=target.pk)
    assert Counter(call["properties"]["violationField"] for call in calls()) == {
        "properties.order_id": 105,
        "properties.price": 1,
    }
    assert pacing.skipped(target, NOON) == 35
    assert Violation.objects.get(path="properties.order_id").count == 140


@pytest.mark.django_db
def test_hostile_texts_reach_the_receiver_as_valid_json():
    source, target = forwarding_source()
    app = {"version": "1\x00\ud800", "name": float("nan"), "deep": [float("inf")]}
    record(source, [missing_order(context={"app": app})], target_id=target.pk)
    [body] = Delivery.objects.values_list("body", flat=True)
    json.loads(body, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    body.encode()


@pytest.mark.django_db(transaction=True)
def test_a_real_server_receives_the_call(loopback):
    with receiving() as receiver:
        source, target = forwarding_source(receiver.url)
        record(source, [missing_order(messageId="m1"), missing_order(messageId="m2")], target_id=target.pk)
        at_once(sending.drain, sending.drain)
    assert sorted(got.json["properties"]["eventMessageID"] for got in receiver.got) == ["m1", "m2"]
    assert {got.json["event"] for got in receiver.got} == {"Violation Generated"}
    assert {got.path for got in receiver.got} == {"/v1/track"}
