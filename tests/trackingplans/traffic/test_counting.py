from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests.factories import SourceFactory
from trackingplans.traffic import counting, naming
from trackingplans.traffic.counting import Counts, Key, Totals

pytestmark = pytest.mark.django_db
HOUR = datetime(2026, 11, 22, 9, tzinfo=UTC)


def key(source, hour=HOUR, type_="track", event="Order Completed"):
    return Key(source.workspace_id, source.pk, hour, type_, event)


def store(counts):
    counting.ensure(key.hour for key in counts.rows)
    with connection.cursor() as cursor:
        counting.write(cursor, counts.rows)


def test_counts_add_up_over_writes_and_are_read_by_event_source_and_hour():
    source = SourceFactory()
    other = SourceFactory(workspace=source.workspace)
    stranger = SourceFactory()
    for _ in range(2):
        counts = Counts()
        counts.add(key(source), "conforming", "passed", 8)
        counts.add(key(source), "violating", "passed", 2)
        counts.add(key(source, HOUR + timedelta(hours=2), event="Cart Viewed"), "unplanned", "blocked")
        counts.add(key(other, type_="", event=""), "rejected", count=3)
        counts.add(key(stranger), "duplicate")
        store(counts)

    everything = counting.hours(source.workspace)
    assert counting.totals(everything) == Totals(
        received=28, conforming=16, violating=4, unplanned=2, rejected=6, passed=20, blocked=2
    )
    assert counting.totals(everything).share("conforming") == pytest.approx(16 / 22)
    assert list(counting.per_event(everything)) == [
        ("track", "Order Completed"),
        ("", ""),
        ("track", "Cart Viewed"),
    ]
    assert counting.per_source(everything)[other.pk] == Totals(received=6, rejected=6)
    early = counting.hours(source.workspace, sources=[source.pk], since=HOUR, until=HOUR + timedelta(hours=2))
    assert counting.totals(early).received == 20
    per_hour = counting.per_hour(everything, HOUR, HOUR + timedelta(hours=3))
    assert [(hour.hour, totals.received) for hour, totals in per_hour] == [(9, 26), (10, 0), (11, 2)]


def test_a_source_without_traffic_has_no_share():
    assert counting.totals(counting.hours(SourceFactory().workspace)).share("conforming") is None


def test_only_the_first_2000_unplanned_names_of_a_source_are_counted_under_themselves():
    source = SourceFactory()
    first = {f"Event {n}" for n in range(1_990)}
    assert naming.admitted(source.workspace_id, source.pk, first) == first
    second = {f"Later {n:02}" for n in range(30)}
    assert naming.admitted(source.workspace_id, source.pk, second | {"Event 0"}) == {
        "Event 0", *(f"Later {n:02}" for n in range(10)),
    }  # fmt: skip
    stranger = SourceFactory()
    assert naming.admitted(stranger.workspace_id, stranger.pk, second) == second


def test_names_that_nothing_counts_any_more_make_room():
    source = SourceFactory()
    naming.admitted(source.workspace_id, source.pk, {"Used", "Unused"})
    counts = Counts()
    counts.add(key(source, event="Used"), "unplanned", "passed")
    store(counts)
    assert naming.drop_unused() >= 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM trackingplans_unplannedname WHERE source_id = %s", [source.pk])
        assert cursor.fetchall() == [("Used",)]
