"""Sends waiting deliveries. The rows are the queue: claimed under a lease, tried again later, given up after a day.

Each target is served by one turn at a time, in a thread of its own. So that slow ones hold up nobody else, there are
many threads, targets that failed last get at most half of them, and those of one host a few. A temporary failure ends
a turn and makes the target pause; one that keeps failing is paused until somebody resumes it.
"""

import random
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from json import dumps
from time import monotonic
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.db import connection, transaction

from delivery import outbound
from delivery.calling import GIVE_UP_SECONDS, Outcome, call
from delivery.models import Target

BATCH = 20
TURN_SECONDS = 20.0  # after these a target's turn starts no further call
LEASE_SECONDS = TURN_SECONDS + outbound.TOTAL_SECONDS + 20
TARGETS_AT_ONCE = 32
SUSPECTS_AT_ONCE = TARGETS_AT_ONCE // 2  # of those, targets whose last call failed
OF_ONE_HOST = 4
LOOK_SECONDS = 0.25
OVERTIME_SECONDS = TURN_SECONDS + outbound.TOTAL_SECONDS  # a drain may last while a slow turn goes on
FIRST_WAIT, LONGEST_WAIT = 5.0, 30 * 60.0  # of a delivery: seconds, doubled with every attempt
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # of a target that fails
PAUSED_AFTER = 10  # failures in a row, over an hour; or
FAILING_SECONDS = 3600
HOPELESS = 20  # calls in a row that it would not take
KEPT_ATTEMPTS = 60

_DUE_TARGETS = """
SELECT t.id, t.url, t.failures FROM delivery_target t
WHERE t.enabled AND t.paused_at IS NULL AND (t.resume_at IS NULL OR t.resume_at <= now())
AND NOT t.id = ANY(%s::bigint[]) AND EXISTS (
    SELECT 1 FROM delivery_delivery d WHERE d.target_id = t.id AND d.state = 'waiting'
    AND d.next_at <= now() AND (d.lease_until IS NULL OR d.lease_until < now())
)
ORDER BY t.failures > 0, t.id LIMIT %s
"""
_MAY = """
SELECT 1 FROM delivery_target WHERE id = %s AND enabled AND paused_at IS NULL
AND (resume_at IS NULL OR resume_at <= now())
"""
_TURN = "SELECT pg_try_advisory_lock(hashtext('a turn of a target'), (%s %% 2147483647)::int)"
_TURN_OVER = "SELECT pg_advisory_unlock(hashtext('a turn of a target'), (%s %% 2147483647)::int)"
_CLAIM = """
UPDATE delivery_delivery SET lease = %s, lease_until = now() + make_interval(secs => %s) WHERE id IN (
    SELECT id FROM delivery_delivery WHERE target_id = %s AND state = 'waiting'
    AND next_at <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY next_at, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, public_id, body, attempts, extract(epoch FROM now() - created_at)
"""
_HISTORY = f"history = CASE WHEN attempts < {KEPT_ATTEMPTS} THEN history || %s::jsonb ELSE history END"
_FINISH = f"""
UPDATE delivery_delivery SET state = %s, attempts = attempts + 1, status_code = %s, error = %s, finished_at = now(),
    {_HISTORY}, lease = NULL, lease_until = NULL
WHERE id = %s AND lease = %s
"""  # noqa: S608  # our own text
_RETRY = f"""
UPDATE delivery_delivery SET attempts = attempts + 1, status_code = %s, error = %s, {_HISTORY},
    next_at = now() + make_interval(secs => %s), lease = NULL, lease_until = NULL
WHERE id = %s AND lease = %s
"""  # noqa: S608  # our own text
_RELEASE = "UPDATE delivery_delivery SET lease = NULL, lease_until = NULL WHERE lease = %s"
_FAILED = """
UPDATE delivery_target SET failures = least(failures + 1, 10000), failing_since = coalesce(failing_since, now()),
    resume_at = CASE WHEN %s THEN now() + make_interval(secs => %s) ELSE resume_at END,
    paused_at = CASE WHEN failures + 1 >= %s AND coalesce(failing_since, now()) <= now() - make_interval(secs => %s)
        THEN now() END
WHERE id = %s AND paused_at IS NULL
"""
_RESUME = """
UPDATE delivery_target SET failures = 0, failing_since = NULL, resume_at = NULL WHERE id = %s AND failures > 0
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery under this worker's lease. `age`: seconds since it was written."""

    id: int
    public_id: str
    body: str
    attempts: int
    age: float


@dataclass(frozen=True, slots=True)
class _Due:
    """A target with something to send."""

    id: int
    host: str
    is_suspect: bool


def drain(seconds: float = 10.0) -> int:
    """Sends what is due until nothing is, or no further turn after `seconds` (later while a slow turn goes on);
    returns the number of calls made."""
    began, calls = monotonic(), 0
    turns: dict[Future[int | None], _Due] = {}
    elsewhere: dict[int, float] = {}  # targets that another worker serves: not looked at until then
    with ThreadPoolExecutor(TARGETS_AT_ONCE, thread_name_prefix="deliver") as threads:
        while True:
            now = monotonic()
            elsewhere = {target: until for target, until in elsewhere.items() if until > now}
            if now < began + (seconds + OVERTIME_SECONDS if turns else seconds):
                for due in _next(list(turns.values()), elsewhere):
                    turns[threads.submit(_turn, due.id)] = due
            if not turns:
                return calls
            finished, _ = wait(turns, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for turn in finished:
                due, made = turns.pop(turn), turn.result()
                calls += made or 0
                if made is None:
                    elsewhere[due.id] = monotonic() + LOOK_SECONDS


def _next(busy: list[_Due], elsewhere: dict[int, float]) -> list[_Due]:
    """Targets to serve now, without giving slow ones all the threads."""
    room = TARGETS_AT_ONCE - len(busy)
    if room <= 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_DUE_TARGETS, ([*(due.id for due in busy), *elsewhere], 4 * TARGETS_AT_ONCE))
        found = [_Due(pk, urlsplit(url).netloc, failures > 0) for pk, url, failures in cursor.fetchall()]
    hosts = Counter(due.host for due in busy)
    suspects = sum(due.is_suspect for due in busy)
    chosen: list[_Due] = []
    for due in found:
        if len(chosen) == room or hosts[due.host] >= OF_ONE_HOST:
            continue
        if due.is_suspect and suspects >= SUSPECTS_AT_ONCE:
            continue
        chosen.append(due)
        hosts[due.host] += 1
        suspects += due.is_suspect
    return chosen


def _turn(target_id: int) -> int | None:
    """One target's turn, in a thread and on a connection of its own: a batch in order, up to the first temporary
    failure. Returns the number of calls; None when another worker has the turn."""
    try:
        if not _asked(_TURN, target_id):
            return None
        try:
            return _serve(target_id)
        finally:
            _asked(_TURN_OVER, target_id)
    finally:
        connection.close()


def _serve(target_id: int) -> int:
    ends, calls, lease = monotonic() + TURN_SECONDS, 0, uuid4()
    target: Target | None = Target.objects.select_related("workspace").filter(pk=target_id).first()
    if target is None:
        return 0
    for claimed in _claim(target_id, lease):
        if not _asked(_MAY, target_id):
            break
        began = monotonic()
        outcome = call(target, claimed.public_id, claimed.body)
        calls += 1
        _settle(target, claimed, lease, outcome, round((monotonic() - began) * 1000))
        if outcome.kind == "again" or monotonic() > ends:
            break
    _run(_RELEASE, lease)
    return calls


def _claim(target_id: int, lease: UUID) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, (lease, LEASE_SECONDS, target_id, BATCH))
        return sorted((Claimed(*row) for row in cursor.fetchall()), key=lambda claimed: claimed.id)


def waiting_time(attempts: int, first: float, longest: float) -> float:
    """Full jitter: anything up to the exponential bound, so that many callers spread out."""
    return random.uniform(0, min(longest, first * 2.0 ** min(attempts, 30)))  # noqa: S311  # spreads load, no secret


def _settle(target: Target, claimed: Claimed, lease: UUID, outcome: Outcome, took: int) -> None:
    """Stores what came of a call, on the delivery and on its target."""
    told = {"at": datetime.now(UTC).isoformat(), "status": outcome.status, "error": outcome.error, "ms": took}
    history = dumps([told])
    is_temporary = outcome.kind == "again"
    with transaction.atomic():
        if is_temporary and claimed.age < GIVE_UP_SECONDS:
            wait_seconds = max(waiting_time(claimed.attempts, FIRST_WAIT, LONGEST_WAIT), outcome.wait)
            _run(_RETRY, outcome.status, outcome.error, history, wait_seconds, claimed.id, lease)
        else:
            state = "delivered" if outcome.kind == "delivered" else "failed"
            error = f"Given up after a day. {outcome.error}" if is_temporary else outcome.error
            _run(_FINISH, state, outcome.status, error, history, claimed.id, lease)
        if outcome.kind == "delivered":
            _run(_RESUME, target.pk)
            target.failures = 0
        else:
            pause = max(waiting_time(target.failures, FIRST_PAUSE, LONGEST_PAUSE), outcome.wait)
            limit, since = (PAUSED_AFTER, FAILING_SECONDS) if is_temporary else (HOPELESS, 0)
            _run(_FAILED, is_temporary, pause, limit, since, target.pk)
            target.failures += 1


def _asked(query: str, target_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, (target_id,))
        row = cursor.fetchone()
        return bool(row and row[0])


def _run(query: str, *params: UUID | str | float | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
