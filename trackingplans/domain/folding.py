"""Names that differ only in a number or an id, as one name: `Product 123 Viewed` -> `Product <number> Viewed`."""

import re

from trackingplans.domain.legible import NAME_LENGTH, shortened, storable

_EMAIL = r"(?P<email>[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})"
_UUID = r"(?P<uuid>(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z]))"
_DATE = (
    r"(?P<date>(?<!\d)(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{4}\.\d{1,2}\.\d{1,2}"
    r"|\d{1,2}-\d{1,2}-\d{4}|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}\.\d{1,2}\.\d{4})"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d))"
)
_NUMBER = r"(?P<number>(?<![^\W_])\d+(?:[.,]\d+)*(?![^\W_]))"
_WORD = r"(?P<word>[^\W_]+)"
_PARTS = re.compile("|".join((_EMAIL, _UUID, _DATE, _NUMBER, _WORD)))

# words that have digits in them, in any release of any company
_KEPT = re.compile(
    r"(?i:[a-z]{1,2}\d[a-z]{0,2}|\d{1,4}[a-z]{1,2}|mp[34]|oauth2|covid19|utf8|utf16|sha\d{1,3}|md5|ipv[46]|web3|"
    r"html5|css3|iso\d{4,5})"
)
_NUMBERED = re.compile(r"([^\W\d_]{3,})\d{1,6}")
_HEX = re.compile(r"[0-9A-Fa-f]{7,}")


def fold(name: str) -> str:
    """The name with what looks made at run time replaced: `<number>`, `<id>`, `<uuid>`, `<date>`, `<email>`.

    Storable and of bounded length. A name without digits and without @ stays as it is.
    """
    if not name.isalpha():
        name = _PARTS.sub(_folded, name[: 4 * NAME_LENGTH])
    return shortened(storable(name), NAME_LENGTH)


def _folded(match: re.Match[str]) -> str:
    kind, text = match.lastgroup, match[0]
    if kind != "word":
        return f"<{kind}>"
    if text.isalpha() or _KEPT.fullmatch(text):
        return text
    if text.isdecimal():
        return "<number>"
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None and not (len(text) > 7 and _HEX.fullmatch(text)):
        return f"{numbered[1]}<number>"
    return "<id>" if len(text) >= 5 and any(char.isdecimal() for char in text) else text
