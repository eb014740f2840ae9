import logging

import pytest

from config.logs import OneLine


def line_of(message: str, *, error: Exception | None = None) -> str:
    caught = (type(error), error, None) if error else None
    return OneLine("worker").format(logging.LogRecord("ingest", logging.WARNING, "", 0, message, (), caught))


@pytest.mark.parametrize("nasty", ["a\nb", "a\r\nb", "a\x1b[31mb", "a\x00b", "a\u2028b", "a\x85b"])
def test_a_record_is_one_line_whatever_it_holds(nasty):
    written = line_of(nasty)

    assert len(written.splitlines()) == 1
    assert written.isprintable()


def test_a_traceback_is_part_of_the_line():
    written = line_of("failed", error=ValueError("two\nlines"))

    assert written.endswith("WARNING worker ingest: failed | ValueError: two | lines")
