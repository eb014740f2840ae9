"""The rules of a plan become the rows of a sheet."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from trackingplans.domain.paths import pointer_of
from trackingplans.interchange import csv_cells, segment_flat, sheet_losses

_FITTING = {"object": ("properties", "required"), "array": ("items",)}
_BARE = ("type", "event", "version", "property", "kind")  # of a row whose other cells nobody could read

Document = dict[str, Any]
Row = dict[str, str]
# The rule in rows as the sheet's reader takes it, and the indexes of rows that it cannot take.
Reader = Callable[[list[Row]], tuple[Document | None, set[int]]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a make of sheets says a rule.

    `cell`: a text as its cell can hold it; `read`: its reader; `listed`: several texts in one cell; `of_event` and
    `of_property` (of a schema and its JSON Pointer): columns that only this make has.
    """

    cell: Callable[[str], str]
    read: Reader
    listed: Callable[[list[str]], str] = csv_cells.listed
    of_event: Callable[[Document], Row] = lambda _rule: {}
    of_property: Callable[[Document, str], Row] = lambda _node, _pointer: {}
    may_mix_types: bool = False


def written(rule: Document, dialect: Dialect) -> tuple[list[Row], list[str]]:
    """The rows of a rule, and what they do not say of it. A row that could not be read again is not written so."""
    rows = [{key: dialect.cell(text) for key, text in row.items()} for row in _Writing(rule, dialect).rows()]
    back, wrong = dialect.read(rows)
    if wrong:
        rows = [_bare(row) if at in wrong else row for at, row in enumerate(rows)]
        wrong = dialect.read(rows)[1]
        rows = [row for at, row in enumerate(rows) if at not in wrong]
        back = dialect.read(rows)[0]
    return rows if back else [], sheet_losses.lost(rule, back)


def _bare(row: Row) -> Row:
    return {key: text for key, text in row.items() if key in _BARE}


class _Writing:
    def __init__(self, rule: Document, dialect: Dialect) -> None:
        self._rule, self._dialect = rule, dialect

    def rows(self) -> Iterator[Row]:
        schema = self._rule.get("schema", {})
        schema = schema if isinstance(schema, dict) else {}
        where = segment_flat.section(self._rule["type"])
        sections = schema["properties"] if isinstance(schema.get("properties"), dict) else {}
        labels = schema["labels"] if isinstance(schema.get("labels"), dict) else {}
        first = {
            "type": self._rule["type"],
            "event": self._rule.get("name") or "",
            "version": str(self._rule.get("version") or 1),
            "about": str(schema.get("description") or ""),
            "labels": self._dialect.listed([f"{key}:{value}" for key, value in labels.items()]),
            **self._dialect.of_event(self._rule),
        }
        rows = list(self._below(sections.get(where, {}), "", ["properties", where]))
        yield from (first | row for row in rows or [{}])

    def _below(self, node: Any, path: str, at: list[str]) -> Iterator[Row]:
        if not isinstance(node, dict):
            return
        needed = [name for name in _list(node.get("required")) if isinstance(name, str)]
        named = node["properties"] if isinstance(node.get("properties"), dict) else {}
        for name, child in (named | {name: {} for name in needed if name not in named}).items():
            if name:
                step = f"{path}{csv_cells.step(name)}"
                yield from self._one(child, step, [*at, "properties", name], is_needed=name in needed)
        if isinstance(node.get("items"), dict):
            yield from self._one(node["items"], f"{path}$", [*at, "items"], is_needed=False)

    def _one(self, child: Any, path: str, at: list[str], *, is_needed: bool) -> Iterator[Row]:
        node = child if isinstance(child, dict) else {}
        kind, is_nullable = self._kind(node)
        yield {
            "property": path,
            "description": str(node.get("description") or ""),
            "status": "required" if is_needed else "optional",
            "kind": kind,
            "null": "yes" if is_nullable else "no",
            "pattern": str(node.get("pattern") or ""),
            "enum": self._dialect.listed([_text(one) for one in _list(node.get("enum")) if one is not None]),
            **self._dialect.of_property(node, pointer_of(at)),
        }
        fitting = _FITTING.get(kind, () if kind != "any" else _FITTING["object"] + _FITTING["array"])
        yield from self._below({key: node[key] for key in fitting if key in node}, f"{path}.", at)

    def _kind(self, node: Document) -> tuple[str, bool]:
        """The data type in the editor's words, and whether null is allowed."""
        named = node.get("type")
        kinds = [str(kind) for kind in (named if isinstance(named, list) else [named] if named else [])]
        others = [kind for kind in kinds if kind != "null"]
        is_nullable = "null" in kinds and bool(others)
        if len(others) > 1:
            return (" or ".join(others), is_nullable) if self._dialect.may_mix_types else ("any", False)
        if not kinds and not node.keys().isdisjoint(("properties", "items", "required")):
            return ("array" if "items" in node else "object"), False
        if "enum" in node and not others:
            return "Enum", None in _list(node["enum"])
        if node.get("format") == "date-time" and others in ([], ["string"]):
            return "Date time", is_nullable
        return (others[0] if others else "null" if kinds else "any"), is_nullable


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
