"""A source that sends a few messages a second throughout, and how long each of them waits to be judged."""

import base64
import http.client
import threading
import time
from dataclasses import dataclass, field
from statistics import quantiles

import psycopg

from benchmarks import data
from benchmarks.data import Json
from benchmarks.ingest.processes import BenchmarkError

EVERY = 0.25  # seconds
LOOK_EVERY = 0.01
FAULTY = 10  # every which message breaks its rule, always in the same way
_JUDGED = "SELECT coalesce(sum(received), 0)::bigint FROM trackingplans_traffichour WHERE source_id = %s"


@dataclass(slots=True)
class Stage:
    """What was measured from `begin` on, in seconds: of the door's answer, and from there to being counted."""

    doors: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    refused: int = 0

    def lag(self, percent: int) -> float:
        return _percentile(self.lags, percent)

    def door(self, percent: int) -> float:
        return _percentile(self.doors, percent)


def _percentile(seconds: list[float], percent: int) -> float:
    if len(seconds) < 2:
        raise BenchmarkError("too few messages to speak of percentiles: send for longer")
    return quantiles(seconds, n=100, method="inclusive")[percent - 1]


class Neighbour:
    """Sends from a thread of its own and watches the counts from another. Messages of one source are judged about in
    the order they came in, so the n-th was judged when n were counted."""

    def __init__(self, port: int, source: Json, database: psycopg.Connection) -> None:
        self.port = port
        self.source_id = source["id"]
        authorization = base64.b64encode(f"{source['write_key']}:".encode()).decode()
        self.headers = {"Authorization": f"Basic {authorization}", "Content-Type": "application/json"}
        self.database = database
        self.bodies = _bodies()
        self.stage = Stage()
        self.sent: list[tuple[float, Stage]] = []  # when it was acknowledged, and the stage it belongs to
        self.judged = 0
        self.faulty = 0
        self.over = threading.Event()
        self.failure: BaseException | None = None
        self.threads = [
            threading.Thread(target=self._guarded, args=[work], daemon=True)
            for work in (self._send, self._watch)
        ]
        for thread in self.threads:
            thread.start()

    def begin(self) -> Stage:
        """A new stage: messages that are sent from now on."""
        self.stage = Stage()
        return self.stage

    def stop(self) -> None:
        """Send no more and wait until all is judged. Raises BenchmarkError."""
        self.over.set()
        for thread in self.threads:
            thread.join()
        if self.failure:
            raise BenchmarkError(f"the neighbour failed: {self.failure!r}")

    def _guarded(self, work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001  # told where it is waited for
            self.failure = error
            self.over.set()

    def _send(self) -> None:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        number = 0
        due = time.monotonic()
        while not self.over.wait(max(0.0, due - time.monotonic())):
            due = max(due + EVERY, time.monotonic() - EVERY)
            number += 1
            body, stage, began = self.bodies[number % len(self.bodies)], self.stage, time.monotonic()
            mark = f"{time.time_ns():x}".encode()
            client.request("POST", "/v1/track", body.replace(data.MARK.encode(), mark), self.headers)
            answer = client.getresponse()
            answer.read()
            if answer.status != 200:
                stage.refused += 1
                continue
            self.faulty += number % len(self.bodies) == 0
            stage.doors.append(time.monotonic() - began)
            self.sent.append((time.monotonic(), stage))

    def _watch(self) -> None:
        gives_up = None
        while self.judged < len(self.sent) or not self.over.is_set():
            row = self.database.execute(_JUDGED, [self.source_id]).fetchone()
            now, known = time.monotonic(), int(row[0]) if row else 0
            while self.judged < min(known, len(self.sent)):
                at, stage = self.sent[self.judged]
                stage.lags.append(max(0.0, now - at))
                self.judged += 1
            if self.over.is_set():
                gives_up = gives_up or now + 60
                if now > gives_up:
                    raise BenchmarkError(f"{len(self.sent) - self.judged} messages were never judged")
            time.sleep(LOOK_EVERY)


def _bodies() -> list[bytes]:
    """The first has text where its total should be a number; the others are as the plan says."""
    good = [message for message, is_faulty in data.messages(200) if not is_faulty][:FAULTY]
    good[0] = good[0] | {"properties": good[0]["properties"] | {"total": "89.90"}}
    return [data.encode(message) for message in good]
