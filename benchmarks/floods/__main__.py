"""`python -m benchmarks.floods`: a million distinct names and a million distinct keys from one source.

The production processes on an embedded PostgreSQL; a neighbour sends throughout. Fails when a promise is not kept:
the neighbour's messages are judged about as soon as without the attack, tables stay within their caps, no message is
lost, and the inbox still says what matters.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import psutil

from benchmarks.data import Json
from benchmarks.floods.neighbour import Neighbour, Stage
from benchmarks.floods.pages import Pages, Shown
from benchmarks.ingest.database import OURS, Database
from benchmarks.ingest.planwright import ROOT, Planwright
from benchmarks.ingest.processes import BenchmarkError
from config.embedded.postgres import Server

OUTPUT = ROOT / "var" / "bench"
LAG_SECONDS, LAG_TIMES = 2.0, 2.0  # p95 of the neighbour: under both, but see UNNOTICED
UNNOTICED = 0.5  # seconds: a p95 below this is called unchanged, whatever it was before
PAGE_MS = 100  # p95 of the lists
DRAIN_WITHIN = 3600.0
Line = tuple[str, str, str, bool]  # what, figure, promise, whether it is kept


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.floods", description=__doc__)
    parser.add_argument("--names", type=int, default=1_000_000, help="distinct event names")
    parser.add_argument("--keys", type=int, default=1_000_000, help="distinct property keys")
    parser.add_argument("--connections", type=int, default=4, help="of the attacker")
    parser.add_argument("--quiet", type=float, default=20.0, help="seconds before the attack")
    parser.add_argument("--keep", action="store_true", help="keep the data folder and logs")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="floods-", dir=OUTPUT))
    folder.chmod(0o755)  # the embedded PostgreSQL may run as another account
    try:
        with ExitStack() as stack:
            lines = Flood(options, folder, stack).run()
    except BenchmarkError as error:
        print(f"No figures: {error}", file=sys.stderr)
        return 1
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    for what, figure, promise, is_kept in lines:
        print(
            f"{'' if is_kept else 'BROKEN':7}{what:44}{figure:>14}   {promise and f'(promised: {promise})'}"
        )
    return 0 if all(is_kept for *_, is_kept in lines) else 1


class Flood:
    """One run, from an empty database to the table of promises."""

    def __init__(self, options: argparse.Namespace, folder: Path, stack: ExitStack) -> None:
        self.options = options
        server = Server(folder / "data")
        server.start()
        stack.callback(server.stop)
        database = Database.embedded(folder / "data")
        self.environment = {"DATA_DIR": str(folder / "data")}
        self.setup: Json = json.loads(self._python("benchmarks.floods.seeding"))
        self.system = Planwright(self.environment, stack.enter_context(database.connect(OURS)), folder)
        stack.callback(self.system.stop)
        self.system.wait()
        self.pages = Pages(self.system.port, self.setup)
        self.neighbour = Neighbour(
            self.system.port, self.setup["neighbour"], stack.enter_context(database.connect(OURS))
        )
        self.over = threading.Event()  # of the attack
        stack.callback(self.neighbour.over.set)

    def run(self) -> list[Line]:
        for _ in range(
            2
        ):  # the first messages compile the plan, each process loads what its first page needs
            for name in self.setup["pages"]:
                self.pages.show(name)
        before = self.neighbour.begin()
        time.sleep(self.options.quiet)
        during = self.neighbour.begin()
        sent = self._attack()
        drained_in = self._drain()
        self.neighbour.stop()
        print(f"drained {drained_in:.0f} s after the last answer", flush=True)
        shown = {name: self.pages.show(name) for name in self.setup["pages"]}
        told = {**sent["acknowledged"], "neighbour": self.neighbour.faulty}
        figures = json.loads(self._python("benchmarks.floods.counting", json.dumps(told)))
        for name in ("violation_list", "not_in_plan"):
            print(f"\n{name}:", *shown[name].rows[:8], sep="\n  ", flush=True)
        print(flush=True)
        counted = [(one["what"], f"{one['figure']:,}", one["promise"], one["is_kept"]) for one in figures]
        return [*lags(before, during), *counted, *useful(shown)]

    def _python(self, module: str, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env={**os.environ, **self.environment}, check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip

    def _attack(self) -> Json:
        """Lets the attacker send all it has; tells once in a while how things stand."""
        telling = threading.Thread(target=self._tell, daemon=True)
        began = time.monotonic()
        command = [
            sys.executable, "-m", "benchmarks.floods.attack", "--port", str(self.system.port), "--write-key",
            self.setup["attacker"]["write_key"], "--connections", str(self.options.connections),
            "--names", str(self.options.names), "--keys", str(self.options.keys),
        ]  # fmt: skip
        attack = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        telling.start()
        try:
            output, _ = attack.communicate()
        finally:
            attack.kill()
        if attack.returncode:
            raise BenchmarkError(f"the attacker ended with {attack.returncode}")
        sent: Json = json.loads(output)
        messages = sum(sent["acknowledged"].values())
        print(
            f"sent {messages:,} messages in {time.monotonic() - began:.0f} s ({messages / sent['seconds']:,.0f}/s); "
            f"answers {sent['answers']}, p50 {sent['p50_ms']:.0f} ms, p99 {sent['p99_ms']:.0f} ms",
            flush=True,
        )
        return sent

    def _drain(self) -> float:
        """Seconds until nothing is left of the attack, while the neighbour goes on."""
        began = time.monotonic()
        left = "SELECT count(*) FROM ingest_inboxrow WHERE source_id = %s"
        while True:
            (rows,) = self.system.database.execute(left, [self.setup["attacker"]["id"]]).fetchone() or (0,)
            if not rows:
                self.over.set()
                return time.monotonic() - began
            if time.monotonic() > began + DRAIN_WITHIN:
                raise BenchmarkError(f"{rows} requests still wait after {DRAIN_WITHIN:.0f} s")
            for group in self.system.groups.values():
                group.check()
            time.sleep(0.2)

    def _tell(self) -> None:
        began = time.monotonic()
        while not self.over.wait(10):
            stage = self.neighbour.stage
            took, _ = self.pages.ask("violation_list")
            lag = f"{stage.lag(50):.2f} and {stage.lag(95):.2f} s" if len(stage.lags) > 2 else "unknown"
            worker = psutil.Process(self.system.parts["worker"])
            memory = sum(one.memory_info().rss for one in worker.children(recursive=True)) / 1e6
            print(
                f"  {time.monotonic() - began:5.0f} s: lag of the neighbour p50 and p95 {lag}; "
                f"inbox page {took:.0f} ms; workers' memory {memory:.0f} MB",
                flush=True,
            )


def lags(before: Stage, during: Stage) -> list[Line]:
    """From the door's answer to being judged; and how long the door took, which the attack may slow down."""
    limit = min(LAG_SECONDS, max(LAG_TIMES * before.lag(95), UNNOTICED))
    return [
        ("lag without the attack, p50", f"{before.lag(50):.2f} s", "", True),
        ("lag without the attack, p95", f"{before.lag(95):.2f} s", "", True),
        ("lag during the attack, p50", f"{during.lag(50):.2f} s", "", True),
        ("lag during the attack, p95", f"{during.lag(95):.2f} s", f"under {limit:.1f} s", during.lag(95) < limit),
        ("the longest", f"{max(during.lags):.2f} s", "", True),
        ("door without the attack, p95", f"{before.door(95) * 1000:.0f} ms", "", True),
        ("door during the attack, p95", f"{during.door(95) * 1000:.0f} ms", "", True),
        ("neighbour's messages during the attack", f"{len(during.lags):,}", "", True),
        ("  of those refused", f"{during.refused:,}", "0", during.refused == 0),
    ]  # fmt: skip


def useful(shown: dict[str, Shown]) -> list[Line]:
    """The lists answer at once, say first what the neighbour does wrong, and fold what the attacker does."""
    told = [
        (f"{name} after the attack, p95", f"{shown[name].p95_ms:.0f} ms", f"under {PAGE_MS} ms",
         shown[name].p95_ms < PAGE_MS)
        for name in ("violation_list", "not_in_plan")
    ]  # fmt: skip
    first = [row.source for row in shown["violation_list"].rows[:1]]
    folded = [row for row in shown["not_in_plan"].rows if "Offer <number> Viewed" in row.what]
    return [
        *told,
        ("overview after the attack, p95", f"{shown['overview'].p95_ms:.0f} ms", "", True),
        ("first row of the inbox", ", ".join(first) or "none", "Neighbour", first == ["Neighbour"]),
        ("rows of a third of the names", f"{len(folded)}", "1", len(folded) == 1),
    ]


if __name__ == "__main__":
    sys.exit(main())
