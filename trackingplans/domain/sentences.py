"""The words sentences are made of: places, types and values as people read them."""

import json
import math
from typing import Any

import msgspec

from trackingplans.domain.findings import Step, dotted
from trackingplans.domain.legible import non_finite, shortened, storable

MAX_VALUE = 100
_encode = msgspec.json.Encoder().encode
MAX_EXPECTED = 300

KINDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
FORMATS = {
    "date-time": "a date and time like 2026-11-22T09:00:00Z",
    "date": "a date like 2026-11-22",
    "time": "a time like 09:00:00Z",
    "duration": "a duration like PT5M",
    "email": "an e-mail address",
    "idn-email": "an e-mail address",
    "hostname": "a host name",
    "idn-hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "uri": "a web address",
    "iri": "a web address",
    "uri-reference": "a web address or a path",
    "iri-reference": "a web address or a path",
    "uri-template": "a URI template",
    "uuid": "a UUID",
    "json-pointer": "a JSON Pointer",
    "relative-json-pointer": "a relative JSON Pointer",
    "regex": "a regular expression",
}


def named(steps: tuple[Step, ...]) -> str:
    """How a sentence names a place: by its path with `$` for indexes, without the leading properties or traits."""
    if not steps:
        return "The message"
    inner = steps[1:] if len(steps) > 1 and steps[0] in ("properties", "traits") else steps
    return f"`{shortened(storable(dotted(tuple('$' if isinstance(step, int) else step for step in inner))))}`"


def kind_of(value: Any) -> str:
    """The JSON Schema type of a value as Segment says it: a number without fraction is an integer."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def came(value: Any) -> str:
    """What came, for people, without its value."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"{non_finite(value)} came, which JSON does not have"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "a number came"
    return f"{KINDS[kind_of(value)]} came"


def one_of(kinds: list[str]) -> str:
    """Several kinds as people say them: `text, a number or null`."""
    words = [KINDS.get(kind, kind) for kind in kinds]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def shown(value: Any, length: int = MAX_VALUE) -> str:
    """A value as JSON text, shortened, storable."""
    if isinstance(value, str):
        value = value[: length + 1]
        try:
            return shortened(_encode(value).decode(), length)
        except UnicodeEncodeError:
            return shortened(storable(json.dumps(value, ensure_ascii=False)), length)
    if isinstance(value, dict | list):
        value = _cut(value, length)
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = "…"
    return shortened(storable(text), length)


def listed(values: list[Any]) -> str:
    """Values a plan allows, as JSON texts with commas between."""
    return shortened(", ".join(shown(value) for value in values[:50]), MAX_EXPECTED)


def plain_value(value: Any) -> str:
    """A number or text of the plan as it would be written by hand."""
    return value if isinstance(value, str) else shown(value)


def _cut(value: Any, room: int) -> Any:
    """The start of a big value, enough for what will be shown of it."""
    if isinstance(value, dict):
        return {
            str(key)[:room]: _cut(child, room // 2) if room > 1 else "…"
            for key, child in list(value.items())[: room // 4 + 1]
        }
    if isinstance(value, list):
        return [_cut(child, room // 2) if room > 1 else "…" for child in value[: room // 2 + 1]]
    return value[:room] if isinstance(value, str) else value
