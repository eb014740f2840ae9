"""Receivers that fail, hang, redirect and ask to wait: every call arrives once, none early, and nobody waits."""

import random
import threading
import time
from collections import Counter

import pytest

from delivery import sending
from delivery.models import Delivery, Target
from tests.delivery.receiver import receiving, status
from tests.delivery.test_sending import target_of, waiting
from tests.threads import started

SECONDS = 6.0


class Seen:
    """When a receiver took which call."""

    def __init__(self, answer):
        self.answer = answer
        self.asked: list[float] = []
        self.taken: Counter[str] = Counter()
        self.at: dict[str, float] = {}

    def __call__(self, handler):
        self.asked.append(time.monotonic())
        number = handler.headers["webhook-id"]
        if self.answer(handler, len(self.asked)):
            self.taken[number] += 1
            self.at[number] = time.monotonic()


def ok(handler):
    status(200)(handler)
    return True


def flaky(handler, _asked):
    if random.random() < 0.07:
        return status(random.choice([500, 502, 503]))(handler)
    return ok(handler)


def hangs(handler, _asked):
    time.sleep(SECONDS)
    handler.close_connection = True


def busy(handler, asked):
    return status(429, {"Retry-After": "2"})(handler) if asked == 3 else ok(handler)


def redirects(handler, _asked):
    return status(307, {"Location": "http://127.0.0.1:1/"})(handler)


@pytest.mark.django_db(transaction=True)
def test_bad_receivers_delay_nobody_and_every_call_arrives_once(loopback, monkeypatch):
    monkeypatch.setattr(sending, "FIRST_WAIT", 0.2)
    monkeypatch.setattr(sending, "FIRST_PAUSE", 0.1)
    random.seed(7)
    seen = {name: Seen(answer) for name, answer in
            {"well": lambda handler, _: ok(handler), "flaky": flaky, "busy": busy, "hangs": hangs,
             "redirects": redirects}.items()}  # fmt: skip
    with (
        receiving() as well,
        receiving() as flake,
        receiving() as late,
        receiving() as hung,
        receiving() as moved,
    ):
        places = {"well": well, "flaky": flake, "busy": late, "hangs": hung, "redirects": moved}
        for name, place in places.items():
            place.answers = [seen[name]] * 2000
        targets = {name: target_of(place.url, kind="webhook") for name, place in places.items()}
        hanging = [targets["hangs"], *(target_of(hung.url, kind="webhook") for _ in range(11))]
        for target in hanging:
            waiting(target, *["{}"] * 2)
        for name in ("flaky", "busy", "redirects"):
            waiting(targets[name], *["{}"] * (60 if name == "flaky" else 6))
        over = threading.Event()
        workers = [started(lambda: [sending.drain(1.0) for _ in iter(over.is_set, True)]) for _ in range(2)]
        written = {}
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            [row] = waiting(targets["well"], "{}")
            written[row.public_id] = time.monotonic()
            time.sleep(0.1)
        while (
            not _is_done([targets[name] for name in ("well", "flaky", "busy")])
            and time.monotonic() < ends + 15
        ):
            time.sleep(0.1)
        Target.objects.update(enabled=False)
        over.set()
        for worker in workers:
            worker.result(90)

    assert max(seen["well"].at[pk] - at for pk, at in written.items()) < 1
    for name in ("well", "flaky", "busy"):
        wanted = set(Delivery.objects.filter(target=targets[name]).values_list("public_id", flat=True))
        assert seen[name].taken == dict.fromkeys(wanted, 1), name
    pause = seen["busy"].asked[3] - seen["busy"].asked[2]
    assert pause >= 2
    moved_rows = Delivery.objects.filter(target=targets["redirects"])
    assert {(row.state, row.attempts) for row in moved_rows} == {("failed", 1)}
    assert "redirects are not followed" in moved_rows[0].error
    tried = Delivery.objects.filter(target=targets["flaky"], attempts__gt=1).first()
    assert tried is not None
    assert [one["status"] for one in tried.history] == [*[one["status"] for one in tried.history[:-1]], 200]
    assert len(tried.history) == tried.attempts


def _is_done(targets):
    return not Delivery.objects.filter(target__in=targets, state="waiting").exists()
