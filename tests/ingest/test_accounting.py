"""The books: REST counts, check_accounting, and what a dead row's retry does to them."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import AuditEntry, Role
from ingest import accounting, claiming, dead, refusing, sweeping
from ingest.models import DeadRow, InboxRow, RefusedBody
from tests.factories import MembershipFactory, SourceFactory
from tests.ingest.stores import NOON, drain, receive, shop, totals
from tests.messages import batch, track
from trackingplans.models import RecentMessage
from trackingplans.traffic import counting, partitions
from trackingplans.traffic.counting import COLUMNS

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def source():
    return shop()


def bearer(workspace, role=Role.VIEWER):
    member = MembershipFactory(workspace=workspace, role=Role.ADMIN)
    _, text = tokens.create(workspace, member.user, name="CI", role=role)
    return {"headers": {"authorization": f"Bearer {text}"}}


def counts_of(source, query="", **headers):
    headers = headers or bearer(source.workspace)
    return Client().get(f"/api/v1/sources/{source.public_id}/counts{query}", **headers)


def test_counts_add_up_by_type_event_and_hour_with_what_is_pending(source):
    receive(source, batch(track(), track(), track("Other"), {"type": "track"}), NOON)
    receive(source, batch(track()), NOON + HOUR)
    drain()
    receive(source, batch(track(), track()), NOON + HOUR)
    told = counts_of(source).json()
    assert told["totals"] == {
        "received": 5, "conforming": 3, "violating": 0, "unplanned": 1, "unchecked": 0, "duplicate": 0,
        "rejected": 1, "passed": 4, "omitted": 0, "blocked": 0, "pending": 2,
    }  # fmt: skip
    assert [(i["type"], i["event"], i["hour"], i["received"], i["pending"]) for i in told["items"]] == [
        ("track", None, "2026-11-20T12:00:00.000Z", 1, 0),
        ("track", "Order Completed", "2026-11-20T12:00:00.000Z", 2, 0),
        ("track", "Other", "2026-11-20T12:00:00.000Z", 1, 0),
        (None, None, "2026-11-20T13:00:00.000Z", 0, 2),
        ("track", "Order Completed", "2026-11-20T13:00:00.000Z", 1, 0),
    ]
    for name in (*COLUMNS, "pending"):
        assert sum(item[name] for item in told["items"]) == told["totals"][name]


@pytest.mark.parametrize(
    ("query", "received", "pending"),
    [
        ("?since=2026-11-20T13:00:00Z", 4, 1),
        ("?since=2026-11-20T13:59:00Z", 4, 1),  # whole hours
        ("?until=2026-11-20T13:00:00Z", 1, 0),
        ("?since=2026-11-20T13:00:00Z&until=2026-11-20T14:00:00Z", 3, 1),
        ("?since=2026-11-20T14:00:00%2B01:00", 4, 1),
        ("?since=2030-01-01T00:00:00Z", 0, 0),
    ],
)
def test_counts_of_a_span(query, received, pending, source):
    for hours, count in ((0, 1), (1, 3), (2, 1)):
        receive(source, batch(*(track() for _ in range(count))), NOON + hours * HOUR)
    drain()
    receive(source, batch(track()), NOON + HOUR)
    told = counts_of(source, query).json()
    assert (told["totals"]["received"], told["totals"]["pending"]) == (received, pending)


def test_counts_are_closed_to_strangers_and_say_what_is_wrong(source):
    url = f"/api/v1/sources/{source.public_id}/counts"
    assert Client().get(url).status_code == 401
    assert counts_of(source, **bearer(SourceFactory().workspace)).status_code == 404
    reply = counts_of(source, "?since=yesterday")
    assert (reply.status_code, reply.json()["errors"][0]["path"]) == (400, "since")


def test_balanced_books_are_said_to_be_balanced(source, capsys):
    receive(source, batch(track(), track("Other"), {"type": "track"}))
    drain()
    call_command("check_accounting")
    assert re.search(r"Balanced: [\d,]+ messages in \d+ hours of \d+ sources", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("received = received + 2", "received 5, fates 3 (difference 2)"),
        ("passed = passed - 1", "judged 2, outcomes 1 (difference 1)"),
        ("duplicate = duplicate + 1", "received 3, fates 4 (difference -1)"),
        ("conforming = conforming - 3, violating = violating + 3", "negative"),
    ],
)
def test_books_that_do_not_balance_name_source_hour_and_difference(change, said, source, capsys):
    receive(source, batch(track(), track(), {"type": "track"}))
    drain()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE trackingplans_traffichour SET {change} WHERE source_id = %s AND event <> ''", [source.pk]
        )
    with pytest.raises(CommandError, match="do not balance"):
        call_command("check_accounting")
    told = capsys.readouterr().err
    assert source.public_id in told
    assert "2026-11-20T12:00Z" in told
    assert said in told


def bury(source, messages=3, at=NOON):
    receive(source, batch(*(track() for _ in range(messages))), at)
    group = claiming.fresh()
    assert group is not None
    dead.bury(group, "Traceback\nValueError: it cannot be")
    return DeadRow.objects.get(source=source, received_at=at)


def test_a_dead_row_is_counted_rejected_and_its_retry_moves_to_the_hour_of_the_retry(source):
    row = bury(source)
    assert totals(source) == {"received": 3, "rejected": 3}
    assert list(accounting.imbalances()) == []

    before = timezone.now()
    assert dead.retry(source.workspace, row.public_id)
    assert totals(source) == {}
    assert counts_of(source).json()["totals"]["pending"] == 3
    waiting = InboxRow.objects.get(source=source)
    assert (waiting.attempts, waiting.received_at >= before) == (0, True)
    drain()
    assert totals(source) == {"received": 3, "conforming": 3, "passed": 3}
    recent = counting.hours(source.workspace, since=counting.hour_of(before))
    assert counting.totals(recent).conforming == 3
    assert not dead.retry(source.workspace, row.public_id)
    assert list(accounting.imbalances()) == []


def test_a_dead_row_missing_in_the_books_is_noticed(source):
    bury(source)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE trackingplans_traffichour SET received = 1, rejected = 1 WHERE source_id = %s",
            [source.pk],
        )
    [imbalance] = accounting.imbalances()
    assert "3 dead but 1 rejected" in str(imbalance)


def test_a_dead_row_older_than_the_kept_hours_can_still_be_retried(source):
    long_ago = datetime(2020, 5, 5, tzinfo=UTC)
    row = bury(source, at=long_ago)
    partitions.drop_before(counting.TABLE, partitions.Period.MONTH, datetime(2020, 6, 1, tzinfo=UTC).date())
    assert dead.retry(source.workspace, row.public_id)
    assert totals(source) == {}


def test_a_dead_row_of_a_day_that_was_rolled_up_leaves_that_day(source):
    row = bury(source, at=datetime(2018, 11, 5, 14, tzinfo=UTC))
    assert totals(source)["rejected"] == 3
    sweeping.keep_house(datetime(2019, 3, 30, tzinfo=UTC))
    assert dead.retry(source.workspace, row.public_id)
    assert totals(source) == {}
    assert list(accounting.imbalances()) == []


def page(source, role):
    client = Client()
    client.force_login(MembershipFactory(workspace=source.workspace, role=role).user)
    return client, f"/w/{source.workspace.public_id}/sources/{source.public_id}/dead/"


def test_the_fragment_lists_dead_rows_and_retries_one(source):
    row = bury(source)
    client, url = page(source, Role.EDITOR)
    shown = client.get(url, headers={"hx-request": "true"}).content.decode()
    assert "1 request could not be processed" in " ".join(shown.split())
    assert "ValueError: it cannot be" in shown
    reply = client.post(f"{url}{row.public_id}/retry/", headers={"hx-request": "true"})
    assert (reply.status_code, "Retry" in reply.content.decode()) == (200, False)
    assert InboxRow.objects.filter(source=source).exists()
    assert AuditEntry.objects.filter(action="dead_row.retried").exists()


def test_viewers_see_dead_rows_but_do_not_retry_and_strangers_see_nothing(source):
    row = bury(source)
    client, url = page(source, Role.VIEWER)
    assert client.get(url).status_code == 200
    assert client.post(f"{url}{row.public_id}/retry/").status_code == 403
    stranger, _ = page(SourceFactory(), Role.ADMIN)
    assert stranger.get(url).status_code == 404
    other = SourceFactory()
    editor, own = page(other, Role.EDITOR)
    editor.post(f"{own}{row.public_id}/retry/", headers={"hx-request": "true"})
    assert DeadRow.objects.filter(pk=row.pk).exists()


def test_house_keeping_makes_partitions_ahead_and_drops_what_is_over(source):
    now = datetime(2019, 3, 30, 23, tzinfo=UTC)
    receive(source, batch(track()), datetime(2017, 1, 31, tzinfo=UTC))
    receive(source, batch(track()), datetime(2018, 11, 1, tzinfo=UTC))
    receive(source, batch(track()), datetime(2019, 3, 27, tzinfo=UTC))
    drain()
    dropped = sweeping.keep_house(now)
    assert {"trackingplans_traffichour_201701", "violations_violationhour_201701"} <= set(dropped)
    assert not any(name.endswith("_201811") for name in dropped)
    assert {"ingest_seen_20181031", "ingest_seen_20181101", "ingest_seen_20190327"} <= set(dropped)
    days = partitions.existing("ingest_seen", partitions.Period.DAY)
    assert [f"{day:%m%d}" for day in days if day.year == 2019] == ["0328", "0329", "0330", "0331", "0401"]
    months = partitions.existing(counting.TABLE, partitions.Period.MONTH)
    assert [f"{month:%y%m}" for month in months if month.year < 2020] == ["1811", "1903", "1904"]


def test_hours_become_days_and_the_books_still_balance(source):
    now, day = datetime(2019, 3, 30, tzinfo=UTC), datetime(2018, 11, 1, tzinfo=UTC)
    late = datetime(2018, 11, 2, 5, tzinfo=UTC)
    for hour in (0, 9, 9, 23, 24 + 7):
        receive(source, batch(track()), day + timedelta(hours=hour))
    drain()
    before = totals(source)
    sweeping.keep_house(now)
    hours = list(counting.hours(source.workspace, sources=[source.pk]).values_list("hour", "received"))
    assert sorted(hours) == [(day, 4), (day + timedelta(days=1), 1)]
    assert totals(source) == before

    receive(source, batch(track()), late)  # after its month was rolled up
    drain()
    for _ in range(2):
        sweeping.keep_house(now)
        assert totals(source)["received"] == 6
    assert list(accounting.imbalances()) == []


def test_ids_are_kept_while_rows_of_their_day_wait(source):
    receive(source, batch(track()), datetime(2019, 3, 20, tzinfo=UTC))
    drain()
    receive(source, batch(track()), datetime(2019, 3, 21, tzinfo=UTC))
    assert "ingest_seen_20190320" not in sweeping.keep_house(datetime(2019, 3, 30, tzinfo=UTC))


def test_live_is_trimmed_and_old_refusals_are_forgotten(source):
    for _ in range(2):
        receive(source, batch(*(track() for _ in range(80))))
        drain()
    assert RecentMessage.objects.filter(source=source).count() == 160
    sweeping.trim()
    kept = RecentMessage.objects.filter(source=source).order_by("id")
    assert len(kept) == 100
    assert json.loads(kept[99].message)["event"] == "Order Completed"
    for days in (29, 31):
        RefusedBody.objects.create(
            workspace=source.workspace, source=source, received_at=timezone.now() - timedelta(days=days),
            status=400, reason="unreadable", head=b"{", size=1,
        )  # fmt: skip
    assert refusing.drop_old() == 1
