"""Work done at once, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def started(work: Callable[[], Any]) -> "Working":
    working = Working(work)
    working.start()
    return working


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Runs all of them at the same time; returns what each gave, raises what the first that failed raised."""
    return [working.result() for working in [started(work) for work in works]]


class Working(threading.Thread):
    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.value: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.value = self.work()
        except Exception as error:  # noqa: BLE001  # raised where it is asked for
            self.error = error
        finally:
            connection.close()

    def result(self, seconds: float = 60) -> Any:
        self.join(seconds)
        assert not self.is_alive(), "still at work"
        if self.error is not None:
            raise self.error
        return self.value
