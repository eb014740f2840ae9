"""A file as a table: where its header stands, what its first rows hold, and all of its rows."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from trackingplans.domain.plan import PlanError, Problem
from trackingplans.interchange import reading
from trackingplans.interchange.sheets import columns, workbook
from trackingplans.interchange.sheets.workbook import MAGIC, MOST_COLUMNS, MOST_ROWS

SAMPLES = 3  # rows shown beside the header
_HEADER_WITHIN = 20  # rows: titles and legends stand above the header of many a sheet
_LOOKED_AT = 60  # rows, for what values a column holds
_SEPARATORS = (",", ";", "\t", "|")

Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`header_at`: the number of the row with the names of the columns; `total`: of the last row, about."""

    header: list[str]
    header_at: int
    samples: list[list[str]]
    total: int
    rows: Callable[[], Rows]
    others: tuple[str, ...] = ()
    looked_at: list[list[str]] = field(default_factory=list)

    def below(self) -> Rows:
        """The rows below the header."""
        return (row for row in self.rows() if row[0] > self.header_at)

    def column(self, index: int) -> list[str]:
        """What stands in a column of the first rows."""
        return [cells[index] for cells in self.looked_at if index < len(cells) and cells[index].strip()]


def is_workbook(raw: bytes) -> bool:
    return raw.startswith(MAGIC)


def opened(raw: bytes) -> Sheet:
    """The table in a CSV or XLSX file. Raises PlanError with the row or cell that cannot be taken."""
    if len(raw) > reading.LARGEST:
        raise PlanError([Problem("", f"The file is larger than {reading.LARGEST // 1024**2} MB.")])
    if is_workbook(raw):
        table = workbook.table(raw)
        return _sheet(table.rows, table.total, table.others)
    text = reading.decoded(raw)
    separator = _separator(text)
    return _sheet(lambda: _csv_rows(text, separator), text.count("\n") + (not text.endswith("\n")))


def _sheet(rows: Callable[[], Rows], total: int, others: tuple[str, ...] = ()) -> Sheet:
    first = []
    for number, cells in rows():
        first.append((number, cells))
        if number >= _LOOKED_AT:
            break
    filled = [(number, cells) for number, cells in first if any(cell.strip() for cell in cells)]
    if not filled:
        raise PlanError([Problem("", "The sheet is empty.")])
    at, header = max(filled[:_HEADER_WITHIN], key=lambda row: (columns.known(row[1]), -row[0]))
    header = [cell.strip() for cell in header]
    while header and not header[-1]:
        header.pop()
    looked_at = [cells for number, cells in filled if number > at]
    return Sheet(
        header, at, [cells[: len(header)] for cells in looked_at[:SAMPLES]], total, rows, others, looked_at
    )


def _separator(text: str) -> str:
    """What stands between the cells: what splits the first lines into most of them."""
    head = text[:10_000].splitlines()[:5]
    return max(_SEPARATORS, key=lambda separator: sum(line.count(separator) for line in head))


def _csv_rows(text: str, separator: str) -> Rows:
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True, delimiter=separator)
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS + 1:
                raise PlanError([Problem(f"row {number}", f"A sheet may have {MOST_ROWS:,} rows.")])
            if len(cells) > MOST_COLUMNS and any(cell.strip() for cell in cells[MOST_COLUMNS:]):
                sentence = f"This row has {len(cells):,} columns; a sheet may have {MOST_COLUMNS}."
                raise PlanError([Problem(f"row {number}", sentence)])
            yield number, [_plain(cell) for cell in cells]
    except csv.Error as error:
        raise PlanError([Problem(f"line {reader.line_num}", f"This is not CSV: {error}.")]) from None


def _plain(cell: str) -> str:
    """A cell without the quote that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if cell.startswith("'") else cell
