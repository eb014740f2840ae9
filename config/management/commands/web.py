import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.processes import cores, ports, tether, web


class Command(BaseCommand):
    help = "Serve the site, the REST API and the door for events on HOST:PORT."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, default=cores.available(), help="default: one a core")
        parser.add_argument("--threads", type=int, default=web.THREADS, help="requests at once in a process")

    def handle(self, *_args: Any, **options: Any) -> None:
        tether.follow_supervisor(signal.SIGTERM)
        try:
            ports.require_free(settings.HOST, settings.PORT)
        except ports.PortError as error:
            raise CommandError(str(error)) from None
        web.serve(options["processes"], options["threads"])
