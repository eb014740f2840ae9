import signal
import sys
import warnings
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.processes import cores, tether, worker


class Command(BaseCommand):
    help = "Process events and deliver what is due: a Celery worker."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--processes", type=int, default=max(2, cores.available()), help="default: one a core, at least 2"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        tether.follow_supervisor(signal.SIGKILL)  # what it held is done again once its lease has ended
        warnings.filterwarnings("ignore", message="(?s).*superuser privileges.*")  # messages are JSON only
        sys.exit(worker.run(options["processes"]))
