"""The rows of a sheet become the rules of a plan."""

import json
from dataclasses import dataclass
from typing import Any

from trackingplans.domain.paths import pointer_of
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


@dataclass(frozen=True, slots=True)
class Told:
    """What a row of a stranger's sheet says, where that is more than our words for cells can.

    `holds`: the keywords of the property's type; `meta`: of the event; `notes`: of the property in the event's meta.
    """

    holds: Document
    meta: Document
    notes: Document


class Reading:
    """Rows becoming rules. `problems`: what is wrong with them; `notes`: what of them the rules do not say."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self._rules: dict[tuple[str, str, int], Document] = {}
        self._said: dict[tuple[int, str], Document] = {}

    def finished(self) -> list[Document]:
        return list(self._rules.values())

    def row(self, place: str, row: Row, told: Told | None = None) -> None:
        """`told`: what of it is in a stranger's words."""
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
            self._about(place, rule, row, told.meta if told else {})
            if row.get("property"):
                self._property(place, rule, row, told)

    def _wrong(self, place: str, sentence: str) -> None:
        self.problems.append(Problem(place, sentence))

    def _again(self, place: str, what: str, rule: Document) -> None:
        name = rule.get("name") or rule["type"]
        self.notes.append(f"{place}, which says “{what}” of {name} otherwise than a row above")

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

    def _about(self, place: str, rule: Document, row: Row, meta: Document) -> None:
        if row.get("about") and rule["schema"].setdefault("description", row["about"]) != row["about"]:
            self._again(place, "description", rule)
        for key, value in ({key: row[key] for key in _NOTES if row.get(key)} | meta).items():
            if rule.setdefault("meta", {}).setdefault(key, value) != value:
                self._again(place, key, rule)
        labels: Document = {}
        for pair in csv_cells.values(row.get("labels", "")):
            key, colon, value = pair.partition(":")
            if not colon:
                self._wrong(place, f"The label “{pair}” should be written key:value.")
            labels[key.strip()] = value.strip()
        if labels and rule["schema"].setdefault("labels", labels) != labels:
            self._again(place, "labels", rule)

    def _property(self, place: str, rule: Document, row: Row, told: Told | None) -> None:
        node = node_of(row, told.holds if told else None)
        if isinstance(node, str):
            self._wrong(place, node)
            return
        area = segment_flat.section(rule["type"])
        holder, at = rule["schema"]["properties"][area], ["properties", area]
        parent, step = holder, None
        for step in csv_cells.steps(row["property"]):
            if step is not None and told is not None and holder.get("type") == "array":
                holder, at = holder.setdefault("items", {}), [*at, "items"]  # `items.sku` means `items[].sku`
            kind = "array" if step is None else "object"
            if kind not in holder.setdefault("type", kind):
                self._wrong(place, f"“{row['property']}” lies in something that is no {kind}.")
                return
            parent, holder = holder, _below(holder, step)
            at += ["items"] if step is None else ["properties", step]
        if told and told.notes:
            said = rule.setdefault("meta", {}).setdefault("properties", {})
            if said.setdefault(pointer_of(at), told.notes) != told.notes:
                self._again(place, row["property"], rule)
        before = self._said.setdefault((id(holder), row["property"]), {})
        if any(key in before and before[key] != value for key, value in node.items()):
            self._again(place, row["property"], rule)
        holder.update(
            {
                key: value
                for key, value in node.items()
                if key not in before and not (key == "items" and key in holder)
            }
        )
        before.update({**node, **before})
        self._required(place, rule, parent, step, row)

    def _required(self, place: str, rule: Document, parent: Document, step: str | None, row: Row) -> None:
        status = row.get("status", "").strip().lower()
        if status not in (*_YES, *_NO):
            self._wrong(place, "The status must be required or optional.")
        elif status in _YES and step is not None:
            needed = parent.setdefault("required", [])
            needed += [step] if step not in needed else []
            rule["schema"]["required"] = [segment_flat.section(rule["type"])]


def node_of(row: Row, holds: Document | None = None) -> Document | str:
    """The schema a row says, or a sentence about what is wrong with it."""
    node: Document = {"description": row["description"]} if row.get("description") else {}
    keywords = holds if holds is not None else _keywords(row.get("kind", ""))
    if keywords is None:
        return f"The data type must be one of any, {', '.join(KINDS)}, Date time, Enum."
    node |= keywords
    kinds = node.get("type")
    others = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind not in (None, "null")]
    kind = others[0] if len(others) == 1 else None
    if row.get("example"):
        node["examples"] = [value_of(row["example"], kind)]
    if row.get("pattern"):
        node["pattern"] = row["pattern"]
    nullable = row.get("null", "").strip().lower()
    if nullable not in (*_YES, *_NO):
        return "Whether null is allowed must be yes or no."
    is_nullable = nullable in _YES
    if row.get("enum"):
        node["enum"] = [value_of(text, kind) for text in csv_cells.values(row["enum"])]
    if "enum" in node and (is_nullable or (isinstance(kinds, list) and "null" in kinds)):
        node["enum"] = [*node["enum"], None]
    if is_nullable and others:
        node["type"] = [*others, "null"]
    return node


def _keywords(kind: str) -> Document | None:
    """The keywords of a data type in the words of Segment's editor; None for a word that it does not know."""
    kind = kind.strip().lower().replace("-", " ")
    if kind in ("date time", "datetime"):
        return {"type": "string", "format": "date-time"}
    if kind == "date":
        return {"type": "string", "format": "date"}
    if kind in KINDS:
        return {"type": kind}
    return {} if kind in ("", "any", "enum") else None


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
