"""Wake-ups: few, in the background, and never in the way of a request."""

import threading
import time
from itertools import pairwise

import pytest
from celery import current_app
from django.db import connection

from ingest import inbox, waking
from ingest.models import InboxRow
from ingest.storage import Storage, Unavailable
from ingest.waking import Backlog, Waker
from tests.factories import SourceFactory
from tests.serving import wait_until


class Silent:
    """A backlog that is never looked at."""

    age = 0.0

    def look(self):
        pass


def test_many_requests_cause_few_wake_ups():
    published: list[float] = []
    waker = Waker(Silent(), lambda: published.append(time.monotonic()))
    until = time.monotonic() + 0.55
    while time.monotonic() < until:
        waker.wake()
        time.sleep(0.001)
    assert 2 <= len(published) <= 7
    gaps = [later - earlier for earlier, later in pairwise(published)]
    assert min(gaps) >= waking.PAUSE


def test_a_broker_that_hangs_holds_up_nobody():
    hangs = threading.Event()
    waker = Waker(Silent(), lambda: hangs.wait(30) and None)
    begun = time.monotonic()
    for _ in range(1000):
        waker.wake()
    assert time.monotonic() - begun < 1
    hangs.set()


def test_a_wake_up_that_fails_does_not_end_the_thread():
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise RuntimeError("no broker")

    waker = Waker(Silent(), fail)
    waker.wake()
    assert wait_until(lambda: len(calls) == 1, 5)
    waker.wake()
    assert wait_until(lambda: len(calls) == 2, 5)


def test_a_broker_that_refuses_is_left_alone(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise ConnectionRefusedError("no broker")

    monkeypatch.setattr(current_app, "send_task", refuse)
    waking.wake()


@pytest.mark.django_db
def test_a_database_that_is_away_leaves_the_last_size_standing():
    class Away(Storage):
        def run(self, work, within=0.0):
            raise Unavailable

    backlog = Backlog(Away())
    backlog.add(10)
    backlog.look()
    assert backlog.held == 10


@pytest.mark.django_db
def test_the_size_of_a_long_inbox_is_estimated():
    source = SourceFactory()
    InboxRow.objects.bulk_create(
        InboxRow(
            workspace=source.workspace, source=source, kind="track", body=b"x" * 100, raw_size=100, messages=1
        )
        for _ in range(20_500)
    )
    with connection.cursor() as cursor:
        held, age = inbox.size(cursor)
    assert held == pytest.approx(2_050_000, rel=0.01)
    assert age < 600
