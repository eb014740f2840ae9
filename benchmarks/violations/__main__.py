"""`python -m benchmarks.violations`: a million violations seeded by COPY, and how fast the pages answer.

Server time through the real views, everything included but the socket. Fails when a promise is not kept.
"""

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent
OUTPUT = ROOT / "var" / "bench"
FULL = (200, 5_000, 10)
SEED_SECONDS, GIGABYTES = 300, 8
DIGESTS_SECONDS = 30  # for 50 teams, from a cold cache, accepted by a real SMTP server
PROMISES = {"inbox": 100, "search": 150, "violation": 100}  # ms, 95 of 100


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.violations", description=__doc__)
    parser.add_argument("--sources", type=int, default=FULL[0])
    parser.add_argument("--per-source", type=int, default=FULL[1])
    parser.add_argument("--hours", type=int, default=FULL[2], help="of each violation")
    parser.add_argument("--requests", type=int, default=100, help="of each kind")
    parser.add_argument("--data", type=Path, help="keep the data here, and use it again")
    parser.add_argument("--each", action="store_true", help="print every address")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    folder = options.data or Path(tempfile.mkdtemp(prefix="violations-", dir=OUTPUT))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)  # the embedded PostgreSQL may run as another account
    os.environ["DATA_DIR"] = str((folder / "data").resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.embedded.postgres import Server  # noqa: PLC0415  # reads DATA_DIR

    server = Server(Path(os.environ["DATA_DIR"]))
    server.start()
    try:
        django.setup()
        return run(options)
    finally:
        server.stop()
        if not options.data:
            shutil.rmtree(folder, ignore_errors=True)


def run(options: argparse.Namespace) -> int:
    from benchmarks.violations.measuring import (  # noqa: PLC0415  # reads the environment set above
        addresses,
        client,
        digests_of_all_teams,
        known,
        seed,
        size_of_database,
    )

    now = datetime.now(UTC)
    is_well = True
    if not known():
        began = time.monotonic()
        seed(options.sources, options.per_source, options.hours, now)
        took, size = time.monotonic() - began, size_of_database()
        is_well = took < SEED_SECONDS and size < GIGABYTES
        print(
            f"seeded {options.sources * options.per_source:,} violations in {took:.0f} s, {size:.1f} GB",
            flush=True,
        )
    took, accepted = digests_of_all_teams(now)
    is_well &= took < DIGESTS_SECONDS and accepted > 0
    print(f"digests    {accepted} mails accepted in {took:.1f} s (promised: {DIGESTS_SECONDS} s)", flush=True)
    browser = client()
    for kind, urls in addresses(options.requests, random.Random(7)).items():
        is_well &= measure(kind, urls, lambda url: browser.get(url), each=options.each)
    return 0 if is_well else 1


def measure(kind: str, urls: list[str], get: Callable[[str], object], *, each: bool) -> bool:
    """Asks for each address, then for all of them again, as people come back; prints both and says whether the promise
    is kept the first time."""
    for url in urls[:10]:
        get(url)
    times = dict.fromkeys(urls, 0.0)
    for url, took in _timed(urls, get):
        times[url] = took
        if each:
            print(f"  {took:7.1f} ms  {url}")
    p95 = statistics.quantiles(times.values(), n=20)[-1]
    again = statistics.quantiles((took for _, took in _timed(urls, get)), n=20)[-1]
    promise = PROMISES[kind]
    print(
        f"{kind:10} p50 {statistics.median(times.values()):6.1f} ms   p95 {p95:6.1f} ms"
        f"   max {max(times.values()):6.1f} ms   (promised: {promise} ms; p95 again {again:.1f} ms)",
        flush=True,
    )
    return p95 < promise


def _timed(urls: list[str], get: Callable[[str], object]) -> Iterator[tuple[str, float]]:
    for url in urls:
        began = time.perf_counter()
        answer = get(url)
        took = (time.perf_counter() - began) * 1000
        if getattr(answer, "status_code", 0) != 200:
            raise SystemExit(f"{url} answered {getattr(answer, 'status_code', 0)}")
        yield url, took


if __name__ == "__main__":
    sys.exit(main())
