"""The Celery worker: one pool of processes, one process a core.

Processes of one pool rather than many single workers: judging is bound by the processor and holds the
interpreter's lock, a crashed pool process is back in a moment, and only a pool can end a task that
runs too long.
"""

import os
from typing import Any

from celery.apps.worker import Worker, install_worker_term_handler  # type: ignore[attr-defined]  # a partial

from config.celery import app


class QuietWorker(Worker):
    """Celery's, without what it says on the terminal while it stops."""

    def install_platform_tweaks(self, worker: Any) -> None:
        super().install_platform_tweaks(worker)
        install_worker_term_handler(worker, verbose=False)


def run(processes: int) -> int:
    """Work until SIGTERM; the tasks at hand are finished. Returns the exit code."""
    worker = QuietWorker(
        app=app,
        hostname=f"planwright-{os.getpid()}@%h",
        concurrency=processes,
        pool="prefork",
        optimization="fair",
        loglevel="WARNING",
        quiet=True,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    worker.start()
    return int(worker.exitcode or 0)
