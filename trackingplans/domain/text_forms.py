"""Of which form a text is: one of JSON Schema's formats, or a number or nothing written as text."""

import re

from trackingplans.domain import addresses
from trackingplans.domain.planned import PLACEHOLDERS

NUMERIC = "numeric"
PLACEHOLDER = "placeholder"
FORMATS = ("date-time", "date", "email", "uri", "uuid", "ipv4")
_LONGEST = 400

_DIGITS = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?")
_DATE = re.compile(r"\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:[0-6]\d(?:\.\d{1,12})?(?:[Zz]|[+-][0-2]\d:[0-5]\d)")
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[!-~]+")
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4 = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}")
_NUMBER_STARTS = frozenset("-0123456789")
_FORMS_OF_DIGITS = ((_DIGITS, NUMERIC), (_DATE, "date"), (_IPV4, "ipv4"), (_UUID, "uuid"))


def form_of(text: str) -> str:
    """One of FORMATS, NUMERIC or PLACEHOLDER; '' for any other text."""
    if text in PLACEHOLDERS:
        return PLACEHOLDER
    if len(text) > _LONGEST or not text.isascii():
        return ""
    if text[0] in _NUMBER_STARTS:
        return _of_digits(text)
    if "://" in text:
        return "uri" if _URI.fullmatch(text) else ""
    if "@" in text:
        return "email" if addresses.is_email(text) else ""
    return "uuid" if _UUID.fullmatch(text) else ""


def _of_digits(text: str) -> str:
    """The same for a text that begins as numbers do."""
    if _DATE.match(text) and text[10:11] in ("T", "t"):
        return "date-time" if _TIME.fullmatch(text, 11) else ""
    for pattern, form in _FORMS_OF_DIGITS:
        if pattern.fullmatch(text):
            return form
    return "email" if addresses.is_email(text) else ""
