"""Hours become days once, whatever happens to the process that does it."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum

from tests.factories import SourceFactory
from tests.running import database_url
from tests.violations.rows import traffic_hours
from trackingplans.models import TrafficHour
from trackingplans.traffic import counting, partitions, rolling

DAY = datetime(2016, 2, 3, tzinfo=UTC)
OVER = datetime(2016, 3, 1, tzinfo=UTC).date()
MONTH = f"{counting.TABLE}_201602"
KEYS = ("workspace_id", "source_id", "type", "event")
ROLL_UP = f"""
from datetime import date
from trackingplans.traffic import counting, rolling
rolling.roll_up(counting.TABLE, {KEYS!r}, counting.COLUMNS, date(2016, 3, 1))
"""
SLEEP = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1.5); RETURN NEW; END'"
# When the database falls asleep, so that the process can be killed right there.
EMPTIED = f"CREATE TRIGGER slow BEFORE INSERT ON {MONTH} FOR EACH STATEMENT EXECUTE FUNCTION slow()"
COMMITTING = (
    f"CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON {MONTH} DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW WHEN (NEW.event = 'Slow') EXECUTE FUNCTION slow()"
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("trigger", "is_done"), [(EMPTIED, False), (COMMITTING, True)], ids=["emptied", "committing"]
)
def test_who_is_killed_midway_has_counted_nothing_twice_and_lost_nothing(trigger, is_done):
    source = SourceFactory.create()
    traffic_hours(source, "track", "Order Completed", {DAY + timedelta(hours=n): n for n in range(40)})
    traffic_hours(source, "track", "Slow", {DAY: 5})
    before = sums(source)
    try:
        _run(SLEEP, trigger)
        _kill_asleep()
        assert sums(source) == before
        assert hours(source) == (3 if is_done else 40)
    finally:
        _run("DROP FUNCTION slow CASCADE")

    for done in ([] if is_done else [MONTH], []):
        assert rolling.roll_up(counting.TABLE, KEYS, counting.COLUMNS, OVER) == done
        assert (sums(source), hours(source)) == (before, 3)
    traffic_hours(source, "track", "Late", {DAY + timedelta(hours=5): 7})
    assert rolling.roll_up(counting.TABLE, KEYS, counting.COLUMNS, OVER) == []
    assert hours(source) == 4
    _run(f"DROP TABLE {MONTH}")
    partitions.forget()


def _kill_asleep():
    """Starts a process that rolls up, kills it while the database sleeps, and waits until the database noticed."""
    environment = os.environ | {"DATABASE_URL": database_url()}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "shell", "--no-imports", "-c", ROLL_UP]
    process = subprocess.Popen(command, env=environment)
    _wait(1, lambda: process.poll() is None)
    process.kill()
    process.wait()
    _wait(0, lambda: True)


def _wait(sleeping, goes_on):
    until = time.monotonic() + 30
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    )
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(query)
            if cursor.fetchone() == (sleeping,):
                return
            assert goes_on(), "it ended before it was asleep"
            time.sleep(0.02)
    raise AssertionError("too late")


def _run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def sums(source):
    rows = TrafficHour.objects.filter(source_id=source.pk).values("event")
    return sorted(rows.annotate(n=Sum("received"), ok=Sum("conforming")).values_list("event", "n", "ok"))


def hours(source):
    return TrafficHour.objects.filter(source_id=source.pk).count()
