"""Rows in, counts and violations out: exactly once, whatever lies in them."""

import json
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from ingest import accounting, claiming, inbox, processing
from ingest.models import DeadRow, InboxRow
from tests.ingest.stores import NOON, drain, places, receive, shop, totals
from tests.messages import batch, track
from trackingplans.models import RecentMessage, TrafficHour
from trackingplans.traffic import counting, naming, recent
from violations.models import Violation
from violations.spreading import affected

pytestmark = pytest.mark.usefixtures("db")


def claimed(take=claiming.fresh):
    group = take()
    assert group is not None
    return group


def good(**fields):
    return track(properties={"total": 1}) | fields


def test_a_batch_is_judged_counted_and_gone(send):
    source = shop()
    receive(source, batch(good(), track(properties={"total": "1"}), track("Order Complete")))
    drained = drain()
    assert (drained.rows, drained.is_empty) == (1, True)
    assert totals(source) == {
        "received": 3, "conforming": 1, "violating": 1, "unplanned": 1, "passed": 3,
    }  # fmt: skip
    assert places(source) == {("track", "Order Completed"): 2, ("track", "Order Complete"): 1}
    assert {hour.hour for hour in TrafficHour.objects.filter(source_id=source.pk)} == {NOON}
    assert not InboxRow.objects.filter(source=source).exists()
    found = Violation.objects.filter(source=source).values_list("code", "count", "first_seen_at")
    assert sorted(found) == [("type", 1, NOON), ("unplanned_event", 1, NOON)]


@pytest.mark.parametrize(
    ("kind", "body", "fate"),
    [
        ("track", good(type=None), "conforming"),
        ("identify", {"userId": "u", "traits": {}}, "conforming"),
        ("page", {"userId": "u", "name": "Home"}, "unchecked"),
        ("screen", {"userId": "u"}, "unchecked"),
        ("group", {"userId": "u", "groupId": "g"}, "unchecked"),
        ("alias", {"userId": "u", "previousId": "o"}, "unchecked"),
        ("events", [good(), good()], "conforming"),
        ("events", good(), "conforming"),
        ("import", batch(good()), "conforming"),
        ("batch", batch(), "rejected"),
        ("track", {"userId": "u"}, "rejected"),
        ("track", good(userId=None), "rejected"),
    ],
)
def test_every_kind_of_body_gets_one_fate_for_each_message(kind, body, fate):
    source = shop()
    receive(source, body, kind=kind)
    drain()
    count = len(body) if isinstance(body, list) else 1
    counted = totals(source)
    assert counted["received"] == counted[fate] == count


def test_a_conforming_identify_says_who_is_who_and_a_conforming_track_call_costs_nothing():
    web, server = shop(), shop()
    server.workspace_id = web.workspace_id
    server.save()
    wrong = {"properties": {"total": "1"}}
    receive(web, batch(track(userId=None, anonymousId="d", **wrong), good(userId="v", anonymousId="e")))
    receive(web, {"userId": "u", "anonymousId": "d"}, kind="identify")
    drain()
    receive(server, batch(track(userId="u", **wrong), track(userId="v", **wrong)))
    drain()
    assert affected(list(Violation.objects.filter(source__in=[web, server], code="type"))) == 2
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM violations_personlink WHERE workspace_id = %s", [web.workspace_id]
        )
        assert cursor.fetchone() == (2,)


def test_a_source_without_a_plan_is_unchecked():
    source = shop()
    source.plan = None
    source.save()
    receive(source, batch(good(), track("Anything 12")))
    drain()
    assert totals(source) == {"received": 2, "unchecked": 2, "passed": 2}
    assert ("track", "Anything <number>") in places(source)


def deep(levels):
    return '{"a":' * levels + "1" + "}" * levels


ORDER = '{"type":"track","event":"Order Completed","userId":"u"'
HOSTILE = {
    "NaN": ORDER + ',"properties":{"total":NaN}}',
    "infinity": ORDER + ',"properties":{"total":-Infinity}}',
    "beyond doubles": ORDER + ',"properties":{"total":1e999}}',
    "NUL": '{"type":"track","event":"Order\\u0000Completed","userId":"u\\u0000","properties":{"a\\u0000":"\\u0000"}}',
    "lone surrogate": '{"type":"track","event":"\\ud800","userId":"\\udfff","properties":{"\\ud800":"\\udc00"}}',
    "duplicate keys": '{"event":"x",' + ORDER[1:] + ',"properties":{"total":1,"total":2}}',
    "array": "[1]",
    "null": "null",
    "number": "17",
    "text": '"text"',
    "empty object": "{}",
    "deep": ORDER + ',"properties":' + deep(100) + "}",
    "very deep": ORDER + ',"properties":' + deep(5_000) + "}",
    "too large": ORDER + ',"properties":{"a":"' + "x" * 40_000 + '"}}',
    "huge integer": ORDER + ',"properties":{"total":' + "9" * 5_000 + "}}",
    "big integer": ORDER + ',"properties":{"total":' + "9" * 40 + "}}",
    "number as event": '{"type":"track","event":12,"userId":"u"}',
    "list as properties": ORDER + ',"properties":[]}',
    "text as traits": '{"type":"identify","userId":"u","traits":"x"}',
    "no ids": '{"type":"track","event":"Order Completed"}',
    "unknown type": '{"type":"explode","userId":"u"}',
    "type is an object": '{"type":{},"userId":"u"}',
    "long event": '{"type":"track","event":"' + "ö" * 9_000 + '","userId":"u"}',
    "long message id": ORDER + ',"messageId":"' + "x" * 9_000 + '"}',
    "object as message id": ORDER + ',"messageId":{}}',
    "markup": '{"type":"track","event":"<script>alert(1)</script>\'; DROP TABLE x; --","userId":"u"}',
    "control characters": '{"type":"track","event":"a\\u0001\\u202eb","userId":"u"}',
    "odd times": ORDER + ',"timestamp":"yesterday","sentAt":12}',
    "prototype": ORDER + ',"properties":{"__proto__":{"a.b\\\\":1,"":2}}}',
    "wrong bytes": b'{"type":"track","event":"\xff\xfe","userId":"u"}',
    "utf-16 escape pair": '{"type":"track","event":"\\ud83d\\ude00","userId":"u"}',
    "context is text": ORDER + ',"context":"x","integrations":1}',
    "release is an object": ORDER + ',"context":{"app":{"version":{"a":1}}}}',
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_one_hostile_message_never_costs_the_other_99(name, send, door, write_key, source):
    shopped = shop(workspace=source.workspace)
    source.plan = shopped.plan
    source.save()
    hostile = HOSTILE[name]
    good_ones = [json.dumps(good()).encode() for _ in range(99)]
    parts = [*good_ones[:50], hostile.encode() if isinstance(hostile, str) else hostile, *good_ones[50:]]
    reply = send("/v1/batch", b'{"batch":[' + b",".join(parts) + b"]}")
    assert (reply.status, reply.json) == (200, {"success": True})
    drain()
    counted = totals(source)
    assert counted["received"] == 100
    assert counted["conforming"] in {99, 100}
    assert places(source)["track", "Order Completed"] >= 99
    assert not DeadRow.objects.filter(source=source).exists()
    assert not InboxRow.objects.filter(source=source).exists()
    assert list(accounting.imbalances()) == []


def test_messages_beyond_the_limit_are_rejected_with_200(send, source, settings):
    settings.BATCH_LIMIT_MESSAGES = 10
    assert send("/v1/batch", batch(*(good() for _ in range(25)))).status == 200
    assert totals(source) == {}
    assert sum(inbox.pending(source.workspace, source).values()) == 25
    drain()
    assert totals(source)["rejected"] == 15
    assert totals(source)["received"] == 25


def test_groups_are_bounded_in_rows_and_bytes(monkeypatch):
    source = shop()
    for _ in range(5):
        receive(source, batch(good()))
    monkeypatch.setattr(claiming, "MOST_ROWS", 2)
    group = claimed()
    assert [row.attempts for row in group.rows] == [1, 1]
    assert [row.id for row in group.rows] == sorted(group.ids)
    monkeypatch.setattr(claiming, "MOST_ROWS", 300)
    monkeypatch.setattr(claiming, "MOST_BYTES", group.rows[0].raw_size * 2)
    assert len(claimed().rows) == 2
    monkeypatch.setattr(claiming, "MOST_BYTES", 1)
    assert len(claimed().rows) == 1
    assert claiming.fresh() is None
    InboxRow.objects.all().delete()


def test_a_source_that_floods_delays_no_other(monkeypatch):
    flooding, others = shop(), [shop() for _ in range(3)]
    for source in [flooding] * 30 + [other for other in others for _ in range(2)]:
        receive(source, batch(good()))
    monkeypatch.setattr(claiming, "MOST_ROWS", 12)
    group = claimed()
    assert Counter(row.source_id for row in group.rows) == {
        flooding.pk: 6, **{other.pk: 2 for other in others}
    }  # fmt: skip
    assert group.ids == sorted(group.ids)
    assert {row.source_id for row in claimed().rows} == {flooding.pk}
    InboxRow.objects.all().delete()


def test_what_others_sent_fits_beside_large_requests_and_is_done_first():
    flooding, others = shop(), [shop() for _ in range(2)]
    for _ in range(4):
        receive(flooding, batch(*[good()] * 300))
    for source in others:
        receive(source, batch(good()))
    group = claimed(lambda: claiming.fresh(250))
    oldest = min(group.ids)
    assert [row.messages for row in group.rows] == [300, 300, 1, 1]
    assert group.rows[0].id == oldest
    first, second = group.parts()
    assert {row.source_id for row in first.rows} == {source.pk for source in others}
    assert {row.source_id for row in second.rows} == {flooding.pk}
    assert (processing.process(first), processing.process(second)) == (0, 0)
    assert [totals(source)["received"] for source in (flooding, *others)] == [600, 1, 1]
    alone = claimed(lambda: claiming.fresh(250))
    assert (len(alone.rows), alone.parts()) == (2, [alone])
    InboxRow.objects.all().delete()


def test_a_row_with_an_attempt_is_taken_alone_when_its_lease_is_over(settings):
    source = shop()
    receive(source, batch(good()))
    receive(source, batch(good()))
    settings.LEASE = timedelta(seconds=0.3)
    first, second = claimed().rows  # whoever took them is gone
    assert drain().rows == 0
    time.sleep(0.4)
    assert [(row.id, row.attempts) for row in claimed(claiming.tried).rows] == [(first.id, 2)]
    assert [(row.id, row.attempts) for row in claimed(claiming.tried).rows] == [(second.id, 2)]
    assert claiming.tried() is None
    InboxRow.objects.all().delete()


def test_who_lost_the_lease_stores_nothing():
    source = shop()
    receive(source, batch(good(), track("Order Complete")))
    group = claimed()
    InboxRow.objects.filter(source=source).update(lease=None)  # somebody else took it over
    assert processing.process(group) == 0
    assert totals(source) == {}
    assert not Violation.objects.filter(source=source).exists()
    assert not RecentMessage.objects.filter(source=source).exists()
    with pytest.raises(claiming.LeaseLost):
        group.renew()
    InboxRow.objects.filter(source=source).update(attempts=0, lease_until=None)
    drain()
    assert totals(source)["received"] == 2


def test_a_lease_is_renewed_while_judging(settings, monkeypatch):
    source = shop()
    for _ in range(3):
        receive(source, batch(good()))
    settings.LEASE = timedelta(0)
    renewed = []
    monkeypatch.setattr(claiming.Group, "renew", lambda group: renewed.append(group.lease))
    drain()
    assert renewed
    InboxRow.objects.all().delete()


def test_a_row_that_cannot_be_judged_ends_dead_and_its_neighbours_do_not(monkeypatch, settings):
    settings.LEASE = timedelta(seconds=0.01)
    source = shop()
    receive(source, batch(good()))
    receive(source, b"not what the door let in", kind="batch")
    receive(source, batch(good(), good()))
    poison = InboxRow.objects.filter(source=source).order_by("id")[1]
    poison.body = b"no zstd at all"
    poison.messages = 7
    poison.save()
    for _ in range(20):
        drain()
        if DeadRow.objects.filter(source=source).exists():
            break
    assert totals(source) == {"received": 10, "conforming": 3, "rejected": 7, "passed": 3}
    [dead] = DeadRow.objects.filter(source=source)
    assert (dead.attempts, dead.messages, bytes(dead.body)) == (6, 7, b"no zstd at all")
    assert "ZstdError" in dead.error
    assert not InboxRow.objects.filter(source=source).exists()
    assert list(accounting.imbalances()) == []


def test_a_row_the_database_refuses_ends_dead_and_its_neighbours_do_not(monkeypatch, settings):
    settings.LEASE = timedelta(seconds=0.01)
    source = shop()
    receive(source, batch(good()))
    receive(source, batch(track("Poison")))
    receive(source, batch(good()))
    write = recent.write

    def refuse(cursor, shown):
        shown = list(shown)
        if any(row.event == "Poison" for row in shown):
            cursor.execute("SELECT 1 / 0")
        write(cursor, shown)

    monkeypatch.setattr(recent, "write", refuse)
    for _ in range(20):
        drain()
    assert totals(source) == {"received": 3, "conforming": 2, "rejected": 1, "passed": 2}
    assert "division by zero" in DeadRow.objects.get(source=source).error


def test_live_shows_the_newest_100_masked_with_the_time_corrected():
    source = shop()
    messages = [track(properties={"total": n, "email": "a@b.com"}) for n in range(150)]
    receive(source, batch(*messages, sentAt="2026-11-22T09:00:10.000Z"))
    drain()
    shown = list(RecentMessage.objects.filter(source=source).order_by("id"))
    assert len(shown) == 100
    newest = json.loads(shown[-1].message)
    assert newest["properties"] == {"total": 149, "email": "•••"}
    assert newest["timestamp"] == "2026-11-20T11:59:50.000Z"
    assert newest["originalTimestamp"] == "2026-11-22T09:00:00.000Z"
    assert shown[-1].verdict == "conforming"
    assert json.loads(shown[-1].findings)[0]["code"] == "unplanned_property"


def test_names_of_unplanned_events_are_capped_and_everything_is_counted(monkeypatch):
    monkeypatch.setattr(naming, "CAP", 20)
    source = shop()
    names = [f"Event {'abcdefghijklmnopqrstuvwxyz'[n % 26]}{'xyzuvw'[n // 26]}q" for n in range(60)]
    for start in (0, 30):
        receive(source, batch(*(track(name) for name in names[start : start + 30]), good()))
        drain()
    counted = places(source)
    assert len(counted) == 20 + 1 + 1
    assert counted["track", "(other)"] == 40
    assert counted["track", "Order Completed"] == 2
    assert totals(source)["received"] == 62


def test_a_deadlock_replays_the_group(monkeypatch):
    source = shop()
    receive(source, batch(good(), good(properties={"total": "1"})))
    write, calls = counting.write, []

    def stumble(cursor, rows):
        calls.append(1)
        if len(calls) < 3:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40P01'; END $$")
        write(cursor, rows)

    monkeypatch.setattr(counting, "write", stumble)
    drain()
    assert len(calls) == 3
    assert totals(source)["received"] == 2
    assert Violation.objects.get(source=source).count == 1
