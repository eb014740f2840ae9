"""A pasted block as changes of a plan: what each row would change, and what is wrong with which cell.

Nothing is applied here. A block with errors can still be applied in part: a row that has one changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trackingplans.domain import editing
from trackingplans.domain.plan import Plan, PlanError, Rule, rule_from_document
from trackingplans.domain.properties import property_at
from trackingplans.domain.sheets import guessing, headings
from trackingplans.domain.sheets.adding import Places, path_of
from trackingplans.domain.sheets.blocks import Rows
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
    values,
)

Identity = tuple[str, str, int]
NEW_EVENT, NEW_PROPERTY, CHANGED, SAME, WRONG = "new event", "new property", "changed", "same", "wrong"
_EVENT_CELLS = {"why": "why", "owner": "owner", "status": "status", "importance": "must", "labels": "labels"}
_PROPERTY_CELLS = {
    "type": "holds",
    "required": "must",
    "description": "why",
    "values": "labels",
    "pii": "status",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A row of the grid: a rule, and the property in it ('' for the event itself, '+' for the row that adds one)."""

    identity: Identity
    at: str = ""


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


@dataclass(frozen=True, slots=True)
class Preview:
    """`fields`: what each column was taken for; `has_heading`: whether the first row said so."""

    fields: tuple[str, ...]
    has_heading: bool
    lines: tuple[Line, ...]
    new_events: tuple[str, ...] = ()
    new_properties: tuple[str, ...] = ()

    @property
    def changes(self) -> list[Change]:
        return [change for line in self.lines for change in line.changes]

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.lines)


def preview(
    rows: Rows,
    plan: Plan,
    context: Context,
    *,
    targets: Sequence[Target] = (),
    columns: Sequence[str] = (),
    fields: Sequence[str] = (),
) -> Preview:
    """What pasting `rows` would change.

    `targets` are the grid's rows from the cell it is pasted at downwards, `columns` its columns from there to the
    right: a block without headings is laid over them. `fields` overrules what the columns are taken for.
    """
    guessed = headings.guessed(rows[0]) if rows else None
    first = targets[0] if targets else None
    if guessed is None and not fields and first is not None and first.at != "+":
        return _Pasting(plan, context).laid_over(rows, targets, columns)
    chosen = list(fields) if len(fields) == len(rows[0] if rows else ()) else guessed or guessing.fields(rows)
    body = rows[1:] if guessed else rows
    pasting = _Pasting(plan, context)
    lines = pasting.listed(body, chosen, first.identity if first else None, 2 if guessed else 1)
    return Preview(
        tuple(chosen), guessed is not None, lines, tuple(pasting.events), tuple(pasting.properties)
    )


def edited(cells: Sequence[tuple[Target, str, str]], plan: Plan, context: Context) -> Preview:
    """What new texts in cells of the grid (row, column, text) would change; names come last, rows are found by them."""
    pasting = _Pasting(plan, context)
    lines = []
    for number, (target, column, text) in enumerate(sorted(cells, key=lambda cell: cell[1] == "name"), 1):
        if target.identity not in pasting.rules:
            lines.append(
                Line(number, "", "", WRONG, errors=((column, "The event is not in the plan any more."),))
            )
            continue
        step = _Step(pasting, target.identity)
        if target.at == "+":
            step.put_property(text, {})
        else:
            step.put_cells(target.at, {column: text})
        lines.append(step.line(number, target.identity[1], _last(target.at)))
    return Preview(("name",), has_heading=False, lines=tuple(lines), new_properties=tuple(pasting.properties))


class _Pasting:
    """The rules as they are after the rows so far, and the names that came with them."""

    def __init__(self, plan: Plan, context: Context) -> None:
        self.context = context
        self.rules = {rule.identity: rule for rule in plan.rules}
        self.newest = {
            (rule.type, rule.name): rule.identity for rule in sorted(plan.rules, key=lambda one: one.version)
        }
        self.events: dict[str, None] = {}
        self.properties: dict[str, None] = {}

    def listed(
        self, rows: Rows, fields: Sequence[str], usual: Identity | None, first: int
    ) -> tuple[Line, ...]:
        """Rows under headings. A row without an event goes on with the one above it, as merged cells read."""
        lines, event = [], ""
        for number, row in enumerate(rows, first):
            cells = {name: cell for name, cell in zip(fields, row, strict=True) if name}
            event = cells.get("event") or event
            lines.append(self.line(number, cells, event, usual))
        return tuple(lines)

    def line(self, number: int, cells: Mapping[str, str], event: str, usual: Identity | None) -> Line:
        name = cells.get("property", "")
        identity = self.newest.get(("track", event)) if event else usual
        shown = event or (identity[1] if identity else "")
        if identity is None and not event:
            return Line(number, "", name, WRONG, errors=(("event", "This row names no event."),))
        step = _Step(self, identity)
        if identity is None:
            step.add_event(event)
        if name:
            step.put_property(name, cells)
            if identity is None:  # beside a property of an event that is there, they speak of the property
                step.put_event(cells)
        else:
            step.put_event({"why": cells["description"], **cells} if cells.get("description") else cells)
        return step.line(number, shown, name)

    def laid_over(self, rows: Rows, targets: Sequence[Target], columns: Sequence[str]) -> Preview:
        """A block without headings, each cell onto the grid's cell at its place."""
        lines = []
        for number, row in enumerate(rows, 1):
            target = targets[number - 1] if number <= len(targets) else None
            if target is None or target.identity not in self.rules:
                lines.append(
                    Line(number, "", row[0], WRONG, errors=(("", "The grid has no row here to paste onto."),))
                )
                continue
            step = _Step(self, target.identity)
            if target.at == "+":
                step.put_property(row[0], {})
            else:
                step.put_cells(target.at, dict(zip(columns, row, strict=False)))
            lines.append(step.line(number, target.identity[1], _last(target.at)))
        return Preview(
            tuple(columns), has_heading=False, lines=tuple(lines), new_properties=tuple(self.properties)
        )


class _Step:
    """One row: its changes are tried on a copy of its rule and kept when none of its cells is wrong."""

    def __init__(self, pasting: _Pasting, identity: Identity | None) -> None:
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
        for name, column in _EVENT_CELLS.items():
            if cells.get(name):
                self.cell(name, column, cells[name])
        if cells.get("trigger") and self.rule and cells["trigger"] != self.rule.meta.get("trigger"):
            self.make("trigger", set_meta(self.rule, "trigger", cells["trigger"]))

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
                self.cell(
                    key, column, self.with_null(found, cells[key]) if key == "type" else cells[key], found
                )
        self.example(cells, found)

    def with_null(self, pointer: str, text: str) -> str:
        """The type that a sheet says, with the empty value that the property may have: sheets do not speak of it."""
        one = property_at(self.rule, pointer) if self.rule else None
        return f"{text} or empty" if one and allows_null(one.schema) and "empty" not in text else text

    def add_property(self, name: str, cells: Mapping[str, str], places: Places) -> None:
        assert self.rule is not None  # noqa: S101  # the caller looked
        try:
            is_required = required(cells["required"]) if cells.get("required") else False
        except CellError as error:
            self.errors.append(("required", str(error)))
            is_required = False
        self.make("property", places.added(name, is_required=is_required))
        pointer = places.pointer(path_of(name))
        for key, column in _PROPERTY_CELLS.items():
            if cells.get(key) and key != "required":
                self.cell(key, column, cells[key], pointer)
        self.nullable(pointer, is_required=is_required)
        self.example(cells, pointer)
        self.says = [f"{key} {cells[key]}" for key in ("type", "required", "values") if cells.get(key)]
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

    def example(self, cells: Mapping[str, str], pointer: str) -> None:
        one = property_at(self.rule, pointer) if self.rule else None
        if one is None or self.rule is None or not cells.get("example"):
            return
        try:
            found = values(cells["example"], one.schema)
        except CellError as error:
            self.errors.append(("example", str(error)))
            return
        if found != one.schema.get("examples"):
            self.make("example", [set_property(self.rule, one, ["examples"], found)])

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


def _last(pointer: str) -> str:
    return (
        pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~") if pointer not in {"", "+"} else ""
    )
