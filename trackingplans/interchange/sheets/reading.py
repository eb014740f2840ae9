"""The rows of a mapped sheet become a plan."""

from collections.abc import Callable, Sequence

from trackingplans.domain.plan import PlanError, Problem
from trackingplans.interchange import csv_cells, csv_reading
from trackingplans.interchange.carrying import Carried
from trackingplans.interchange.csv_reading import Row
from trackingplans.interchange.sheets import cell_words, columns
from trackingplans.interchange.sheets.opening import Sheet

NAME = "sheet"
MOST_PROBLEMS = 1_000
_TOLD_EVERY = 2_000  # rows
_OF_EVENTS = ("event", "type", "version")

Progress = Callable[[int], None]


def read(sheet: Sheet, mapping: Sequence[str], progress: Progress = lambda _row: None) -> Carried:
    """The plan document of a sheet. `mapping`: for each column a key of `columns.WORDS` or ''.

    A row without an event's name speaks of the event above. `progress` is told the number of every 2,000th row.
    Raises PlanError naming each row that is wrong.
    """
    if "event" not in mapping:
        raise PlanError([Problem("", "Say which column holds the names of events.")])
    making = csv_reading.Reading()
    reading = _Reading(making, has_kinds="kind" in mapping)
    for number, cells in sheet.below():
        if number % _TOLD_EVERY == 0:
            progress(number)
        row = {key: cell.strip() for key, cell in zip(mapping, cells, strict=False) if key and cell.strip()}
        if row:
            reading.row(number, row)
        if len(making.problems) >= MOST_PROBLEMS:
            break
    if not making.problems and not making.finished():
        making.problems.append(Problem("", "No row names an event."))
    if making.problems:
        raise PlanError(making.problems)
    unused = [name for name, key in zip(sheet.header, mapping, strict=False) if name and not key]
    losses = [f"the column “{name}”" for name in unused] + [f"the sheet “{name}”" for name in sheet.others]
    document = {"planwright": 1, "name": "", "origin": {"format": NAME}, "rules": making.finished()}
    return Carried(NAME, document, losses)


class _Reading:
    """Rows in the words of strangers becoming rows in ours."""

    def __init__(self, making: csv_reading.Reading, *, has_kinds: bool) -> None:
        self._making = making
        self._has_kinds = has_kinds
        self._above: Row = {}

    def row(self, number: int, row: Row) -> None:
        if row.get("event") or row.get("type", "").lower() in ("identify", "group"):
            self._above = {key: row[key] for key in _OF_EVENTS if key in row}
        elif not row.get("property"):
            return  # a heading, or a remark
        row = {**self._above, **row}
        problem = _in_our_words(row)
        if problem:
            self._making.problems.append(Problem(f"row {number}", problem))
            return
        listed = cell_words.names(row.get("property", "")) if not self._has_kinds else []
        for name in listed if len(listed) > 1 else [row.get("property", "")]:
            self._making.row(number, {**row, "property": _path(name)})


def _in_our_words(row: Row) -> str:
    """Change a row to the words `csv_reading` knows; returns what is wrong with it, '' for nothing."""
    for key in ("status", "null"):
        said = cell_words.is_yes(row.get(key, ""))
        if said is None:
            return f"“{row[key]}” says neither yes nor no: {columns.WORDS[key]}."
        row[key] = "yes" if said else "no"
    kind = cell_words.kind(row.get("kind", ""))
    if kind is None:
        return (
            f"“{row['kind']}” is no type of data: text, number, integer, boolean, date time, list or object."
        )
    row["kind"] = kind
    if row.get("enum") and "|" not in row["enum"]:
        row["enum"] = csv_cells.listed(cell_words.names(row["enum"]))
    if "owner" in row:
        row["owner"] = cell_words.slug(row["owner"])
    if "importance" in row:
        row["importance"] = cell_words.importance(row["importance"])
    return ""


def _path(name: str) -> str:
    """A property's path: `products[].sku` is written `products.$.sku` by us."""
    return (
        name.strip()
        .replace("[].", ".$.")
        .replace("[]", ".$")
        .removeprefix("properties.")
        .removeprefix("traits.")
    )
