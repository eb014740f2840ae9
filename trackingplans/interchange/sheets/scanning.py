"""An XLSX file is a ZIP of XML that anybody may have made: looked through before it is read."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from trackingplans.domain.plan import PlanError, Problem

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_MERGED = 50_000
MOST_TOLD = 50
_MB = 1024**2
_LARGEST_PARTS = {"xl/worksheets/": 200 * _MB, "xl/sharedStrings.xml": 40 * _MB}
_LARGEST_OF_ALL = 240 * _MB
_LARGEST_PART = 10 * _MB
_MOST_PARTS = 2_000
_MOST_SHEETS = 200
_CHUNK = 1 * _MB
_OVERLAP = 200  # bytes; no tag looked for is longer
LONGEST_CELL = 32_767  # characters; Excel's own bound
_LONGEST_TEXT = 250_000  # bytes between two tags: a cell of that many characters, each of several bytes

_STRANGE = (b"<!DOCTYPE", b"<!ENTITY", b"\0")
_MERGED = re.compile(rb'mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_FORMULA = re.compile(rb'r="([A-Z]{1,3}[0-9]{1,7})"[^<>]*><(?:\w+:)?f[ >/]')
_TOO_WIDE = re.compile(rb' r="((?:[A-Z]{3,9}|G[S-Z]|[H-Z][A-Z])[0-9]{1,15})"')  # right of GR, the 200th
_ROW = re.compile(rb'<(?:\w+:)?row [^>]{0,100}?r="([0-9]{1,15})"')
_CELL = re.compile(rb' r="([A-Z]{1,3}[0-9]{1,7})"')
_SAYS_MERGED = "These cells are merged. Unmerge them and fill in each row."
_SAYS_FORMULA = "This cell holds a formula. Paste its value instead (Paste special, Values)."
TOO_WIDE = f"A sheet may have {MOST_COLUMNS} columns."
TOO_MUCH_TEXT = f"A cell may hold {LONGEST_CELL:,} characters."
TOO_LONG = f"A sheet may have {MOST_ROWS:,} rows."


@dataclass(frozen=True, slots=True, order=True)
class Merge:
    """Cells that are shown as one, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a sheet's XML says before it is parsed. `total`: its last row's number, 0 for an empty sheet.

    `beyond`: why it cannot be taken at all; `shown`: cells that say something else than what they show.
    """

    total: int = 0
    merges: tuple[Merge, ...] = ()
    shown: tuple[Problem, ...] = ()
    beyond: Problem | None = None


def look_through(archive: zipfile.ZipFile) -> None:
    """Refuses what would cost more than it can be worth, before anything is unpacked. Raises PlanError."""
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise _error("", f"The workbook has more than {_MOST_PARTS:,} parts.")
    if sum(part.filename.startswith("xl/worksheets/sheet") for part in parts) > _MOST_SHEETS:
        raise _error("", f"A workbook may have {_MOST_SHEETS} sheets.")
    if sum(part.file_size for part in parts if part.filename.endswith(".xml")) > _LARGEST_OF_ALL:
        raise _error("", f"The workbook is larger than {_LARGEST_OF_ALL // _MB} MB unpacked.")
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
            for chunk in _chunks(content):
                if any(strange in chunk for strange in _STRANGE):
                    raise _error(part.filename, "This part of the workbook holds what no spreadsheet writes.")
                _refuse_long_text(part.filename, chunk)


def _refuse_long_text(name: str, chunk: bytes) -> None:
    """Raises PlanError when no tag begins for longer than any cell is."""
    at = 0
    while len(chunk) - at > _LONGEST_TEXT:
        found = chunk.rfind(b"<", at + 1, at + _LONGEST_TEXT)
        if found < 0:
            cells = _CELL.findall(chunk, max(0, at - 1_000), at + 1_000)
            raise _error(f"{name}!{cells[-1].decode()}" if cells else name, TOO_MUCH_TEXT)
        at = found


def scanned(archive: zipfile.ZipFile, part: str, name: str) -> Scanned:
    """What one sheet holds."""
    total, tags, merges, formulas = 0, 0, dict[Merge, None](), dict[str, None]()
    with archive.open(part) as content:
        for chunk in _chunks(content):
            wide = _TOO_WIDE.search(chunk)
            if wide:
                return Scanned(1, beyond=Problem(f"{name}!{wide[1].decode()}", TOO_WIDE))
            at = chunk.rfind(b"<row ")
            row = _ROW.match(chunk, at) if at >= 0 else None
            total = max(total, int(row[1])) if row else total
            tags += chunk.count(b"<row") - (chunk[:_OVERLAP].count(b"<row") if tags else 0)
            if max(total, tags) > MOST_ROWS + 1:
                return Scanned(max(total, tags), beyond=Problem(f"{name}, row {max(total, tags)}", TOO_LONG))
            merges |= dict.fromkeys(_merge(found) for found in _MERGED.finditer(chunk))
            if len(formulas) < MOST_TOLD:
                formulas |= dict.fromkeys(found[1].decode() for found in _FORMULA.finditer(chunk))
            if len(merges) > MOST_MERGED:
                beyond = Problem(name, f"More than {MOST_MERGED:,} cells are merged in this sheet.")
                return Scanned(total, beyond=beyond)
    places = [(_range(merge), _SAYS_MERGED) for merge in sorted(merges)]
    places += [(cell, _SAYS_FORMULA) for cell in formulas]
    shown = tuple(Problem(f"{name}!{cell}", sentence) for cell, sentence in places[:MOST_TOLD])
    return Scanned(total or tags, tuple(sorted(merges)), shown)  # rows need not be numbered


def letters(column: int) -> str:
    """1 is A, 27 is AA."""
    said = ""
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(ord("A") + rest) + said
    return said


def _merge(found: re.Match[bytes]) -> Merge:
    left, top, right, bottom = found.groups()
    return Merge(int(top), _column(left), int(bottom), _column(right))


def _column(said: bytes) -> int:
    number = 0
    for letter in said:
        number = number * 26 + letter - ord("A") + 1
    return number


def _range(merge: Merge) -> str:
    return f"{letters(merge.left)}{merge.top}:{letters(merge.right)}{merge.bottom}"


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    """The bytes in pieces that overlap, so that a tag is whole in one of them."""
    kept = b""
    while piece := content.read(_CHUNK):
        yield kept + piece
        kept = piece[-_OVERLAP:]


def _error(place: str, sentence: str) -> PlanError:
    return PlanError([Problem(place, sentence)])
