"""Kill workers, remove the broker, stop the database: nothing is lost, nothing is counted twice."""

import itertools
import os
import shutil
import signal
import time
from contextlib import suppress

import psutil

from tests.faults.crashing import WORD
from tests.faults.stack import BEFORE_COMMIT, IN_COMMIT, Sending, Stack
from tests.messages import batch, track
from tests.serving import wait_until

KILLS = 20
HOLDS = (
    "SELECT count(DISTINCT lease), coalesce(max(attempts), 0) FROM ingest_inboxrow WHERE lease_until > now()"
)
PARKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"


def test_workers_killed_while_they_hold_rows_lose_nothing_and_repeat_nothing(stack: Stack):
    source = stack.sources[0]
    bodies = (batch(*(track() for _ in range(99)), track("Order Complete")) for _ in range(200))
    sending = Sending(stack, source["key"], bodies, pause=0.1)
    sending.start()
    kills, at_commit = 0, [BEFORE_COMMIT, BEFORE_COMMIT, IN_COMMIT]
    while kills < KILLS:
        assert sending.is_alive() or stack.waiting(), f"all done after {kills} kills"
        if at_commit and (killed := _kill_parked(stack, at_commit[0])):
            at_commit.pop(0)
            kills += killed
        kills += _kill_holders(stack)
    sending.join(120)
    assert not at_commit
    assert sending.statuses() == {200}
    assert wait_until(lambda: not stack.waiting()), stack.totals(source)
    assert stack.totals(source) == {"received": 20_000, "conforming": 19_800, "unplanned": 200}
    counted = "SELECT count FROM violations_violation WHERE source_id = %s AND code = %s"
    assert stack.value(counted, source["id"], "unplanned_event") == 200
    assert stack.value(counted, source["id"], "unplanned_property") == 19_800
    assert stack.value("SELECT count(*) FROM ingest_deadrow") == 0
    books = stack.check_accounting()
    assert books.returncode == 0, books.stderr


def _kill_holders(stack: Stack) -> int:
    """Stop the pool where it stands; if it holds rows, kill it. Returns how many leases it held."""
    with stack.pool_suspended() as pool:
        held, attempts = stack.database.execute(HOLDS).fetchone() or (0, 0)
        if held and attempts < 4:
            _kill(pool)
            return int(held)
    time.sleep(0.02)
    return 0


def _kill_parked(stack: Stack, lock: int) -> int:
    """Let a worker run up to its commit, and kill it there. Returns how many were parked."""
    stack.database.execute("SELECT pg_advisory_lock(%s)", [lock])
    try:
        wait_until(lambda: stack.value(PARKED), 10)
        parked = int(stack.value(PARKED))
        if parked:
            _kill(stack.pool())
        return parked
    finally:
        stack.database.execute("SELECT pg_advisory_unlock(%s)", [lock])


def _kill(pool: list[psutil.Process]) -> None:
    for process in pool:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(pool, 10)


def test_a_row_that_kills_its_worker_ends_dead_and_its_neighbours_do_not(stack: Stack):
    source = stack.sources[1]
    poison = batch(track(properties={"note": WORD.decode()}), track())
    with stack.pool_suspended():  # so that the first attempt is made on all of them together
        for body in (batch(track(), track()), poison, batch(track())):
            assert stack.send(body, source["key"])[0] == 200
    neighbours = Sending(stack, source["key"], (batch(track()) for _ in itertools.count()), pause=0.25)
    neighbours.start()
    assert wait_until(lambda: stack.value("SELECT count(*) FROM ingest_deadrow"))
    neighbours.is_over = True
    neighbours.join()
    assert wait_until(lambda: not stack.waiting())
    dead = "SELECT (messages, attempts)::text || error FROM ingest_deadrow WHERE source_id = %s"
    assert stack.value(dead, source["id"]).startswith("(2,7)The worker ended")
    sent = 3 + len(neighbours.answers)
    assert neighbours.statuses() == {200}
    assert stack.totals(source) == {"received": sent + 2, "conforming": sent, "rejected": 2}
    assert stack.check_accounting().returncode == 0


def test_without_its_broker_the_door_says_200_and_everything_is_processed_after(stack: Stack):
    source = stack.sources[2]
    sending = Sending(stack, source["key"], (batch(track()) for _ in range(60)), pause=0.05)
    sending.start()
    time.sleep(0.5)
    shutil.rmtree(stack.data_dir / "broker")
    sending.join()
    assert sending.statuses() == {200}
    assert max(seconds for _, _, seconds in sending.answers) < 2
    for folder in ("queue", "control"):
        (stack.data_dir / "broker" / folder).mkdir(parents=True, exist_ok=True)
    assert wait_until(lambda: stack.totals(source) == {"received": 60, "conforming": 60}), stack.totals(
        source
    )


def test_without_its_database_the_door_says_503_in_time_and_recovers_by_itself(stack: Stack):
    source = stack.sources[3]
    assert stack.send(batch(track()), source["key"])[0] == 200
    stack.server.stop()
    _is_refused_in_time(stack, source["key"])
    stack.server.start()
    assert wait_until(lambda: stack.send(batch(track()), source["key"])[0] == 200, 20)
    assert wait_until(lambda: stack.totals(source) == {"received": 2, "conforming": 2}), stack.totals(source)


def test_a_database_that_hangs_is_no_better_than_one_that_is_gone(stack: Stack):
    source = stack.sources[4]
    assert stack.send(batch(track()), source["key"])[0] == 200
    postmaster = psutil.Process(stack.server.process_id)
    family = [postmaster, *postmaster.children()]
    for process in family:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        _is_refused_in_time(stack, source["key"])
    finally:
        for process in family:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGCONT)
    assert wait_until(lambda: stack.send(batch(track()), source["key"])[0] == 200, 20)
    assert wait_until(lambda: stack.totals(source).get("conforming", 0) >= 2), stack.totals(source)
    assert stack.totals(source)["received"] == stack.totals(source)["conforming"]


def _is_refused_in_time(stack: Stack, key: str) -> None:
    """Several senders at once, for known and unknown keys: 503, within two seconds, with Retry-After."""
    senders = [
        Sending(stack, name, (batch(track()) for _ in range(4)), pause=0.2)
        for name in (key, key, key, key, key, "wk_unknown")
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    answers = [answer for sender in senders for answer in sender.answers]
    assert {status for status, _, _ in answers} == {503}
    assert max(seconds for _, _, seconds in answers) < 2
    assert all(int(headers["retry-after"]) > 0 for _, headers, _ in answers)
