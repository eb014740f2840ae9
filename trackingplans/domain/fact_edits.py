"""What a form says of an event or a property, as changes: only of what differs, so that nothing else is touched."""

from collections.abc import Iterable, Mapping
from typing import Any

from trackingplans.domain.plan import Rule
from trackingplans.domain.properties import Property
from trackingplans.domain.sheets.cells import Change, identity, labels_text, set_meta, set_property, set_rule

_META = ("purpose", "trigger", "owner", "metrics", "code", "links")


def of_event(rule: Rule, facts: Mapping[str, Any], sources: Iterable[str] = ()) -> list[Change]:
    """The changes that make an event's facts what a form says.

    `facts`: purpose, description, trigger, owner, importance, status, labels (text), metrics, code, links (lists), and
    for each of `sources` (slugs) `source:<slug>` and `since:<slug>`.
    """
    changes: list[Change] = []
    for key in _META:
        if key in facts and (facts[key] or None) != (rule.meta.get(key) or None):
            changes += set_meta(rule, key, facts[key])
    for key, usual in (("importance", "normal"), ("status", "live")):
        if facts[key] != (rule.meta.get(key) or usual):
            changes += set_meta(rule, key, facts[key])
    schema = rule.schema if isinstance(rule.schema, dict) else {}
    if facts["description"] != (schema.get("description") or ""):
        changes.append(set_rule(rule, ["schema", "description"], facts["description"]))
    if facts["labels"] != labels_text(schema.get("labels")):
        changes.append(set_rule(rule, ["schema", "labels"], _labels(facts["labels"], schema.get("labels"))))
    for slug in sources:
        for field, key in (("source", "sources"), ("since", "since_release")):
            said = facts.get(f"{field}:{slug}") or ""
            if said != (_dict(rule.meta.get(key)).get(slug) or ""):
                changes.append(set_rule(rule, ["meta", key, slug], said))
    return changes


def of_property(rule: Rule, one: Property, facts: Mapping[str, Any]) -> list[Change]:
    """The changes that make a property's facts what a form says; its name last, for it is found by it."""
    changes: list[Change] = []
    kinds = [*facts["types"], *(["null"] if facts["allow_null"] else [])] if facts["types"] else []
    enum = [*facts["enum"], *([None] if facts["enum"] and facts["allow_null"] else [])]
    wanted = {
        "description": facts["description"],
        "type": kinds[0] if len(kinds) == 1 else kinds,
        "format": facts["format"],
        "enum": enum,
        "pattern": facts["pattern"],
        "minimum": _number(facts["minimum"]),
        "maximum": _number(facts["maximum"]),
        "examples": facts["example"],
    }
    for key, value in wanted.items():
        value = None if value in ("", []) else value
        if value != one.schema.get(key) or (value == 0) != (one.schema.get(key) == 0):
            changes.append(set_property(rule, one, [key], value))
    if facts["required"] != one.is_required:
        changes.append(
            {"op": "set_required", "of": identity(rule), "at": one.at, "required": facts["required"]}
        )
    notes = _dict(_dict(rule.meta.get("properties")).get(one.at))
    if facts["pii"] != (notes.get("pii") or ""):
        changes.append(set_rule(rule, ["meta", "properties", one.at, "pii"], facts["pii"]))
    if facts["name"] != one.name:
        changes.append({"op": "rename_property", "of": identity(rule), "at": one.at, "name": facts["name"]})
    return changes


def _labels(text: str, before: Any) -> Any:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(before, list):
        return parts
    return {key.strip(): value.strip() for key, _, value in (part.partition(":") for part in parts)}


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
