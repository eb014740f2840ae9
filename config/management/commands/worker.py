import os
import signal
import sys
import warnings
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.celery import app
from config.processes import cores, tether


class Command(BaseCommand):
    help = "Process events and deliver what is due: a Celery worker."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--processes", type=int, default=max(2, cores.available()), help="default: one a core, at least 2"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        # Leases make a killed task harmless, so nothing needs Celery's patient kind of stop here.
        tether.follow_supervisor(signal.SIGQUIT)
        warnings.filterwarnings("ignore", message="(?s).*superuser privileges.*")  # messages are JSON only
        worker = app.Worker(
            hostname=f"planwright-{os.getpid()}@%h",
            concurrency=options["processes"],
            pool="prefork",
            optimization="fair",
            loglevel="WARNING",
            quiet=True,
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
        worker.start()
        sys.exit(worker.exitcode)
