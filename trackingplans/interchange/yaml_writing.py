"""A JSON value as YAML that reads the same by YAML 1.1 and 1.2: blocks of keys, texts quoted where in doubt.

Written by hand because a plan of 2,000 events takes PyYAML four seconds, and this a fifth of one.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_$][\w .,/()'?!;=%+*$-]*\Z")
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}
_UNSAYABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]"
)


class Unsayable(ValueError):
    """Half a character (a lone surrogate): JSON can write it as an escape, YAML cannot."""


def text(value: Any) -> str:
    """The YAML of a JSON value. Raises Unsayable."""
    if isinstance(value, dict | list) and value:
        return "\n".join(_lines(value, "")) + "\n"
    return _scalar(value) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    """The lines of an object or list that is not empty."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _entry(f"{indent}{_string(key)}:", child, indent)
    else:
        for child in value:
            yield from _item(child, indent)


def _entry(head: str, child: Any, indent: str) -> Iterator[str]:
    if isinstance(child, dict) and child:
        yield head
        yield from _lines(child, indent + "  ")
    elif isinstance(child, list) and child:
        yield head
        yield from _lines(child, indent)
    else:
        yield f"{head} {_scalar(child)}"


def _item(child: Any, indent: str) -> Iterator[str]:
    if not (isinstance(child, dict | list) and child):
        yield f"{indent}- {_scalar(child)}"
        return
    first, *rest = _lines(child, indent + "  ")
    yield f"{indent}- {first[len(indent) + 2 :]}"
    yield from rest


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, float):
        return _float(value)
    return json.dumps(value)


def _float(value: float) -> str:
    """As YAML 1.1 wants it too: with a point and a signed exponent."""
    mantissa, exponent, power = repr(value).partition("e")
    if not exponent:
        return mantissa
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{power if power[0] in '+-' else '+' + power}"


def _string(value: str) -> str:
    if _PLAIN.match(value) and value[-1] != " " and value.lower() not in _WORDS:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return _UNSAYABLE.sub(_escape, quoted)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xD800 <= code <= 0xDFFF:
        raise Unsayable
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
