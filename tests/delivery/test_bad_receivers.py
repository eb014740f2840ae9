"""Receivers that fail, hang, redirect and ask to wait: every call arrives once, none early, and nobody waits."""

import random
import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from email.utils import formatdate

import pytest

from delivery import outbound, sending
from delivery.models import Delivery, Target
from tests.delivery.receiver import receiving, status
from tests.delivery.test_sending import target_of, waiting
from tests.threads import started

SECONDS = 6.0
PATIENCE = 2.0  # seconds that a call may take in all
ASKED = 2  # seconds that a receiver asks us to wait


def ok(handler, _asked):
    status(200)(handler)
    return True


def flaky(handler, asked):
    if random.random() < 0.07:
        return status(random.choice([500, 502, 503]))(handler)
    return ok(handler, asked)


def hangs(handler, _asked):
    time.sleep(SECONDS)
    handler.close_connection = True


def hangs_at_first(handler, asked):
    return hangs(handler, asked) if asked == 1 else ok(handler, asked)


def hangs_in_the_body(handler, asked):
    if asked != 1:
        return ok(handler, asked)
    handler.send_response(200)
    handler.send_header("Content-Length", "10")
    handler.end_headers()
    handler.wfile.write(b"{")
    handler.wfile.flush()
    return hangs(handler, asked)


def drips(handler, asked):
    """Says a little again and again, so that no single wait is long."""
    if asked != 1:
        return ok(handler, asked)
    with suppress(OSError):  # they hung up
        for part in (b"HTTP/1.1 200 OK\r\n", *(b"x-%d: 1\r\n" % n for n in range(30))):
            handler.wfile.write(part)
            time.sleep(SECONDS / 30)
    handler.close_connection = True
    return False


def busy(handler, asked):
    return status(429, {"Retry-After": str(ASKED)})(handler) if asked == 3 else ok(handler, asked)


def busy_until_a_date(handler, asked):
    if asked != 3:
        return ok(handler, asked)
    return status(429, {"Retry-After": formatdate(time.time() + ASKED + 1, usegmt=True)})(handler)


def redirects(handler, _asked):
    return status(307, {"Location": "http://127.0.0.1:1/"})(handler)


# name: what the receiver does, targets it has, calls of each, what becomes of them, seconds asked for after the third
RECEIVERS = {
    "fails 7 % of the time": (flaky, 2, 60, "delivered", 0),
    "hangs at first": (hangs_at_first, 1, 3, "delivered", 0),
    "hangs in the body": (hangs_in_the_body, 1, 3, "delivered", 0),
    "drips": (drips, 1, 3, "delivered", 0),
    "429 for seconds": (busy, 1, 6, "delivered", ASKED),
    "429 until a date": (busy_until_a_date, 1, 6, "delivered", ASKED),
    "redirects": (redirects, 1, 6, "failed", 0),
    "hangs always": (hangs, 12, 2, "waiting", 0),
    "works": (ok, 1, 0, "delivered", 0),
}


class Seen:
    """When a receiver was asked, in all and for each call, and when it took which."""

    def __init__(self, answer):
        self.answer = answer
        self.asked: list[float] = []
        self.asked_for: defaultdict[str, list[float]] = defaultdict(list)
        self.taken: Counter[str] = Counter()
        self.at: dict[str, float] = {}

    def __call__(self, handler):
        number, now = handler.headers["webhook-id"], time.time()
        self.asked.append(now)
        self.asked_for[number].append(now)
        if self.answer(handler, len(self.asked)):
            self.taken[number] += 1
            self.at[number] = time.time()


@pytest.mark.django_db(transaction=True)
def test_bad_receivers_delay_nobody_and_every_call_arrives_once_and_none_early(loopback, monkeypatch):
    monkeypatch.setattr(sending, "FIRST_WAIT", 0.5)
    monkeypatch.setattr(sending, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", PATIENCE)
    random.seed(7)
    seen = {name: Seen(answer) for name, (answer, *_) in RECEIVERS.items()}
    targets: dict[str, list[Target]] = {}
    promised: dict[
        tuple[str, int], float
    ] = {}  # when a call may be tried next, by its id and attempts so far
    written: dict[str, float] = {}
    with ExitStack() as stack:
        for name, (_, many, calls, *_) in RECEIVERS.items():
            place = stack.enter_context(receiving())
            place.answers = [seen[name]] * 2000
            targets[name] = [target_of(place.url, kind="webhook") for _ in range(many)]
            for target in targets[name]:
                waiting(target, *["{}"] * calls)
        over = threading.Event()
        workers = [started(lambda: [sending.drain(1.0) for _ in iter(over.is_set, True)]) for _ in range(2)]
        ends = time.time() + SECONDS
        while time.time() < ends or (_is_open(targets) and time.time() < ends + 15):
            if time.time() < ends:
                [row] = waiting(targets["works"][0], "{}")
                written[row.public_id] = time.time()
            promised |= _promises()
            time.sleep(0.1)
        Target.objects.update(enabled=False)
        over.set()
        for worker in workers:
            worker.result(90)

    assert max(seen["works"].at[number] - at for number, at in written.items()) < 1
    for name, (*_, outcome, asked) in RECEIVERS.items():
        rows = list(Delivery.objects.filter(target__in=targets[name]))
        assert {row.state for row in rows} == {outcome}, name
        wanted = {row.public_id for row in rows} if outcome == "delivered" else ()
        assert seen[name].taken == dict.fromkeys(wanted, 1), name
        assert all(len(row.history) == row.attempts for row in rows)
        if outcome == "delivered":
            assert all(
                [one["status"] == 200 for one in row.history].index(True) + 1 == row.attempts for row in rows
            )
        if asked:
            assert seen[name].asked[3] - seen[name].asked[2] >= asked, name
    early = [
        (name, number, attempts)
        for name, one in seen.items()
        for (number, attempts), at in promised.items()
        if len(one.asked_for[number]) > attempts and one.asked_for[number][attempts] < at
    ]
    assert early == []
    again = {number for number, _ in promised}
    for name in ("fails 7 % of the time", "429 for seconds", "429 until a date"):
        assert again & set(seen[name].taken), f"{name}: no retry was seen to be promised"
    assert "redirects are not followed" in Delivery.objects.filter(target=targets["redirects"][0])[0].error


def _is_open(targets):
    wanted = [
        one for name, (*_, outcome, _) in RECEIVERS.items() if outcome != "waiting" for one in targets[name]
    ]
    return Delivery.objects.filter(target__in=wanted, state="waiting").exists()


def _promises():
    rows = Delivery.objects.filter(state="waiting", attempts__gt=0, lease=None)
    return {
        (number, attempts): at.timestamp()
        for number, attempts, at in rows.values_list("public_id", "attempts", "next_at")
    }
