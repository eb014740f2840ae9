"""YAML in, a JSON value out. Built from the parser's events, so that nothing is constructed but JSON values.

Plain words mean what they mean in YAML 1.2's core schema: `no`, `on` and `2026-01-31` are text. Aliases are
expanded up to a bound; tags, merge keys, several documents and keys that are not text are refused by line.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

from trackingplans.domain.plan import PlanError, Problem

DEEPEST = 100
MOST_VALUES = 500_000  # with every alias counted at its full size

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z")
_INTEGER = re.compile(r"-?[0-9]+\Z")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq", "int", "float", "bool", "null")}


class _Mark(Protocol):
    line: int
    column: int


def read(text: str) -> Any:
    """The value of the one document in `text`. Raises PlanError naming line and column."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        place = _place(error.problem_mark or error.context_mark)
        raise PlanError([Problem(place, f"This is not YAML: {error.problem or error.context}.")]) from None
    except yaml.YAMLError as error:
        raise PlanError([Problem("", f"This is not YAML: {error}.")]) from None
    return builder.root


@dataclass(slots=True)
class _Open:
    """A list or object still being read; `size` counts the values in it, itself included."""

    value: Any
    anchor: str | None
    key: str | None = None
    has_key: bool = False
    size: int = 1


@dataclass(slots=True)
class _Builder:
    root: Any = None
    documents: int = 0
    total: int = 0
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise _error(event, "A second document starts here. Put one plan in a file.")
            case yaml.ScalarEvent():
                self._refuse_tag(event)
                self._put(event, _scalar(event), 1, event.anchor)
            case yaml.AliasEvent():
                if event.anchor not in self.anchors:
                    raise _error(event, f"“*{event.anchor}” names an anchor that is not finished above.")
                value, size = self.anchors[event.anchor]
                self._put(event, value, size, None)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                done = self.stack.pop()
                self._put(event, done.value, done.size, done.anchor, counted=True)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        self._refuse_tag(event)
        if len(self.stack) >= DEEPEST:
            raise _error(event, f"The file is nested deeper than {DEEPEST} levels.")
        parent = self.stack[-1] if self.stack else None
        if parent and isinstance(parent.value, dict) and not parent.has_key:
            raise _error(event, "A key must be text, not a list or an object.")
        self.total += 1
        self.stack.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor))

    def _put(
        self, event: yaml.Event, value: Any, size: int, anchor: str | None, *, counted: bool = False
    ) -> None:
        self.total += 0 if counted else size
        if self.total > MOST_VALUES:
            raise _error(event, f"The file holds more than {MOST_VALUES:,} values, aliases counted in full.")
        if anchor:
            self.anchors[anchor] = (value, size)
        if not self.stack:
            self.root = value
            return
        parent = self.stack[-1]
        parent.size += size
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.has_key:
            parent.value[parent.key] = value
            parent.has_key = False
        else:
            self._put_key(event, parent, value)

    def _put_key(self, event: yaml.Event, parent: _Open, value: Any) -> None:
        key = value if isinstance(value, str) else getattr(event, "value", None)
        if not isinstance(key, str):
            raise _error(event, "A key must be text, not a list or an object.")
        if key == "<<" and getattr(event, "implicit", (False,))[0]:
            raise _error(event, "Merge keys (<<) are not read. Write the keys out.")
        if key in parent.value:
            raise _error(event, f"The key “{key}” stands here twice. Keep one.")
        parent.key, parent.has_key = key, True

    def _refuse_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag and tag != "!" and tag not in _TAGS:
            raise _error(event, f"The tag “{tag}” is not part of a plan. Write plain values.")


def _scalar(event: yaml.ScalarEvent) -> Any:
    """What the scalar says; quoted and `!!str` ones are always text."""
    text = event.value
    if not event.implicit[0] or event.tag:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMBER.match(text):
        return text
    try:
        return int(text) if _INTEGER.match(text) else float(text)
    except ValueError:  # more than 4,300 digits
        raise _error(event, "This number has thousands of digits.") from None


def _place(mark: _Mark | None) -> str:
    if mark is None:
        return ""
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _error(event: yaml.Event, sentence: str) -> PlanError:
    return PlanError([Problem(_place(event.start_mark), sentence)])
