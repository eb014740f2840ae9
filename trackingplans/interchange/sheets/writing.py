"""A plan as an Excel workbook: the columns of Segment's sheet, and beside them what an event is for."""

import io
import json
import re
from collections.abc import Iterable
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from trackingplans.domain.legible import cleaned
from trackingplans.domain.sheets import cell_words
from trackingplans.interchange import csv_cells, csv_writing, segment_csv, uncarried
from trackingplans.interchange.carrying import Written
from trackingplans.interchange.csv_writing import Row
from trackingplans.interchange.sheets import reading, scanning

_NOTES = ("owner", "purpose", "trigger", "importance")
_COLUMNS = {
    **{key: names[0] for key, names in segment_csv.COLUMNS.items()},
    "format": "Format",
    "minimum": "Minimum",
    "maximum": "Maximum",
    "example": "Example",
    "pii": "Personal Data",
    "state": "Event Status",
    "owner": "Owner",
    "purpose": "Purpose",
    "trigger": "Trigger",
    "importance": "Importance",
    "sources": "Sources",
    "since": "Since Release",
    "links": "Links",
}
_WIDE = {"Event Description": 44, "Property Description": 44, "Purpose": 44, "Trigger": 30, "Event Name": 28}
_USUAL = 18
_BY_SOURCE = (("sources", "sources"), ("since", "since_release"))

Document = dict[str, Any]


def write(document: Document) -> Written:
    """The workbook as bytes; what has no column is named."""
    losses = uncarried.Losses()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Plan")
    sheet.freeze_panes = "C2"
    for index, name in enumerate(_COLUMNS.values(), 1):
        letter = openpyxl.utils.get_column_letter(index)
        sheet.column_dimensions[letter].width = _WIDE.get(name, _USUAL)
    sheet.append(_Row(sheet, is_bold=True).of(_COLUMNS.values()))
    cells = _Row(sheet)
    for rule in document.get("rules", []):
        if rule["type"] == "common":
            losses.add(["the common rule"])
            continue
        rows, lost = csv_writing.written(rule, _Workbooks.of(rule))
        for row in rows:
            sheet.append(cells.of(row.get(key, "") for key in _COLUMNS))
        losses.add(lost)
    losses.add(uncarried.of_plan(document))
    losses.add(f"the plan's {key}" for key in ("name", "description") if document.get(key))
    out = io.BytesIO()
    book.save(out)
    return Written(out.getvalue(), losses.sentences())


class _Workbooks:
    """How a workbook says one rule."""

    def __init__(self, rule: Document) -> None:
        meta = rule.get("meta")
        self._meta: Document = meta if isinstance(meta, dict) else {}
        notes = self._meta.get("properties")
        self._notes: Document = notes if isinstance(notes, dict) else {}

    @classmethod
    def of(cls, rule: Document) -> csv_writing.Dialect:
        one = cls(rule)
        return csv_writing.Dialect(
            cell=_text,
            read=lambda rows: reading.again(rows, has_kinds=True),
            listed=csv_cells.listed_for_people,
            of_event=one.of_event,
            of_property=one.of_property,
            may_mix_types=True,
        )

    def of_event(self, _rule: Document) -> Row:
        told = {key: str(self._meta[key]) for key in _NOTES if self._meta.get(key)}
        status, links = self._meta.get("status"), self._meta.get("links")
        if isinstance(status, str) and cell_words.state(status) == status:
            told["state"] = status
        told |= {name: _by_source(self._meta.get(key)) for name, key in _BY_SOURCE}
        return told | {"links": "\n".join(map(str, links)) if isinstance(links, list) else ""}

    def of_property(self, node: Document, pointer: str) -> Row:
        note = self._notes.get(pointer)
        pii = note.get("pii") if isinstance(note, dict) else None
        form, examples = node.get("format"), node.get("examples")
        told = {key: _number(node.get(key)) for key in ("minimum", "maximum")}
        told["format"] = form if isinstance(form, str) and cell_words.form(form) == form else ""
        told["pii"] = pii if isinstance(pii, str) and cell_words.pii(pii) == pii else ""
        return told | {
            "example": csv_cells.text(examples[0]) if isinstance(examples, list) and examples else ""
        }


def _by_source(said: Any) -> str:
    """`web: required | ios: optional`."""
    return " | ".join(f"{slug}: {word}" for slug, word in said.items()) if isinstance(said, dict) else ""


def _number(value: Any) -> str:
    """A number as a cell that is read again; '' for what is none, and for one too long."""
    text = "" if value is None or isinstance(value, bool) else json.dumps(value)
    return text if text and cell_words.number(text) == value else ""


def _text(text: str) -> str:
    """The text as a cell holds it: what XML cannot say is replaced, lines end as everywhere."""
    legible = ILLEGAL_CHARACTERS_RE.sub("\ufffd", cleaned(text))
    return re.sub("\r\n?", "\n", legible)[: scanning.LONGEST_CELL]


class _Row:
    """The cells of a row, written one row after the other: making and styling each anew took most of the time."""

    def __init__(self, sheet: Any, *, is_bold: bool = False) -> None:
        self._cells = [WriteOnlyCell(sheet, None) for _ in _COLUMNS]
        for cell in self._cells:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=is_bold)

    def of(self, texts: Iterable[str]) -> list[Any]:
        """The cells with these texts: text whatever it begins with, as a formula never comes out of a plan."""
        return [
            self._filled(cell, text) if text else None for cell, text in zip(self._cells, texts, strict=True)
        ]

    def _filled(self, cell: Any, text: str) -> Any:
        cell.value = text
        cell.data_type = "s"
        return cell
