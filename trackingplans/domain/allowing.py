"""How a plan would have to change to allow what a violation found: the edits of a draft, made for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trackingplans.domain.findings import undotted
from trackingplans.domain.masking import MASK, MASKED_FLAG, MASKED_NUMBER
from trackingplans.domain.paths import pointer_of
from trackingplans.domain.plan import Plan, Rule

Edit = dict[str, Any]
MISSING = object()
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
_DROPPED = {  # codes of constraints that can only be taken away, by their keywords
    "pattern": "pattern",
    "format": "format",
    "const": "const",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusive_minimum": "exclusiveMinimum",
    "exclusive_maximum": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_items": "minItems",
    "max_items": "maxItems",
    "unique_items": "uniqueItems",
    "min_properties": "minProperties",
    "max_properties": "maxProperties",
}
_MOST_VALUES = 20  # that an enum takes in at once


def edits(rule: Rule, code: str, field: str, values: Iterable[Any]) -> list[Edit]:
    """The edits after which the rule allows what was found at `field` (indexes written `$`); none when nobody can say
    without looking. `values`: those that came, as kept samples hold them."""
    at = _place(rule.schema, undotted(field))
    if at is None:
        return []
    of, pointer = _identity(rule), pointer_of(at[0])
    schema, came = at[1], list(values)
    if schema is MISSING or at[0][-2:-1] != ("properties",):
        return []
    if code in ("required", "common_schema.required"):
        return [{"op": "set_required", "of": of, "at": pointer, "required": False}]
    if not isinstance(schema, dict):
        return []
    changed = _changed(code, schema, came)
    return [{"op": "set_property", "of": of, "at": pointer, **changed}] if changed else []


def added(rule: Rule, field: str, schema: Mapping[str, Any]) -> list[Edit]:
    """The edits after which the rule has a property at `field`; none when it has it, or the place is unsure."""
    at = _place(rule.schema, undotted(field))
    if at is None or at[1] is not MISSING or at[0][-2:-1] != ("properties",):
        return []
    place = {"at": pointer_of(at[0][:-2]), "name": at[0][-1]}
    return [{"op": "add_property", "of": _identity(rule), **place, "schema": dict(schema)}]


def former_names(plan: Plan, kind: str, planned: str, names: Sequence[str], until: str) -> list[Edit]:
    """The edits after which messages called one of `names` count as the planned event until a day."""
    found = []
    for rule in plan.rules:
        if (rule.type, rule.name) != (kind, planned):
            continue
        known = list(rule.meta.get("former_names") or ())
        new = [name for name in names if all(one["name"] != name for one in known)]
        if new:
            value = [*known, *({"name": name, "until": until} for name in new)]
            found.append(
                {"op": "set_rule", "of": _identity(rule), "path": ["meta", "former_names"], "value": value}
            )
    return found


def kinds_of(values: Iterable[Any]) -> list[str]:
    """The JSON types of values, as far as masks tell them, whole numbers as integers."""
    found: dict[str, None] = {}
    for value in values:
        if value == MASKED_NUMBER:
            found["number"] = None
        elif value == MASKED_FLAG:
            found["boolean"] = None
        else:
            found["null" if value is None else _TYPES[type(value)]] = None
    return [kind for kind in found if not (kind == "integer" and "number" in found)]


def _changed(code: str, schema: Mapping[str, Any], came: Sequence[Any]) -> Edit:
    """Which keyword of the property's schema gets which value; nothing when the values do not tell."""
    if code == "type":
        known = schema.get("type")
        allowed = [known] if isinstance(known, str) else list(known or ())
        new = [kind for kind in kinds_of(came) if kind not in allowed]
        return {"path": ["type"], "value": [*allowed, *new]} if new and allowed else {}
    if code == "enum":
        seen = [value for value in came if not (isinstance(value, str) and MASK in value)]
        new = [
            value
            for index, value in enumerate(seen)
            if value not in schema.get("enum", ()) and value not in seen[:index]
        ]
        return {"path": ["enum"], "value": [*schema.get("enum", ()), *new[:_MOST_VALUES]]} if new else {}
    keyword = _DROPPED.get(code)
    return {"path": [keyword]} if keyword in schema else {}


def _place(schema: Any, steps: tuple[str, ...]) -> tuple[tuple[Any, ...], Any] | None:
    """Where a rule's schema speaks of a field, and what it says there (MISSING: nothing yet, its parent is known);
    None where a reference or a choice stands in between."""
    pointer: tuple[Any, ...] = ()
    for index, step in enumerate(steps):
        if not isinstance(schema, dict) or "$ref" in schema:
            return None
        if step == "$" and isinstance(schema.get("items"), dict):
            pointer, schema = (*pointer, "items"), schema["items"]
            continue
        pointer = (*pointer, "properties", step)
        schema = (schema.get("properties") or {}).get(step, MISSING)
        if schema is MISSING:
            return (pointer, MISSING) if index == len(steps) - 1 and index > 0 else None
    return (pointer, schema) if pointer else None


def _identity(rule: Rule) -> Edit:
    return {"type": rule.type, "name": rule.name, "version": rule.version}
