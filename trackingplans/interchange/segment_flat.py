"""Typewriter's cache of a Segment plan: each rule's schema is that of its properties (or traits) alone.

Read: the flat schema is wrapped into one of the whole message, references moved along. What has no place
there (`$id`, `eventMetadata`, the order of keys) is kept in the rule's origin, so that writing unwraps it to
what came.
"""

from collections.abc import Callable
from typing import Any, TypeGuard

from trackingplans.interchange.carrying import origin_of

NAME = "segment-flat"
_HOISTED = (
    "$schema",
    "description",
    "labels",
)  # said of the event, so they stand at the top of the whole schema
_ASIDE = (
    "$id",
    "eventMetadata",
)  # Typewriter's own; an `$id` below the top would change what references mean
_ENVELOPE = {"properties", "traits", "context"}
_MESSAGE_KEYS = _ENVELOPE | {
    "type", "event", "userId", "anonymousId", "messageId", "name", "category", "groupId", "previousId",
    "integrations", "timestamp", "sentAt", "originalTimestamp", "receivedAt", "version", "channel",
}  # fmt: skip

MAY_BE_BARE = "that an event may come without any properties"
NEVER_BARE = "that an event never comes without properties"

Schema = dict[str, Any]


def section(kind: str) -> str:
    """Where a message of the call type keeps what a flat schema speaks of."""
    return "traits" if kind in {"identify", "group"} else "properties"


def is_flat_plan(rules: list[Any]) -> bool:
    """Whether some rule bears Typewriter's mark; then the ones that leave it open are flat too."""
    schemas = (rule.get("jsonSchema") for rule in rules if isinstance(rule, dict))
    return any(isinstance(schema, dict) and "eventMetadata" in schema for schema in schemas)


def is_flat(kind: str, schema: Schema, *, in_flat_plan: bool) -> bool:
    """Whether the schema speaks of the properties alone and not of the whole message."""
    if kind == "common":
        return False
    if "eventMetadata" in schema:
        return True
    known = schema.get("properties")
    if not isinstance(known, dict) or not known:
        return in_flat_plan
    if any(_is_envelope(known[key]) for key in _ENVELOPE & known.keys()):
        return False
    return in_flat_plan or not _MESSAGE_KEYS.issuperset(known)


def wrapped(kind: str, flat: Schema) -> tuple[Schema, Schema]:
    """The schema of the whole message, and what `unwrapped` needs to give `flat` back."""
    inside = {key: value for key, value in flat.items() if key not in {*_HOISTED, *_ASIDE}}
    where = section(kind)
    inside = _with_references(inside, lambda reference: f"#/properties/{where}{reference[1:]}")
    whole = {key: flat[key] for key in _HOISTED if key in flat}
    whole |= {"type": "object", "properties": {where: inside}}
    if inside.get("required"):
        whole["required"] = [where]
    origin = {"keys": list(flat), "aside": {key: flat[key] for key in _ASIDE if key in flat}}
    return whole, origin


def unwrapped(rule: dict[str, Any]) -> tuple[Schema | bool | None, list[str]]:
    """The rule's flat schema and what that could not carry; None where a flat file has no place for it.

    The rule is one of our document; a schema of `true` or `false` is its own flat one.
    """
    kind, schema = rule["type"], rule.get("schema", {})
    if kind == "common":
        return None, ["the common rule"]
    if isinstance(schema, bool):
        return schema, []
    where = section(kind)
    sections = schema.get("properties") if isinstance(schema.get("properties"), dict) else {}
    inside = sections.get(where, {})
    if not isinstance(inside, dict):
        inside = {}
    prefix = f"#/properties/{where}"
    found = _with_references(
        inside,
        lambda reference: "#" + reference.removeprefix(prefix) if reference.startswith(prefix) else reference,
    )
    found = {key: child for key, child in found.items() if key not in _HOISTED}
    found = {key: schema[key] for key in _HOISTED if key in schema} | found
    origin = origin_of(rule).get("flat")
    if not is_origin(origin):
        found = {"$id": rule.get("name", kind), "eventMetadata": _metadata(rule)} | found
    else:
        found |= origin["aside"]
        found = {key: found[key] for key in [*origin["keys"], *found] if key in found}
    return found, _lost(schema, sections, where)


def lacks_what_it_needs(schema: Schema, inside: Any, where: str) -> bool:
    """Whether some properties are required, but not that there be any: reading a flat schema requires both."""
    return (
        isinstance(inside, dict) and bool(inside.get("required")) and where not in schema.get("required", ())
    )


def is_origin(kept: Any) -> TypeGuard[dict[str, Any]]:
    """Whether `kept` is what `wrapped` said is needed."""
    return (
        isinstance(kept, dict) and isinstance(kept.get("keys"), list) and isinstance(kept.get("aside"), dict)
    )


def _metadata(rule: dict[str, Any]) -> dict[str, str]:
    return {"name": rule.get("name", ""), "type": rule["type"].upper()}


def _is_envelope(node: Any) -> bool:
    """Whether it can be the schema of a whole section: `{}`, an object, or one with properties."""
    return isinstance(node, dict) and (not node or node.get("type") == "object" or "properties" in node)


def _lost(schema: Schema, sections: Schema, where: str) -> list[str]:
    lost = [
        f"what a rule says of “{key}”"
        for key, node in sections.items()
        if key != where and node not in ({}, {"type": "object"})
    ]
    lost += [
        f"“{key}” at the top of a schema"
        for key in schema
        if key not in {*_HOISTED, "type", "properties", "required", "id", "$id", "key"}
    ]
    inside = sections.get(where)
    lost += [
        f"“{key}” of all properties as one" for key in _HOISTED if isinstance(inside, dict) and key in inside
    ]
    if set(schema.get("required", [])) - {where}:
        lost.append("what a message must hold beside its properties")
    if lacks_what_it_needs(schema, inside, where):
        lost.append(MAY_BE_BARE)
    elif where in schema.get("required", ()) and not _needs(inside):
        lost.append(NEVER_BARE)
    return lost


def _needs(inside: Any) -> bool:
    return isinstance(inside, dict) and bool(inside.get("required"))


def _with_references(node: Any, move: Callable[[str], str]) -> Any:
    """A copy in which every reference into the schema itself is moved."""
    if isinstance(node, list):
        return [_with_references(child, move) for child in node]
    if not isinstance(node, dict):
        return node
    return {
        key: move(child)
        if key == "$ref" and isinstance(child, str) and child.startswith("#")
        else _with_references(child, move)
        for key, child in node.items()
    }
