"""What people write into the cells of a plan: types of values with remarks, owners, importance."""

import re
from typing import Any

from trackingplans.domain import type_words
from trackingplans.domain.plan import PII
from trackingplans.domain.sheets import answers

CALLS = ("track", "page", "screen", "identify", "group")
_LEAST_OF_LIST = re.compile(r"\b(?:array|list)\b|\[\]")
_RANGE = re.compile(r"\(?\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|\.\.+|to|bis|à)\s*(-?\d+(?:\.\d+)?)\s*\)?")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")
_REMARK = re.compile(r"\(([^()]*)\)")
_ENUMERATED = re.compile(r"\s*(?:enum|one of|values?|werte)\s*:?\s+(.+)", re.IGNORECASE | re.DOTALL)
_ENUM = re.compile(
    r"\s*(?:enum|enumeration|one of|choice)\s*(?:\((.+)\)|:(.+))\s*", re.IGNORECASE | re.DOTALL
)

_STATES = {
    "planned": "planned todo to-do draft new backlog proposed planning upcoming tbd tbi open approved ready no pending",
    "live": "live implemented done active yes released shipped production verified complete completed tracked",
    "deprecated": "deprecated retired old removed obsolete sunset legacy inactive deleted",
}
_STATE_PHRASES = {
    "planned": "to do;in progress;in review;in development;not started;not implemented;in qa;ready for dev;not live",
    "live": "in production;in use;qa passed;fully implemented",
    "deprecated": "do not use;to be removed;no longer used;to be deprecated",
}
_STATE_OF = {word: state for state, words in _STATES.items() for word in words.split()} | {
    phrase: state for state, phrases in _STATE_PHRASES.items() for phrase in phrases.split(";")
}
_PII_OF = {one: one for one in PII} | {
    "e-mail": "email", "mail": "email", "email address": "email", "full name": "name", "phone number": "phone",
    "telephone": "phone", "mobile": "phone", "location": "address", "payment": "financial", "finance": "financial",
    "card": "financial", "medical": "health", "green": "none", "public": "none", "non-pii": "none", "not pii": "none",
    "red": "sensitive", "yellow": "sensitive", "pii": "sensitive", "personal": "sensitive",
    "personal data": "sensitive", "confidential": "sensitive", "high": "sensitive",
}  # fmt: skip
_RARE_FORMATS = (
    "duration idn-email hostname idn-hostname ipv6 uri-reference iri iri-reference uri-template json-pointer"
    " relative-json-pointer regex"
)
_FORMAT_OF = {one: one for one in (*type_words.FORMATS, *_RARE_FORMATS.split())} | {
    "datetime": "date-time", "iso 8601": "date-time", "iso8601": "date-time", "timestamp": "date-time",
    "url": "uri", "link": "uri", "guid": "uuid", "e-mail": "email", "ip": "ipv4", "yyyy-mm-dd": "date",
}  # fmt: skip

Keywords = dict[str, Any]


def holds(text: str) -> Keywords | None:
    """The keywords of the type that a cell means, {} for an empty cell; None when it means none.

    Bounds and values in brackets are taken too: `Integer (1-10)`, `String (enum: A, B)`, `enum (S, M, L)`.
    """
    told = _ENUM.fullmatch(text)
    if told and len(values := answers.parts(told[1] or told[2])) > 1:
        return {"type": "string", "enum": values}
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


def state(text: str) -> str:
    """`planned`, `live` or `deprecated`, '' for a text that says none of them."""
    return _STATE_OF.get(re.sub(r"[^a-z -]", "", text.casefold()).strip(), "")


def pii(text: str) -> str:
    """The class of personal data that a text names, `sensitive` for a plain yes; '' for what is no class."""
    said = answers.yes(text) if text.strip() else None
    return _PII_OF.get(text.strip().casefold(), "none" if said is False else "sensitive" if said else "")


def form(text: str) -> str:
    """The format of JSON Schema that a text means, '' for none."""
    return _FORMAT_OF.get(text.strip().casefold(), "")


def number(text: str) -> float | int | None:
    """The number in a cell; None for other texts."""
    plain = text.strip().replace("\u2212", "-")
    return _whole(float(plain)) if _NUMBER.fullmatch(plain) else None


def is_number(text: str) -> bool:
    return number(text) is not None


def by_source(text: str) -> list[tuple[str, str]]:
    """What a cell says of sources, by slug: `web: 2.4.0 | ios: 3.1`, or only their names: `iOS, Web`."""
    parts = (part.partition(":") for part in answers.parts(text))
    return [(slug(name), said.strip()) for name, _, said in parts if slug(name)]


def names(text: str) -> list[str]:
    """The properties a cell lists, with commas or line breaks between."""
    return [part.strip(" -•*\t") for part in re.split(r"[\n;,]+", text) if part.strip(" -•*\t")]


def _whole(number: float) -> float | int:
    return int(number) if number.is_integer() else number
