"""`planwright check` on a file of about 1 GB, beside the same by Node: wall seconds with one process and with two."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import data
from benchmarks.ingest.processes import BenchmarkError

ROOT = Path(__file__).resolve().parents[2]
RIVAL = Path(__file__).parent / "rivals" / "ndjson.js"
BATCHES = 100  # different ones, again and again
# A small process in between: a child's peak counts what its parent held when it was forked.
WEIGH = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def write(folder: Path, size: int) -> tuple[Path, Path, int]:
    """The plan, a file of messages of at least `size` bytes, and how many of them violate the plan."""
    plan, events = folder / "plan.json", folder / "events.ndjson"
    plan.write_text(json.dumps(data.plan()))
    made = data.batches(BATCHES)
    messages = [message for body, _ in made for message in json.loads(body)["batch"]]
    lines = b"".join(json.dumps(message, separators=(",", ":")).encode() + b"\n" for message in messages)
    times = -(-size // len(lines))
    with events.open("wb") as file:
        for _ in range(times):
            file.write(lines)
    return plan, events, times * sum(count for _, count in made)


def ours(plan: Path, events: Path, workers: int, faulty: int) -> tuple[float, int]:
    """Wall seconds, and the peak memory of the largest process in MB."""
    command = [
        sys.executable, "-m", "trackingplans.cli", "check", str(events), "--plan", str(plan),
        "--workers", str(workers), "--format", "json",
    ]  # fmt: skip
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", WEIGH, *command], cwd=ROOT, check=False, capture_output=True, text=True
    )
    seconds = time.monotonic() - began
    *told, peak = done.stdout.splitlines() or [""]
    found = json.loads("".join(told))["summary"]["violating"] if done.returncode == 1 else done.stderr
    if found != faulty:
        raise BenchmarkError(f"planwright check found {found} of {faulty}")
    return seconds, int(peak) // 1024


def node(plan: Path, events: Path, workers: int, faulty: int, packages: Path) -> float:
    """Wall seconds of JSON.parse and Ajv."""
    began = time.monotonic()
    done = subprocess.run(
        ["node", str(RIVAL), str(plan), str(events), str(workers)],
        env={**os.environ, "NODE_PATH": str(packages / "node_modules")},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds = time.monotonic() - began
    if json.loads(done.stdout)["violating"] != faulty:
        raise BenchmarkError(f"Node found {done.stdout} of {faulty}")
    return seconds
