"""A pasted block as changes of a plan: what each row would change, and what is wrong with which cell.

Nothing is applied here. A block with errors can still be applied in part: a row that has one changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trackingplans.domain.plan import Plan
from trackingplans.domain.sheets import guessing, headings
from trackingplans.domain.sheets.blocks import Rows
from trackingplans.domain.sheets.cells import Change, Context
from trackingplans.domain.sheets.stepping import SHORT, WRONG, Grown, Identity, Line, Step


@dataclass(frozen=True, slots=True)
class Target:
    """A row of the grid: a rule, and the property in it ('' for the event itself, '+' for the row that adds one)."""

    identity: Identity
    at: str = ""


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


def columns_of(rows: Rows) -> list[str] | None:
    """The field of each column ('' where it is not pasted) when the first row is one of headings; else None."""
    found = headings.of_block(rows)
    if found is None:
        return None
    return [field if field in SHORT and found.index(field) == at else "" for at, field in enumerate(found)]


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
    guessed = columns_of(rows)
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
        step = Step(pasting, target.identity)
        if target.at == "+":
            step.put_property(text, {})
        else:
            step.put_cells(target.at, {column: text})
        lines.append(step.line(number, target.identity[1], _last(target.at)))
    return Preview(("name",), has_heading=False, lines=tuple(lines), new_properties=tuple(pasting.properties))


class _Pasting(Grown):
    """The rows of a block, one after the other."""

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
        step = Step(self, identity)
        if identity is None:
            step.add_event(event)
        if name:
            step.put_property(name, cells)
            if identity is None:  # beside a property of an event that is there, they speak of the property
                step.put_event(cells)
        else:
            step.put_event({"about": cells["description"], **cells} if cells.get("description") else cells)
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
            step = Step(self, target.identity)
            if target.at == "+":
                step.put_property(row[0], {})
            else:
                step.put_cells(target.at, dict(zip(columns, row, strict=False)))
            lines.append(step.line(number, target.identity[1], _last(target.at)))
        return Preview(
            tuple(columns), has_heading=False, lines=tuple(lines), new_properties=tuple(self.properties)
        )


def _last(pointer: str) -> str:
    return (
        pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~") if pointer not in {"", "+"} else ""
    )
