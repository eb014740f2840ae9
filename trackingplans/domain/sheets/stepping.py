"""One row of a pasted block as changes: tried on a copy of its rule, and kept when none of its cells is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trackingplans.domain import editing
from trackingplans.domain.plan import Plan, PlanError, Rule, rule_from_document
from trackingplans.domain.properties import property_at
from trackingplans.domain.sheets import cell_words, headings
from trackingplans.domain.sheets.adding import Places, path_of
from trackingplans.domain.sheets.cells import (
    CellError,
    Change,
    Context,
    allows_null,
    event_changes,
    event_texts,
    property_changes,
    property_texts,
    required,
    set_meta,
    set_property,
    set_rule,
    values,
)

Identity = tuple[str, str, int]
NEW_EVENT, NEW_PROPERTY, CHANGED, SAME, WRONG = "new event", "new property", "changed", "same", "wrong"
# Fields of a sheet, and the cell of the grid each is: of an event, of a property.
_EVENT_CELLS = {
    "purpose": "why", "owner": "owner", "state": "status", "importance": "must", "labels": "labels",
}  # fmt: skip
_PROPERTY_CELLS = {
    "kind": "holds", "status": "must", "description": "why", "enum": "labels", "pii": "status",
}  # fmt: skip
_KEYWORDS = ("pattern", "format", "minimum", "maximum")  # of a property: the grid has no cell for them
FIELDS = tuple(
    field
    for field in headings.FIELDS
    if field.key
    in {"event", "about", "trigger", "property", "example", *_EVENT_CELLS, *_PROPERTY_CELLS, *_KEYWORDS}
)
SHORT = {field.key: field.short for field in FIELDS}


@dataclass(frozen=True, slots=True)
class Line:
    """What one row of the block does. `number` counts from 1; `errors` are pairs of field and what is wrong."""

    number: int
    event: str
    property: str
    outcome: str
    says: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()


class Grown:
    """The rules as they are after the rows so far, and the names that came with them."""

    def __init__(self, plan: Plan, context: Context) -> None:
        self.context = context
        self.rules = {rule.identity: rule for rule in plan.rules}
        self.newest = {
            (rule.type, rule.name): rule.identity for rule in sorted(plan.rules, key=lambda one: one.version)
        }
        self.events: dict[str, None] = {}
        self.properties: dict[str, None] = {}


class Step:
    """One row: its changes are tried on a copy of its rule and kept when none of its cells is wrong."""

    def __init__(self, pasting: Grown, identity: Identity | None) -> None:
        self.pasting = pasting
        self.rule: Rule | None = pasting.rules.get(identity) if identity else None
        self.was = identity
        self.changes: list[Change] = []
        self.says: list[str] = []
        self.errors: list[tuple[str, str]] = []
        self.outcome = SAME

    def add_event(self, name: str) -> None:
        rule = {
            "type": "track",
            "name": name,
            "version": 1,
            "schema": _EMPTY_EVENT,
            "meta": {"status": "planned"},
        }
        self.rule = rule_from_document(rule)
        self.changes.append({"op": "add_rule", "rule": rule})
        self.outcome = NEW_EVENT

    def put_event(self, cells: Mapping[str, str]) -> None:
        for key, column in _EVENT_CELLS.items():
            if cells.get(key):
                self.cell(SHORT[key], column, cells[key])
        if self.rule is None:
            return
        if cells.get("trigger") and cells["trigger"] != self.rule.meta.get("trigger"):
            self.make(SHORT["trigger"], set_meta(self.rule, "trigger", cells["trigger"]))
        schema = self.rule.schema if isinstance(self.rule.schema, dict) else {}
        if cells.get("about") and cells["about"] != schema.get("description"):
            self.make(SHORT["about"], [set_rule(self.rule, ["schema", "description"], cells["about"])])

    def put_property(self, name: str, cells: Mapping[str, str]) -> None:
        if self.rule is None:
            return
        places = Places(self.rule)
        found = places.find(name)
        if found is None:
            self.add_property(name, cells, places)
            return
        for key, column in _PROPERTY_CELLS.items():
            if cells.get(key):
                text = self.with_null(found, cells[key]) if key == "kind" else cells[key]
                self.cell(SHORT[key], column, text, found)
        self.beside(cells, found)

    def with_null(self, pointer: str, text: str) -> str:
        """The type that a sheet says, with the empty value that the property may have: sheets do not speak of it."""
        one = property_at(self.rule, pointer) if self.rule else None
        return f"{text} or empty" if one and allows_null(one.schema) and "empty" not in text else text

    def add_property(self, name: str, cells: Mapping[str, str], places: Places) -> None:
        assert self.rule is not None  # noqa: S101  # the caller looked
        try:
            is_required = required(cells["status"]) if cells.get("status") else False
        except CellError as error:
            self.errors.append((SHORT["status"], str(error)))
            is_required = False
        self.make(SHORT["property"], places.added(name, is_required=is_required))
        pointer = places.pointer(path_of(name))
        for key, column in _PROPERTY_CELLS.items():
            if cells.get(key) and key != "status":
                self.cell(SHORT[key], column, cells[key], pointer)
        self.nullable(pointer, is_required=is_required)
        self.beside(cells, pointer)
        self.says = [f"{SHORT[key]}: {cells[key]}" for key in ("kind", "status", "enum") if cells.get(key)]
        if self.outcome == SAME or self.outcome == CHANGED:
            self.outcome = NEW_PROPERTY
        self.pasting.properties[path_of(name)[-1]] = None

    def nullable(self, pointer: str, *, is_required: bool) -> None:
        """New optional properties allow null."""
        one = property_at(self.rule, pointer) if self.rule else None
        kind = one.schema.get("type") if one else None
        if one and self.rule and not is_required and isinstance(kind, str) and kind != "null":
            found = [set_property(self.rule, one, ["type"], [kind, "null"])]
            if isinstance(one.schema.get("enum"), list):
                found.append(set_property(self.rule, one, ["enum"], [*one.schema["enum"], None]))
            self.make("type", found)

    def beside(self, cells: Mapping[str, str], pointer: str) -> None:
        """What the grid has no cell for: the example, the pattern, the format, the bounds."""
        one = property_at(self.rule, pointer) if self.rule else None
        for key in ("example", *_KEYWORDS):
            if one is None or self.rule is None or not cells.get(key):
                continue
            try:
                found = values(cells[key], one.schema) if key == "example" else _keyword(key, cells[key])
            except CellError as error:
                self.errors.append((SHORT[key], str(error)))
                continue
            keyword = "examples" if key == "example" else key
            if found != one.schema.get(keyword):
                self.make(SHORT[key], [set_property(self.rule, one, [keyword], found)])

    def put_cells(self, pointer: str, cells: Mapping[str, str]) -> None:
        """The grid's own cells of an event, or of the property at a pointer."""
        for column in sorted(cells, key=lambda key: key == "name"):  # a renamed row is found no more
            self.cell(column, column, cells[column], pointer)

    def cell(self, name: str, column: str, text: str, pointer: str = "") -> None:
        if self.rule is None:
            return
        try:
            if pointer:
                one = property_at(self.rule, pointer)
                if one is None:
                    return
                before = property_texts(self.rule, one)[column]
                found = property_changes(self.rule, one, column, text, self.pasting.context)
            else:
                before = event_texts(self.rule).get(column, "")
                found = event_changes(self.rule, column, text, self.pasting.context)
        except CellError as error:
            self.errors.append((name, str(error)))
            return
        if found:
            self.says.append(f"{name}: {before or '–'} → {text or '–'}")
            self.make(name, found)

    def make(self, name: str, changes: list[Change]) -> None:
        assert self.rule is not None  # noqa: S101  # the callers looked
        try:
            made = editing.apply({"rules": [self.rule.to_document()]}, changes)
        except PlanError as error:
            self.errors.append((name, error.problems[0].message))
            return
        self.rule = rule_from_document(made["rules"][0])
        self.changes += changes
        if changes and self.outcome == SAME:
            self.outcome = CHANGED

    def line(self, number: int, event: str, name: str) -> Line:
        if self.errors or self.rule is None:
            return Line(number, event, name, WRONG, tuple(self.says), tuple(self.errors))
        self.pasting.rules[self.rule.identity] = self.rule
        if self.outcome == NEW_EVENT:
            self.pasting.newest["track", event] = self.rule.identity
            self.pasting.events[event] = None
        return Line(number, event, name, self.outcome, tuple(self.says), (), tuple(self.changes))


_EMPTY_EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {"properties": {"type": "object", "properties": {}}},
}


def _keyword(key: str, text: str) -> Any:
    """The value of a keyword that a cell says. Raises `CellError`."""
    if key == "pattern":
        return text
    found = cell_words.form(text) if key == "format" else cell_words.number(text)
    if found in ("", None):
        raise CellError(f"“{text}” is no {'format that is known' if key == 'format' else 'number'}.")
    return found
