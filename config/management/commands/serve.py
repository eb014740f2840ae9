import signal
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from config import env, first_run, static_files
from config.demo import building as demo
from config.demo import welcoming
from config.processes import instance, ports
from config.processes.supervising import POLL, Child, Supervisor

MANAGE = Path(settings.BASE_DIR) / "manage.py"
_PATIENCE = 300.0  # seconds until a site that does not answer is given up


class Command(BaseCommand):
    help = "Run web, worker and beat as one process tree, until Ctrl-C or SIGTERM."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quickstart", action="store_true", help="what `make run` does: all set up")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with instance.only_one(settings.DATA_DIR, settings.BASE_URL):
                ports.require_free(settings.HOST, settings.PORT)
                self._serve(is_quickstart=options["quickstart"])
        except (instance.AlreadyRunning, ports.PortError) as error:
            raise CommandError(str(error)) from None

    def _serve(self, *, is_quickstart: bool) -> None:
        supervisor = Supervisor([_child(name) for name in ("web", "worker", "beat")])
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C: at once, but tidily
        if is_quickstart or settings.IS_EMBEDDED:
            call_command("migrate", interactive=False, verbosity=0)
        if is_quickstart:
            self._let_the_first_person_in(supervisor)
        static_files.collect()
        connection.close()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, lambda *_received: supervisor.stop())
        try:
            self._wait_until_ready(supervisor)
            if not supervisor.is_stopping:
                self._welcome(is_quickstart=is_quickstart)
            while not supervisor.is_stopping:
                supervisor.tend()
                time.sleep(POLL)
        finally:
            supervisor.stop_all()

    def _let_the_first_person_in(self, supervisor: Supervisor) -> None:
        if settings.DEMO and demo.is_wanted():
            self.stdout.write("Setting up the demo: fourteen days of events, judged one by one ...")
            self.stdout.flush()
            first_run.write(demo.build_afresh(timezone.now()))
        elif access := first_run.create_empty() or first_run.read():
            first_run.write(access)
        if demo.workspace() is not None and first_run.access_file().exists():
            supervisor.children.append(_trickle())

    def _welcome(self, *, is_quickstart: bool) -> None:
        lines = [f"Planwright is ready: {settings.BASE_URL}"]
        if is_quickstart and (admin := first_run.first_admin()):
            lines.append(f"Sign in, once, within half an hour: {first_run.sign_in_url(admin)}")
            lines += welcoming.lines()
            lines.append(f"Ctrl-C stops it; what it knows stays in {settings.DATA_DIR}")
        connection.close()
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def _wait_until_ready(self, supervisor: Supervisor) -> None:
        begun = time.monotonic()
        while not supervisor.is_stopping and not _answers():
            if time.monotonic() - begun > _PATIENCE:
                raise CommandError("the web server does not answer; what it said stands above")
            supervisor.tend()
            time.sleep(POLL)


def _child(name: str) -> Child:
    return Child(name, [sys.executable, str(MANAGE), name])


def _trickle() -> Child:
    command = [sys.executable, "-m", "config.demo.trickle", str(first_run.access_file())]
    return Child("demo", command, may_end=True)


def _answers() -> bool:
    site = HTTPConnection(urlsplit(env.own_url(settings.HOST, settings.PORT)).netloc, timeout=2)
    try:
        site.request("GET", "/healthz")
        return site.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        site.close()
