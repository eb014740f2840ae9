"""Text that can be stored and shown: PostgreSQL takes neither NUL nor lone surrogates, JSON takes no NaN."""

import math
import re
from typing import Any

NAME_LENGTH = 200

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with NUL and lone surrogates written as they stand in JSON (`\\u0000`)."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def shortened(text: str, length: int = NAME_LENGTH) -> str:
    """At most `length` characters; what was cut is marked by an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"


def names_until(value: Any) -> str:
    """A list of former names in words: "Purchase until 2026-12-23"; '' for every other value."""
    if not isinstance(value, list) or not all(isinstance(one, dict) and one.get("name") for one in value):
        return ""
    if any(one.keys() - {"name", "until"} for one in value):
        return ""
    return ", ".join(
        f"{one['name']} until {one['until']}" if one.get("until") else str(one["name"]) for one in value
    )


def non_finite(value: float) -> str | None:
    """The name of a float that JSON cannot hold (`NaN`, `Infinity`, `-Infinity`); None for every other."""
    if math.isfinite(value):
        return None
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def cleaned(value: Any) -> Any:
    """A copy of a JSON value that the engine can take.

    Lone surrogates in texts become U+FFFD, those in keys are written as escapes. Everything else, NaN too, stays.
    The value's depth is limited before.
    """
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {storable(key): cleaned(child) for key, child in value.items()}
    if isinstance(value, list):
        return [cleaned(child) for child in value]
    return value
