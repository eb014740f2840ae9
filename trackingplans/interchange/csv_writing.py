"""The rules of a plan become the rows of a sheet."""

import json
from collections.abc import Iterator
from typing import Any

from trackingplans.interchange import csv_cells, csv_reading, segment_flat

_SAID = {"type", "description", "properties", "items", "required", "pattern", "enum", "format"}
_NOTES = {"$schema", "$id", "id", "key", "labels", "title"}

Document = dict[str, Any]
Row = dict[str, str]


class Writing:
    """One rule becoming rows. `lost`: what of its schema has no column."""

    def __init__(self, rule: Document, *, with_examples: bool = False) -> None:
        self.lost: list[str] = []
        self._said = _SAID | {"examples"} if with_examples else _SAID
        self._rule = rule

    def rows(self) -> Iterator[Row]:
        schema = self._rule.get("schema", {})
        schema = schema if isinstance(schema, dict) else {}
        where = segment_flat.section(self._rule["type"])
        sections = schema["properties"] if isinstance(schema.get("properties"), dict) else {}
        self.lost += [
            f"what a rule says of “{key}”"
            for key, node in sections.items()
            if key != where and node not in ({}, {"type": "object"})
        ]
        self._lose(schema, {"type", "properties", "required", "description", "labels"})
        if segment_flat.lacks_what_it_needs(schema, sections.get(where), where):
            self.lost.append(segment_flat.MAY_BE_BARE)
        labels = schema["labels"] if isinstance(schema.get("labels"), dict) else {}
        first = {
            "type": self._rule["type"],
            "event": self._rule.get("name", ""),
            "version": str(self._rule.get("version", 1)),
            "about": str(schema.get("description", "")),
            "labels": csv_cells.listed([f"{key}:{value}" for key, value in labels.items()]),
        }
        rows = list(self._below(sections.get(where, {}), ""))
        yield from (first | row for row in rows or [{}])

    def _below(self, node: Any, path: str) -> Iterator[Row]:
        if not isinstance(node, dict):
            return
        needed = node.get("required", [])
        for name, child in (node.get("properties") or {}).items():
            yield from self._one(child, f"{path}{csv_cells.step(name)}", is_needed=name in needed)
        undescribed = [name for name in needed if name not in (node.get("properties") or {})]
        for name in undescribed:
            yield from self._one({}, f"{path}{csv_cells.step(name)}", is_needed=True)
        if isinstance(node.get("items"), dict):
            yield from self._one(node["items"], f"{path}$", is_needed=False)
        elif "items" in node:
            self.lost.append("“items” of a property")

    def _one(self, child: Any, path: str, *, is_needed: bool) -> Iterator[Row]:
        node = child if isinstance(child, dict) else {}
        self._lose(node, self._said)
        values = node.get("enum")
        kind, is_nullable = self._kind(node)
        yield {
            "property": path,
            "description": str(node.get("description", "")),
            "status": "required" if is_needed else "optional",
            "kind": kind,
            "null": "yes" if is_nullable else "no",
            "pattern": str(node.get("pattern", "")),
            "enum": self._listed(values, kind) if isinstance(values, list) else "",
            "example": self._example(node) if "examples" in self._said else "",
        }
        yield from self._below(node, f"{path}.")

    def _kind(self, node: Document) -> tuple[str, bool]:
        """The data type in the editor's words, and whether null is allowed."""
        named = node.get("type")
        kinds = named if isinstance(named, list) else [named] if named else []
        others = [kind for kind in kinds if kind != "null"]
        is_nullable = "null" in kinds and bool(others)
        if len(others) > 1:
            self.lost.append("that a property may have several types")
            return "any", False
        if not kinds and ("properties" in node or "items" in node):
            self.lost.append("that a property need not be an object or list")
            return ("object" if "properties" in node else "array"), False
        if "enum" in node and not others:
            return "Enum", None in node["enum"]
        if node.get("format") == "date-time":
            return "Date time", is_nullable
        if "format" in node:
            self.lost.append("“format” of a property")
        return (others[0] if others else "null" if kinds else "any"), is_nullable

    def _example(self, node: Document) -> str:
        """The first example; a cell holds one, and no list or object."""
        examples = node.get("examples", [])
        first = examples[0] if isinstance(examples, list) and examples else ""
        named = node.get("type")
        kinds = [kind for kind in (named if isinstance(named, list) else [named]) if kind != "null"]
        as_read = csv_reading.value_of(csv_cells.text(first), kinds[0] if len(kinds) == 1 else None)
        if examples and examples != [as_read]:
            self.lost.append("examples but the first")
        return csv_cells.text(first)

    def _listed(self, values: list[Any], kind: str) -> str:
        texts = [
            value if isinstance(value, str) else json.dumps(value) for value in values if value is not None
        ]
        are_texts = [isinstance(value, str) for value in values if value is not None]
        if not all(are_texts) and (any(are_texts) or kind not in ("integer", "number", "boolean")):
            self.lost.append("of which type an allowed value is")
        return csv_cells.listed(texts)

    def _lose(self, node: Document, said: set[str]) -> None:
        self.lost += [f"“{key}” of a schema" for key in node if key not in said | _NOTES]
