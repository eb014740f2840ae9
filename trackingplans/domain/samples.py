"""A message as a rule wants it, made up from the rule's schema: something to copy and to try.

What is made conforms wherever a schema can be met by going through it once: types, values, bounds, lengths, patterns,
formats, lists, objects, references, the first way of `anyOf`, all of `allOf`.
"""

from collections.abc import Mapping
from typing import Any

from trackingplans.domain import engine, schemas
from trackingplans.domain.plan import Rule
from trackingplans.domain.sample_values import number, text
from trackingplans.domain.schema_merging import merged

DEEPEST = 8
_KINDS = {"string", "number", "integer", "boolean", "null", "object", "array"}
_BY_NAME = {
    "currency": "EUR", "quantity": 1, "price": 89.9, "total": 89.9, "value": 89.9, "email": "ana@example.com",
    "timestamp": "2026-01-31T09:30:00Z", "messageId": "message-1", "anonymousId": "anonymous-1",
    "userId": "user-1", "groupId": "group-1",
}  # fmt: skip

Node = Mapping[str, Any]


def message(rule: Rule) -> dict[str, Any]:
    """A message of the rule's type with every property that its schema names."""
    kind = "track" if rule.type == "common" else rule.type
    made: dict[str, Any] = {"type": kind}
    if kind == "track":
        made["event"] = rule.name or "Any Event"
    elif rule.name:
        made["name"] = rule.name
    made["userId"] = "user-1"
    if kind == "group":
        made["groupId"] = "group-1"
    if rule.version > 1:
        made["context"] = {"protocols": {"event_version": rule.version}}
    return _Making(rule.schema).root(made)


def value(schema: Any) -> Any:
    """A value of any schema."""
    return _Making(schema).value("", schema, 0)


class _Making:
    """Making up values of one schema; `$ref`s are looked up in it."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema

    def root(self, made: dict[str, Any]) -> dict[str, Any]:
        """The object of the whole message around what is known of it."""
        node = self._whole(self._schema, 0) if isinstance(self._schema, dict) else {}
        for name, held in self._object(node, 0, 0, is_message=True).items():
            ours, said = made.get(name), (node.get("properties") or {}).get(name)
            if isinstance(ours, dict) and isinstance(held, dict):
                made[name] = {**held, **ours}
            elif name not in made or (isinstance(said, dict) and not _fits(said, ours)):
                made[name] = held
        return made

    def value(self, name: str, schema: Any, depth: int, nth: int = 0) -> Any:
        """`nth`: values of one list differ."""
        if not isinstance(schema, dict):
            return _BY_NAME.get(name, "text")
        node = self._whole(schema, depth)
        said = _said(node, nth)
        if said:
            return said[0]
        kind = _kind(node)
        if kind == "object":
            return self._object(node, depth, nth)
        if kind == "array":
            return self._array(name, node, depth)
        if kind in ("number", "integer"):
            known = _BY_NAME.get(name)
            usual = known if isinstance(known, int | float) else (1 if kind == "integer" else 9.5)
            return number(node, usual, nth, is_whole=kind == "integer")
        if kind == "string":
            known = _BY_NAME.get(name)
            return text(node, known if isinstance(known, str) else "text", nth)
        if kind == "boolean":
            return nth % 2 == 0
        return None

    def _object(self, node: Node, depth: int, nth: int, *, is_message: bool = False) -> dict[str, Any]:
        properties = node.get("properties")
        named = properties if isinstance(properties, dict) else {}
        required = [one for one in node.get("required") or () if isinstance(one, str)]
        is_deep = depth > DEEPEST
        made = {
            name: self.value(name, child, depth + 1, nth)
            for name, child in named.items()
            if child is not False
            and (name in required or (isinstance(child, dict) and not is_deep and (child or not is_message)))
        }
        others = node.get("additionalProperties")
        for name in required:
            if name not in named:
                made[name] = self.value(name, others, depth + 1, nth)
        least = node.get("minProperties")
        while isinstance(least, int) and len(made) < min(least, 100) and others is not False:
            made[f"property_{len(made) + 1}"] = self.value("", others, depth + 1, nth)
        return made

    def _array(self, name: str, node: Node, depth: int) -> list[Any]:
        items, least, most = node.get("items"), node.get("minItems", 0), node.get("maxItems")
        if isinstance(items, list):  # one schema a place
            made = [self.value(name, child, depth + 1) for child in items]
            items = node.get("additionalItems")
        else:
            made = []
        is_told = isinstance(items, dict) and depth < DEEPEST and most != 0
        count = max(int(least) if isinstance(least, int | float) else 0, 1 if is_told else 0)
        for nth in range(len(made), min(count, 1_000)):
            made.append(self.value(name, items, depth + 1, nth))
        return made[: int(most)] if isinstance(most, int | float) else made

    def _whole(self, schema: Node, depth: int) -> Node:
        """The schema with what it refers to and combines in it."""
        node = dict(schema)
        for _ in range(DEEPEST):
            if isinstance(node.get("$ref"), str):
                target = schemas.local(self._schema, node.pop("$ref"))
                node = merged(target, node) if isinstance(target, dict) else node
            ways = [
                node.pop(keyword) for keyword in ("anyOf", "oneOf") if isinstance(node.get(keyword), list)
            ]
            parts = [*node.pop("allOf", []), *(way[0] for way in ways if way)]
            if not parts:
                break
            for part in parts:
                part = self._whole(part, depth + 1) if isinstance(part, dict) and depth < DEEPEST else {}
                node = merged(node, part)
        return node


def _said(node: Node, nth: int) -> list[Any]:
    """The value that the schema itself names, if it names one that fits; as a list of at most one."""
    if "const" in node:
        return [node["const"]]
    examples = node.get("examples")
    known = [
        *(examples if isinstance(examples, list) else ()),
        *([node["default"]] if "default" in node else ()),
    ]
    fitting = [one for one in known[nth : nth + 3] if _fits(node, one)]
    if fitting:
        return fitting[:1]
    listed = node.get("enum")
    if not isinstance(listed, list) or not listed:
        return []
    rest = {key: one for key, one in node.items() if key != "enum"}
    able = [one for one in listed if one is not None and _fits(rest, one)] or listed
    return [able[nth % len(able)]]


def _fits(node: Node, held: Any) -> bool:
    """Whether a value may stand here. The engine is asked where more than a type, a list or a bound speaks."""
    kinds = node.get("type")
    if set(node) <= {"type", "description", "examples", "default", "title"} and isinstance(kinds, str):
        return _kind_of(held) == kinds or (kinds == "number" and _kind_of(held) == "integer")
    try:
        return engine.validator(engine.prepared(dict(node))).is_valid(held)
    except (engine.UnusableSchema, ValueError, RecursionError):
        return False


def _kind(node: Node) -> str:
    """What to make: the first type that is not null, else what the other keywords speak of."""
    types = node.get("type")
    listed = types if isinstance(types, list) else [types]
    kinds = [one for one in listed if isinstance(one, str) and one in _KINDS]
    if kinds:
        return next((one for one in kinds if one != "null"), "null")
    if "properties" in node or "required" in node or "minProperties" in node:
        return "object"
    if "items" in node or "minItems" in node:
        return "array"
    if {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"} & set(node):
        return "number"
    return "string"


def _kind_of(held: Any) -> str:
    if held is None or isinstance(held, bool):
        return "null" if held is None else "boolean"
    named = {str: "string", int: "integer", float: "number", dict: "object", list: "array"}
    return named.get(type(held), "")
