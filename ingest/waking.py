"""Wake-ups for the workers, and a watch on the inbox: one background thread in each web process.

The row is the truth and a wake-up only a hint: one that is lost costs a sweep of a few seconds, so a
broker that is away or hangs never touches a request.
"""

import logging
import threading
import time
from collections.abc import Callable

from celery import current_app
from django.conf import settings

from ingest import inbox
from ingest.storage import Storage, Unavailable

log = logging.getLogger(__name__)
DRAIN = "ingest.tasks.drain"
PAUSE = 0.1  # seconds between two wake-ups of this process
_PAUSE_BEHIND = 1.0  # when the workers are behind anyway
_BEHIND = 5.0  # seconds the oldest row waited
_LOOK_EVERY = 1.0


class Backlog:
    """How full the inbox is, as far as this process knows: looked up about once a second, in the background."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._look_at = 0.0
        self.held = 0  # bytes
        self.age = 0.0  # seconds

    def is_full(self) -> bool:
        return self.held > settings.INBOX_LIMIT_BYTES

    def add(self, size: int) -> None:
        self.held += size

    def look(self) -> None:
        """Ask the database, unless that was done a moment ago. A slow answer is asked for less often."""
        started = time.monotonic()
        if started < self._look_at:
            return
        try:
            self.held, self.age = self._storage.run(inbox.size)
        except Unavailable:
            return
        finally:
            self._look_at = time.monotonic() + max(_LOOK_EVERY, 20 * (time.monotonic() - started))


class Waker:
    """Sends at most one wake-up every PAUSE seconds, from a thread of its own that starts when first needed."""

    def __init__(self, backlog: Backlog, publish: Callable[[], None] | None = None) -> None:
        self._backlog = backlog
        self._publish = publish or wake
        self._is_wanted = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Ask for a wake-up; returns at once."""
        if not self._is_wanted.is_set():
            self._is_wanted.set()
            if self._thread is None:
                self._start()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._is_wanted.wait()
            self._is_wanted.clear()
            try:
                self._publish()
                self._backlog.look()
            except Exception:  # without this thread every event would wait for a sweep
                log.exception("a wake-up failed")
            time.sleep(_PAUSE_BEHIND if self._backlog.age > _BEHIND else PAUSE)


def wake(task: str = DRAIN) -> None:
    """Send one wake-up; a broker that does not take it is left alone."""
    try:
        current_app.send_task(task, retry=False, expires=30)
    except Exception as error:  # noqa: BLE001  # every broker fails in its own words
        log.info("no wake-up sent: %s", error)
