"""The rules of a plan become the rows of a sheet."""

import json
from collections.abc import Iterator
from typing import Any

from trackingplans.interchange import csv_cells, csv_reading, segment_flat

_SAID = {"type", "description", "properties", "items", "required", "pattern", "enum", "format"}
_TOLD = {"type", "description", "pattern", "enum", "format", "examples"}
_INSIDE = ("properties", "required", "items")
_NOTES = {"$schema", "$id", "id", "key", "labels", "title"}

Document = dict[str, Any]
Row = dict[str, str]


class Writing:
    """One rule becoming rows. `lost`: what of its schema has no column."""

    def __init__(self, rule: Document, *, with_examples: bool = False) -> None:
        self.lost: list[str] = []
        self._said = _SAID | {"examples"} if with_examples else _SAID
        self._is_trimmed = with_examples  # whoever reads a workbook takes the spaces off
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
        needed, named = node.get("required", []), node.get("properties") or {}
        for name, child in (named | {name: {} for name in needed if name not in named}).items():
            if name and (not self._is_trimmed or (name.strip() == name and "[]" not in name)):
                yield from self._one(child, f"{path}{csv_cells.step(name)}", is_needed=name in needed)
            else:
                self.lost.append("a property whose name is empty, begins or ends with a space, or holds []")
        if isinstance(node.get("items"), dict):
            yield from self._one(node["items"], f"{path}$", is_needed=False)
        elif "items" in node:
            self.lost.append("“items” of a property")

    def _one(self, child: Any, path: str, *, is_needed: bool) -> Iterator[Row]:
        node = child if isinstance(child, dict) else {}
        if child is False:
            self.lost.append("that a property may never be there")
        before = len(self.lost)
        self._lose(node, self._said)
        values = node.get("enum")
        kind, is_nullable = self._kind(node)
        row = {
            "property": path,
            "description": str(node.get("description", "")),
            "status": "required" if is_needed else "optional",
            "kind": kind,
            "null": "yes" if is_nullable else "no",
            "pattern": str(node.get("pattern", "")),
            "enum": self._listed(values, kind) if isinstance(values, list) else "",
            "example": self._example(node) if "examples" in self._said else "",
        }
        if len(self.lost) == before and not self._comes_back(node, row):
            self.lost.append("the exact text, values or type of a property")
        yield row
        fitting = {"object": _INSIDE[:2], "array": _INSIDE[2:], "any": _INSIDE}
        held = {key: node[key] for key in _INSIDE if node.get(key) or (key == "items" and key in node)}
        if not held.keys() <= set(fitting.get(kind, ())):
            self.lost.append("what is said of the inside of a property that is no object or list")
        yield from self._below({key: held[key] for key in held if key in fitting.get(kind, ())}, f"{path}.")

    def _comes_back(self, node: Document, row: Row) -> bool:
        """Whether the row says all that the schema does of the property itself."""
        back = csv_reading.node_of(
            {key: text.strip() if self._is_trimmed else text for key, text in row.items()}
        )
        if isinstance(back, str):
            return False
        return _told(node) == _told(back)

    def _kind(self, node: Document) -> tuple[str, bool]:
        """The data type in the editor's words, and whether null is allowed."""
        named = node.get("type")
        kinds = named if isinstance(named, list) else [named] if named else []
        others = [kind for kind in kinds if kind != "null"]
        is_nullable = "null" in kinds and bool(others)
        if len(others) > 1:
            self.lost.append("that a property may have several types")
            return "any", False
        if not kinds and not node.keys().isdisjoint(("properties", "items", "required")):
            self.lost.append("that a property need not be an object or list")
            return ("array" if "items" in node else "object"), False
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


def _told(node: Document) -> dict[str, str]:
    """What a schema says in columns, to be compared: JSON tells 1 from true, and the order of types says nothing."""
    told = {key: value for key, value in node.items() if key in _TOLD and value != ""}
    if isinstance(told.get("type"), list):
        told["type"] = sorted(told["type"])
    return {key: json.dumps(value) for key, value in told.items()}
