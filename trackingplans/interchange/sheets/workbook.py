"""The sheets of an XLSX file as rows of text."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.reader import excel
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from trackingplans.domain.plan import PlanError, Problem
from trackingplans.interchange.sheets import scanning
from trackingplans.interchange.sheets.scanning import MOST_COLUMNS, MOST_ROWS, Merge, Scanned

MAGIC = b"PK\x03\x04"
LOOKED_AT = 60  # rows of each sheet, for where its header stands and what its columns hold
Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook. `head`: its first rows, as they are shown."""

    book: Any
    name: str
    of: Scanned
    head: list[tuple[int, list[str]]]

    def rows(self) -> Rows:
        """Each row's number and cells as text: merged cells filled in, formulas by their last value.

        Raises PlanError with the row that cannot be taken.
        """
        try:
            yield from _rows(self.book[self.name], self.of.merges)
        except PlanError:
            raise
        except Exception as error:  # a broken file makes the library raise anything
            raise _unreadable() from error


def tables(raw: bytes) -> list[Table]:
    """The sheets with anything in them. Raises PlanError for a file that is no workbook, or a hostile one."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            scanning.look_through(archive)
            book, parts = _book(raw), set(archive.namelist())
            found = [
                _table(book, sheet, scanning.scanned(archive, part, sheet.title))
                for sheet in book.worksheets
                for part in [str(getattr(sheet, "_worksheet_path", ""))]
                if part in parts
            ]
    except PlanError:
        raise
    except Exception as error:  # as above
        raise _unreadable() from error
    found = [table for table in found if table.of.total]
    if not found:
        raise PlanError([Problem("", "The workbook has no rows.")])
    return found


def _table(book: Any, sheet: Any, of: Scanned) -> Table:
    head = []
    if of.total and of.beyond is None:
        for number, cells in _rows(sheet, of.merges):
            head.append((number, cells))
            if number >= LOOKED_AT:
                break
    return Table(book, sheet.title, of, head)


class _Unmeasured(ReadOnlyWorksheet):  # type: ignore[misc]  # openpyxl has no types
    """A sheet whose size nobody asks: openpyxl would read all of it for that where the file does not say it."""

    def _get_size(self) -> None:
        pass


excel.ReadOnlyWorksheet = _Unmeasured


def _book(raw: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(raw), read_only=True, keep_links=False, data_only=True)


def _rows(sheet: Any, merges: tuple[Merge, ...]) -> Rows:
    sheet.reset_dimensions()
    filling = _Filling(merges)
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MOST_ROWS + 1:
            raise PlanError([Problem(f"{sheet.title}, row {number}", scanning.TOO_LONG)])
        if len(cells) > MOST_COLUMNS:
            raise PlanError([Problem(f"{sheet.title}, row {number}", scanning.TOO_WIDE)])
        texts = [_text(value) for value in cells]
        for column, text in enumerate(texts, 1):
            if len(text) > scanning.LONGEST_CELL:
                place = f"{sheet.title}!{scanning.letters(column)}{number}"
                raise PlanError([Problem(place, scanning.TOO_MUCH_TEXT)])
        yield number, filling.filled(number, texts)


class _Filling:
    """Merged cells hold their value in the first of them; here all of them get it."""

    def __init__(self, merges: tuple[Merge, ...]) -> None:
        self._coming = list(reversed(merges))
        self._open: list[tuple[Merge, str]] = []

    def filled(self, number: int, cells: list[str]) -> list[str]:
        while self._coming and self._coming[-1].top <= number:
            merge = self._coming.pop()
            value = cells[merge.left - 1] if merge.left <= len(cells) else ""
            if value and merge.top == number and len(self._open) < MOST_COLUMNS:
                self._open.append((merge, value))
        for merge, value in self._open:
            right = min(merge.right, MOST_COLUMNS)
            cells += [""] * (right - len(cells))
            cells[merge.left - 1 : right] = [value] * (right - merge.left + 1)
        self._open = [(merge, value) for merge, value in self._open if merge.bottom > number]
        return cells


def _text(value: Any) -> str:
    """What a cell holds, as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else str(value)


def _unreadable() -> PlanError:
    sentence = "This is not a workbook that can be read. Open it in a spreadsheet and save it again as XLSX."
    return PlanError([Problem("", sentence)])
