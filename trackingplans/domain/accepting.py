"""A quick yes, straight from the bytes: for each rule a type of msgspec that only takes what is surely fine.

Parsing into that type costs less than parsing into dicts, and settles most messages. What a type cannot say is asked
afterwards, once a message: of its texts together by one expression, of the rest by the engine. A no says nothing.
"""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec

from trackingplans.domain import parts, texts
from trackingplans.domain.closing import NO_PLACEHOLDER
from trackingplans.domain.parts import NotTyped, Part, Text

_decode_all = msgspec.json.Decoder(dict[str, Any]).decode


def acceptor(schema: dict[str, Any]) -> Callable[[Any], bool] | None:
    """Whether the bytes of a JSON object are surely fine by a schema that neither refers nor branches about objects.

    The bytes must hold no `\\u0000` and no `\\u0001`. None when its type would not settle anything.
    """
    kinds = schema.get("type", "object")
    if "object" not in ([kinds] if isinstance(kinds, str) else kinds):
        return None
    # An object is no placeholder, whatever the schema bans where it names no type.
    whole = {
        key: said
        for key, said in schema.items()
        if key != "$schema" and (key, said) != ("not", NO_PLACEHOLDER)
    }
    try:
        draft = schema.get("$schema")
        part = parts.part_of({**whole, "type": "object"}, draft if isinstance(draft, str) else None)
        decode = msgspec.json.Decoder(part.type).decode
        asked, gather = part.asked or (None, None)
        is_fine = None if asked is None else parts.judge(asked, draft)
    except (TypeError, ValueError, NotTyped):
        return None  # kinds that msgspec cannot tell apart, bounds that it cannot hold
    if part.type is Any:
        return None
    has_unseen, are_fine = part.has_unseen, _about_texts(part)

    def accepts(raw: Any) -> bool:
        try:
            value = decode(raw)
            if has_unseen:
                _decode_all(raw)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return False
        if are_fine is not None and not are_fine(value):
            return False
        return is_fine is None or is_fine(gather(value) if gather else value)

    return accepts


def _about_texts(part: Part) -> Callable[[Any], bool] | None:
    """Whether all texts of a value are fine, at once; None when nothing is asked of them."""
    if not part.texts and not part.items:
        return None
    matches = texts.matcher(
        [text.expression for text in part.texts], [text.expression for text in part.items]
    )
    join = texts.END.join
    row = _picked(part.texts) if part.texts else None
    if part.list_path is None:
        assert row is not None  # noqa: S101  # there are texts
        return lambda value: matches(join((*row(value), ""))) is not None
    values, pick = attrgetter(part.list_path), _from_each(part.items)
    if row is None:
        return lambda value: matches(join((*pick(values(value)), ""))) is not None
    return lambda value: matches(join((*row(value), *pick(values(value)), ""))) is not None


def _picked(found: tuple[Text, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Picks all these texts out of a struct."""
    pick: Callable[[Any], Any] = attrgetter(*(text.path for text in found))
    return pick if len(found) > 1 else lambda value: (pick(value),)


def _from_each(items: tuple[Text, ...]) -> Callable[[Any], Iterable[str]]:
    """Picks all these texts out of each item of a list."""
    if not items[0].path:
        return iter
    if len(items) == 1:
        return partial(map, attrgetter(items[0].path))
    pick = _picked(items)
    return lambda values: chain.from_iterable(map(pick, values))
