"""Edits of one property of a rule: its schema changed at a JSON pointer, what depends on it kept in step."""

from collections.abc import Callable, Mapping
from typing import Any

from trackingplans.domain.paths import (
    MISSING,
    Key,
    NoSuchPlace,
    Steps,
    changed_at,
    found,
    pointer_of,
    put,
    steps_of,
)

Rule = dict[str, Any]
_SECTION_DEPTH = (
    2  # /properties/properties, /properties/traits: an absent section would lack what it requires
)


def add(rule: Rule, edit: Mapping[str, Any]) -> Rule:
    """A property of the object schema at `at`, which is made where the schema says nothing of it yet."""
    parent, name = steps_of(edit["at"]), edit["name"]
    if not name:
        raise NoSuchPlace("A property needs a name.")

    def changed(schema: Any) -> Any:
        inside = _properties(schema)
        if name in inside:
            raise NoSuchPlace(f"There is a property {name} already.")
        return {**_object(schema), "properties": {**inside, name: edit["schema"]}}

    added = {**rule, "schema": changed_at(rule.get("schema", {}), parent, changed, _made)}
    required = edit.get("required", False)
    return _with_required(added, (*parent, "properties", name), required=True) if required else added


def remove(rule: Rule, edit: Mapping[str, Any]) -> Rule:
    """Without the property, its place in `required`, and the notes on it."""
    at = _property(rule, edit)
    optional = _with_required(rule, at, required=False)
    removed = {**optional, "schema": put(optional["schema"], at, MISSING)}
    return _with_notes(removed, lambda steps: None if steps[: len(at)] == at else steps)


def rename(rule: Rule, edit: Mapping[str, Any]) -> Rule:
    """The property under a new name, in its place; required and the notes follow."""
    at, name = _property(rule, edit), edit["name"]
    if not name:
        raise NoSuchPlace("A property needs a name.")

    def changed(schema: dict[str, Any]) -> dict[str, Any]:
        properties = schema["properties"]
        if name in properties and name != at[-1]:
            raise NoSuchPlace(f"There is a property {name} already.")
        moved = {name if key == at[-1] else key: value for key, value in properties.items()}
        kept = {**schema, "properties": moved}
        if at[-1] in _required(schema):
            kept["required"] = [name if one == at[-1] else one for one in schema["required"]]
        return kept

    renamed = {**rule, "schema": changed_at(rule["schema"], at[:-2], changed)}
    new = (*at[:-1], name)
    return _with_notes(renamed, lambda steps: new + steps[len(at) :] if steps[: len(at)] == at else steps)


def set_required(rule: Rule, edit: Mapping[str, Any]) -> Rule:
    """The property required or optional."""
    return _with_required(rule, _property(rule, edit), required=edit["required"])


def set_property(rule: Rule, edit: Mapping[str, Any]) -> Rule:
    """A keyword (or what stands below one) of the property's own schema; without a path, the schema itself."""
    at, path = _property(rule, edit), edit["path"]
    value = edit.get("value", MISSING)
    if not path and value is MISSING:
        raise NoSuchPlace("remove_property removes a property.")
    return {
        **rule,
        "schema": changed_at(
            rule["schema"], at, lambda schema: put(_object(schema) if path else schema, path, value)
        ),
    }


OPS: dict[str, Callable[[Rule, Mapping[str, Any]], Rule]] = {
    "add_property": add,
    "remove_property": remove,
    "rename_property": rename,
    "set_property": set_property,
    "set_required": set_required,
}


def _property(rule: Rule, edit: Mapping[str, Any]) -> Steps:
    """The steps to a property that is there. Raises NoSuchPlace."""
    at = steps_of(edit["at"])
    if len(at) < 2 or at[-2] != "properties":
        raise NoSuchPlace("Should point at a property: …/properties/<name>.")
    changed_at(rule.get("schema", {}), at, lambda schema: schema)
    return at


def _with_required(rule: Rule, at: Steps, *, required: bool) -> Rule:
    """Segment's habit is kept: a section (`properties`) is required as long as one of its properties is."""
    name, parent = at[-1], at[:-2]

    def changed(schema: dict[str, Any]) -> dict[str, Any]:
        names = _required(schema)
        if required == (name in names):
            return schema
        left = [*names, name] if required else [one for one in names if one != name]
        if left:
            return {**schema, "required": left}
        return {key: value for key, value in schema.items() if key != "required"}

    changed_rule = {**rule, "schema": changed_at(rule["schema"], parent, changed)}
    if len(parent) != _SECTION_DEPTH or parent[0] != "properties":
        return changed_rule
    had, has = (bool(_required(found(one["schema"], parent))) for one in (rule, changed_rule))
    return changed_rule if had == has else _with_required(changed_rule, parent, required=has)


def _with_notes(rule: Rule, moved: Callable[[Steps], Steps | None]) -> Rule:
    """The notes on properties (`meta.properties`, by pointer) where `moved` puts them; None: gone."""
    meta = rule.get("meta")
    notes = meta.get("properties") if isinstance(meta, dict) else None
    if not isinstance(meta, dict) or not isinstance(notes, dict) or not notes:
        return rule
    kept = {}
    for pointer, note in notes.items():
        steps = moved(steps_of(pointer)) if pointer.startswith("/") else ()
        if steps is not None:
            kept[pointer_of(steps) if pointer.startswith("/") else pointer] = note
    return {**rule, "meta": {**meta, "properties": kept}}


def _made(key: Key) -> dict[str, Any]:
    """What a schema is given where it said nothing: a map of properties, or an object."""
    return {} if key == "properties" else {"type": "object"}


def _object(schema: Any) -> dict[str, Any]:
    if schema is False:
        raise NoSuchPlace("The schema forbids the property: replace it as a whole.")
    return schema if isinstance(schema, dict) else {}


def _properties(schema: Any) -> dict[str, Any]:
    properties = _object(schema).get("properties")
    return properties if isinstance(properties, dict) else {}


def _required(schema: Any) -> list[str]:
    names = schema.get("required") if isinstance(schema, dict) else None
    return names if isinstance(names, list) else []
