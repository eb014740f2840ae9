"""`python -m benchmarks.ingest`: ours and the two baselines side by side, in one run on this machine."""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks import data
from benchmarks.data import Json
from benchmarks.ingest import fastify, report
from benchmarks.ingest.database import OURS, Database
from benchmarks.ingest.measuring import MODES, Measuring, Run, System
from benchmarks.ingest.planwright import ROOT, Planwright
from benchmarks.ingest.processes import BenchmarkError
from config.embedded.postgres import Server

OUTPUT = ROOT / "var" / "bench"
UNSEEDED: Json = {"write_key": "wk_alone", "source_id": 1}
WARM_UP = 1.5  # seconds of each kind of load, not counted
SYSTEMS = ("ours", "nothing", "durable")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0, help="of load in each run")
    parser.add_argument(
        "--modes", nargs="*", type=int, default=list(range(len(MODES))), help="0 batches, 1 and 2 single"
    )
    parser.add_argument("--systems", nargs="*", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--pools", nargs="*", type=int, default=[1, 2], help="of the durable baseline")
    parser.add_argument("--keep", action="store_true", help="keep the data folder and logs")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=OUTPUT))
    folder.chmod(0o755)  # the embedded PostgreSQL may run as another account
    try:
        with ExitStack() as stack:
            versions, rounds = measure(options, folder, stack)
    except BenchmarkError as error:
        print(f"No figures: {error}", file=sys.stderr)
        return 1
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    summaries = report.summary(rounds)
    print(report.table(summaries))
    written = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cpus": os.cpu_count(),
            "load": os.getloadavg()[2],
            "python": platform.python_version(),
            **versions,
        },
        "rounds": [[run.as_json() for run in runs] for runs in rounds],
        "summary": summaries,
    }
    path = OUTPUT / f"ingest-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(written, indent=1))
    print(f"\nWritten to {path.relative_to(ROOT)}")
    return 0


def measure(
    options: argparse.Namespace, folder: Path, stack: ExitStack
) -> tuple[dict[str, str], list[list[Run]]]:
    versions = {} if options.systems == ["ours"] else fastify.install(OUTPUT / "node")
    server = Server(folder / "data")
    server.start()
    stack.callback(server.stop)
    bench = Bench(options, folder, stack)
    systems = bench.start()
    measuring = Measuring(bench.connect(), bench.setup["write_key"])
    for system in systems:  # compiled rules and machine code are there in both languages
        for mode in (MODES[0], MODES[1]):
            measuring.run(system, mode, WARM_UP)
    rounds = []
    for number in range(options.rounds):
        print(f"Round {number + 1} of {options.rounds}", flush=True)
        runs = [(MODES[mode], system) for mode in options.modes for system in systems]
        rounds.append([show(measuring.run(system, mode, options.seconds)) for mode, system in runs])
    return versions, rounds


class Bench:
    """What the systems of one run share: the PostgreSQL, the plan, the write key."""

    def __init__(self, options: argparse.Namespace, folder: Path, stack: ExitStack) -> None:
        self.options = options
        self.folder = folder
        self.stack = stack
        self.database = Database.embedded(folder / "data")
        self.environment = {"DATA_DIR": str(folder / "data")}
        self.setup = self._seed() if "ours" in options.systems else UNSEEDED

    def _seed(self) -> Json:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.ingest.seeding"],
            cwd=ROOT, env={**os.environ, **self.environment}, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        seeded: Json = json.loads(done.stdout)
        return seeded

    def connect(self) -> psycopg.Connection:
        return self.stack.enter_context(self.database.connect(OURS))

    def start(self) -> list[System]:
        """The systems of this run, up and idle."""
        setup = self.folder / "setup.json"
        setup.write_text(json.dumps({"plan": data.plan(), **self.setup}))
        wanted = self.options.systems
        if set(wanted) & {"nothing", "durable"}:
            fastify.create_tables(self.database)
        pools = ([0] if "nothing" in wanted else []) + (self.options.pools if "durable" in wanted else [])
        systems: list[System] = []
        if "ours" in wanted:
            systems.append(Planwright(self.environment, self.connect(), self.folder))
            self.stack.callback(systems[-1].stop)
        for pool in pools:
            systems.append(fastify.Fastify(OUTPUT / "node", setup, self.database, self.folder, pool))
            self.stack.callback(systems[-1].stop)
        for system in systems:
            system.wait()
        return systems


def show(run: Run) -> Run:
    print(f"  {run.mode:34}{run.system:34}{run.end_to_end:>10,.0f} events/s", flush=True)
    return run


if __name__ == "__main__":
    sys.exit(main())
