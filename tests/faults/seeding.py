"""What the processes under test find in their database."""

from typing import Any

from tests.factories import WriteKeyFactory
from tests.ingest.stores import shop

SOURCES = 5


def seed() -> list[dict[str, Any]]:
    """Some sources with the same small plan, their ids and write keys."""
    sources = [shop() for _ in range(SOURCES)]
    return [{"id": source.pk, "key": WriteKeyFactory(source=source).key} for source in sources]
