from datetime import UTC, date, datetime

import pytest
from django.db import connection

from trackingplans.traffic import partitions
from trackingplans.traffic.partitions import Period

pytestmark = pytest.mark.django_db
TABLE = "trackingplans_traffichour"


def test_partitions_are_made_once_for_each_period_and_dropped_when_they_are_over():
    moments = [
        datetime(2020, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2021, 1, 1, tzinfo=UTC),
        date(2021, 1, 31),
    ]
    partitions.ensure_months(TABLE, moments)
    partitions.ensure_months(TABLE, moments)
    made = [start for start in partitions.existing(TABLE, Period.MONTH) if start.year < 2022]
    assert made == [date(2020, 12, 1), date(2021, 1, 1)]

    assert partitions.drop_before(TABLE, Period.MONTH, date(2021, 1, 31)) == [f"{TABLE}_202012"]
    assert partitions.drop_before(TABLE, Period.MONTH, date(2021, 2, 1)) == [f"{TABLE}_202101"]


def test_a_day_has_a_unique_index_of_its_own():
    partitions.ensure_days("ingest_seen", [date(2020, 2, 29)], unique="hash")
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'ingest_seen_20200229'")
        (definition,) = cursor.fetchone()
    assert "UNIQUE" in definition
    assert "(hash)" in definition
    assert partitions.existing("ingest_seen", Period.DAY)[0] == date(2020, 2, 29)


@pytest.mark.parametrize(
    ("period", "moment", "start", "after"),
    [
        (Period.DAY, datetime(2026, 12, 31, 23, tzinfo=UTC), date(2026, 12, 31), date(2027, 1, 1)),
        (Period.MONTH, datetime(2026, 12, 31, 23, tzinfo=UTC), date(2026, 12, 1), date(2027, 1, 1)),
        (Period.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
    ],
)
def test_a_period_knows_its_start_and_end(period, moment, start, after):
    assert period.start(moment) == start
    assert period.after(start) == after
    assert period.parse("t", period.partition("t", start)) == start
