"""Numbers and texts made up so that they stand within what a schema says of them."""

import math
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import islice
from typing import Any

from trackingplans.domain import engine, pattern_texts

_BY_FORMAT = {
    "date-time": "2026-01-31T09:30:00Z",
    "date": "2026-01-31",
    "time": "09:30:00Z",
    "duration": "P3D",
    "email": "ana@example.com",
    "idn-email": "ana@example.com",
    "uri": "https://example.com/",
    "iri": "https://example.com/",
    "uri-reference": "/products/1",
    "iri-reference": "/products/1",
    "uri-template": "/products/{id}",
    "uuid": "5f2b8c1e-8a51-4f5e-9a3e-0d4f6f0a7b21",
    "ipv4": "192.0.2.10",
    "ipv6": "2001:db8::10",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "json-pointer": "/products/0",
    "relative-json-pointer": "1/sku",
    "regex": "^[a-z]+$",
}
_GROWING = {
    "email",
    "idn-email",
    "uri",
    "iri",
    "uri-reference",
    "iri-reference",
    "uri-template",
    "json-pointer",
}

_LEAST, _MOST = ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")
_TRIED = 100

Node = Mapping[str, Any]


def number(node: Node, usual: float, nth: int = 0, *, is_whole: bool) -> float | int:
    """A number within the bounds; the `usual` one where it fits. `nth`: numbers of one list differ."""
    step = _step(node.get("multipleOf"), is_whole=is_whole)
    fitting = list(islice((one for one in _numbers(usual, node, step) if _stands(one, node, step)), nth + 1))
    return _plain(fitting[-1] if fitting else Decimal(str(usual)))


def _step(multiple: object, *, is_whole: bool) -> Decimal | None:
    """What the number is a multiple of; None for any number."""
    step = Decimal(str(multiple)) if _is_number(multiple) and multiple != 0 else None
    if is_whole:
        step = Decimal(step.as_integer_ratio()[0]) if step else Decimal(1)  # the least multiple that is whole
    return step


def _numbers(usual: float, node: Node, step: Decimal | None) -> Iterator[Decimal]:
    """Numbers to try: the usual one and those after it, then those between the bounds."""
    one = step or Decimal(1)
    yield from (Decimal(str(usual)) + nth * one for nth in range(3))
    least, most = (_bound(node, *keys) for keys in (_LEAST, _MOST))
    if step is None and least is not None and most is not None:
        yield from (least + (most - least) * part / 8 for part in range(9))
    if least is not None:
        begin = (least / step).to_integral_value(ROUND_CEILING) * step if step else least
        yield from (begin + nth * one for nth in range(_TRIED))
    if most is not None:
        end = (most / step).to_integral_value(ROUND_FLOOR) * step if step else most
        yield from (end - nth * one for nth in range(_TRIED))
    yield from (nth * one for nth in range(_TRIED))


def _stands(one: Decimal, node: Node, step: Decimal | None) -> bool:
    for (bound, exclusive), sign in ((_LEAST, 1), (_MOST, -1)):
        limit, strict = node.get(bound), node.get(exclusive)
        over = (one - Decimal(str(limit))) * sign if _is_number(limit) else Decimal(1)
        if over < 0 or (over == 0 and strict is True):
            return False
        if _is_number(strict) and (one - Decimal(str(strict))) * sign <= 0:
            return False
    return step is None or one % step == 0


def text(node: Node, usual: str, nth: int = 0) -> str:
    """A text of the schema's format, pattern and length. `nth`: texts of one list differ."""
    least, most = _whole(node.get("minLength"), 0), _whole(node.get("maxLength"), None)
    form, pattern = node.get("format"), node.get("pattern")
    if isinstance(pattern, str):
        fits = engine.validator(
            {key: node[key] for key in ("pattern", "format", "minLength", "maxLength") if key in node}
        )
        tried = [*_of_format(form, least or 0, nth), *pattern_texts.texts(pattern)]
        found = list(dict.fromkeys(one for one in tried if fits.is_valid(one)))
        return found[nth % len(found)] if found else next(iter(tried), usual)
    for one in _of_format(form, least or 0, nth):
        return one
    made = f"{usual}-{nth + 1}" if nth else usual
    if most is not None and len(made) > most:
        made = str(nth)[:most] if nth else made[:most]
    return made + "x" * ((least or 0) - len(made))


def _of_format(form: object, least: int, nth: int) -> Iterator[str]:
    """The example of a format, made longer where that is easy."""
    known = _BY_FORMAT.get(form) if isinstance(form, str) else None
    if known is None:
        return
    if form in _GROWING:
        known = known.replace("ana@", f"ana{nth or ''}@") if "@" in known else f"{known}{nth or ''}"
        missing = "x" * (least - len(known))
        yield (missing + known) if "@" in known else known + missing
    elif form == "uuid" and nth:
        yield known[:-4] + f"{nth:04x}"[-4:]
    elif form == "date-time" and nth:
        yield known.replace(":00Z", f":{nth % 60:02d}Z")
    else:
        yield known


def _bound(node: Node, key: str, exclusive: str) -> Decimal | None:
    """A bound, whichever keyword says it."""
    found = [Decimal(str(node[one])) for one in (key, exclusive) if _is_number(node.get(one))]
    return (max(found) if (key, exclusive) == _LEAST else min(found)) if found else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _whole(value: object, otherwise: int | None) -> int | None:
    return int(value) if isinstance(value, int | float) and _is_number(value) else otherwise


def _plain(one: Decimal) -> float | int:
    return int(one) if one == one.to_integral_value() else float(one)
