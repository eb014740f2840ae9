"""Text in, a JSON value out: bounded, and every complaint names its place.

Everything after this may recurse: what leaves here is at most `DEEPEST` levels deep and holds only what JSON
can say.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trackingplans.domain.findings import Step, dotted
from trackingplans.domain.plan import PlanError, Problem
from trackingplans.interchange import yaml_reading

LARGEST = 15 * 1024**2  # bytes; what Segment takes as a CSV upload
DEEPEST = 100

_OTHER_FILES = {
    b"\xd0\xcf\x11\xe0": "This is an old Excel file (.xls), or one with a password. Save it as .xlsx without one.",
    b"PK\x03\x04": "This is a workbook or another packed file. Import it as a sheet, whose columns are mapped.",
    b"\x1f\x8b": "This file is packed (gzip). Unpack it first.",
    b"%PDF": "This is a PDF. Export the table it was made from as CSV or XLSX.",
}
_JSON_SENTENCES = {
    "Expecting value": "a value is missing here",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing here",
    "Expecting ':' delimiter": "a colon is missing here",
    "Expecting property name enclosed in double quotes": 'expected a key in double quotes, or "}"',
    "Illegal trailing comma before end of object": "one comma too many here",
    "Illegal trailing comma before end of array": "one comma too many here",
    "Unterminated string starting at": "this text has no closing quote",
    "Invalid control character at": "a line break or control character inside a text; write it as \\n",
    "Invalid \\escape": "an unknown escape after a backslash",
    "Invalid \\uXXXX escape": "four hexadecimal digits must follow \\u",
    "Extra data": "the JSON has ended before this",
}


def read(raw: bytes | str) -> Any:
    """The JSON value that a JSON or YAML text says.

    Raises PlanError whose one problem has the place: `line 3, column 7` for syntax, else a dotted path.
    """
    text = decoded(raw)
    start = text.lstrip()[:1]
    if not start:
        raise _error("", "The file is empty.")
    value = _json(text) if start in "{[" else yaml_reading.read(text)
    _refuse_what_json_cannot_say(value)
    if not isinstance(value, dict | list):
        raise _error("", "This is not a plan: expected a JSON or YAML object, found plain text or a number.")
    return value


def decoded(raw: bytes | str) -> str:
    """The text of a file within the bound. Raises PlanError."""
    if isinstance(raw, str):
        raw = raw.encode(errors="surrogatepass")
    if len(raw) > LARGEST:
        raise _error("", f"The file is larger than {LARGEST // 1024**2} MB.")
    for magic, sentence in _OTHER_FILES.items():
        if raw.startswith(magic):
            raise _error("", sentence)
    if b"\0" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        raise _error(f"line {line}", "This holds NUL characters, as UTF-16 does. Save the file as UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _error(f"line {line}", "This is not UTF-8 text. Save the file as UTF-8.") from None


@dataclass(frozen=True, slots=True)
class _Twice:
    key: str


@dataclass(frozen=True, slots=True)
class _NotANumber:
    word: str


def syntax_problem(text: str) -> Problem | None:
    """Why a text is not JSON, with line and column; None when it is (NaN and infinities included)."""
    try:
        _loads(text)
    except PlanError as error:
        return error.problems[0]
    return None


def _json(text: str) -> Any:
    return _loads(text, object_pairs_hook=_object, parse_constant=_NotANumber)


def _loads(text: str, **hooks: Any) -> Any:
    try:
        return json.loads(text, **hooks)
    except json.JSONDecodeError as error:
        sentence = _JSON_SENTENCES.get(error.msg.removesuffix(": "), "this is not JSON from here on")
        place = f"line {error.lineno}, column {error.colno}"
        raise _error(place, f"This is not JSON: {sentence}.") from None
    except RecursionError:
        raise _error("", f"This is nested deeper than {DEEPEST} levels.") from None
    except ValueError:  # an integer of more than 4,300 digits
        raise _error("", "This holds a number with thousands of digits.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Twice:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    return _Twice(next(key for key in keys if keys.count(key) > 1))


def _refuse_what_json_cannot_say(value: Any) -> None:
    for steps, node in _nodes(value):
        if len(steps) > DEEPEST:
            raise _error(dotted(steps[:6]) + "…", f"The file is nested deeper than {DEEPEST} levels.")
        if isinstance(node, _Twice):
            raise _error(_place(steps), f"The key “{node.key}” stands here twice. Keep one.")
        if isinstance(node, _NotANumber):
            raise _error(_place(steps), f"{node.word} is not a number that JSON knows.")
        if isinstance(node, float) and not math.isfinite(node):
            raise _error(_place(steps), "This number is too large.")


def _nodes(value: Any) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """Every value with the steps to it, without recursion."""
    waiting: list[tuple[tuple[Step, ...], Any]] = [((), value)]
    while waiting:
        steps, node = waiting.pop()
        yield steps, node
        if isinstance(node, dict):
            waiting += [((*steps, key), child) for key, child in node.items()]
        elif isinstance(node, list):
            waiting += [((*steps, index), child) for index, child in enumerate(node)]


def _place(steps: tuple[Step, ...]) -> str:
    return dotted(steps) if steps else ""


def _error(place: str, sentence: str) -> PlanError:
    return PlanError([Problem(place, sentence)])
