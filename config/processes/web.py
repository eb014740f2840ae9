"""The web server: granian, one process a core, each with a few threads."""

import importlib
import multiprocessing
import signal
from collections.abc import Callable
from typing import Any

from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from config import static_files
from config.processes import tether

# Four: the door waits for commits, and p99 was best between 1 and 16 (docs/decisions/0004).
THREADS = 4
_CONNECTIONS = 512  # open at once in a process; more wait in the system's queue
_STOP = 3  # seconds for requests in flight


def serve(processes: int, threads: int) -> None:
    """Serve HOST:PORT until SIGTERM or SIGINT; requests in flight are finished."""
    static_files.collect()
    Server(
        target="config.wsgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        blocking_threads_idle_timeout=600,
        backlog=2048,
        backpressure=_CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig={"disable_existing_loggers": False},
    ).serve(target_loader=load, wrap_loader=False)


def load() -> Callable[..., Any]:
    """The WSGI callable, loaded in each serving process, which then ends with its parent."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        tether.follow(parent.pid, signal.SIGKILL)
    application: Callable[..., Any] = importlib.import_module("config.wsgi").application
    return application
