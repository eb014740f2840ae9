"""What people write into the cells of a plan: types of values with remarks, owners, importance."""

import re
from typing import Any

from trackingplans.domain import type_words
from trackingplans.domain.sheets import answers

CALLS = ("track", "page", "screen", "identify", "group")
_LEAST_OF_LIST = re.compile(r"\b(?:array|list)\b|\[\]")
_RANGE = re.compile(r"\(?\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|\.\.+|to|bis|à)\s*(-?\d+(?:\.\d+)?)\s*\)?")
_REMARK = re.compile(r"\(([^()]*)\)")
_ENUMERATED = re.compile(r"\s*(?:enum|one of|values?|werte)\s*:?\s+(.+)", re.IGNORECASE | re.DOTALL)

Keywords = dict[str, Any]


def holds(text: str) -> Keywords | None:
    """The keywords of the type that a cell means, {} for an empty cell; None when it means none.

    Bounds and values in brackets are taken too: `Integer (1-10)`, `String (enum: A, B)`.
    """
    if text.strip().casefold() == "enum":
        return {}
    try:
        found = type_words.read(text)
    except type_words.UnknownType:
        return {"type": "array"} if _LEAST_OF_LIST.search(text.lower()) else None
    for remark in _REMARK.findall(text):
        found |= limits(remark, found)
        listed = _ENUMERATED.fullmatch(remark)
        if listed and found.get("type") == "string":
            found["enum"] = answers.parts(listed[1])
    return found


def limits(text: str, keywords: Keywords) -> Keywords:
    """`1-10` as bounds of a number; {} where a text is no range, or what it speaks of no number."""
    between = _RANGE.fullmatch(text)
    if between is None or keywords.get("type") not in ("number", "integer"):
        return {}
    low, high = (float(one) for one in between.groups())
    return {"minimum": _whole(low), "maximum": _whole(high)} if low < high else {}


def slug(text: str) -> str:
    """The slug a team of this name has."""
    return re.sub(r"[^a-z0-9]+", "-", text.strip().lower()).strip("-")[:50]


def importance(text: str) -> str:
    """`critical` for what a cell calls most important, '' for all else."""
    return "critical" if text.strip().lower() in ("critical", "high", "p0", "p1", "must", "yes", "1") else ""


def names(text: str) -> list[str]:
    """The properties a cell lists, with commas or line breaks between."""
    return [part.strip(" -•*\t") for part in re.split(r"[\n;,]+", text) if part.strip(" -•*\t")]


def _whole(number: float) -> float | int:
    return int(number) if number.is_integer() else number
