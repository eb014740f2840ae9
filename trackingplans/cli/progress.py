"""How far a long work is, on standard error when that is a terminal."""

import sys
import time
from types import TracebackType

_EVERY = 0.2  # seconds
_FROM = 0.5  # seconds: shorter work says nothing


class Progress:
    """One line that is rewritten. `total`: bytes to read, None where nobody knows."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._is_shown = sys.stderr.isatty()
        self._began = time.monotonic()
        self._next = self._began + _FROM
        self._has_written = False

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._has_written:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, done: int, messages: int) -> None:
        """`done` bytes were read, `messages` judged."""
        now = time.monotonic()
        if not self._is_shown or now < self._next:
            return
        self._next = now + _EVERY
        self._has_written = True
        sys.stderr.write(f"\r\x1b[K{self._line(done, messages, now - self._began)}")
        sys.stderr.flush()

    def _line(self, done: int, messages: int, seconds: float) -> str:
        parts = [f"{messages:,} messages", f"{messages / seconds:,.0f}/s"]
        if self._total and done:
            left = seconds * max(self._total - done, 0) / done
            parts = [f"{100 * min(done, self._total) / self._total:.0f} %", *parts, f"{_time(left)} left"]
        return " · ".join(parts)


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}" if minutes else f"{rest} s"
