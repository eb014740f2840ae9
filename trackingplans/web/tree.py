"""A JSON Schema as rows of a table: one a property, in words that are no JSON Schema."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trackingplans.domain import type_words

DEEPEST = 8
MOST_ROWS = 2000
SHOWN_VALUES = 12

_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} in it",
    "maxItems": "at most {} in it",
    "pattern": "like {}",
    "const": "always {}",
}
_BEYOND_WORDS = {
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependencies",
    "patternProperties",
    "$ref",
}


@dataclass(frozen=True, slots=True)
class Property:
    """One row. `indent` counts from 0; `rules` are short phrases; `has_more`: its JSON Schema says more; `fill`: how
    often it was there."""

    name: str
    path: str
    indent: int
    kind: str
    is_required: bool
    rules: tuple[str, ...]
    description: str
    is_pii: bool
    has_more: bool
    pointer: str = ""
    fill: str = ""


def rows(schema: Any, section: str, notes: Mapping[str, Any]) -> tuple[list[Property], list[Property]]:
    """The properties (or traits) of a whole-message schema, and what it asks of the message beside them.

    `notes`: `meta.properties` of the rule, by JSON Pointer.
    """
    if not isinstance(schema, dict):
        return [], []
    walk = _Walk({pointer for pointer, note in notes.items() if isinstance(note, dict) and note.get("pii")})
    sections = schema.get("properties")
    inside = sections.get(section) if isinstance(sections, dict) else None
    own = _bounded(walk.children(inside, _Place((section,), f"/properties/{section}")))
    rest = _bounded(row for row in walk.children(schema, _Place()) if not _is_within(row, section))
    return own, [row for row in rest if row.kind not in {"any", "object"} or row.rules or row.is_required]


def _bounded(found: Iterator[Property]) -> list[Property]:
    return [row for row, _ in zip(found, range(MOST_ROWS), strict=False)]


def _is_within(row: Property, section: str) -> bool:
    return row.path == section or row.path.startswith(f"{section}.")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a schema stands: steps in the message, JSON Pointer in the rule's schema, depth in the table."""

    path: tuple[str, ...] = ()
    pointer: str = ""
    indent: int = 0

    def property(self, name: str) -> "_Place":
        escaped = name.replace("~", "~0").replace("/", "~1")
        return _Place((*self.path, name), f"{self.pointer}/properties/{escaped}", self.indent + 1)

    def item(self, indent: int) -> "_Place":
        return _Place((*self.path, "$"), f"{self.pointer}/items", indent)


@dataclass(frozen=True, slots=True)
class _Walk:
    pii: set[str]

    def children(self, node: Any, place: _Place) -> Iterator[Property]:
        properties = node.get("properties") if isinstance(node, dict) else None
        if not isinstance(properties, dict) or place.indent > DEEPEST:
            return
        required = node.get("required")
        for name, child in properties.items():
            below = place.property(name)
            yield self.row(name, child, below, required if isinstance(required, list) else [])
            yield from self.below(child, below)

    def below(self, node: Any, place: _Place) -> Iterator[Property]:
        if not isinstance(node, dict) or place.indent > DEEPEST:
            return
        yield from self.children(node, place)
        items = node.get("items")
        if isinstance(items, dict) and "properties" in items:
            yield from self.below(items, place.item(place.indent))
        elif isinstance(items, dict):
            yield self.row("each", items, place.item(place.indent + 1), [])
            yield from self.below(items, place.item(place.indent + 1))

    def row(self, name: str, node: Any, place: _Place, required: list[Any]) -> Property:
        schema = node if isinstance(node, dict) else {}
        description = schema.get("description")
        return Property(
            name=name,
            path=".".join(place.path),
            indent=place.indent - 1,
            kind=type_words.words(schema),
            is_required=name in required,
            rules=("never there",) if node is False else tuple(_phrases(schema)),
            description=description if isinstance(description, str) else "",
            is_pii=place.pointer in self.pii,
            has_more=not _BEYOND_WORDS.isdisjoint(schema),
            pointer=place.pointer if name != "each" else "",
        )


def _phrases(node: dict[str, Any]) -> Iterator[str]:
    values = node.get("enum")
    if isinstance(values, list):
        shown = ", ".join(_shown(value) for value in values[:SHOWN_VALUES])
        more = len(values) - SHOWN_VALUES
        yield f"one of {shown}" + (f" and {more} more" if more > 0 else "")
    for keyword, words in _LIMITS.items():
        if keyword in node:
            yield words.format(_shown(node[keyword]))
    if node.get("uniqueItems") is True:
        yield "no repeats"
    if node.get("additionalProperties") is False:
        yield "nothing else in it"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value or "“”"
    return "empty" if value is None else json.dumps(value, ensure_ascii=False)
