"""What is in order by the rule and still worth nothing:

a required field that holds a placeholder, an e-mail as id.
"""

import re
from typing import Any

from trackingplans.domain.findings import Step
from trackingplans.domain.planned import applying

PLACEHOLDERS = ("", "null", "undefined", "NaN", "[object Object]")
_AS_JSON = (*(f'"{text}"'.encode() for text in PLACEHOLDERS), b"\\u")
EMAIL = re.compile(r"[\w.+%'~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")


def may_be_placeholder(schema: dict[str, Any]) -> bool:
    """Whether a field of this schema could hold a placeholder without the rule having said so itself."""
    if "enum" in schema or "const" in schema:
        return False
    kinds = schema.get("type", "string")
    return kinds == "string" or (isinstance(kinds, list) and "string" in kinds)


def may_hold_placeholder(raw: bytes) -> bool:
    """Whether JSON text could hold a placeholder anywhere: a look that spares most messages the search."""
    return any(map(raw.__contains__, _AS_JSON))


def placeholders(root: Any, message: Any) -> list[tuple[Step, ...]]:
    """Where a message holds a placeholder in a field that its rule requires."""
    found: list[tuple[Step, ...]] = []
    waiting: list[tuple[list[Any], Any, tuple[Step, ...]]] = [([root], message, ())]
    for nodes, value, steps in waiting:
        applied, _ = applying(root, nodes, surely=True)
        if isinstance(value, dict):
            required = {name for node in applied for name in _list(node, "required")}
            for key, child in value.items():
                below = [node["properties"][key] for node in applied if key in _map(node, "properties")]
                if isinstance(child, dict | list):
                    waiting.append((below, child, (*steps, key)))
                elif key in required and isinstance(child, str) and child in PLACEHOLDERS and _is_free(below):
                    found.append((*steps, key))
        elif isinstance(value, list):
            items = [node["items"] for node in applied if isinstance(node.get("items"), dict)]
            if items:
                waiting.extend(
                    (items, child, (*steps, index))
                    for index, child in enumerate(value)
                    if isinstance(child, dict | list)
                )
    return found


def is_email(text: str | None) -> bool:
    """Whether the whole text is an e-mail address."""
    return text is not None and "@" in text and len(text) < 400 and EMAIL.fullmatch(text) is not None


def _is_free(schemas: list[Any]) -> bool:
    return all(
        not isinstance(schema, dict) or not ("enum" in schema or "const" in schema) for schema in schemas
    )


def _list(node: dict[str, Any], keyword: str) -> list[str]:
    value = node.get(keyword)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _map(node: dict[str, Any], keyword: str) -> Any:
    value = node.get(keyword)
    return value if isinstance(value, dict) else ()
