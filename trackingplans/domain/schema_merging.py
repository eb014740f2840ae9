"""Two schemas that must both hold, as one: as far as keywords can be put together."""

from collections.abc import Mapping
from typing import Any

Node = Mapping[str, Any]

_MOST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LEAST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


def merged(one: Node, other: Node) -> dict[str, Any]:
    """One schema that asks for what both do. Where both say something that cannot be put together, `other` counts."""
    found = {**one, **other}
    for key in one.keys() & other.keys():
        mine, theirs = one[key], other[key]
        if key == "type":
            found[key] = _types(mine, theirs)
        elif key == "properties" and isinstance(mine, dict) and isinstance(theirs, dict):
            found[key] = {**mine, **theirs} | {
                name: _both(mine[name], theirs[name]) for name in mine if name in theirs
            }
        elif key == "items":
            found[key] = _both(mine, theirs)
        elif key == "required" and isinstance(mine, list) and isinstance(theirs, list):
            found[key] = list(dict.fromkeys([*mine, *theirs]))
        elif key == "enum" and isinstance(mine, list) and isinstance(theirs, list):
            found[key] = [value for value in mine if value in theirs] or theirs
        elif key in _MOST + _LEAST and _are_numbers(mine, theirs):
            found[key] = max(mine, theirs) if key in _MOST else min(mine, theirs)
    return found


def _both(one: Any, other: Any) -> Any:
    return merged(one, other) if isinstance(one, dict) and isinstance(other, dict) else other


def _types(one: Any, other: Any) -> Any:
    """The types that both allow; a whole number is a number too."""
    mine, theirs = (value if isinstance(value, list) else [value] for value in (one, other))
    kept = [kind for kind in theirs if kind in mine or (kind == "integer" and "number" in mine)]
    kept += [kind for kind in mine if kind == "integer" and "number" in theirs and kind not in kept]
    return kept[0] if len(kept) == 1 else kept or other


def _are_numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
