"""What a rule asks of texts (patterns, formats, no placeholder), as one regular expression over many of them.

The texts are laid end to end, each closed by `END`; one match then settles what would be a question each. A match is
proof that the engine would accept; no match says nothing. Only what Python's `re` takes exactly as ECMA's does, and in
linear time, is translated.
"""

import re
from collections.abc import Sequence
from typing import Any

from trackingplans.domain import engine
from trackingplans.domain.closing import NO_PLACEHOLDER

END = "\0"  # no text of an ordinary message holds it
ABSENT = "\x01"  # nor this: it stands for a text that did not come

_ATOM = r"(?:[A-Za-z0-9_@/:#%,;=!~& -]|\\[.\-/d]|\[[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*\])"
_SIMPLE = re.compile(rf"\^((?:{_ATOM}(?:[+*?]|\{{[0-9]{{1,3}}(?:,[0-9]{{0,3}})?\}})?)*)\$")
_VARIES = re.compile(r"[+*?]|,[0-9]*\}")
_NO_PLACEHOLDER = rf"(?!(?:null|undefined|NaN|\[object Object\])?{END})[^{END}]*"
_WORD = "[A-Za-z0-9]"
_MAILBOX = rf"{_WORD}[A-Za-z0-9_+-]{{0,40}}+(?:\.[A-Za-z0-9_+-]{{1,20}}+)?+"
_DAY = "[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_TIME = (
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_URI_SIGN = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
# Texts that certainly are of a format; others may be too.
_SURELY = {
    "email": rf"{_MAILBOX}@(?:{_WORD}{{1,40}}+[.-]){{1,4}}{_WORD}{{2,20}}",
    "date": _DAY,
    "date-time": f"{_DAY}T{_TIME}",
    "ipv4": rf"{_BYTE}(?:\.{_BYTE}){{3}}",
    "uri": rf"https?://{_WORD}[A-Za-z0-9.-]*+(?::[0-9]{{1,4}})?(?:/{_URI_SIGN}*+)?(?:\?(?:{_URI_SIGN}|\?)*+)?(?:\#(?:{_URI_SIGN}|\?)*+)?",
}


def expression(asked: dict[str, Any]) -> str | None:
    """The expression of what keywords ask of one text, without `END`; None where they cannot be put like that."""
    told: list[str] = []
    for keyword, value in asked.items():
        if keyword == "allOf" and isinstance(value, list) and all(isinstance(node, dict) for node in value):
            inner = [expression(node) for node in value]
        else:
            inner = [_of_keyword(keyword, value)]
        if None in inner:
            return None  # one of them is for the engine
        told += [one for one in inner if one is not None]
    if not told:
        return f"[^{END}]*"
    *first, last = told
    return "".join(f"(?={one}{END})" for one in first) + last


def optional(expression_: str) -> str:
    """The same of a text that need not come."""
    return f"(?:{ABSENT}|{expression_})"


def matcher(single: Sequence[str], repeated: Sequence[str]) -> Any:
    """Whether a row of closed texts is fine: `single` ones, then any number of times the `repeated` ones.

    A text that was matched is never tried in another way, so the time grows with their length only.
    """
    row = "".join(f"(?>{one}{END})" for one in single)
    if repeated:
        row += "(?>" + "".join(f"(?>{one}{END})" for one in repeated) + ")*+"
    return re.compile(row).fullmatch


def _of_keyword(keyword: str, value: Any) -> str | None:
    if keyword == "pattern" and isinstance(value, str):
        if value == engine.UUID:
            return value[1:-1]
        simple = _SIMPLE.fullmatch(value)
        if simple is None or len(_VARIES.findall(value)) > 1:
            return None
        return simple[1].replace(r"\d", "[0-9]")
    if keyword == "format" and isinstance(value, str):
        return _SURELY.get(value)
    return _NO_PLACEHOLDER if (keyword, value) == ("not", NO_PLACEHOLDER) else None
