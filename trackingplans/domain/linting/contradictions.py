"""Constraints of one schema that no value can satisfy together, or that say nothing about the values they allow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from trackingplans.domain import engine, schemas
from trackingplans.domain.sentences import KINDS, kind_of, one_of, shown

_RANGES = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
_UPPER = frozenset(("exclusiveMaximum", *(high for _, high in _RANGES)))
_KINDS_OF = {
    "minimum": "number", "maximum": "number", "exclusiveMinimum": "number", "exclusiveMaximum": "number",
    "multipleOf": "number", "minLength": "string", "maxLength": "string", "pattern": "string", "minItems": "array",
    "maxItems": "array", "uniqueItems": "array", "items": "array", "contains": "array", "properties": "object",
    "required": "object", "minProperties": "object", "maxProperties": "object",
}  # fmt: skip
_TYPED = frozenset(("allOf", *_KINDS_OF))
_NEVER = "No value can be right."


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`kind` tells it apart from others at the same schema; `at`: the keyword it is about."""

    kind: str
    at: schemas.Pointer
    message: str
    advice: str


def contradictions(node: Mapping[str, Any], draft: str) -> Iterator[Contradiction]:
    """What in a schema, inside of one of this draft, contradicts itself; what stands in its subschemas is theirs."""
    yield from _ranges(node)
    yield from _values(node, draft)
    yield from _types(node)
    yield from _objects(node)


def _ranges(node: Mapping[str, Any]) -> Iterator[Contradiction]:
    if node.keys().isdisjoint(_UPPER):
        return
    for low, high in _RANGES:
        lowest, highest = _bound(node, low, "exclusiveMinimum"), _bound(node, high, "exclusiveMaximum")
        if lowest is None or highest is None:
            continue
        (least, above), (most, below) = lowest, highest
        if least > most or (least == most and (above or below)):
            words = f"more than {shown(least)}" if above else f"at least {shown(least)}"
            other = f"less than {shown(most)}" if below else f"at most {shown(most)}"
            yield Contradiction(
                f"{low} above {high}",
                (low,),
                f"has to be {words} and {other}{_what(low)}. {_NEVER}",
                f"Correct `{low}` or `{high}`.",
            )


def _what(keyword: str) -> str:
    return {"minLength": " characters long", "minItems": " items", "minProperties": " properties"}.get(
        keyword, ""
    )


def _bound(node: Mapping[str, Any], keyword: str, strict: str) -> tuple[float, bool] | None:
    """A limit and whether it is itself excluded; draft-04 says that by a flag, later ones by a number."""
    value = node.get(keyword)
    found = (value, node.get(strict) is True) if _is_number(value) else None
    exclusive = node.get(strict) if keyword in ("minimum", "maximum") else None
    if not _is_number(exclusive):
        return found
    if found is None or (exclusive >= found[0] if keyword == "minimum" else exclusive <= found[0]):
        return exclusive, True
    return found


def _values(node: Mapping[str, Any], draft: str) -> Iterator[Contradiction]:
    """Values that `enum` or `const` names and the rest of the schema refuses."""
    listed = node.get("enum")
    if isinstance(listed, list) and not listed:
        yield Contradiction(
            "empty enum", ("enum",), f"allows one of no values. {_NEVER}", "List the values, or drop `enum`."
        )
    named = [("const", node["const"])] if "const" in node else []
    named += [("enum", value) for value in listed[:200]] if isinstance(listed, list) and not named else []
    if not named or any("$ref" in inner for _, inner in schemas.walk(node) if isinstance(inner, dict)):
        return
    rest = {key: value for key, value in node.items() if key != named[0][0]}
    if draft != schemas.DEFAULT_DRAFT:
        rest["$schema"] = f"https://json-schema.org/{draft}/schema"
    try:
        is_fine = engine.validator(engine.prepared(rest)).is_valid
    except engine.UnusableSchema:
        return
    for keyword, value in named:
        if not is_fine(value):
            where = (
                (keyword, listed.index(value))
                if keyword == "enum" and isinstance(listed, list)
                else (keyword,)
            )
            words = "always is" if keyword == "const" else "may be"
            yield Contradiction(
                f"{keyword} {shown(value)}", where, f"{words} {shown(value)}, which {_refused(node, value)}.",
                "Take the value out, or correct what refuses it.",
            )  # fmt: skip


def _refused(node: Mapping[str, Any], value: Any) -> str:
    types = _listed_types(node)
    kinds = {kind_of(value), "number" if kind_of(value) == "integer" else ""}
    if types and not kinds & set(types):
        return f"is not {one_of(types)}"
    return "its own limits refuse"


def _types(node: Mapping[str, Any]) -> Iterator[Contradiction]:
    if node.keys().isdisjoint(_TYPED):
        return
    types = set(_listed_types(node))
    if not types:
        return
    known = types | ({"number"} if "integer" in types else set())
    for keyword, kind in _KINDS_OF.items():
        if keyword in node and kind not in known:
            yield Contradiction(
                f"{keyword} for another type", (keyword,),
                f"is {one_of(_listed_types(node))}, so `{keyword}` ({KINDS[kind]} only) is never looked at.",
                f"Correct the type, or drop `{keyword}`.",
            )  # fmt: skip
    branches = node.get("allOf")
    for index, branch in enumerate(branches if isinstance(branches, list) else ()):
        inner = set(_listed_types(branch)) if isinstance(branch, dict) else set()
        if inner and not _widened(inner) & _widened(types):
            message = f"has to be {one_of(sorted(types))} and {one_of(sorted(inner))} at once. {_NEVER}"
            yield Contradiction("types of allOf", ("allOf", index, "type"), message, "Keep one type.")


def _widened(types: set[str]) -> set[str]:
    return types | ({"integer"} if "number" in types else set())


def _objects(node: Mapping[str, Any]) -> Iterator[Contradiction]:
    properties = node.get("properties")
    declared = properties if isinstance(properties, dict) else {}
    required = _required(node)
    for at, name in enumerate(required):
        refused = declared.get(name) is False or (name not in declared and _is_closed(node))
        if refused:
            yield Contradiction(
                f"required {name}", ("required", at),
                f"requires `{name}`, which it does not allow. No message can be right.",
                f"Declare `{name}`, or do not require it.",
            )  # fmt: skip
    most = node.get("maxProperties")
    if _is_number(most) and len(set(required)) > most:
        yield Contradiction(
            "more required than maxProperties", ("maxProperties",),
            f"requires {len(set(required))} properties and allows {shown(most)}. No message can be right.",
            "Correct `maxProperties`, or require fewer.",
        )  # fmt: skip


def _is_closed(node: Mapping[str, Any]) -> bool:
    return node.get("additionalProperties") is False and not node.get("patternProperties")


def _required(node: Mapping[str, Any]) -> list[str]:
    value = node.get("required")
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _listed_types(node: Mapping[str, Any]) -> list[str]:
    value = node.get("type")
    types = value if isinstance(value, list) else [value]
    return [one for one in types if isinstance(one, str)]


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
