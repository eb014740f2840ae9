"""Logging: one line a record on stderr, whatever an event's name or an exception holds."""

import logging
import re
import sys
from pathlib import Path
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """`time LEVEL process logger: message | traceback`, control characters escaped."""

    def __init__(self, role: str = "") -> None:
        super().__init__(f"%(asctime)s %(levelname)-7s {role:<6} %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return _CONTROL.sub(_escape, super().format(record).replace("\n", " | "))


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode()


def configuration(*, debug: bool) -> dict[str, Any]:
    """The LOGGING setting: warnings and worse; with `debug` also what is going on, tracebacks in full."""
    formatters: dict[str, Any] = {
        "line": {"()": OneLine, "role": _role()},
        "full": {"format": "%(levelname)s %(name)s: %(message)s"},
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters,
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "full" if debug else "line"},
        },
        "root": {"handlers": ["stderr"], "level": "INFO" if debug else "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO" if debug else "WARNING", "propagate": True},
            "django.request": {"level": "ERROR"},  # a 404 is no news
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # anyone can cause these at will
            # Both repeat in many lines what the supervisor says in one.
            "granian": {"level": "ERROR"},
            "_granian": {"level": "ERROR"},
            "celery.utils.functional": {"level": "ERROR"},
        },
    }


def _role() -> str:
    """Which of Planwright's processes this is: the management command's name."""
    return sys.argv[1] if len(sys.argv) > 1 and Path(sys.argv[0]).name == "manage.py" else ""
