"""Text of senders in a form that PostgreSQL can keep."""

import re

LONGEST_NAME = 200  # characters: an index key of the hour table must stay under 2,700 bytes
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` with NUL and lone surrogates written as escapes (`\\u0000`): PostgreSQL refuses both."""
    return _UNSTORABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def name(text: str) -> str:
    """The name of an event as it is counted: storable, and cut where an index could not hold it."""
    kept = storable(text)
    return kept if len(kept) <= LONGEST_NAME else kept[: LONGEST_NAME - 1] + "…"
