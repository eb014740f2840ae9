import signal
from typing import Any

from django.core.management.base import BaseCommand

from config.celery import app, only_publish
from config.processes import tether


class Command(BaseCommand):
    help = "Wake up whatever is due: Celery's beat. Two of them do no harm."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        tether.follow_supervisor(signal.SIGTERM)
        only_publish()
        app.Beat(loglevel="WARNING", quiet=True, socket_timeout=30).run()
