"""`python -m benchmarks.hotpath`: bytes -> judgements on one core, beside merely parsing the same bytes.

100-message bodies of about 110 KB. Times are CPU time of this process, the best of interleaved rounds; machines
differ and get busy, so compare the ratios.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import jsonschema
import msgspec

from benchmarks import data
from trackingplans.domain.messages import Fault, glance, read, stream
from trackingplans.domain.plan import from_document
from trackingplans.domain.validation import CompiledPlan

BATCHES = 5
ROUNDS = 60
ORACLE_MESSAGES = 200


def main() -> int:
    """Measure and print; fails when a judgement is wrong."""
    plan = CompiledPlan(from_document(data.plan()))
    mixed = [body for body, _ in data.batches(BATCHES)]
    faulty = sum(count for _, count in data.batches(BATCHES))
    clean = [_without_faulty(plan, body) for body in mixed]
    events = BATCHES * data.EVENTS_PER_BATCH
    kept = sum(len(read(body, "batch")) for body in clean)
    times = _best(
        {
            "json.loads": (events, lambda: _each(json.loads, mixed)),
            "msgspec.json.decode": (events, lambda: _each(msgspec.json.decode, mixed)),
            "glance (the door)": (events, lambda: _each(glance, mixed)),
            "read": (events, lambda: _each(lambda body: read(body, "batch"), mixed)),
            f"read + check, {faulty / events:.1%} violating": (events, lambda: _each(judging(plan), mixed)),
            "read + check, all conforming": (kept, lambda: _each(judging(plan), clean)),
        }
    )
    times["jsonschema, parsed before"] = _oracle(mixed)
    parsed = times["msgspec.json.decode"]
    print(f"{events:,} events of {sum(map(len, mixed)) // events:,} B; µs of CPU per event")
    for name, micros in times.items():
        print(f"  {name:<36}{micros:9.2f}   {micros / parsed:8.2f} x msgspec")
    found = sum(judgement.verdict == "violating" for body in mixed for judgement in judging(plan)(body))
    print(f"violating: {found} of {faulty} made so")
    return 0 if found == faulty else 1


def judging(plan: CompiledPlan) -> Callable[[bytes], list[Any]]:
    check, accepts = plan.check, plan.accepted

    def judge(body: bytes) -> list[Any]:
        return [
            message.accepted or check(message)
            for message in stream(body, "batch", accepts=accepts)
            if not isinstance(message, Fault)
        ]

    return judge


def _each(work: Callable[[bytes], object], bodies: list[bytes]) -> None:
    for body in bodies:
        work(body)


def _best(works: dict[str, tuple[int, Callable[[], None]]]) -> dict[str, float]:
    """Microseconds per event: the best of several rounds, all kinds of work in each."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, (events, work) in works.items():
            began = time.process_time()
            work()
            best[name] = min(best[name], (time.process_time() - began) / events * 1e6)
    return best


def _without_faulty(plan: CompiledPlan, body: bytes) -> bytes:
    document = json.loads(body)
    messages = read(body, "batch")
    conforming = [
        item
        for item, message in zip(document["batch"], messages, strict=True)
        if not isinstance(message, Fault) and not plan.check(message).findings
    ]
    return data.encode({**document, "batch": conforming})


def _oracle(bodies: list[bytes]) -> float:
    """The reference implementation, all errors of messages that are parsed already."""
    validators = {
        rule["name"]: jsonschema.Draft7Validator(rule["schema"], format_checker=jsonschema.FormatChecker())
        for rule in data.plan()["rules"]
    }
    messages = [message for body in bodies for message in json.loads(body)["batch"]][:ORACLE_MESSAGES]
    began = time.process_time()
    for message in messages:
        list(validators[message["event"]].iter_errors(message))
    return (time.process_time() - began) / len(messages) * 1e6


if __name__ == "__main__":
    sys.exit(main())
