"""The rows of a sheet become the rules of a plan."""

import json
from typing import Any

from trackingplans.domain.plan import Problem
from trackingplans.interchange import csv_cells, segment_flat

KINDS = ("array", "object", "boolean", "integer", "number", "string", "null")
_DRAFT = "http://json-schema.org/draft-07/schema#"
_NAMED = ("track", "page", "screen")
_NOTES = ("owner", "purpose", "trigger", "importance")
_YES = ("yes", "true", "required", "1", "y")
_NO = ("", "no", "false", "optional", "0", "n")

Document = dict[str, Any]
Row = dict[str, str]


class Reading:
    """Rows becoming rules."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._rules: dict[tuple[str, str, int], Document] = {}

    def finished(self) -> list[Document]:
        return list(self._rules.values())

    def row(self, number: int, row: Row) -> None:
        place = f"row {number}"
        kind = row.get("type", "").strip().lower() or "track"
        if kind not in (*_NAMED, "identify", "group"):
            self._wrong(place, "The rule type must be one of track, page, screen, identify, group.")
            return
        name = row.get("event", "") if kind in _NAMED else ""
        version = row.get("version", "").strip() or "1"
        if not version.isdecimal() or len(version) > 9 or int(version) < 1:
            self._wrong(place, "The version must be a whole number from 1 up.")
        elif kind == "track" and not name:
            self._wrong(place, "The event's name is missing.")
        else:
            rule = self._rule(kind, name, int(version))
            self._about(place, rule, row)
            if row.get("property"):
                self._property(place, rule, row)

    def _wrong(self, place: str, sentence: str) -> None:
        self.problems.append(Problem(place, sentence))

    def _rule(self, kind: str, name: str, version: int) -> Document:
        found = self._rules.get((kind, name, version))
        if found is None:
            where = segment_flat.section(kind)
            sections: Document = {"context": {}, "traits": {}, "properties": {}, where: {"type": "object"}}
            schema = {"$schema": _DRAFT, "type": "object", "properties": sections}
            named = {"name": name} if name else {}
            found = self._rules[kind, name, version] = {
                "type": kind, **named, "version": version, "schema": schema
            }  # fmt: skip
        return found

    def _about(self, place: str, rule: Document, row: Row) -> None:
        if row.get("about"):
            rule["schema"]["description"] = row["about"]
        noted = {key: row[key] for key in _NOTES if row.get(key)}
        if noted:
            rule["meta"] = rule.get("meta", {}) | noted
        labels: Document = {}
        for pair in csv_cells.values(row.get("labels", "")):
            key, colon, value = pair.partition(":")
            if not colon:
                self._wrong(place, f"The label “{pair}” should be written key:value.")
            labels[key.strip()] = value.strip()
        if labels:
            rule["schema"]["labels"] = labels

    def _property(self, place: str, rule: Document, row: Row) -> None:
        node = _node(row)
        if isinstance(node, str):
            self._wrong(place, node)
            return
        holder = rule["schema"]["properties"][segment_flat.section(rule["type"])]
        parent, step = holder, None
        for step in csv_cells.steps(row["property"]):
            kind = "array" if step is None else "object"
            if kind not in holder.setdefault("type", kind):
                self._wrong(place, f"“{row['property']}” lies in something that is no {kind}.")
                return
            parent, holder = holder, _below(holder, step)
        holder.update(node)
        self._required(place, rule, parent, step, row)

    def _required(self, place: str, rule: Document, parent: Document, step: str | None, row: Row) -> None:
        status = row.get("status", "").strip().lower()
        if status not in (*_YES, *_NO):
            self._wrong(place, "The status must be required or optional.")
        elif status in _YES and step is not None:
            needed = parent.setdefault("required", [])
            needed += [step] if step not in needed else []
            rule["schema"]["required"] = [segment_flat.section(rule["type"])]


def _node(row: Row) -> Document | str:
    """The schema a row says, or a sentence about what is wrong with it."""
    kind = row.get("kind", "").strip().lower().replace("-", " ")
    node: Document = {"description": row["description"]} if row.get("description") else {}
    if kind in ("date time", "datetime"):
        node |= {"type": "string", "format": "date-time"}
    elif kind == "date":
        node |= {"type": "string", "format": "date"}
    elif kind in KINDS:
        node["type"] = kind
    elif kind not in ("", "any", "enum"):
        return f"The data type must be one of any, {', '.join(KINDS)}, Date time, Enum."
    if row.get("example"):
        node["examples"] = [value_of(row["example"], node.get("type"))]
    if row.get("pattern"):
        node["pattern"] = row["pattern"]
    nullable = row.get("null", "").strip().lower()
    if nullable not in (*_YES, *_NO):
        return "Whether null is allowed must be yes or no."
    is_nullable = nullable in _YES
    if row.get("enum"):
        values = [value_of(text, node.get("type")) for text in csv_cells.values(row["enum"])]
        node["enum"] = [*values, *([None] if is_nullable else [])]
    if is_nullable and "type" in node and node["type"] != "null":
        node["type"] = [node["type"], "null"]
    return node


def value_of(text: str, kind: str | None) -> Any:
    """An allowed value as its data type has it."""
    if kind not in ("integer", "number", "boolean"):
        return text
    try:
        return json.loads(text.lower())
    except ValueError:
        return text


def _below(holder: Document, step: str | None) -> Document:
    """The schema of a property, or (None) of the items of a list."""
    if step is None:
        items: Document = holder.setdefault("items", {})
        return items
    found: Document = holder.setdefault("properties", {}).setdefault(step, {})
    return found
