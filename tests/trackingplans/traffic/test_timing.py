from datetime import UTC, datetime

import pytest

from trackingplans.traffic import timing

RECEIVED = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent_at", "original", "expected"),
    [
        ("2026-11-22T12:00:00Z", "2026-11-22T11:59:30Z", "2026-11-22T11:59:30.000Z"),
        ("2026-11-22T15:00:00Z", "2026-11-22T14:59:30Z", "2026-11-22T11:59:30.000Z"),  # three hours fast
        ("2016-11-22T12:00:00Z", "2016-11-22T11:00:00Z", "2026-11-22T11:00:00.000Z"),  # ten years slow
        ("2026-11-22T13:00:00+01:00", "2026-11-22T06:59:00-05:00", "2026-11-22T11:59:00.000Z"),
        (None, "2026-11-20T08:00:00.123Z", "2026-11-20T08:00:00.123Z"),
        ("rubbish", "2026-11-20T08:00:00Z", "2026-11-20T08:00:00.000Z"),
        ("2026-11-22T12:00:00Z", None, "2026-11-22T12:00:00.000Z"),
        ("2026-11-22T12:00:00Z", "rubbish", "2026-11-22T12:00:00.000Z"),
        ("2026-11-22T12:00:00", "2026-11-22T11:00:00", "2026-11-22T11:00:00.000Z"),  # no zone: UTC
        ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-11-22T12:00:00.000Z"),  # beyond all calendars
        ("0001-01-01T00:00:00+14:00", "2026-11-22T11:00:00Z", "2026-11-22T11:00:00.000Z"),
    ],
)
def test_a_wrong_clock_is_corrected_by_the_time_of_sending(sent_at, original, expected):
    assert timing.written(timing.corrected(RECEIVED, sent_at, original)) == expected
