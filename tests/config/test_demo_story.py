"""The demo's fourteen days are the same at every start, and hold what the demo promises."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from config.demo import plan, story
from config.demo.building import latest_digest
from trackingplans.domain.plan import from_document
from trackingplans.domain.validation import problems_of

SUNDAY = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def batches():
    return list(story.batches(story.Times.before(SUNDAY, latest_digest(SUNDAY))))


def events(batches, source):
    return Counter(
        message.get("event", message["type"])
        for batch in batches
        if batch.source == source
        for message in batch.messages
    )


def test_about_forty_thousand_messages_arrive_in_order_before_the_start(batches):
    times = [batch.received_at for batch in batches]
    assert times == sorted(times)
    assert SUNDAY - timedelta(days=14, hours=1) < times[0]
    assert times[-1] < SUNDAY
    assert 38_000 < sum(len(batch.messages) for batch in batches) < 46_000
    assert max(len(batch.messages) for batch in batches) < 200


def test_every_message_has_an_id_of_its_own(batches):
    ids = Counter(message["messageId"] for batch in batches for message in batch.messages)
    assert max(ids.values()) == 1


def test_android_renames_its_orders_at_ten_past_nine_two_days_ago(batches):
    android = [(b.received_at, m) for b in batches if b.source == "android" for m in b.messages]
    renamed = [(at, m) for at, m in android if m.get("event") == "Order Complete"]
    planned = [at for at, m in android if m.get("event") == "Order Completed"]
    release = datetime(2026, 11, 20, 9, 10, tzinfo=UTC)
    assert len(renamed) == 430
    assert min(at for at, _ in renamed) == release
    assert {m["context"]["app"]["version"] for _, m in renamed} == {"2.4.0"}
    assert len(planned) > 1_000
    assert max(planned) <= release


def test_dynamic_names_are_as_many_as_promised(batches):
    names = {name for name in events(batches, "ios") if name.startswith("Product ") and "f0 Viewed" in name}
    assert len(names) == 318


def test_web_sends_totals_as_text_since_its_release(batches):
    orders = [
        (b.received_at, m["context"]["app"]["version"])
        for b in batches
        for m in b.messages
        if m.get("event") == "Order Completed" and isinstance(m["properties"]["total"], str)
    ]
    assert len(orders) > 50
    assert {version for _, version in orders} == {"3.2.0"}
    assert min(at for at, _ in orders) > SUNDAY - timedelta(hours=24)


def test_two_events_are_not_built_everywhere_yet(batches):
    rules = {
        (rule["type"], rule.get("name")): rule["meta"]["sources"] for rule in plan.documents()[-1]["rules"]
    }
    sent = {
        (message["type"], message.get("event"), batch.source)
        for batch in batches
        for message in batch.messages
    }

    missing = {
        name: [source for source in sources if (kind, name, source) not in sent]
        for (kind, name), sources in rules.items()
    }

    assert {name: left for name, left in missing.items() if left} == {
        "Coupon Applied": ["ios"], "Payment Info Entered": ["ios", "android"],
    }  # fmt: skip


def test_the_three_plans_can_be_published():
    documents = plan.documents()
    assert [len(document["rules"]) for document in documents] == [13, 15, 15]
    assert [problems_of(from_document(document)) for document in documents] == [[], [], []]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-24T10:20", "2026-11-24T09:00"),
        ("2026-11-24T08:59", "2026-11-23T09:00"),
        ("2026-11-21T23:00", "2026-11-20T09:00"),
        ("2026-11-23T08:00", "2026-11-20T09:00"),
    ],
)
def test_todays_mail_is_the_latest_one_due_on_a_working_day(now, due):
    assert latest_digest(datetime.fromisoformat(f"{now}Z")) == datetime.fromisoformat(f"{due}Z")
