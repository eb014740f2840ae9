import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from violations.scheduling import ANY_DAY, Slot, closed_until, latest_slot, stretch

NINE = time(9, 0)
HALF_PAST_TWO = time(2, 30)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "now", "day", "due_at"),
    [
        # ordinary days
        ("UTC", NINE, "2026-11-24T09:00", "2026-11-24", "2026-11-24T09:00"),
        ("UTC", NINE, "2026-11-24T08:59:59", "2026-11-23", "2026-11-23T09:00"),
        ("Europe/Berlin", NINE, "2026-11-24T08:00", "2026-11-24", "2026-11-24T08:00"),
        ("Asia/Kathmandu", NINE, "2026-11-24T03:15", "2026-11-24", "2026-11-24T03:15"),
        ("Asia/Kathmandu", NINE, "2026-11-24T03:14:59", "2026-11-23", "2026-11-23T03:15"),
        ("America/Los_Angeles", NINE, "2026-11-24T16:59", "2026-11-23", "2026-11-23T17:00"),
        ("Pacific/Kiritimati", NINE, "2026-11-23T19:00", "2026-11-24", "2026-11-23T19:00"),
        ("Australia/Lord_Howe", NINE, "2026-11-23T22:00", "2026-11-24", "2026-11-23T22:00"),
        # weekends: Friday's is the last one
        ("UTC", NINE, "2026-11-28T12:00", "2026-11-27", "2026-11-27T09:00"),
        ("UTC", NINE, "2026-11-29T23:59", "2026-11-27", "2026-11-27T09:00"),
        ("UTC", NINE, "2026-11-30T08:00", "2026-11-27", "2026-11-27T09:00"),
        ("UTC", NINE, "2026-11-30T09:00", "2026-11-30", "2026-11-30T09:00"),
        ("Pacific/Auckland", NINE, "2026-11-29T20:00", "2026-11-30", "2026-11-29T20:00"),  # Monday there
        # summer time
        ("Europe/Berlin", NINE, "2026-03-27T08:00", "2026-03-27", "2026-03-27T08:00"),
        ("Europe/Berlin", NINE, "2026-03-30T07:00", "2026-03-30", "2026-03-30T07:00"),
        ("Europe/Berlin", NINE, "2026-10-26T08:00", "2026-10-26", "2026-10-26T08:00"),
        # 00:30 does not exist on Friday, 25 February 2022 in Amman: due when the clocks have moved
        ("Asia/Amman", time(0, 30), "2022-02-24T22:29", "2022-02-24", "2022-02-23T22:30"),
        ("Asia/Amman", time(0, 30), "2022-02-24T22:30", "2022-02-25", "2022-02-24T22:30"),
        # 00:30 comes twice on Friday, 29 October 2021: due the first time, once
        ("Asia/Amman", time(0, 30), "2021-10-28T21:30", "2021-10-29", "2021-10-28T21:30"),
        ("Asia/Amman", time(0, 30), "2021-10-28T22:30", "2021-10-29", "2021-10-28T21:30"),
        ("UTC", time(0, 0), "2026-11-24T00:00", "2026-11-24", "2026-11-24T00:00"),
        ("UTC", time(23, 59), "2026-11-24T23:59", "2026-11-24", "2026-11-24T23:59"),
    ],
)
def test_the_latest_digest_due(zone, at, now, day, due_at):
    assert latest_slot(ZoneInfo(zone), at, utc(now)) == Slot(date.fromisoformat(day), utc(due_at))


@pytest.mark.parametrize(
    "zone",
    ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago"],
)
@pytest.mark.parametrize("at", [NINE, HALF_PAST_TWO, time(0, 0), time(23, 30)])
def test_in_a_year_every_weekday_has_exactly_one_slot_and_they_come_in_order(zone, at):
    now, slots = utc("2026-01-01T00:00"), []
    while now < utc("2027-01-02T00:00"):
        slot = latest_slot(ZoneInfo(zone), at, now)
        if not slots or slots[-1] != slot:
            slots.append(slot)
        now += timedelta(minutes=30)
    days = [slot.day for slot in slots]
    assert days == sorted(set(days))
    first, last = days[0], days[-1]
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert days == [day for day in every if day.weekday() < 5]
    assert all(one.due_at < other.due_at for one, other in itertools.pairwise(slots))


@pytest.mark.parametrize(
    ("now", "watermark", "until"),
    [
        ("2026-11-24T09:00:30", "2026-11-24T09:00:30", "2026-11-24T08:00"),
        ("2026-11-24T09:01:59", "2026-11-24T09:01:59", "2026-11-24T08:00"),
        ("2026-11-24T09:02:00", "2026-11-24T09:02:00", "2026-11-24T09:00"),
        ("2026-11-24T09:30", "2026-11-24T08:59:59", "2026-11-24T08:00"),
        ("2026-11-24T09:30", "2026-11-24T09:00", "2026-11-24T09:00"),
        ("2026-11-24T09:30", "2026-11-21T10:20", "2026-11-21T10:00"),
    ],
)
def test_a_digest_ends_with_a_whole_hour_that_is_over_and_processed(now, watermark, until):
    assert closed_until(utc(now), utc(watermark)) == utc(until)


@pytest.mark.parametrize(
    ("day", "previous", "since"),
    [
        ("2026-11-24", "2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-30", "2026-11-27T09:00", "2026-11-27T09:00"),  # Monday covers the weekend
        ("2026-11-24", None, "2026-11-23T08:00"),
        ("2026-11-30", None, "2026-11-21T08:00"),
    ],
)
def test_a_digest_begins_where_the_last_one_ended(day, previous, since):
    slot = Slot(date.fromisoformat(day), utc("2026-11-24T09:00"))
    until = utc("2026-11-24T08:00")
    assert stretch(slot, utc(previous) if previous else None, until) == (utc(since), until)


def test_who_asks_gets_the_weekends_slots_too():
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    slot = latest_slot(ZoneInfo("UTC"), time(9), sunday, ANY_DAY)
    assert slot == Slot(date(2026, 11, 22), datetime(2026, 11, 22, 9, tzinfo=UTC))
