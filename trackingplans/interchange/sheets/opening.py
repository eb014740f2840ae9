"""A file as a table: which of its sheets are read, where their header stands, and all of their rows."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from trackingplans.domain.plan import PlanError, Problem
from trackingplans.domain.sheets import headings
from trackingplans.domain.sheets.foreign import english
from trackingplans.interchange import csv_cells, reading
from trackingplans.interchange.sheets import workbook
from trackingplans.interchange.sheets.scanning import MOST_COLUMNS, MOST_ROWS, TOO_LONG
from trackingplans.interchange.sheets.workbook import LOOKED_AT, MAGIC, Table

SAMPLES = 3  # rows shown beside the header
_HEADER_WITHIN = 20  # rows: titles and legends stand above the header of many a sheet
_SURE = 2  # names of columns that make a sheet one of a plan
MOST_EMPTY = 1_000  # columns: spreadsheets write out some that hold nothing
_SEPARATORS = (",", ";", "\t", "|")
_WINDOWS = "cp1252"

Rows = Iterator[tuple[int, list[str]]]


class OnlyAsShown(PlanError):
    """Cells say something else than what a spreadsheet shows; who wants what is shown opens it `as_shown`."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`below`: the place and cells of each row below the header; `total`: about so many rows are in the file.

    `tabs`: the workbook's sheets that are read, `others`: those that are not.
    """

    header: list[str]
    samples: list[list[str]]
    total: int
    below: Callable[[], Iterator[tuple[str, list[str]]]]
    tabs: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    looked_at: list[list[str]] = field(default_factory=list)

    def column(self, index: int) -> list[str]:
        """What stands in a column of the first rows."""
        return [cells[index] for cells in self.looked_at if index < len(cells) and cells[index].strip()]


@dataclass(frozen=True, slots=True)
class _Part:
    """One table of a file, its header found. `called`: what its rows' places begin with."""

    called: str
    header: list[str]
    header_at: int
    head: list[list[str]]
    rows: Callable[[], Rows]


def is_workbook(raw: bytes) -> bool:
    return raw.startswith(MAGIC)


def opened(raw: bytes, tabs: Sequence[str] = (), *, as_shown: bool = False) -> Sheet:
    """The table in a CSV or XLSX file; several `tabs` of a workbook are one below the other.

    Without `tabs` those are read that look like a plan. Raises PlanError with the row or cell that cannot be taken;
    OnlyAsShown for merged cells, formulas and letters that are not UTF-8, unless the sheet is taken `as_shown`.
    """
    if len(raw) > reading.LARGEST:
        raise PlanError([Problem("", f"The file is larger than {reading.LARGEST // 1024**2} MB.")])
    if is_workbook(raw):
        return _of_workbook(workbook.tables(raw), tabs, as_shown=as_shown)
    text = _decoded(raw, as_shown=as_shown)
    separator = _separator(text)
    head = [row for row, _ in zip(_csv_rows(text, separator), range(LOOKED_AT), strict=False)]
    part = _part("", head, lambda: _csv_rows(text, separator))
    return _joined([part], text.count("\n") + (not text.endswith("\n")))


def _of_workbook(tables: list[Table], tabs: Sequence[str], *, as_shown: bool) -> Sheet:
    chosen = [table for table in tables if table.name in tabs] or _plans(tables) or tables[:1]
    beyond = [table.of.beyond for table in chosen if table.of.beyond]
    if beyond:
        raise PlanError(beyond)
    shown = [problem for table in chosen for problem in table.of.shown]
    if shown and not as_shown:
        raise OnlyAsShown(shown)
    parts = [_part(f"{table.name}, " if len(chosen) > 1 else "", table.head, table.rows) for table in chosen]
    names = tuple(table.name for table in chosen)
    others = tuple(table.name for table in tables if table.name not in names)
    return _joined(parts, sum(table.of.total for table in chosen), names, others)


def _plans(tables: list[Table]) -> list[Table]:
    """The sheets with columns as plans have them: no legends, no read-me."""
    return [
        table
        for table in tables
        if table.of.beyond or max((headings.known(cells) for _, cells in table.head), default=0) >= _SURE
    ]


def _part(called: str, head: list[tuple[int, list[str]]], rows: Callable[[], Rows]) -> _Part:
    filled = [(number, cells) for number, cells in head if any(cell.strip() for cell in cells)]
    if not filled:
        raise PlanError([Problem(called.rstrip(", "), "The sheet is empty.")])
    at, header = max(filled[:_HEADER_WITHIN], key=lambda row: (headings.known(row[1]), -row[0]))
    above = next((cells for number, cells in filled if number == at - 1), [])
    header = headings.joined(above, [cell.strip() for cell in header])
    while header and not header[-1]:
        header.pop()
    return _Part(called, header, at, [cells for number, cells in filled if number > at], rows)


def _joined(
    parts: list[_Part], total: int, tabs: tuple[str, ...] = (), others: tuple[str, ...] = ()
) -> Sheet:
    """The parts as one table: columns of one name are one column."""
    header: list[str] = []
    places: dict[tuple[str, int], int] = {}
    orders = []
    for part in parts:
        names = [english(cell) for cell in part.header]
        order = []
        for index, cell in enumerate(part.header):
            key = names[index], names[:index].count(names[index])
            if key not in places:
                places[key] = len(header)
                header.append(cell)
            order.append(places[key])
        orders.append(order)
    looked_at = [
        _laid(cells, order, len(header))
        for part, order in zip(parts, orders, strict=True)
        for cells in part.head
    ]

    def below() -> Iterator[tuple[str, list[str]]]:
        for part, order in zip(parts, orders, strict=True):
            for number, cells in part.rows():
                if number > part.header_at:
                    yield f"{part.called}row {number}", _laid(cells, order, len(header))

    return Sheet(header, looked_at[:SAMPLES], total, below, tabs, others, looked_at)


def _laid(cells: list[str], order: list[int], width: int) -> list[str]:
    found = [""] * width
    for place, cell in zip(order, cells, strict=False):
        found[place] = cell
    return found


def _decoded(raw: bytes, *, as_shown: bool) -> str:
    """The text of a file; Excel writes it in UTF-16 or in the letters of Windows."""
    try:
        return reading.decoded(raw)
    except PlanError as error:
        if not as_shown:
            raise OnlyAsShown(error.problems) from None
        problem = error
    is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = raw.decode("utf-16") if is_wide else raw.decode(_WINDOWS)
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if "\0" in text:
        raise problem
    return text


def _separator(text: str) -> str:
    """What stands between the cells: what splits the first lines into most of them."""
    head = text[:10_000].splitlines()[:5]
    return max(_SEPARATORS, key=lambda separator: sum(line.count(separator) for line in head))


def _csv_rows(text: str, separator: str) -> Rows:
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True, delimiter=separator)
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS + 1:
                raise PlanError([Problem(f"row {number}", TOO_LONG)])
            if len(cells) > MOST_EMPTY or any(cell.strip() for cell in cells[MOST_COLUMNS:]):
                sentence = f"This row has {len(cells):,} columns; a sheet may have {MOST_COLUMNS}."
                raise PlanError([Problem(f"row {number}", sentence)])
            yield number, [_plain(cell) for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise csv_cells.fault(reader.line_num, error) from None


def _plain(cell: str) -> str:
    """A cell without the quote that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if cell.startswith("'") else cell
