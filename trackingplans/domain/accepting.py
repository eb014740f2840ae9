"""A quick yes, straight from the bytes: for each rule a type of msgspec that only takes what is surely fine.

Parsing into that type costs less than parsing into dicts, and settles most messages. What a type cannot say
(patterns, formats …) is asked of the engine afterwards, once a message. A no says nothing: the engine decides then.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Annotated, Any, Literal, NamedTuple, Union

import msgspec
from msgspec import Meta

from trackingplans.domain import engine, schemas
from trackingplans.domain.closing import NO_PLACEHOLDER
from trackingplans.domain.planned import PLACEHOLDERS

_SILENT = frozenset(
    (
        "$id", "$comment", "id", "key", "title", "description", "labels", "examples", "default",
        "readOnly", "writeOnly", "deprecated",
    )
)  # fmt: skip
_BOUNDS = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}
_LENGTHS = {"minLength": "min_length", "maxLength": "max_length"}
_SIZES = {"minItems": "min_length", "maxItems": "max_length"}
_EXACT = 2**53  # beyond it a float is no longer every whole number

_decode_all = msgspec.json.Decoder(dict[str, Any]).decode
_NOT_NULL = bool | int | float | str | list[Any] | dict[str, Any]

# What Python's re takes exactly as ECMA's does, and in linear time as long as only one part may vary in length.
_SIMPLE = re.compile(
    r"\^(?:(?:[A-Za-z0-9_@/: ]|\[[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*\])(?:[+*?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})?)*\$"
)
_VARIES = re.compile(r"[+*?]|,[0-9]*\}")

Gather = Callable[[Any], Any]


class _Asked(NamedTuple):
    """What is left to ask of the engine: whether what `gather` makes of a value fits `schema`.

    Without `gather` it is the value itself; an optional one that did not come is None.
    """

    schema: Any
    gather: Gather | None = None


class _Part(NamedTuple):
    """How one place of a message is parsed, and what is left to ask about what came of it.

    `inside`: the same for the fields of a struct, by their dotted names.
    """

    type: Any
    asked: _Asked | None = None
    inside: dict[str, _Asked] | None = None


class _Object(Exception):
    """A struct would not do here: the engine has to see the value itself."""


def acceptor(schema: dict[str, Any]) -> Callable[[Any], bool] | None:
    """Whether the bytes of a JSON object are surely fine by a schema that neither refers nor branches about objects.

    None when its type would not settle anything.
    """
    kinds = schema.get("type", "object")
    if "object" not in ([kinds] if isinstance(kinds, str) else kinds):
        return None
    maker = _Maker(schema.get("$schema"))
    # An object is no placeholder, whatever the schema bans where it names no type.
    whole = {
        key: said
        for key, said in schema.items()
        if key != "$schema" and (key, said) != ("not", NO_PLACEHOLDER)
    }
    try:
        part = maker.part({**whole, "type": "object"})
        decode = msgspec.json.Decoder(part.type).decode
        asked, gather = part.asked or (None, None)
        is_fine = None if asked is None else maker.judge(asked)
    except (TypeError, ValueError, _Object):
        return None  # kinds that msgspec cannot tell apart, bounds that it cannot hold
    if part.type is Any:
        return None
    has_unseen = maker.has_unseen

    def accepts(raw: Any) -> bool:
        try:
            value = decode(raw)
            if has_unseen:
                _decode_all(raw)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return False
        return is_fine is None or is_fine(gather(value) if gather else value)

    return accepts


class _Maker:
    """Makes the parts of one schema of a draft.

    `has_unseen`: what no rule speaks of may come, and was passed over in bytes that nobody could read.
    """

    def __init__(self, draft: str | None) -> None:
        self._said = {} if draft is None else {"$schema": draft}
        self._tuple = "prefixItems" if schemas.draft_of(self._said) == "2020-12" else "items"
        self.has_unseen = False

    def judge(self, schema: dict[str, Any]) -> Callable[[Any], bool]:
        """What the engine says of a value by a schema of this draft."""
        return engine.validator({**self._said, **schema}).is_valid

    def part(self, node: Any) -> _Part:
        if node is True or (isinstance(node, dict) and _SILENT.issuperset(node)):
            return _Part(Any)
        try:
            return self._typed(node)
        except _Object:
            return _Part(Any, _Asked(node))

    def _typed(self, node: Any) -> _Part:
        words = _literal(node)
        if words is not None:
            return _Part(words)
        kinds = node.get("type") if isinstance(node, dict) else None
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if not isinstance(kinds, list) or not kinds:
            raise _Object
        said = {"type", *_SILENT}
        parts = [self._kind(kind, node, said) for kind in kinds]
        left = {keyword: value for keyword, value in node.items() if keyword not in said}
        told = [part.asked for part in parts if part.asked is not None]
        if len(parts) == 1 and not left:
            return parts[0]
        of = _either(part.type for part in parts)
        if {"object", "array"}.isdisjoint(kinds):
            left = self._without_idle(node, left)
            if left and "null" in kinds and not self.judge(left)(None):
                raise _Object  # a field that did not come would look like one that is null
            return _Part(of, _Asked(left) if left else None)
        if left or len(told) > 1 or (told and len(kinds) - ("null" in kinds) > 1):
            raise _Object
        if not told:
            return _Part(of)
        return _Part(of, _if_there(told[0]))

    def _kind(self, kind: Any, node: dict[str, Any], said: set[str]) -> _Part:
        if kind == "string":
            return _Part(_patterned(_bounded(str, node, _LENGTHS, said), node, said))
        if kind == "integer":
            return _Part(_bounded(int, node, _BOUNDS, said))
        if kind == "number":
            return _Part(_either(_bounded(of, node, _BOUNDS, said) for of in (int, float)))
        if kind == "array":
            return self._list(node, said)
        if kind == "object":
            return self._object(node, said)
        if kind in ("boolean", "null"):
            return _Part(bool if kind == "boolean" else None)
        raise _Object

    def _list(self, node: dict[str, Any], said: set[str]) -> _Part:
        items = node.get("items", True)
        if isinstance(items, list):
            raise _Object
        said.add("items")
        inner = self.part(items)
        of = _bounded(list[inner.type], node, _SIZES, said)  # type: ignore[name-defined]
        if inner.asked is None:
            return _Part(of)
        schema, gather = inner.asked
        return _Part(of, _Asked({"items": schema}, gather and (lambda values: list(map(gather, values)))))

    def _object(self, node: dict[str, Any], said: set[str]) -> _Part:
        properties, required = node.get("properties"), node.get("required", [])
        more = node.get("additionalProperties", True)
        if properties is None and "required" not in node and more is True:
            said.add("additionalProperties")
            return _Part(dict[str, Any])
        if not isinstance(properties, dict) or not isinstance(required, list) or not isinstance(more, bool):
            raise _Object
        known = {name: child for name, child in properties.items() if child is not False}
        if not known.keys() >= set(required) or (more and len(known) < len(properties)):
            raise _Object
        said.update(("properties", "required", "additionalProperties"))
        self.has_unseen = self.has_unseen or more
        parts = {f"f{place}": self.part(child) for place, child in enumerate(known.values())}
        names = dict(zip(parts, known, strict=True))
        must = {field: part for field, part in parts.items() if names[field] in required}
        may = {field: part for field, part in parts.items() if field not in must}
        fields: list[Any] = [(field, part.type) for field, part in must.items()]
        # An optional field that did not come holds None, which its type would not have let in.
        fields += [(field, _without_null(part), None) for field, part in may.items()]
        struct = msgspec.defstruct("Struct", fields, rename=names, forbid_unknown_fields=not more, gc=False)
        inside = {
            **{name: asked for field, part in must.items() for name, asked in _flat(field, part)},
            **{field: _if_there(part.asked) for field, part in may.items() if part.asked is not None},
        }
        if not inside:
            return _Part(struct)
        return _Part(struct, self._together(inside), inside)

    def _without_idle(self, node: dict[str, Any], left: dict[str, Any]) -> dict[str, Any]:
        """What is left to ask about a scalar, without the ban on placeholders where the rest bans them anyway."""
        if left.get("not") != NO_PLACEHOLDER or node.get("type") != "string":
            return left
        takes = self.judge({keyword: value for keyword, value in node.items() if keyword != "not"})
        return left if any(map(takes, PLACEHOLDERS)) else {key: left[key] for key in left if key != "not"}

    def _together(self, inside: dict[str, _Asked]) -> _Asked:
        """All that is asked about a struct, as one question."""
        pick: Gather = attrgetter(*inside)
        if len(inside) == 1:
            ((schema, gather),) = inside.values()
            return _Asked(schema, pick if gather is None else lambda struct: gather(pick(struct)))
        schema = {self._tuple: [asked.schema for asked in inside.values()]}
        inner = [
            (place, asked.gather) for place, asked in enumerate(inside.values()) if asked.gather is not None
        ]
        if not inner:
            return _Asked(schema, pick)  # a tuple is a list to the engine

        def gathered(struct: Any) -> Any:
            values = list(pick(struct))
            for place, gather in inner:
                values[place] = gather(values[place])
            return values

        return _Asked(schema, gathered)


def _flat(field: str, part: _Part) -> Iterator[tuple[str, _Asked]]:
    """What is asked of a field that is always there: in a struct, of its own fields."""
    if part.inside is not None:
        yield from ((f"{field}.{name}", asked) for name, asked in part.inside.items())
    elif part.asked is not None:
        yield field, part.asked


def _if_there(asked: _Asked) -> _Asked:
    schema = {"anyOf": [{"type": "null"}, asked.schema]}
    return _Asked(schema, asked.gather and _unless_none(asked.gather))


def _without_null(part: _Part) -> Any:
    return _NOT_NULL if part.type is Any and part.asked is not None else part.type


def _literal(node: Any) -> Any:
    """The type of a few texts (and null); None when the schema is about more than that."""
    if not isinstance(node, dict) or not ("enum" in node) ^ ("const" in node):
        return None
    words = node["enum"] if "enum" in node else [node["const"]]
    kinds = node.get("type", ["string", "null"])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    may_be = {str: "string" in kinds, type(None): "null" in kinds}
    if any(keyword not in _SILENT and keyword not in ("enum", "const", "type") for keyword in node):
        return None
    if not isinstance(words, list) or not words or not all(may_be.get(type(word), False) for word in words):
        return None
    return Literal[tuple(words)]


def _either(types: Iterable[Any]) -> Any:
    return Union[tuple(types)]  # noqa: UP007  # known at run time only


def _bounded(of: Any, node: dict[str, Any], bounds: dict[str, str], said: set[str]) -> Any:
    """The type within the bounds that it can carry exactly, which are noted in `said`."""
    if any(isinstance(node.get(keyword), bool) for keyword in bounds):
        return of  # draft 4: one bound changes the meaning of another
    found = {
        keyword: node[keyword]
        for keyword in bounds
        if isinstance(node.get(keyword), int) and not isinstance(node[keyword], bool) and abs(node[keyword]) < _EXACT
    }  # fmt: skip
    said.update(found)
    return (
        Annotated[of, Meta(**{bounds[keyword]: limit for keyword, limit in found.items()})] if found else of
    )


def _unless_none(gather: Gather) -> Gather:
    return lambda value: None if value is None else gather(value)


def _patterned(text: Any, node: dict[str, Any], said: set[str]) -> Any:
    """The type with the pattern, when that is a simple one: then the engine need not be asked at all."""
    pattern = node.get("pattern")
    if not isinstance(pattern, str) or not _SIMPLE.fullmatch(pattern) or len(_VARIES.findall(pattern)) > 1:
        return text
    said.add("pattern")
    return Annotated[text, Meta(pattern=pattern[:-1] + r"\Z")]
