"""Lists and paths as they stand in one cell of a sheet."""

import json
import re
from typing import Any

from trackingplans.domain.plan import PlanError, Problem
from trackingplans.domain.sheets import answers

_FAULTS = {
    "field larger than field limit": "a cell may hold 131,072 characters",
    "unexpected end of data": "a quote is opened and never closed",
    "expected after": "after a closing quote the cell must end",
    "new-line character": "its lines end in an unknown way",
}
ITEMS = "$"  # the step into a list


def steps(path: str) -> list[str | None]:
    """The names in a dotted path, None for the items of a list; a backslash takes its meaning from . and $."""
    parts = re.findall(r"(?:[^.\\]|\\.)+", path) or [path]
    return [None if part == ITEMS else _plain(part) for part in parts]


def step(name: str) -> str:
    """A name as a step of a path."""
    escaped = name.replace("\\", "\\\\").replace(".", "\\.")
    return f"\\{escaped}" if escaped == ITEMS else escaped


def values(cell: str) -> list[str]:
    """The values of a cell, with | between."""
    return [_plain(value.strip()) for value in re.findall(r"(?:[^|\\]|\\.)+", cell)]


def text(value: Any) -> str:
    """A JSON value as people type it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def listed(parts: list[str]) -> str:
    """Several values in one cell."""
    return " | ".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def listed_for_people(parts: list[str]) -> str:
    """The same for sheets that people fill: with a backslash where a person's reading would split it otherwise."""
    text = listed(parts)
    return text if not text or "\\" in text or answers.parts(text) == parts else f"\\{text}"


def fault(line: int, error: Exception) -> PlanError:
    """What the CSV reader said of a line, for people."""
    said = next((words for known, words in _FAULTS.items() if known in str(error)), str(error))
    return PlanError([Problem(f"line {line}", f"This is not CSV: {said}.")])


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
