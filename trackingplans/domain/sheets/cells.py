"""The cells of the plan's grid: what each says of an event or a property, and the changes that a new text makes.

A row is an event (a rule) or one of its properties. Texts read back to what they were written from.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trackingplans.domain import type_words
from trackingplans.domain.plan import IMPORTANCE, STATUSES, Rule
from trackingplans.domain.properties import Property
from trackingplans.domain.sheets import answers, cell_words

Change = dict[str, Any]

EVENT_COLUMNS = ("name", "why", "must", "owner", "labels", "status")
PROPERTY_COLUMNS = ("name", "why", "holds", "must", "owner", "labels", "status")
LONGEST_TEXT = 5_000

_IMPORTANT = {
    "critical": "critical",
    "high": "critical",
    "p0": "critical",
    "p1": "critical",
    "must": "critical",
}


class CellError(ValueError):
    """The text cannot stand in this cell; the message says why and what can."""


@dataclass(frozen=True, slots=True)
class Context:
    """What cells are read with. `teams`: slugs by slug and by name, in lower case."""

    teams: Mapping[str, str]


def identity(rule: Rule) -> dict[str, Any]:
    """How changes name a rule."""
    return {"type": rule.type, "name": rule.name, "version": rule.version}


def event_texts(rule: Rule) -> dict[str, str]:
    """The text of each of an event's own cells."""
    return {
        "name": rule.name,
        "why": _text(rule.meta.get("purpose")),
        "must": _text(rule.meta.get("importance")) or "normal",
        "owner": _text(rule.meta.get("owner")),
        "labels": labels_text(rule.schema.get("labels") if isinstance(rule.schema, dict) else None),
        "status": _text(rule.meta.get("status")) or "live",
    }


def property_texts(rule: Rule, one: Property) -> dict[str, str]:
    """The text of each of a property's cells."""
    notes = _notes(rule, one)
    return {
        "name": one.name,
        "why": _text(one.schema.get("description")),
        "holds": type_words.words(one.schema),
        "must": "required" if one.is_required else "optional",
        "owner": _text(notes.get("owner")),
        "labels": values_text(one.schema.get("enum")),
        "status": _text(notes.get("pii")),
    }


def event_changes(rule: Rule, column: str, text: str, context: Context) -> list[Change]:
    """The changes that give an event's cell this text; [] when it has it. Raises `CellError`."""
    wanted = _clean(text)
    if column not in EVENT_COLUMNS:
        raise CellError("This cell cannot be edited.")
    if column != "labels" and wanted == event_texts(rule)[column]:
        return []
    return _EVENT_WRITERS[column](rule, wanted, context)


def property_changes(rule: Rule, one: Property, column: str, text: str, context: Context) -> list[Change]:
    """The changes that give a property's cell this text; [] when it has it. Raises `CellError`."""
    wanted = _clean(text)
    if column not in PROPERTY_COLUMNS:
        raise CellError("This cell cannot be edited.")
    if wanted == property_texts(rule, one)[column]:
        return []
    return _PROPERTY_WRITERS[column](rule, one, wanted, context)


def required(text: str) -> bool:
    """Whether the text says that something must be there. Raises `CellError`."""
    said = answers.yes(text)
    if said is None:
        raise CellError(f"“{text}” is neither required nor optional.")
    return said


def values(text: str, schema: Mapping[str, Any]) -> list[Any]:
    """The allowed values that a text lists: JSON, or parts between lines, |, ;, commas, slashes. Raises `CellError`."""
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except ValueError as error:
            raise CellError(f"This begins like a list in JSON, but is none: {error}.") from None
        return list(found)
    return [_value(part, schema) for part in answers.parts(text)]


def values_text(found: Any) -> str:
    """Allowed values as `values` reads them. That nothing at all is allowed too is the type's to say."""
    if not isinstance(found, list):
        return ""
    found = [one for one in found if one is not None]
    listed = ", ".join(one for one in found if isinstance(one, str))
    if answers.parts(listed) == found and not listed.startswith("["):
        return listed
    return json.dumps(found, ensure_ascii=False)


def allows_null(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type")
    return "null" in kinds if isinstance(kinds, list) else kinds == "null"


def labels_text(found: Any) -> str:
    """`area: shop, web`: labels as Segment has them (an object) or as a list."""
    if isinstance(found, dict):
        return ", ".join(key if value in (True, "") else f"{key}: {value}" for key, value in found.items())
    return ", ".join(str(one) for one in found) if isinstance(found, list) else ""


def team(text: str, context: Context) -> str:
    """The slug of the team that a text names. Raises `CellError`."""
    slug = context.teams.get(text.casefold())
    if slug is None:
        known = ", ".join(sorted(set(context.teams.values()))[:6]) or "none yet"
        raise CellError(f"There is no team “{text}”. Teams: {known}.")
    return slug


def set_meta(rule: Rule, key: str, value: Any) -> list[Change]:
    return [set_rule(rule, ["meta", key], value)]


def set_rule(rule: Rule, path: list[str], value: Any) -> Change:
    """A change of the rule at `path`; an empty value takes away what is there."""
    change: Change = {"op": "set_rule", "of": identity(rule), "path": path}
    return change if value in ("", None, {}, []) else {**change, "value": value}


def set_property(rule: Rule, one: Property, path: list[str], value: Any) -> Change:
    change: Change = {"op": "set_property", "of": identity(rule), "at": one.at, "path": path}
    return change if value in ("", None) else {**change, "value": value}


def type_changes(rule: Rule, one: Property, text: str) -> list[Change]:
    """What gives a property the type that the words say. Raises `CellError`."""
    try:
        wanted = type_words.read(text)
    except type_words.UnknownType as error:
        raise CellError(str(error)) from None
    changes = []
    for key in ("type", "format", "items"):
        now, new = one.schema.get(key), wanted.get(key)
        if key == "items" and _same_items(now, new):
            continue
        if now != new:
            changes.append(set_property(rule, one, [key], new))
    return changes


def _same_items(now: Any, new: Any) -> bool:
    """Objects in a list keep what is said of them as long as they stay objects."""
    if not isinstance(now, dict) or not isinstance(new, dict):
        return False
    return now.get("type") == new.get("type")


def _clean(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise CellError(f"At most {LONGEST_TEXT:,} characters fit here.")
    return text.strip()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _notes(rule: Rule, one: Property) -> Mapping[str, Any]:
    listed = rule.meta.get("properties")
    found = listed.get(one.at) if isinstance(listed, dict) else None
    return found if isinstance(found, dict) else {}


def _value(part: str, schema: Mapping[str, Any]) -> Any:
    kinds = schema.get("type", "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "string" in kinds or not set(kinds) & {"number", "integer", "boolean"}:
        return part
    try:
        return json.loads(part.casefold())
    except ValueError:
        raise CellError(f"“{part}” is not {type_words.words(schema)}.") from None


def _rename_event(rule: Rule, text: str, _context: Context) -> list[Change]:
    if not text:
        raise CellError("An event needs a name. To take it out of the plan, remove the event.")
    if not rule.name:
        raise CellError("This call has no name of its own.")
    return [{"op": "rename_rule", "of": identity(rule), "name": text}]


def _importance(rule: Rule, text: str, _context: Context) -> list[Change]:
    wanted = _IMPORTANT.get(
        text.casefold(), "normal" if text.casefold() in {"", "normal", "low", "medium"} else ""
    )
    if not wanted:
        raise CellError(f"“{text}” is neither of {' and '.join(IMPORTANCE)}.")
    is_same = wanted == event_texts(rule)["must"]
    return [] if is_same else set_meta(rule, "importance", wanted)


def _event_owner(rule: Rule, text: str, context: Context) -> list[Change]:
    wanted = team(text, context) if text else ""
    return [] if wanted == rule.meta.get("owner", "") else set_meta(rule, "owner", wanted)


def _event_labels(rule: Rule, text: str, _context: Context) -> list[Change]:
    now = rule.schema.get("labels") if isinstance(rule.schema, dict) else None
    pairs = [part.partition(":") for part in text.split(",") if part.strip()]
    wanted = {key.strip(): value.strip() for key, _, value in pairs}
    if text == labels_text(now):
        return []
    if isinstance(now, list):
        return [
            set_rule(rule, ["schema", "labels"], [part.strip() for part in text.split(",") if part.strip()])
        ]
    return [set_rule(rule, ["schema", "labels"], wanted)]


def _status(rule: Rule, text: str, _context: Context) -> list[Change]:
    wanted = cell_words.state(text) if text else "live"
    if not wanted:
        raise CellError(f"“{text}” is none of {', '.join(STATUSES)}.")
    return [] if wanted == event_texts(rule)["status"] else set_meta(rule, "status", wanted)


def _rename_property(rule: Rule, one: Property, text: str, _context: Context) -> list[Change]:
    if not text:
        raise CellError("A property needs a name. To take it out of the event, remove the property.")
    return [{"op": "rename_property", "of": identity(rule), "at": one.at, "name": text}]


def _set_required(rule: Rule, one: Property, text: str, _context: Context) -> list[Change]:
    wanted = required(text)
    if wanted == one.is_required:
        return []
    return [{"op": "set_required", "of": identity(rule), "at": one.at, "required": wanted}]


def _values(rule: Rule, one: Property, text: str, _context: Context) -> list[Change]:
    wanted = values(text, one.schema) if text else None
    if wanted and allows_null(one.schema) and None not in wanted:
        wanted.append(None)
    return [] if wanted == one.schema.get("enum") else [set_property(rule, one, ["enum"], wanted)]


def _property_note(key: str) -> Callable[[Rule, Property, str, Context], list[Change]]:
    def write(rule: Rule, one: Property, text: str, context: Context) -> list[Change]:
        if key == "owner":
            wanted = team(text, context) if text else ""
        else:
            wanted = cell_words.pii(text) or text
        if wanted == _notes(rule, one).get(key, ""):
            return []
        return [set_rule(rule, ["meta", "properties", one.at, key], wanted)]

    return write


_EVENT_WRITERS: dict[str, Callable[[Rule, str, Context], list[Change]]] = {
    "name": _rename_event,
    "why": lambda rule, text, _: set_meta(rule, "purpose", text),
    "must": _importance,
    "owner": _event_owner,
    "labels": _event_labels,
    "status": _status,
}
_PROPERTY_WRITERS: dict[str, Callable[[Rule, Property, str, Context], list[Change]]] = {
    "name": _rename_property,
    "why": lambda rule, one, text, _: [set_property(rule, one, ["description"], text)],
    "holds": lambda rule, one, text, _: type_changes(rule, one, text),
    "must": _set_required,
    "owner": _property_note("owner"),
    "labels": _values,
    "status": _property_note("pii"),
}
