"""A repeat is a duplicate when less than 24 hours lie between the two, whatever they lie in."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from ingest import claiming, processing
from ingest.models import InboxRow
from tests.ingest.stores import NOON, drain, receive, shop, totals
from tests.messages import batch, track
from tests.threads import at_once
from violations.models import Violation

pytestmark = pytest.mark.usefixtures("db")

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LATE = datetime(2026, 11, 20, 23, 59, 30, tzinfo=UTC)  # just before midnight


def one(source, at=NOON, **fields):
    receive(source, batch(track(messageId="m1", **fields)), at)


def test_the_same_id_twice_in_a_batch_counts_once():
    source = shop()
    receive(source, batch(track(messageId="m1"), track(messageId="m2"), track("Other", messageId="m1")))
    drain()
    assert totals(source) == {"received": 3, "conforming": 2, "duplicate": 1, "passed": 2}


@pytest.mark.parametrize(
    ("gap", "duplicates"),
    [
        (timedelta(0), 1),
        (timedelta(seconds=1), 1),
        (timedelta(hours=12), 1),  # across midnight
        (DAY - MINUTE, 1),
        (DAY - timedelta(microseconds=1), 1),
        (DAY, 0),
        (DAY + MINUTE, 0),
        (2 * DAY, 0),
        (10 * DAY, 0),
    ],
    ids=str,
)
@pytest.mark.parametrize("together", [True, False], ids=["one group", "two groups"])
@pytest.mark.parametrize("order", [1, -1], ids=["in order", "backlog"])
@pytest.mark.parametrize(
    "start", [NOON, LATE, LATE.replace(hour=0, minute=0, second=0)], ids=["noon", "late", "midnight"]
)
def test_the_24_hours_hold_in_every_order_and_across_midnights(gap, duplicates, together, order, start):
    source = shop()
    for at in (start, start + gap)[::order]:
        one(source, at)
        if not together:
            drain()
    drain()
    assert totals(source).get("duplicate", 0) == duplicates
    assert totals(source)["conforming"] == 2 - duplicates


def test_a_repeat_does_not_make_the_window_longer():
    source = shop()
    for hours in (0, 23, 25, 47, 50):
        one(source, NOON + timedelta(hours=hours))
        drain()
    assert totals(source)["duplicate"] == 2  # 23 repeats 0, 47 repeats 25
    assert totals(source)["conforming"] == 3


def test_many_repeats_in_one_group_of_several_days():
    source = shop()
    for hours in (0, 23, 25, 47, 50, 0, 25):
        one(source, NOON + timedelta(hours=hours))
    drain()
    assert totals(source)["duplicate"] == 4
    assert totals(source)["conforming"] == 3


def test_ids_of_different_sources_and_other_messages_do_not_meet():
    first, second = shop(), shop()
    one(first)
    one(second)
    receive(first, batch(track(messageId=" m1"), track(messageId="M1")))
    drain()
    assert totals(first)["conforming"] == 3
    assert totals(second)["conforming"] == 1


def test_messages_without_an_id_are_never_repeats_of_each_other():
    source = shop()
    message = track()
    del message["messageId"]
    receive(source, batch(message, message))
    receive(source, batch(message, message))
    drain()
    assert totals(source) == {"received": 4, "conforming": 4, "passed": 4}


def test_a_repeat_is_not_judged_again():
    source = shop()
    for _ in range(2):
        one(source, properties={"total": "1"})
        drain()
    assert totals(source) == {"received": 2, "violating": 1, "duplicate": 1, "passed": 1}
    assert Violation.objects.get(source=source).count == 1


def test_rejected_messages_are_not_remembered():
    source = shop()
    one(source, userId=None)
    one(source)
    drain()
    assert totals(source) == {"received": 2, "rejected": 1, "conforming": 1, "passed": 1}


@pytest.mark.parametrize("start", [NOON, LATE], ids=["one day", "around midnight"])
def test_two_workers_with_the_same_messages_at_once_count_them_once(start):
    source = shop()
    messages = [track(messageId=f"m{n}") for n in range(200)]
    for round_ in range(6):
        receive(source, batch(*messages[:: 1 if round_ % 2 else -1]), start + round_ * timedelta(seconds=15))
    groups = []
    for row in InboxRow.objects.filter(source=source).order_by("id"):
        InboxRow.objects.filter(source=source).exclude(pk=row.pk).filter(attempts=0).update(attempts=-1)
        groups.append(claiming.fresh())
        InboxRow.objects.filter(source=source, attempts=-1).update(attempts=0)
    assert at_once(*(lambda group=group: processing.process(group) for group in groups)) == [0] * 6
    assert totals(source) == {"received": 1200, "conforming": 200, "duplicate": 1000, "passed": 200}


def test_a_dropped_partition_is_made_again():
    source = shop()
    one(source)
    drain()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE ingest_seen_20261120")
    receive(source, batch(track(messageId="m2")))
    drain()
    assert totals(source)["conforming"] == 2
