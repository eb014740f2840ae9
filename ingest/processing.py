"""From an acknowledged row to counts and violations: claim, judge, close, again and again until nothing is left.

Whatever happens to a worker, a row is either in the inbox or processed: attempts are counted when a row is
claimed, everything it caused is written in the transaction that takes it out.
"""

import gc
import logging
import time
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from django.db import DatabaseError, OperationalError, connection

from ingest import claiming, closing, dead, homes, seen
from ingest.claiming import Group, LeaseLost
from ingest.judging import Judged, RowError, judge
from ingest.sizing import Size
from trackingplans.traffic import partitions

log = logging.getLogger(__name__)

BUDGET = timedelta(seconds=10)
_REPLAYS = 3
_AGAIN = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)
_NO_PARTITION = (psycopg.errors.UndefinedTable, psycopg.errors.CheckViolation)


@dataclass(slots=True)
class Drained:
    """What a drain did. `is_empty`: it ended because there was nothing left to claim."""

    rows: int = 0
    forwarded: int = 0
    is_empty: bool = False


_size = Size()


def _fresh() -> Group | None:
    return claiming.fresh(_size.messages)


def drain(budget: timedelta = BUDGET, pace: timedelta = timedelta(0)) -> Drained:
    """Process the inbox until nothing can be claimed, or for `budget`.

    `pace`: at least this long from one claim to the next when the first was not full, so that single events
    are closed in groups. Rows that others hold, or that wait for their lease to end, are not waited for.
    """
    drained = Drained()
    until = time.monotonic() + budget.total_seconds()
    takes = deque((claiming.tried, _fresh))
    with _without_cycles_collected():
        while (claimed_at := time.monotonic()) < until:
            group = takes[0]() or takes[1]()
            takes.rotate()  # neither rows tried before nor fresh ones may keep the others waiting
            if group is None:
                drained.is_empty = True
                break
            drained.rows += len(group.rows)
            is_full, messages, parts = group.is_full, group.messages, group.parts()
            for part in parts:
                drained.forwarded += process(part)
            took = time.monotonic() - claimed_at
            _size.learn(messages, took, claimed_at, is_full=is_full, is_shared=len(parts) > 1)
            if not is_full:
                time.sleep(max(0.0, claimed_at + pace.total_seconds() - time.monotonic()))
    return drained


def process(group: Group) -> int:
    """Judge and store the rows of a group; returns how many calls are to be forwarded.

    Rows that cannot be processed are let go to be tried alone, or buried after their last attempt. Raises
    OperationalError when the database went away: then the lease runs out and somebody takes the rows again.
    """
    try:
        if len(group.rows) == 1 and group.rows[0].has_had_its_chances:
            dead.bury(group, dead.KILLED)
            return 0
        return _process(group)
    except LeaseLost:
        log.warning("lost the lease of %d rows; somebody else processes them", len(group.rows))
        return 0


def _process(group: Group) -> int:
    while group.rows:
        try:
            return _store(group)
        except RowError as error:
            log.warning("%s cannot be judged", error, exc_info=error.__cause__)
            _set_aside(group, [error.row.id], error.__cause__ or error)
        except (DatabaseError, psycopg.Error) as error:
            if _is_gone():
                raise OperationalError("the database went away") from error
            log.warning("%d rows cannot be stored", len(group.rows), exc_info=error)
            _set_aside(group, group.ids, error)
        except LeaseLost:
            raise
        except Exception as error:  # a plan that cannot be read must not stop other sources
            log.warning("%d rows cannot be processed", len(group.rows), exc_info=error)
            _set_aside(group, group.ids, error)
    return 0


def _store(group: Group) -> int:
    """Judge and close; again when some messages turn out to be stored already."""
    known: dict[bytes, list[datetime]] = {}
    sources = homes.read(row.source_id for row in group.rows)
    while True:
        judged = judge(group.rows, sources, known, group.renew)
        try:
            return _close(group, judged)
        except seen.Repeated as repeated:
            for digest, times in repeated.times.items():
                known.setdefault(digest, []).extend(times)


def _close(group: Group, judged: Judged) -> int:
    """Close, replayed when two workers stood in each other's way or a partition was dropped meanwhile."""
    for _ in range(_REPLAYS):
        try:
            closing.prepare(judged)
            return closing.close(group, judged)
        except (DatabaseError, psycopg.Error) as error:
            cause = error.__cause__ if isinstance(error, DatabaseError) else error
            if isinstance(cause, _NO_PARTITION):
                partitions.forget()
            elif not isinstance(cause, _AGAIN):
                raise
            log.info("closing again: %s", cause)
    closing.prepare(judged)
    return closing.close(group, judged)


def _set_aside(group: Group, ids: list[int], error: BaseException) -> None:
    """Let these rows be tried alone; one that is alone and had its last attempt is buried with its error."""
    if len(group.rows) > 1:
        group.release(ids)
        return
    (row,) = group.rows
    if row.attempts > claiming.ATTEMPTS_ALONE:
        dead.bury(group, "".join(traceback.format_exception(error)))
        group.rows = []
    else:
        group.release(ids, later=True)


def _is_gone() -> bool:
    return connection.connection is None or connection.connection.closed or not connection.is_usable()


@contextmanager
def _without_cycles_collected() -> Iterator[None]:
    """The collector would walk thousands of living messages again and again and find nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
