from collections.abc import Iterator

import pytest

from tests.faults.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """web, worker and beat for a whole module."""
    made = Stack()
    try:
        made.prepare()
        made.start("web", "--processes", "1")
        made.start("worker", "--processes", "2", program=("-m", "tests.faults.crashing"))
        made.start("beat")
        made.wait_ready()
        yield made
    finally:
        made.close()
