"""How the places of a message are parsed into types of msgspec that only take what is surely fine.

What a type cannot say is left to be asked afterwards, of texts by one expression, of the rest by the engine.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import Annotated, Any, Literal, NamedTuple, Union

import msgspec
from msgspec import Meta

from trackingplans.domain import engine, schemas, texts
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

_NOT_NULL = bool | int | float | str | list[Any] | dict[str, Any]

Gather = Callable[[Any], Any]


class Asked(NamedTuple):
    """What is left to ask of the engine: whether what `gather` makes of a value fits `schema`.

    Without `gather` it is the value itself; an optional one that did not come is None.
    """

    schema: Any
    gather: Gather | None = None


class Text(NamedTuple):
    """What is asked of the text under dotted field names ('' for the value itself)."""

    path: str
    expression: str


class Part(NamedTuple):
    """How one place of a message is parsed, and what is left to ask about what came of it.

    `inside`: what is asked of the engine about the fields of a struct, by their dotted names. `texts`, and of the items
    of the list under `list_path` (None: there is none) the `items`. `absent`: what stands for an optional one that did
    not come. `has_unseen`: what no rule speaks of may come, and is passed over in bytes that nobody could read.
    """

    type: Any
    asked: Asked | None = None
    inside: dict[str, Asked] | None = None
    texts: tuple[Text, ...] = ()
    items: tuple[Text, ...] = ()
    list_path: str | None = None
    absent: Any = None
    has_unseen: bool = False


class NotTyped(Exception):
    """A struct would not do here: the engine has to see the value itself."""


def judge(schema: dict[str, Any], draft: str | None) -> Callable[[Any], bool]:
    """What the engine says of a value by a schema of this draft."""
    said = {} if draft is None else {"$schema": draft}
    return engine.validator({**said, **schema}).is_valid


def part_of(node: Any, draft: str | None, *, by_texts: bool = True) -> Part:
    """How the values of a schema are parsed. `by_texts`: texts may be asked about together."""
    return _remembered(msgspec.json.encode(node), draft, by_texts=by_texts)


@lru_cache(maxsize=8192)
def _remembered(node: bytes, draft: str | None, *, by_texts: bool) -> Part:
    """Equal schemas, as shared properties have them, share their types: they stay in the processor's cache."""
    return _Maker(draft, by_texts=by_texts).part(msgspec.json.decode(node))


class _Maker:
    """Makes the part of one schema of a draft."""

    def __init__(self, draft: str | None, *, by_texts: bool) -> None:
        self._draft = draft
        self._by_texts = by_texts

    def part(self, node: Any) -> Part:
        if node is True or (isinstance(node, dict) and _SILENT.issuperset(node)):
            return Part(Any)
        try:
            return self._typed(node)
        except NotTyped:
            return Part(Any, Asked(node))

    def _inner(self, node: Any) -> Part:
        return part_of(node, self._draft, by_texts=self._by_texts)

    def _typed(self, node: Any) -> Part:
        words = _literal(node)
        if words is not None:
            return Part(words)
        kinds = node.get("type") if isinstance(node, dict) else None
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if not isinstance(kinds, list) or not kinds:
            raise NotTyped
        said = {"type", *_SILENT}
        parts = [self._kind(kind, node, said) for kind in kinds]
        left = {keyword: value for keyword, value in node.items() if keyword not in said}
        told = [part.asked for part in parts if part.asked is not None]
        if len(parts) == 1 and not left:
            return parts[0]
        of = _either(part.type for part in parts)
        has_unseen = any(part.has_unseen for part in parts)
        if {"object", "array"}.isdisjoint(kinds):
            return self._scalar(node, kinds, left, of)
        if left or len(told) > 1 or (told and len(kinds) - ("null" in kinds) > 1):
            raise NotTyped
        return Part(of, _if_there(told[0]) if told else None, has_unseen=has_unseen)

    def _scalar(self, node: dict[str, Any], kinds: list[Any], left: dict[str, Any], of: Any) -> Part:
        left = self._without_idle(node, left)
        if not left:
            return Part(of)
        if self._by_texts and kinds == ["string"]:
            expression = texts.expression(left)
            if expression is not None:
                return Part(of, texts=(Text("", expression),), absent=texts.ABSENT)
        if "null" in kinds and not judge(left, self._draft)(None):
            raise NotTyped  # a field that did not come would look like one that is null
        return Part(of, Asked(left))

    def _kind(self, kind: Any, node: dict[str, Any], said: set[str]) -> Part:
        if kind == "string":
            return Part(_bounded(str, node, _LENGTHS, said))
        if kind == "integer":
            return Part(_bounded(int, node, _BOUNDS, said))
        if kind == "number":
            return Part(_either(_bounded(of, node, _BOUNDS, said) for of in (int, float)))
        if kind in ("boolean", "null"):
            return Part(bool if kind == "boolean" else None)
        if kind not in ("array", "object"):
            raise NotTyped
        # Where a value may be of another kind too, nobody could pick the texts out of it.
        maker = self if node.get("type") in (kind, [kind]) else _Maker(self._draft, by_texts=False)
        return maker._list(node, said) if kind == "array" else maker._object(node, said)

    def _list(self, node: dict[str, Any], said: set[str]) -> Part:
        items = node.get("items", True)
        if isinstance(items, list):
            raise NotTyped
        said.add("items")
        inner = self._inner(items)
        if inner.items or (inner.texts and inner.asked is not None):
            inner = part_of(items, self._draft, by_texts=False)
        of = _bounded(list[inner.type], node, _SIZES, said)  # type: ignore[name-defined]
        asked = None
        if inner.asked is not None:
            schema, gather = inner.asked
            asked = Asked({"items": schema}, gather and (lambda values: list(map(gather, values))))
        return Part(
            of, asked, items=inner.texts, list_path="" if inner.texts else None, absent=(),
            has_unseen=inner.has_unseen,
        )  # fmt: skip

    def _object(self, node: dict[str, Any], said: set[str]) -> Part:
        properties, required = node.get("properties"), node.get("required", [])
        more = node.get("additionalProperties", True)
        if properties is None and "required" not in node and more is True:
            said.add("additionalProperties")
            return Part(dict[str, Any])
        if not isinstance(properties, dict) or not isinstance(required, list) or not isinstance(more, bool):
            raise NotTyped
        known = {name: child for name, child in properties.items() if child is not False}
        if not known.keys() >= set(required) or (more and len(known) < len(properties)):
            raise NotTyped
        said.update(("properties", "required", "additionalProperties"))
        return self._struct(known, set(required), more=more)

    def _struct(self, known: dict[str, Any], required: set[str], *, more: bool) -> Part:
        names = {f"f{place}": intern(name) for place, name in enumerate(known)}
        parts: dict[str, Part] = {}
        has_list = False
        for field, child in zip(names, known.values(), strict=True):
            part = self._inner(child)
            is_optional = names[field] not in required
            if (part.items and has_list) or (is_optional and part.texts and part.asked is not None):
                part = part_of(child, self._draft, by_texts=False)
            parts[field] = _optional(part) if is_optional else part
            has_list = has_list or bool(part.items)
        must = {field: part for field, part in parts.items() if names[field] in required}
        fields: list[Any] = [
            (field, part.type) if field in must else (field, part.type, part.absent)
            for field, part in parts.items()
        ]
        struct = msgspec.defstruct(
            "Struct",
            fields,
            rename=names,
            forbid_unknown_fields=not more,
            gc=False,
            kw_only=True,
            frozen=True,
        )
        found = [
            text._replace(path=_below(field, text.path))
            for field, part in parts.items()
            for text in part.texts
        ]
        lists = [(field, part) for field, part in parts.items() if part.items]
        inside = {
            **{name: asked for field, part in must.items() for name, asked in _flat(field, part)},
            **{field: part.asked for field, part in parts.items() if part.asked and field not in must},
        }
        return Part(
            struct,
            self._together(inside) if inside else None,
            inside or None,
            tuple(found),
            lists[0][1].items if lists else (),
            _below(lists[0][0], lists[0][1].list_path or "") if lists else None,
            struct(**{field: part.absent for field, part in parts.items()}),
            has_unseen=more or any(part.has_unseen for part in parts.values()),
        )

    def _without_idle(self, node: dict[str, Any], left: dict[str, Any]) -> dict[str, Any]:
        """What is left to ask about a scalar, without the ban on placeholders where the rest bans them anyway."""
        if left.get("not") != NO_PLACEHOLDER or node.get("type") != "string":
            return left
        takes = judge({keyword: value for keyword, value in node.items() if keyword != "not"}, self._draft)
        return left if any(map(takes, PLACEHOLDERS)) else {key: left[key] for key in left if key != "not"}

    def _together(self, inside: dict[str, Asked]) -> Asked:
        """All that is asked of the engine about a struct, as one question."""
        pick: Gather = attrgetter(*inside)
        if len(inside) == 1:
            ((schema, gather),) = inside.values()
            return Asked(schema, pick if gather is None else lambda struct: gather(pick(struct)))
        said = {} if self._draft is None else {"$schema": self._draft}
        as_tuple = "prefixItems" if schemas.draft_of(said) == "2020-12" else "items"
        schema = {as_tuple: [asked.schema for asked in inside.values()]}
        inner = [
            (place, asked.gather) for place, asked in enumerate(inside.values()) if asked.gather is not None
        ]
        if not inner:
            return Asked(schema, pick)  # a tuple is a list to the engine

        def gathered(struct: Any) -> Any:
            values = list(pick(struct))
            for place, gather in inner:
                values[place] = gather(values[place])
            return values

        return Asked(schema, gathered)


def _optional(part: Part) -> Part:
    """The same of a field that need not come; one that did not holds what its type would not have let in."""
    if part.asked is not None:
        return part._replace(type=_without_null(part), asked=_if_there(part.asked), inside=None, absent=None)
    found = tuple(text._replace(expression=texts.optional(text.expression)) for text in part.texts)
    return part._replace(texts=found, absent=part.absent if found or part.items else None)


def _below(field: str, path: str) -> str:
    return f"{field}.{path}" if path else field


def _flat(field: str, part: Part) -> Iterator[tuple[str, Asked]]:
    """What is asked of a field that is always there: in a struct, of its own fields."""
    if part.inside is not None:
        yield from ((f"{field}.{name}", asked) for name, asked in part.inside.items())
    elif part.asked is not None:
        yield field, part.asked


def _if_there(asked: Asked) -> Asked:
    schema = {"anyOf": [{"type": "null"}, asked.schema]}
    return Asked(schema, asked.gather and _unless_none(asked.gather))


def _without_null(part: Part) -> Any:
    return _NOT_NULL if part.type is Any else part.type


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
