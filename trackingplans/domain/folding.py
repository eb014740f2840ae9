"""Names that differ only in a number or an id, as one name:

`Product 123 Viewed` -> `Product <number> Viewed`.
"""

import re

from trackingplans.domain.legible import NAME_LENGTH, shortened, storable

_EMAIL = r"(?P<email>[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})"
_UUID = r"(?P<uuid>(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z]))"
_DATE = (
    r"(?P<date>(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d))"
)
_WORD = r"(?P<word>[^\W_]+)"
_PARTS = re.compile("|".join((_EMAIL, _UUID, _DATE, _WORD)))
_HEX = re.compile(r"(?=.*\d)(?=.*[A-Fa-f])[0-9A-Fa-f]{7,}")
_LETTERS_THEN_DIGITS = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[0-9A-Za-z]{6,}")
_KEPT = re.compile(
    r"(?i)(?:[a-z]{1,2}\d[a-z]?|\dfa|mp[34]|oauth2|covid19|utf8|sha\d{1,3}|h26[45]|\d{1,2}(?:am|pm|d|h))"
)


def fold(name: str) -> str:
    """The name with what looks made at run time replaced: `<number>`, `<id>`, `<uuid>`, `<date>`, `<email>`.

    Storable and of bounded length. A name without digits and without @ stays as it is.
    """
    name = storable(name)
    if "@" in name or not name.isalpha():
        name = _PARTS.sub(_folded, name[:2000])
    return shortened(name, NAME_LENGTH)


def _folded(match: re.Match[str]) -> str:
    kind = match.lastgroup
    text = match[0]
    if kind != "word":
        return f"<{kind}>"
    if text.isdecimal():
        return "<number>"
    if text.isalpha() or _KEPT.fullmatch(text):
        return text
    if _HEX.fullmatch(text) or _LETTERS_THEN_DIGITS.fullmatch(text):
        return "<id>"
    return text
