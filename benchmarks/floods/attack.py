"""The attack: so many distinct event names and property keys, as fast as the door takes them.

A process of its own (`python -m benchmarks.floods.attack`). What is answered with 429 or 503 is sent again when the
door said; prints one JSON object with what was acknowledged.
"""

import argparse
import base64
import http.client
import json
import random
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks import data
from benchmarks.ingest.load import percentile

IN_A_BATCH = 100
PLANNED = "Product Viewed"
LETTERS = "bcdfghjklmnpqrstvwxz"
NUMBERED = 3  # every which name or key is one with a number in it; the others are like nothing else


@dataclass(slots=True)
class Tally:
    acknowledged: Counter[str] = field(default_factory=Counter)  # messages, by what they attack with
    answers: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    paused: float = 0.0  # seconds that the door asked to wait


def word(chance: random.Random, letters: int) -> str:
    """One that resembles no other and is no pattern of another."""
    return "".join(chance.choices(LETTERS, k=letters))


def name(chance: random.Random, number: int) -> str:
    return (
        f"{word(chance, 12).title()} {word(chance, 12).title()}"
        if number % NUMBERED
        else f"Offer {number} Viewed"
    )


def key(chance: random.Random, number: int) -> str:
    return word(chance, 14) if number % NUMBERED else f"offer_{number}"


def bodies(names: int, keys: int) -> Iterator[tuple[str, int, bytes]]:
    """What each attacks with, how many messages it holds, and the body; names and keys take turns."""
    chance = random.Random(3)
    planned = next(
        message["properties"]
        for message, is_faulty in data.messages(2_000)
        if message["event"] == PLANNED and not is_faulty
    )
    start = 0
    while start < max(names, keys):
        for kind, most in (("names", names), ("keys", keys)):
            batch = [
                _message(chance, name(chance, number), {})
                if kind == "names"
                else _message(chance, PLANNED, planned | {key(chance, number): 1})
                for number in range(start, min(start + IN_A_BATCH, most))
            ]
            if batch:
                yield kind, len(batch), data.encode({"batch": batch})
        start += IN_A_BATCH


def _message(chance: random.Random, event: str, properties: data.Json) -> data.Json:
    return {
        "type": "track",
        "event": event,
        "messageId": str(uuid.UUID(int=chance.getrandbits(128))),
        "anonymousId": word(chance, 16),
        "properties": properties,
    }


class Attack:
    def __init__(self, port: int, write_key: str, names: int, keys: int) -> None:
        self.port = port
        self.tally = Tally()
        self.lock = threading.Lock()
        self.left = bodies(names, keys)
        authorization = base64.b64encode(f"{write_key}:".encode()).decode()
        self.headers = {"Authorization": f"Basic {authorization}", "Content-Type": "application/json"}

    def run(self) -> None:
        """One client: the next body as soon as the last one was taken."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while True:
            with self.lock:
                kind, messages, body = next(self.left, ("", 0, b""))
            if not body:
                break
            self.send(client, body)
            with self.lock:
                self.tally.acknowledged[kind] += messages
        client.close()

    def send(self, client: http.client.HTTPConnection, body: bytes) -> None:
        while True:
            started = time.monotonic()
            client.request("POST", "/v1/batch", body, self.headers)
            answer = client.getresponse()
            answer.read()
            with self.lock:
                self.tally.answers[answer.status] += 1
                self.tally.latencies.append(time.monotonic() - started)
            if answer.status == 200:
                return
            wait = float(answer.headers.get("Retry-After", 1))
            self.tally.paused += wait
            time.sleep(wait)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--write-key", required=True)
    parser.add_argument("--names", type=int, required=True)
    parser.add_argument("--keys", type=int, required=True)
    parser.add_argument("--connections", type=int, required=True)
    options = parser.parse_args()
    attack = Attack(options.port, options.write_key, options.names, options.keys)
    started = time.monotonic()
    clients = [threading.Thread(target=attack.run) for _ in range(options.connections)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    tally, ordered = attack.tally, sorted(attack.tally.latencies)
    result = {
        "seconds": time.monotonic() - started,
        "acknowledged": dict(tally.acknowledged),
        "answers": dict(tally.answers),
        "paused": tally.paused,
        "p50_ms": percentile(ordered, 0.5),
        "p99_ms": percentile(ordered, 0.99),
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
