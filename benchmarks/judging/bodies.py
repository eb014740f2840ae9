"""Bytes of a 100-message body -> findings and aggregates on one core, beside the same by others.

All kinds of work take turns, round after round; a ratio is the median of the rounds', so that a machine that changes
its speed does not change it. Times are CPU time.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import jsonschema
import orjson

from benchmarks import data
from benchmarks.ingest.processes import BenchmarkError
from trackingplans.cli.events.tally import Tally
from trackingplans.domain import messages
from trackingplans.domain.messages import Fault
from trackingplans.domain.plan import from_document
from trackingplans.domain.validation import CompiledPlan, Judgement

BATCHES = 200
ROUNDS = 7
SLOW_MESSAGES = 300  # of which jsonschema does one round
RIVALS = Path(__file__).parent / "rivals"

Work = Callable[[], tuple[float, int]]  # microseconds of CPU a message, how many violate the plan


def ours(bodies: list[bytes]) -> Work:
    """Findings with all there is to say about them, unplanned properties and placeholders included, added up."""
    plan = CompiledPlan(from_document(data.plan()))

    def work() -> tuple[float, int]:
        began = time.process_time()
        violating = 0
        for body in bodies:
            violating += _aggregated(plan, body)
        return (time.process_time() - began) / len(bodies) / data.EVENTS_PER_BATCH * 1e6, violating

    return work


def _aggregated(plan: CompiledPlan, body: bytes) -> int:
    """What is kept of one body: messages by judgement, and what is wrong with how many of them."""
    tally, silent, check = Tally(), dict[int, tuple[Judgement, list[int]]](), plan.check
    for message in messages.stream(body, "batch", accepts=plan.accepted):
        if isinstance(message, Fault):
            raise BenchmarkError(f"A message of ours was rejected: {message.reason}")
        judgement = message.accepted or check(message)
        if judgement.findings:
            tally.add(0, message, judgement)
        else:
            silent.setdefault(id(judgement), (judgement, [0]))[1][0] += 1
    return tally.verdicts()["violating"]


def parsing(bodies: list[bytes]) -> Work:
    """Merely parsing the same bytes by orjson."""

    def work() -> tuple[float, int]:
        began = time.process_time()
        for body in bodies:
            orjson.loads(body)
        return (time.process_time() - began) / len(bodies) / data.EVENTS_PER_BATCH * 1e6, 0

    return work


def oracle(bodies: list[bytes]) -> Work:
    """The reference implementation: all errors of messages that were parsed before."""
    checker = jsonschema.FormatChecker()
    validators = {
        rule["name"]: jsonschema.Draft7Validator(rule["schema"], format_checker=checker)
        for rule in data.plan()["rules"]
    }
    parsed = [message for body in bodies for message in json.loads(body)["batch"]][:SLOW_MESSAGES]

    def work() -> tuple[float, int]:
        began = time.process_time()
        violating = sum(bool(list(validators[message["event"]].iter_errors(message))) for message in parsed)
        return (time.process_time() - began) / len(parsed) * 1e6, violating

    return work


@contextmanager
def node(bodies: list[bytes], packages: Path, folder: Path) -> Iterator[Work]:
    """JSON.parse and Ajv 8 with all errors."""
    plan, file = folder / "plan.json", folder / "bodies.ndjson"
    plan.write_text(json.dumps(data.plan()))
    file.write_bytes(b"".join(body + b"\n" for body in bodies))
    with subprocess.Popen(
        ["node", str(RIVALS / "bodies.js"), str(plan), str(file)],
        env={"NODE_PATH": str(packages / "node_modules"), "PATH": "/usr/local/bin:/usr/bin:/bin"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        ask, answers = process.stdin, process.stdout
        assert ask is not None
        assert answers is not None
        assert answers.readline() == "ready\n"

        def work() -> tuple[float, int]:
            ask.write("\n")
            ask.flush()
            told = json.loads(answers.readline())
            return told["ms"] * 1e3 / len(bodies) / data.EVENTS_PER_BATCH, told["violating"]

        yield work
        ask.close()


def measured(packages: Path | None, folder: Path, rounds: int, batches: int) -> dict[str, list[float]]:
    """Microseconds a message of each kind of work, round by round. Raises BenchmarkError when a result is wrong."""
    made = data.batches(batches)
    bodies, faulty = [body for body, _ in made], sum(count for _, count in made)
    works = {"ours": ours(bodies), "orjson.loads": parsing(bodies), "jsonschema": oracle(bodies)}
    if packages is None:
        return _rounds(works, rounds, faulty)
    with node(bodies, packages, folder) as rival:
        return _rounds(works | {"Node + Ajv": rival}, rounds, faulty)


def _rounds(works: dict[str, Work], rounds: int, faulty: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):  # the first one warms up
        for name, work in works.items():
            micros, violating = work()
            if name in ("ours", "Node + Ajv") and violating != faulty:
                raise BenchmarkError(f"{name} found {violating} of {faulty} faulty messages")
            if number:
                times[name].append(micros)
    return times


def ratio(times: dict[str, list[float]], to: str) -> float:
    """How many times faster ours is: the median of the rounds."""
    return median(theirs / own for own, theirs in zip(times["ours"], times[to], strict=True))
