"""The fields of a block without headings, guessed from what its columns hold."""

from collections.abc import Sequence

from trackingplans.domain import type_words
from trackingplans.domain.sheets.cells import CellError, required


def fields(rows: Sequence[Sequence[str]]) -> list[str]:
    """The field of each column: types and whether required are recognized, then come names and description."""
    width = len(rows[0]) if rows else 0
    found = [_kind([row[column] for row in rows if row[column]]) for column in range(width)]
    found = ["" if field in found[:at] else field for at, field in enumerate(found)]
    names = [at for at, field in enumerate(found) if not field]
    if names and _repeats([row[names[0]] for row in rows]) and len(names) > 1:
        found[names.pop(0)] = "event"
    for field in ("property", "description"):
        if names:
            found[names.pop(0)] = field
    return found


def _kind(cells: list[str]) -> str:
    if cells and all(_is_type(cell) for cell in cells):
        return "kind"
    if cells and all(_is_required(cell) for cell in cells):
        return "status"
    return ""


def _repeats(cells: list[str]) -> bool:
    """Whether a column says the same in several rows, or leaves it out below the first, as merged cells do."""
    said = [cell for cell in cells if cell]
    return bool(said) and (len(set(said)) < len(said) or len(said) < len(cells))


def _is_type(cell: str) -> bool:
    try:
        return bool(type_words.read(cell))
    except type_words.UnknownType:
        return False


def _is_required(cell: str) -> bool:
    try:
        required(cell)
    except CellError:
        return False
    return True
