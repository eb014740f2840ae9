"""`python -m benchmarks.rules`: what the number of rules costs: to make a plan ready, and for each message.

The same bodies, of the ten events that all plans have, are judged by plans of 10, 100 and 2,000 rules; the last also
with every rule compiled. CPU time, the median of interleaved runs. Fails when a promise is not kept.
"""

import gc
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from benchmarks import data
from benchmarks.data import Json
from benchmarks.hotpath import judging
from trackingplans.domain import rules
from trackingplans.domain.messages import Message, read
from trackingplans.domain.plan import Plan, from_document
from trackingplans.domain.validation import CompiledPlan

RUNS = 5
ROUNDS = 20  # over all bodies, in each run
MESSAGES = 6000
SIZES = (10, 100, 2000)
MOST = 1.15
COMPILE_SECONDS, COMPILE_MEGABYTES, FIRST_MILLISECONDS = 0.5, 100, 10


def main() -> int:
    """Measure and print."""
    bodies = _bodies()
    is_compiled_well = _compile(bodies[0])
    plans = {f"{size:,} rules": CompiledPlan(_plan(size)) for size in SIZES}
    plans[f"{SIZES[-1]:,} rules, all compiled"] = _used(CompiledPlan(_plan(SIZES[-1])))
    times = _medians({name: judging(plan) for name, plan in plans.items()}, bodies)
    least = times[f"{SIZES[0]:,} rules"]
    print(f"the same {len(bodies) * data.EVENTS_PER_BATCH:,} messages; µs of CPU each, median of {RUNS} runs")
    for name, micros in times.items():
        print(f"  {name:<28}{micros:8.2f}   {micros / least:6.2f} x")
    return 0 if is_compiled_well and max(times.values()) <= MOST * least else 1


def _compile(body: bytes) -> bool:
    """Print what a plan of many rules takes until it judges, and when all of its rules were needed."""
    plan = _plan(SIZES[-1])
    message = next(message for message in read(body, "batch") if isinstance(message, Message))
    gc.collect()
    before, began = _megabytes(), time.perf_counter()
    compiled = CompiledPlan(plan)
    made = time.perf_counter()
    compiled.check(message)
    first = time.perf_counter()
    lean = _megabytes() - before
    _used(compiled)
    everything, full = time.perf_counter() - began, _megabytes() - before
    print(
        f"plan of {SIZES[-1]:,} rules: ready in {made - began:.3f} s, first event in {(first - made) * 1e3:.1f} ms,"
    )
    kept = sum(rules.slot_for(rule.schema, "properties", ()).ready is not None for rule in plan.rules)
    print(f"  {lean:.0f} MB; with every rule compiled ({kept:,} are kept) {everything:.2f} s, {full:.0f} MB")
    is_fast = made - began < COMPILE_SECONDS and (first - made) * 1e3 < FIRST_MILLISECONDS
    return is_fast and lean < COMPILE_MEGABYTES


def _used(plan: CompiledPlan) -> CompiledPlan:
    """The plan, after an event of every rule."""
    for rule in plan.plan.rules:
        rules.slot_for(rule.schema, "properties", ()).compiled()
    return plan


def _plan(size: int) -> Plan:
    """A plan whose first ten rules are always the same, and no two rules alike."""
    document = data.plan()
    some: list[Json] = document["rules"]
    every = [_renamed(some[index % len(some)], index // len(some)) for index in range(size)]
    return from_document({**document, "rules": every})


def _renamed(rule: Json, times: int) -> Json:
    if not times:
        return rule
    schema = rule["schema"]
    properties = schema["properties"]["properties"]
    own = {**properties["properties"], f"variant_{times}": {"type": "string", "maxLength": times}}
    around = {**schema["properties"], "properties": {**properties, "properties": own}}
    return {**rule, "name": f"{rule['name']} {times}", "schema": {**schema, "properties": around}}


def _bodies() -> list[bytes]:
    names = {rule["name"] for rule in data.plan()["rules"][: SIZES[0]]}
    kept = [message for message, _ in data.messages(MESSAGES) if message["event"] in names]
    size = data.EVENTS_PER_BATCH
    return [
        data.encode({"batch": kept[start : start + size], "sentAt": data.SENT_AT})
        for start in range(0, len(kept) - size + 1, size)
    ]


def _medians(works: dict[str, Callable[[bytes], list[Any]]], bodies: list[bytes]) -> dict[str, float]:
    """Microseconds per message; all kinds of work take turns."""
    runs: dict[str, list[float]] = {name: [] for name in works}
    events = len(bodies) * data.EVENTS_PER_BATCH
    for _ in range(RUNS):
        spent = dict.fromkeys(works, 0.0)
        for _ in range(ROUNDS):
            for name, work in works.items():
                began = time.process_time()
                for body in bodies:
                    work(body)
                spent[name] += time.process_time() - began
        for name, seconds in spent.items():
            runs[name].append(seconds / events / ROUNDS * 1e6)
    return {name: statistics.median(times) for name, times in runs.items()}


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


if __name__ == "__main__":
    sys.exit(main())
