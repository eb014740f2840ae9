"""The variant of a schema that only takes messages about which there is nothing at all to say.

No violation, no property beyond the plan, no placeholder in a required field: one quick look settles most messages.
"""

from collections.abc import Callable
from typing import Any

from trackingplans.domain.planned import PLACEHOLDERS

_INEXACT = (
    "$ref",
    "$recursiveRef",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "dependencies",
    "dependentSchemas",
)

_SOME_ITEMS = ("contains", "unevaluatedItems")
_SCALAR = frozenset(
    (
        "type", "enum", "const", "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "allOf", "anyOf", "oneOf", "if", "then", "else", "not",
        "title", "description", "$comment", "examples", "default", "labels", "key",
    )
)  # fmt: skip
NO_PLACEHOLDER = {"enum": sorted(PLACEHOLDERS)}  # what `not` says


def closed(schema: Any, area: str, also_known: tuple[str, ...]) -> tuple[Any, bool]:
    """The variant, and whether it is exact: where alternatives or references describe what may come, it is not.

    `area` is the field (`properties` or `traits`) in which extras are reported; `also_known` names of it that are none.
    """
    closing = _Closing()
    return closing.message(schema, area, also_known), closing.is_exact


class _Closing:
    """One schema being closed. `is_exact` tells whether it could be."""

    def __init__(self) -> None:
        self.is_exact = True

    def message(self, schema: Any, area: str, also_known: tuple[str, ...]) -> Any:
        if not isinstance(schema, dict):
            return schema
        if any(keyword in schema for keyword in _INEXACT):
            self.is_exact = False
            return schema
        closed = self._mapped(
            schema, "properties", lambda name, node: self.field(name, node, area, also_known)
        )
        return self._without_placeholders(closed, schema.get("additionalProperties", True))

    def field(self, name: str, node: Any, area: str, also_known: tuple[str, ...]) -> Any:
        if name != area:
            return node
        is_silent = isinstance(node, dict) and "additionalProperties" not in node
        node = self.value(node)
        if is_silent and "properties" in node:
            known: dict[str, Any] = {name: {} for name in also_known}
            node = {**node, "properties": {**known, **node["properties"]}}
        return node

    def value(self, node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        if any(keyword in node for keyword in _INEXACT) and not _is_about_scalars(node):
            self.is_exact = False
            return node
        if not all(_is_about_scalars(node[keyword]) for keyword in _SOME_ITEMS if keyword in node):
            self.is_exact = False  # it describes items beside what `items` says of them
            return node
        closed = self._mapped(node, "properties", self.child)
        closed = self._mapped(closed, "patternProperties", self.child)
        for keyword in ("items", "prefixItems", "additionalItems"):
            inner = closed.get(keyword)
            if isinstance(inner, dict):
                closed = {**closed, keyword: self.value(inner)}
            elif isinstance(inner, list):
                closed = {**closed, keyword: [self.value(child) for child in inner]}
        if isinstance(closed.get("additionalProperties"), dict):
            closed = {**closed, "additionalProperties": self.value(closed["additionalProperties"])}
        elif isinstance(closed.get("properties"), dict) and "additionalProperties" not in closed:
            closed = {**closed, "additionalProperties": False}
        return self._without_placeholders(closed, node.get("additionalProperties", True))

    def child(self, _name: str, node: Any) -> Any:
        return self.value(node)

    def _mapped(
        self, node: dict[str, Any], keyword: str, change: Callable[[str, Any], Any]
    ) -> dict[str, Any]:
        inner = node.get(keyword)
        if not isinstance(inner, dict):
            return node
        return {**node, keyword: {name: change(name, child) for name, child in inner.items()}}

    def _without_placeholders(self, node: dict[str, Any], more: Any) -> dict[str, Any]:
        """`more`: what the rule itself says of properties that it does not list."""
        required = node.get("required")
        if not isinstance(required, list):
            return node
        properties = node.get("properties")
        changed = dict(properties) if isinstance(properties, dict) else {}
        for name in required:
            if name not in changed and more is not True:
                self.is_exact = self.is_exact and more is False
                continue  # listing it would allow it
            child = changed.get(name, {})
            child = {} if child is True else child
            if isinstance(child, dict) and may_be_placeholder(child):
                none = {"not": NO_PLACEHOLDER}
                extra = {"allOf": [*child.get("allOf", []), none]} if "not" in child else none
                changed[name] = {**child, **extra}
        return {**node, "properties": changed}


def _is_about_scalars(node: Any) -> bool:
    """Whether a schema, branches and all, says nothing about what an object or a list holds."""
    if not isinstance(node, dict):
        return isinstance(node, bool)
    branches = [
        branch
        for keyword in ("allOf", "anyOf", "oneOf")
        for branch in (node[keyword] if isinstance(node.get(keyword), list) else ())
    ]
    arms = [node[arm] for arm in ("if", "then", "else", "not") if arm in node]
    return _SCALAR.issuperset(node) and all(map(_is_about_scalars, (*branches, *arms)))


def may_be_placeholder(schema: dict[str, Any]) -> bool:
    """Whether a field of this schema could hold a placeholder without the rule having said so itself."""
    if "enum" in schema or "const" in schema:
        return False
    kinds = schema.get("type", "string")
    return kinds == "string" or (isinstance(kinds, list) and "string" in kinds)
