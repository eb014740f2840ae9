"""Text that can be stored and shown: PostgreSQL takes neither NUL nor lone surrogates, JSON takes no NaN."""

import math
import re
from typing import Any

NAME_LENGTH = 200

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with NUL and lone surrogates written as they stand in JSON (`\\u0000`)."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def shortened(text: str, length: int = NAME_LENGTH) -> str:
    """At most `length` characters; what was cut is marked by an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"


def non_finite(value: float) -> str | None:
    """The name of a float that JSON cannot hold (`NaN`, `Infinity`, `-Infinity`); None for every other."""
    if math.isfinite(value):
        return None
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def is_odd(value: Any) -> bool:
    """Whether one scalar is nothing that strict JSON and UTF-8 can carry."""
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, str) and not value.isascii() and _UNSTORABLE.search(value) is not None
