"""The rows of an XLSX file, which is a ZIP of XML that anybody may have made: looked through before it is read."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl

from trackingplans.domain.plan import PlanError, Problem

MAGIC = b"PK\x03\x04"
MOST_ROWS = 100_000
MOST_COLUMNS = 200
_MB = 1024**2
_LARGEST_PARTS = {"xl/worksheets/": 200 * _MB, "xl/sharedStrings.xml": 60 * _MB}
_LARGEST_PART = 10 * _MB
_MOST_PARTS = 2_000
_CHUNK = 1 * _MB
_OVERLAP = 200  # bytes; no tag looked for is longer

_STRANGE = (b"<!DOCTYPE", b"<!ENTITY", b"\0")
_MERGED = re.compile(rb'mergeCell ref="([A-Z0-9:]{1,30})"')
_FORMULA = re.compile(rb'r="([A-Z]{1,3}[0-9]{1,7})"[^<>]*><(?:\w+:)?f[ >/]')
_TOO_WIDE = re.compile(rb' r="((?:[A-Z]{3,9}|G[S-Z]|[H-Z][A-Z])[0-9]{1,15})"')  # right of GR, the 200th
_REFUSED = {
    _MERGED: "These cells are merged. Unmerge them and fill in each row.",
    _FORMULA: "This cell holds a formula. Paste its value instead (Paste special, Values).",
    _TOO_WIDE: f"A sheet may have {MOST_COLUMNS} columns.",
}
_ROW = re.compile(rb'<(?:\w+:)?row [^>]{0,100}?r="([0-9]{1,15})"')
_FAULTS = (
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook. `total`: its last row's number; `others`: the sheets beside it."""

    raw: bytes
    name: str
    total: int
    others: tuple[str, ...] = ()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row's number and cells as text. Raises PlanError with the cell that cannot be taken."""
        try:
            yield from self._rows()
        except _FAULTS as error:
            raise _error("", f"This is not a workbook that can be read: {error}.") from None

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        book = openpyxl.load_workbook(io.BytesIO(self.raw), read_only=True, keep_links=False)
        try:
            sheet = book[self.name]
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                if number > MOST_ROWS + 1:
                    raise _error(f"row {number}", f"A sheet may have {MOST_ROWS:,} rows.")
                if len(cells) > MOST_COLUMNS:
                    raise _error(f"{self.name}, row {number}", _REFUSED[_TOO_WIDE])
                yield number, [_text(value) for value in cells]
        finally:
            book.close()


def table(raw: bytes) -> Table:
    """The first sheet with anything in it. Raises PlanError with the sheet and cell that cannot be taken."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _look_through(archive)
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
        try:
            parts = [(sheet.title, str(getattr(sheet, "_worksheet_path", ""))) for sheet in book.worksheets]
        finally:
            book.close()
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            totals = {
                name: _last_row(archive, part, name) for name, part in parts if part in archive.namelist()
            }
    except _FAULTS as error:
        raise _error("", f"This is not a workbook that can be read: {error}.") from None
    named = next((name for name, total in totals.items() if total), None)
    if named is None:
        raise _error("", "The workbook has no rows.")
    others = tuple(name for name, total in totals.items() if total and name != named)
    return Table(raw, named, totals[named], others)


def _look_through(archive: zipfile.ZipFile) -> None:
    """Refuses what would cost more than it can be worth, before anything is unpacked."""
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise _error("", f"The workbook has more than {_MOST_PARTS:,} parts.")
    for part in parts:
        if part.flag_bits & 1:
            raise _error("", "The workbook is protected by a password. Save it without one.")
        if not part.filename.endswith((".xml", ".rels")):
            continue
        most = next(
            (size for start, size in _LARGEST_PARTS.items() if part.filename.startswith(start)), _LARGEST_PART
        )
        if part.file_size > most:
            raise _error(
                part.filename, f"This part of the workbook is larger than {most // _MB} MB unpacked."
            )
        with archive.open(part) as content:
            if any(strange in chunk for chunk in _chunks(content) for strange in _STRANGE):
                raise _error(part.filename, "This part of the workbook holds what no spreadsheet writes.")


def _last_row(archive: zipfile.ZipFile, part: str, name: str) -> int:
    """The number of a sheet's last row, 0 for none. Raises PlanError for a sheet too wide, too long or merged."""
    last = 0
    with archive.open(part) as content:
        for chunk in _chunks(content):
            for pattern, sentence in _REFUSED.items():
                found = pattern.search(chunk)
                if found:
                    raise _error(f"{name}!{found[1].decode()}", sentence)
            at = chunk.rfind(b"<row ")
            row = _ROW.match(chunk, at) if at >= 0 else None
            last = max(last, int(row[1])) if row else last
            if last > MOST_ROWS + 1:
                raise _error(f"{name}, row {last}", f"A sheet may have {MOST_ROWS:,} rows.")
    return last


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    """The bytes in pieces that overlap, so that a tag is whole in one of them."""
    kept = b""
    while piece := content.read(_CHUNK):
        yield kept + piece
        kept = piece[-_OVERLAP:]


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


def _error(place: str, sentence: str) -> PlanError:
    return PlanError([Problem(place, sentence)])
