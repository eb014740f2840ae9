"""Beats as processes of their own, so that they can be killed: each sends the digests that are due, and ends.

Loaded once by a server process that forks, so that a beat starts at once.
"""

import multiprocessing
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import django
import psutil
from django.apps import apps
from django.urls import reverse

if not apps.ready:
    django.setup()
    reverse("settings_digests", args=["ws"])  # loads all addresses, once

from django.conf import settings  # once Django is set up
from django.db import connection

from accounts.models import Team
from ingest.watermark import watermarks
from tests.threads import started
from tests.violations.mails import Mailbox
from violations import digests

BEFORE, INSIDE, AFTER = "before", "inside", "after"  # of the server's 250
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])
_BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def beat(database: str, port: int, now: datetime) -> None:
    """What beat does, in a process of its own."""
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = database
    settings.EMAIL_BACKEND = "accounts.mail.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    digests.send_due(now, watermarks(now), Team.objects.select_related("workspace").order_by("pk"))
    connection.close()


class Beats:
    """Runs beats against a mailbox; `kill` one when the server is at a point of its first mail."""

    def __init__(self, post: Mailbox) -> None:
        self.post = post
        self._running: list[Any] = []
        self._kill = ""
        post.reached = self._reached

    def at_once(self, now: datetime, *, number: int = 2, kill: str = "") -> bool:
        """Whether one of them was killed."""
        given = (str(connection.settings_dict["NAME"]), self.post.port, now)
        self._kill = kill
        self._running = [_forks.Process(target=beat, args=given) for _ in range(number)]
        for process in self._running:
            process.start()
        for process in self._running:
            process.join(60)
            assert process.exitcode is not None, "still at work"
        codes = sorted(process.exitcode for process in self._running)
        killed = -9 in codes
        assert codes == [-9] * killed + [0] * (number - killed), codes
        return killed

    def _reached(self, point: str, peer: int) -> None:
        """The server is at `point` with whoever talks from the port `peer`."""
        if point != self._kill:
            return
        self._kill = ""
        talker = next(process for process in self._running if _talks_from(process.pid, peer))
        if point == AFTER:
            started(lambda: _kill_before_it_commits(talker.pid))
            time.sleep(0.2)  # it holds the lock by now
        else:
            os.kill(talker.pid, 9)
            _wait_until(lambda: not psutil.pid_exists(talker.pid))


def _talks_from(pid: int, port: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return any(one.laddr.port == port for one in psutil.Process(pid).net_connections("tcp"))
    return False


def _kill_before_it_commits(pid: int) -> None:
    """Holds the digests, so that what the server's 250 means cannot be stored, until the beat is dead."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM violations_digest FOR UPDATE")
        _wait_until(lambda: _one(cursor) > 0)
        time.sleep(0.2)
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
        cursor.execute("ROLLBACK")


def _one(cursor: Any) -> int:
    cursor.execute(_BLOCKED)
    return int(cursor.fetchone()[0])


def _wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not is_so() and time.monotonic() < ends:
        time.sleep(0.02)
