"""A plan as a sheet in the words of Segment's editor: a row for each property, `products.$.sku` for items of a list.

Segment publishes no header of its own file, so columns are known by several names, in any order.
"""

import csv
import io
import re
from typing import Any

from trackingplans.domain.legible import storable
from trackingplans.domain.plan import PlanError, Problem
from trackingplans.interchange import csv_cells, csv_reading, csv_writing, uncarried
from trackingplans.interchange.carrying import Carried, Written, refuse

NAME = "segment-csv"
MOST_ROWS = 100_000
COLUMNS = {  # what each is called, ours first
    "type": ("Rule Type", "Call Type"),
    "event": ("Event Name", "Event", "Name"),
    "version": ("Event Version", "Version"),
    "about": ("Event Description",),
    "labels": ("Event Labels", "Labels"),
    "property": ("Property Name", "Property", "Trait Name", "Property/Trait Name"),
    "description": ("Property Description", "Trait Description", "Description"),
    "status": ("Property Status", "Status", "Required"),
    "kind": ("Property Data Type", "Data Type", "Property Type"),
    "null": ("Allow Null Values", "Nullable", "Allow Null"),
    "pattern": ("Allowed Property Values", "Permitted Values"),
    "enum": ("Enum Values", "Enum"),
}
_KNOWN = {re.sub(r"[\W_]", "", name).lower(): key for key, names in COLUMNS.items() for name in names}
_HEADER = [names[0] for names in COLUMNS.values()]
_NEEDED = {"event", "property", "kind"}
_SEPARATORS = (",", ";", "\t")
_LONGEST_HEADER = 10_000
_DANGEROUS = tuple("=+-@\t\r'")

Document = dict[str, Any]


def recognises(text: str) -> bool:
    """Whether the text is a sheet with the columns of a plan."""
    return _separator(text) is not None


def read(text: str) -> Carried:
    """The plan document of a sheet. Raises PlanError naming each row that is wrong."""
    lines = io.StringIO(text.lstrip("\ufeff"), newline="")
    reader = csv.reader(lines, strict=True, delimiter=_separator(text) or ",")
    reading = csv_reading.Reading()
    try:
        header = next(reader)
        columns = [_column(name) for name in header]
        for number, cells in enumerate(reader, 2):
            if number > MOST_ROWS:
                raise PlanError([Problem(f"row {number}", f"A sheet may have {MOST_ROWS:,} rows.")])
            row = {key: _plain(cell) for key, cell in zip(columns, cells, strict=False) if key}
            if any(row.values()):
                reading.row(f"row {number}", row)
    except csv.Error as error:
        raise csv_cells.fault(reader.line_num, error) from None
    refuse(reading.problems)
    unknown = [name for name, key in zip(header, columns, strict=True) if not key and name.strip()]
    losses = [f"the column “{name}”" for name in unknown] + reading.notes
    document = {"planwright": 1, "name": "", "origin": {"format": NAME, "frame": None}}
    return Carried(NAME, document | {"rules": reading.finished()}, losses)


def write(document: Document) -> Written:
    """The sheet as text; what has no column is named."""
    losses = uncarried.Losses()
    out = io.StringIO(newline="")
    sheet = csv.writer(out)
    sheet.writerow(_HEADER)
    for rule in document.get("rules", []):
        if rule["type"] == "common":
            losses.add(["the common rule"])
            continue
        rows, lost = csv_writing.written(rule, _DIALECT)
        for row in rows:
            sheet.writerow([_guarded(row.get(key, "")) for key in COLUMNS])
        losses.add(lost)
    losses.add(uncarried.of_plan(document))
    losses.add(f"the plan's {key}" for key in ("name", "description") if document.get(key))
    return Written(out.getvalue(), losses.sentences())


def _again(rows: list[csv_writing.Row]) -> tuple[Document | None, set[int]]:
    """The rule that `read` would take from its rows, and the rows that it would not."""
    reading = csv_reading.Reading()
    for number, row in enumerate(rows):
        reading.row(str(number), row)
    rules = reading.finished()
    return rules[0] if len(rules) == 1 else None, {int(problem.path) for problem in reading.problems}


_DIALECT = csv_writing.Dialect(cell=storable, read=_again)


def _separator(text: str) -> str | None:
    """What stands between the cells of a header with the columns of a plan; None when there is no such header."""
    head = re.split(r"[\r\n]", text.lstrip("\ufeff")[:_LONGEST_HEADER], maxsplit=1)[0]
    for separator in _SEPARATORS:
        names = next(csv.reader([head], delimiter=separator), [])
        if {_column(name) for name in names} >= _NEEDED:
            return separator
    return None


def _column(name: str) -> str:
    return _KNOWN.get(re.sub(r"[\W_]", "", name).lower(), "")


def _plain(cell: str) -> str:
    """A cell without the quote that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if cell.startswith("'") else cell


def _guarded(text: str) -> str:
    return "'" + text if text.startswith(_DANGEROUS) else text
