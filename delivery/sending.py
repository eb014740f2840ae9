"""Sends waiting deliveries. The rows are the queue: claimed under a lease, tried again later, given up after a day.

While a drain lasts each target is served by a thread of its own, so a slow one holds up nobody else. A temporary
failure ends the target's turn and makes it pause. The only question asked of a failure is whether to try again.
"""

import base64
import random
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import responses
from time import monotonic
from uuid import UUID, uuid4

from django.db import connection, transaction

from delivery import encryption, outbound
from delivery.models import Target
from trackingplans.domain.legible import shortened, storable

BATCH = 20
TURN_SECONDS = 20.0  # after these a target's turn starts no further call
LEASE_SECONDS = TURN_SECONDS + outbound.TOTAL_SECONDS + 20
TARGETS_AT_ONCE = 8
LOOK_SECONDS = 0.25
FIRST_WAIT, LONGEST_WAIT = 5.0, 30 * 60.0  # of a delivery: seconds, doubled with every attempt
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # of a target that fails
GIVE_UP_SECONDS = 24 * 3600.0
TEMPORARY = frozenset((408, 425, 429))

_DUE_TARGETS = """
SELECT t.id FROM delivery_target t
WHERE t.enabled AND (t.resume_at IS NULL OR t.resume_at <= now()) AND NOT t.id = ANY(%s::bigint[]) AND EXISTS (
    SELECT 1 FROM delivery_delivery d WHERE d.target_id = t.id AND d.state = 'waiting'
    AND d.next_at <= now() AND (d.lease_until IS NULL OR d.lease_until < now())
)
ORDER BY t.id LIMIT %s
"""
_CLAIM = """
UPDATE delivery_delivery SET lease = %s, lease_until = now() + make_interval(secs => %s) WHERE id IN (
    SELECT id FROM delivery_delivery WHERE target_id = %s AND state = 'waiting'
    AND next_at <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY next_at, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, body, attempts, extract(epoch FROM now() - created_at)
"""
_FINISH = """
UPDATE delivery_delivery SET state = %s, attempts = attempts + 1, status_code = %s, error = %s, finished_at = now(),
    lease = NULL, lease_until = NULL
WHERE id = %s AND lease = %s
"""
_RETRY = """
UPDATE delivery_delivery SET attempts = attempts + 1, status_code = %s, error = %s,
    next_at = now() + make_interval(secs => %s), lease = NULL, lease_until = NULL
WHERE id = %s AND lease = %s
"""
_RELEASE = "UPDATE delivery_delivery SET lease = NULL, lease_until = NULL WHERE lease = %s"
_PAUSE = """
UPDATE delivery_target SET failures = least(failures + 1, 30), resume_at = now() + make_interval(secs => %s)
WHERE id = %s
"""
_RESUME = "UPDATE delivery_target SET failures = 0, resume_at = NULL WHERE id = %s AND failures > 0"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call. `wait`: seconds the receiver asked for before the next one (Retry-After)."""

    kind: str  # delivered, again or failed
    status: int | None = None
    error: str = ""
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery under this worker's lease. `age`: seconds since it was written."""

    id: int
    body: str
    attempts: int
    age: float


def drain(seconds: float = 10.0) -> int:
    """Sends what is due until nothing is, or no further turn after `seconds`; returns the number of calls made."""
    ends, calls = monotonic() + seconds, 0
    turns: dict[Future[int], int] = {}
    with ThreadPoolExecutor(TARGETS_AT_ONCE, thread_name_prefix="deliver") as threads:
        while True:
            if monotonic() < ends:
                for target_id in _due_targets(list(turns.values()), TARGETS_AT_ONCE - len(turns)):
                    turns[threads.submit(_turn, target_id)] = target_id
            if not turns:
                return calls
            finished, _ = wait(turns, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for turn in finished:
                del turns[turn]
                calls += turn.result()


def _due_targets(busy: list[int], room: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE_TARGETS, (busy, room))
        return [row[0] for row in cursor.fetchall()]


def _turn(target_id: int) -> int:
    """One target's turn, in a thread and on a connection of its own: a batch in order, up to the first temporary
    failure. Returns the number of calls."""
    ends, calls, lease = monotonic() + TURN_SECONDS, 0, uuid4()
    try:
        target = Target.objects.get(pk=target_id)
        for claimed in _claim(target_id, lease):
            outcome = call(target, claimed.body)
            calls += 1
            _settle(target, claimed, lease, outcome)
            if outcome.kind == "again" or monotonic() > ends:
                break
        _run(_RELEASE, lease)
        return calls
    except Target.DoesNotExist:
        return calls
    finally:
        connection.close()


def _claim(target_id: int, lease: UUID) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, (lease, LEASE_SECONDS, target_id, BATCH))
        return sorted((Claimed(*row) for row in cursor.fetchall()), key=lambda claimed: claimed.id)


def call(target: Target, body: str) -> Outcome:
    """Sends one body to a target and judges the answer."""
    try:
        key = encryption.decrypt(target.write_key)
        basic = base64.b64encode(f"{key}:".encode()).decode()
        headers = {"Content-Type": "application/json", "Authorization": f"Basic {basic}"}
        response = outbound.post(f"{target.url}/v1/track", body.encode(), headers)
    except outbound.Refused as error:
        return Outcome("failed", error=str(error))
    except (outbound.Unreachable, encryption.Undecipherable) as error:
        return Outcome("again", error=str(error))
    return judged(response, datetime.now(UTC))


def judged(response: outbound.Response, now: datetime) -> Outcome:
    """What an answer means: 2xx is delivered; 408, 425, 429 and 5xx are worth another try; the rest are not."""
    status = response.status
    if 200 <= status < 300:
        return Outcome("delivered", status)
    said = response.body[:300].decode(errors="replace").strip()
    error = f"{status} {responses.get(status, '')}".strip() + (f": {said}" if said else "")
    error = shortened(storable(error), 300)
    if status in TEMPORARY or status >= 500:
        return Outcome("again", status, error, asked_wait(response.headers.get("retry-after", ""), now))
    if 300 <= status < 400:
        error = f"{error} (redirects are not followed)"
    return Outcome("failed", status, error)


def asked_wait(value: str, now: datetime) -> float:
    """Seconds a Retry-After header asks for, in either of its forms; 0 when it says nothing that can be read."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:9]), GIVE_UP_SECONDS)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), GIVE_UP_SECONDS)


def waiting_time(attempts: int, first: float, longest: float) -> float:
    """Full jitter: anything up to the exponential bound, so that many callers spread out."""
    return random.uniform(0, min(longest, first * 2.0**attempts))  # noqa: S311  # spreads load, keeps no secret


def _settle(target: Target, claimed: Claimed, lease: UUID, outcome: Outcome) -> None:
    if outcome.kind == "again" and claimed.age < GIVE_UP_SECONDS:
        wait_seconds = max(waiting_time(claimed.attempts, FIRST_WAIT, LONGEST_WAIT), outcome.wait)
        pause = max(waiting_time(target.failures, FIRST_PAUSE, LONGEST_PAUSE), outcome.wait)
        with transaction.atomic():
            _run(_RETRY, outcome.status, outcome.error, wait_seconds, claimed.id, lease)
            _run(_PAUSE, pause, target.pk)
        return
    state = "delivered" if outcome.kind == "delivered" else "failed"
    error = f"Given up after a day. {outcome.error}" if outcome.kind == "again" else outcome.error
    _run(_FINISH, state, outcome.status, error, claimed.id, lease)
    if state == "delivered" and target.failures:
        _run(_RESUME, target.pk)
        target.failures = 0


def _run(query: str, *params: UUID | str | float | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
