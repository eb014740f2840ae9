"""A plan as an Excel workbook: the columns of Segment's sheet, and beside them what an event is for."""

import io
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from trackingplans.interchange import csv_writing, segment_csv, uncarried
from trackingplans.interchange.carrying import Written

_NOTES = {"owner": "Owner", "purpose": "Purpose", "trigger": "Trigger", "importance": "Importance"}
_EXAMPLE = "Example"
_WIDE = {"Event Description": 44, "Property Description": 44, "Purpose": 44, "Trigger": 30, "Event Name": 28}
_USUAL = 18
_LONGEST_CELL = 32_767  # characters; Excel's own bound

Document = dict[str, Any]


def write(document: Document) -> Written:
    """The workbook as bytes; what has no column is named."""
    losses = uncarried.Losses()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Plan")
    sheet.freeze_panes = "C2"
    columns = {**{key: names[0] for key, names in segment_csv.COLUMNS.items()}, **_NOTES, "example": _EXAMPLE}
    for index, name in enumerate(columns.values(), 1):
        letter = openpyxl.utils.get_column_letter(index)
        sheet.column_dimensions[letter].width = _WIDE.get(name, _USUAL)
    sheet.append([_cell(sheet, name, is_bold=True) for name in columns.values()])
    for rule in document.get("rules", []):
        if rule["type"] == "common":
            losses.add(["the common rule"])
            continue
        meta = rule.get("meta") or {}
        notes = {key: str(meta[key]) for key in _NOTES if meta.get(key)}
        losses.add(uncarried.of_rule(rule, {key: meta[key] for key in notes}))
        writing = csv_writing.Writing(rule, with_examples=True)
        for row in writing.rows():
            sheet.append([_cell(sheet, {**notes, **row}.get(key, "")) for key in columns])
        losses.add(list(dict.fromkeys(writing.lost)))
        if rule.get("name", "").strip() != rule.get("name", ""):
            losses.add(["spaces around the name of an event"])
    losses.add(uncarried.of_plan(document))
    losses.add(f"the plan's {key}" for key in ("name", "description") if document.get(key))
    out = io.BytesIO()
    book.save(out)
    return Written(out.getvalue(), losses.sentences())


def _cell(sheet: Any, text: str, *, is_bold: bool = False) -> Any:
    """A cell that is text whatever it begins with: a formula never comes out of a plan."""
    cell = WriteOnlyCell(sheet, None)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_LONGEST_CELL] or None
    if cell.value is not None:
        cell.data_type = "s"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if is_bold:
        cell.font = Font(bold=True)
    return cell
