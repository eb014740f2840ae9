"""The door's own connections to PostgreSQL: no request waits longer than the deadline for them.

Django's connection would do for storing, but not for failing: it waits as long as the network does.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from django.db import connection as django_connection
from psycopg.abc import PQGen
from psycopg_pool import ConnectionPool, PoolTimeout

log = logging.getLogger(__name__)
T = TypeVar("T")

DEADLINE = 1.5  # seconds for connecting, checking, storing and one retry together
MOST_CONNECTIONS = 8  # of one process
_TRUSTED_FOR = 0.5  # seconds: a connection used more recently is not checked again
_LOOK_EVERY = 0.2  # seconds between looks at a database that went away


class Unavailable(Exception):
    """The database cannot store right now; the sender should come again."""


class _Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection whose every wait ends at `deadline` (of time.monotonic)."""

    deadline: float | None = None
    used_at = 0.0

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        if self.deadline is not None:
            timeout = max(0.0, self.deadline - time.monotonic())
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            if self.deadline is not None and time.monotonic() >= self.deadline:
                self.close()  # the answer may still come; the next query must not take it for its own
            raise


class Storage:
    """Runs short pieces of work in the database, each within DEADLINE. One for each process, opened when used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ConnectionPool[_Connection] | None = None
        self._is_away = False
        self._is_closed = False

    def run(self, work: Callable[[psycopg.Cursor[tuple[Any, ...]]], T], within: float = DEADLINE) -> T:
        """`work` with a cursor in autocommit mode. Raises Unavailable, and psycopg.IntegrityError as it is.

        Work that failed because its connection did is tried once more, all within `within` seconds. While the
        database is known to be away, this fails at once and a thread looks out for its return.
        """
        if self._is_away:
            raise Unavailable
        deadline = time.monotonic() + within
        for attempt in (1, 2):
            try:
                with self._connection(deadline) as connection, connection.cursor() as cursor:
                    return work(cursor)
            except psycopg.IntegrityError:
                raise  # about the row, not about the database
            except (psycopg.Error, PoolTimeout) as error:
                log.warning("storing failed (attempt %d): %s", attempt, error)
        self._watch()
        raise Unavailable

    def close(self) -> None:
        """Give all connections back, for good: from now on `run` raises Unavailable."""
        with self._lock:
            pool, self._pool = self._pool, None
            self._is_away, self._is_closed = False, True
        if pool is not None:
            pool.close()

    @contextmanager
    def _connection(self, deadline: float) -> Iterator[_Connection]:
        pool = self._opened()
        while True:
            connection = pool.getconn(timeout=deadline - time.monotonic())
            try:
                connection.deadline = deadline
                if time.monotonic() - connection.used_at > _TRUSTED_FOR:
                    connection.execute("")
                break
            except psycopg.Error:  # the server was restarted meanwhile: the pool replaces it
                connection.close()
                pool.putconn(connection)
        try:
            yield connection
            connection.used_at = time.monotonic()
        finally:
            connection.deadline = None
            pool.putconn(connection)

    def _opened(self) -> "ConnectionPool[_Connection]":
        with self._lock:
            if self._is_closed:
                raise Unavailable
            if self._pool is None:
                self._pool = ConnectionPool(
                    kwargs=_parameters(), connection_class=_Connection, min_size=0, max_size=MOST_CONNECTIONS,
                    open=True, reconnect_timeout=1, configure=_configure, name="door",
                )  # fmt: skip
            return self._pool

    def _watch(self) -> None:
        with self._lock:
            if self._is_away:
                return
            self._is_away = True
        threading.Thread(target=self._look_out, name="database-watch", daemon=True).start()

    def _look_out(self) -> None:
        while self._is_away:
            time.sleep(_LOOK_EVERY)
            with (
                suppress(psycopg.Error, PoolTimeout, Unavailable),
                self._connection(time.monotonic() + DEADLINE) as connection,
            ):
                connection.execute("SELECT 1")
                self._is_away = False
        log.warning("the database answers again")


def _parameters() -> dict[str, Any]:
    """How Django connects, for a plain psycopg connection."""
    own = {"cursor_factory", "context", "prepare_threshold"}
    given = django_connection.get_connection_params()
    kept = {name: value for name, value in given.items() if name not in own}
    return kept | {"autocommit": True, "connect_timeout": 2, "application_name": "planwright door"}


def _configure(connection: _Connection) -> None:
    """What the sender was told to send again should not be stored later on."""
    connection.execute("SET statement_timeout = 1200")
