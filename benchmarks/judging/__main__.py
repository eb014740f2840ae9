"""`python -m benchmarks.judging`: judging on one core, and `planwright check`, beside others that do the same."""

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.ingest import fastify
from benchmarks.ingest.processes import BenchmarkError
from benchmarks.judging import bodies, files

PACKAGES = files.ROOT / "var" / "bench" / "node"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=__doc__)
    parser.add_argument("--rounds", type=int, default=bodies.ROUNDS)
    parser.add_argument("--batches", type=int, default=bodies.BATCHES)
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the file; 0 leaves it out")
    options = parser.parse_args(arguments)
    try:
        fastify.install(PACKAGES)
        with tempfile.TemporaryDirectory(dir=PACKAGES) as folder:
            _bodies(Path(folder), options.rounds, options.batches)
            if options.megabytes:
                _files(Path(folder), options.megabytes)
    except BenchmarkError as error:
        print(f"No figures: {error}", file=sys.stderr)
        return 1
    return 0


def _bodies(folder: Path, rounds: int, batches: int) -> None:
    times = bodies.measured(PACKAGES, folder, rounds, batches)
    print("100-message bodies -> findings and aggregates, one core")
    for name, rows in times.items():
        told = "" if name == "ours" else f"   ours is {bodies.ratio(times, name):.2f} x as fast"
        print(f"  {name:<14}{median(rows):8.1f} us a message{told}")


def _files(folder: Path, megabytes: int) -> None:
    plan, events, faulty = files.write(folder, megabytes * 1_000_000)
    print(f"\nplanwright check, {events.stat().st_size / 1e6:,.0f} MB of NDJSON")
    for workers in (1, 2):
        own, memory = files.ours(plan, events, workers, faulty)
        theirs = files.node(plan, events, workers, faulty, PACKAGES)
        print(
            f"  {workers} workers: {own:.1f} s, peak {memory} MB; Node {theirs:.1f} s: {theirs / own:.2f} x as fast"
        )


if __name__ == "__main__":
    sys.exit(main())
