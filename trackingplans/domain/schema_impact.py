"""What the change of a schema does: to those who send (less is allowed) and to those who read (more may come)."""

import json
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trackingplans.domain import schemas
from trackingplans.domain.findings import Step, dotted
from trackingplans.domain.sentences import listed, one_of, plain_value


class Severity(StrEnum):
    """`breaking`: what is right today will be wrong, or goes away. `risky`: it may."""

    BREAKING = "breaking"
    RISKY = "risky"
    SAFE = "safe"


class Breaks(StrEnum):
    """Whom it may break: apps that send, or what reads."""

    SENDERS = "senders"
    READERS = "readers"
    NOBODY = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that changed: where in a message (dotted, `$` for indexes, '' for the whole), and what it does."""

    severity: Severity
    path: str
    reason: str
    breaks: Breaks = Breaks.NOBODY


_TYPES = frozenset(("array", "boolean", "integer", "number", "null", "object", "string"))
_NOTES = frozenset(
    ("$schema", "$id", "$comment", "id", "key", "title", "description", "labels", "examples", "default",
     "readOnly", "writeOnly", "deprecated", "contentEncoding", "contentMediaType", "contentSchema")
)  # fmt: skip
_TARGETS = frozenset(("definitions", "$defs"))
_LOWER = {
    "minimum": "the least value",
    "exclusiveMinimum": "the least value",
    "minLength": "the least length",
    "minItems": "the least number of items",
    "minProperties": "the least number of properties",
}
_UPPER = {
    "maximum": "the greatest value",
    "exclusiveMaximum": "the greatest value",
    "maxLength": "the greatest length",
    "maxItems": "the greatest number of items",
    "maxProperties": "the greatest number of properties",
}
_EXACT = {
    "pattern": "the pattern",
    "format": "the format",
    "multipleOf": "what it is a multiple of",
    "const": "the only value",
}
_SAYS_NOTHING: tuple[Any, ...] = (True, {}, {"type": "object"})
_ANYTHING: dict[str, Any] = {}
_DEEPEST = 64

Path = tuple[Step, ...]


def effects(old: Any, new: Any) -> list[Effect]:
    """What it does to change the schema of a message from `old` to `new`; [] when it is the same."""
    return list(_Comparing(old, new).compare(old, new, ()))


def says_something(schema: Any) -> bool:
    """Whether a schema asks for any property at all."""
    return any(pointer and node not in _SAYS_NOTHING for pointer, node in schemas.walk(schema))


class _Comparing:
    """Two schemas side by side, references followed."""

    def __init__(self, old: Any, new: Any) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[int, int]] = set()

    def compare(self, old: Any, new: Any, path: Path) -> Iterator[Effect]:
        """The effects at this place and below."""
        old, new = self._followed(self._old, old), self._followed(self._new, new)
        if (old == new and not _mentions_reference(old)) or (id(old), id(new)) in self._seen:
            return
        self._seen.add((id(old), id(new)))
        if old is False or new is False:
            if old != new:
                yield _tighter(path, "Nothing is allowed any more.") if new is False else _looser(path)
            return
        for part in _PARTS:
            yield from part(old, new, path)
        yield from self._properties(old, new, path)
        yield from self._items(old, new, path)
        yield from _notes(old, new, path)

    def _followed(self, root: Any, schema: Any) -> Any:
        """The schema itself: what its reference points at, {} for `true`."""
        for _ in range(_DEEPEST):
            if not isinstance(schema, dict) or "$ref" not in schema:
                break
            target = schemas.local(root, schema["$ref"])
            if target is None:
                break
            schema = target
        return _ANYTHING if schema is True else schema

    def _properties(self, old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Effect]:
        before, after = _described(old, path), _described(new, path)
        needed, needs = _names(old, "required"), _names(new, "required")
        for name in after:
            if name in before:
                yield from self.compare(before[name], after[name], (*path, name))
            elif name not in needs:
                yield _added(old, (*path, name))
        for name in before:
            if name not in after:
                yield _removed(new, (*path, name), was_needed=name in needed)
        for name in [name for name in needs if name not in needed]:
            if not self._is_implied(before.get(name), after.get(name), path):
                yield _needed((*path, name), is_new=name not in before)
        for name in needed:
            if name not in needs and (name in after or name not in before):
                reason = "No longer required: what reads it may find it missing."
                yield Effect(Severity.RISKY, _dotted((*path, name)), reason, Breaks.READERS)

    def _is_implied(self, before: Any, after: Any, path: Path) -> bool:
        """Segment requires `properties` as soon as one of them is: that one is told."""
        inside = self._followed(self._new, after)
        known = self._followed(self._old, before)
        had = _names(known, "required") if isinstance(known, dict) else []
        return not path and isinstance(inside, dict) and bool(set(_names(inside, "required")) - set(had))

    def _items(self, old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Effect]:
        before, after = old.get("items", _ANYTHING), new.get("items", _ANYTHING)
        if isinstance(before, list) or isinstance(after, list):
            if before != after:
                yield _unclear((*path, "$"), "items")
        else:
            yield from self.compare(before, after, (*path, "$"))


def _types(old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Effect]:
    before, after = _kinds(old), _kinds(new)
    gone, came = before - after, after - before
    if gone and not before & after:
        reason = f"Was {_told(before)}, is {_told(after)} now: neither what is sent nor what reads it fits."
        yield Effect(Severity.BREAKING, _dotted(path), reason, Breaks.SENDERS)
    elif gone:
        yield _tighter(path, f"Was {_told(before)}, is only {_told(after)} now.")
    elif came:
        reason = f"Was {_told(before)}, may be {_told(after)} now: what reads it may not expect that."
        yield Effect(Severity.RISKY, _dotted(path), reason, Breaks.READERS)


def _enums(old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Effect]:
    before, after = old.get("enum"), new.get("enum")
    if not isinstance(before, list) and not isinstance(after, list):
        return
    if not isinstance(before, list):
        yield _tighter(path, f"Any value was fine; now only {listed(after or [])}.")
        return
    if not isinstance(after, list):
        yield Effect(Severity.RISKY, _dotted(path), "May hold any value now.", Breaks.READERS)
        return
    known, allowed = {_exact(value): value for value in before}, {_exact(value): value for value in after}
    gone = [value for text, value in known.items() if text not in allowed]
    came = [value for text, value in allowed.items() if text not in known]
    if gone:
        yield _tighter(path, f"No longer allowed: {listed(gone)}.")
    if came:
        reason = f"New values: {listed(came)}. What reads it may not know them."
        yield Effect(Severity.RISKY, _dotted(path), reason, Breaks.READERS)


def _bounds(old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Effect]:
    for words, is_tighter in ((_LOWER, operator.gt), (_UPPER, operator.lt)):
        for keyword, what in words.items():
            was, now = old.get(keyword), new.get(keyword)
            if was == now:
                continue
            if isinstance(was, bool) or isinstance(now, bool):
                yield _unclear(path, keyword)
            elif now is not None and (was is None or is_tighter(now, was)):
                before = f"; it was {plain_value(was)}" if was is not None else ""
                yield _tighter(path, f"{what.capitalize()} is {plain_value(now)} now{before}.")
            else:
                yield _looser(path)


def _exacts(old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Effect]:
    for keyword, what in _EXACT.items():
        if (keyword in old) == (keyword in new) and _exact(old.get(keyword)) == _exact(new.get(keyword)):
            continue
        if keyword not in new:
            reason = f"{what.capitalize()} is no longer asked for: other values may come."
            yield Effect(Severity.RISKY, _dotted(path), reason, Breaks.READERS)
        elif keyword not in old:
            yield _tighter(
                path, f"{what.capitalize()} is {plain_value(new[keyword])} now; none was asked for."
            )
        else:
            was, now = plain_value(old[keyword]), plain_value(new[keyword])
            yield _tighter(path, f"{what.capitalize()} was {was} and is {now} now.")
    if new.get("uniqueItems") is True and old.get("uniqueItems") is not True:
        yield _tighter(path, "Items must all be different now.")
    elif old.get("uniqueItems") is True and new.get("uniqueItems") is not True:
        yield _looser(path)


def _closing(old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Effect]:
    was, now = old.get("additionalProperties", True), new.get("additionalProperties", True)
    if was == now:
        return
    if now is False:
        yield _tighter(path, "Other properties than the listed ones are not allowed any more.")
    elif now is True:
        yield _looser(path)
    else:
        yield _unclear(path, "additionalProperties")


def _rest(old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Effect]:
    """Keywords of which nobody can tell at a glance whether they allow less."""
    for keyword in {**old, **new}:
        if keyword not in _UNDERSTOOD and _exact(old.get(keyword)) != _exact(new.get(keyword)):
            yield _unclear(path, keyword)


_PARTS: tuple[Callable[[dict[str, Any], dict[str, Any], Path], Iterator[Effect]], ...] = (
    _types, _enums, _bounds, _exacts, _closing, _rest,
)  # fmt: skip
_UNDERSTOOD = (
    frozenset(("type", "enum", "uniqueItems", "additionalProperties", "properties", "required", "items"))
    | frozenset((*_LOWER, *_UPPER, *_EXACT))
    | _NOTES
    | _TARGETS
)


def _notes(old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Effect]:
    changed = [key for key in {**old, **new} if key in _NOTES and old.get(key) != new.get(key)]
    if changed:
        yield Effect(Severity.SAFE, _dotted(path), f"Only words changed: {', '.join(changed)}.")


def _added(old: dict[str, Any], path: Path) -> Effect:
    if old.get("additionalProperties", True) is True or not path:
        return Effect(Severity.SAFE, _dotted(path), "New, and optional.")
    return Effect(Severity.SAFE, _dotted(path), "New, and optional; it was not allowed before.")


def _removed(new: dict[str, Any], path: Path, *, was_needed: bool) -> Effect:
    if new.get("additionalProperties", True) is False:
        return _tighter(path, "Removed, and other properties than the listed ones are not allowed.")
    if was_needed:
        reason = "Removed, and it was required: what reads it relied on it."
        return Effect(Severity.BREAKING, _dotted(path), reason, Breaks.READERS)
    reason = "Removed: apps that send it send a property that is not in the plan; what reads it may get less."
    return Effect(Severity.RISKY, _dotted(path), reason, Breaks.READERS)


def _needed(path: Path, *, is_new: bool) -> Effect:
    state = "New and required" if is_new else "Required now; it was optional"
    return _tighter(path, f"{state}.", "Apps that do not send it violate the plan.")


def _tighter(path: Path, what: str, then: str = "What is sent today may violate the plan.") -> Effect:
    return Effect(Severity.BREAKING, _dotted(path), f"{what} {then}", Breaks.SENDERS)


def _looser(path: Path) -> Effect:
    return Effect(Severity.SAFE, _dotted(path), "Allows more: everything that was right stays right.")


def _unclear(path: Path, keyword: str) -> Effect:
    reason = f"`{keyword}` changed: look whether it allows less."
    return Effect(Severity.RISKY, _dotted(path), reason, Breaks.SENDERS)


def _kinds(schema: dict[str, Any]) -> frozenset[str]:
    """The types a schema allows; `number` stands for those with a fraction."""
    named = schema.get("type")
    if named is None:
        return _TYPES
    kinds = frozenset(named) if isinstance(named, list) else frozenset((named,))
    return kinds | {"integer"} if "number" in kinds else kinds


def _told(kinds: frozenset[str]) -> str:
    if kinds == _TYPES:
        return "anything"
    return one_of(
        sorted(kinds - {"integer"} if "number" in kinds else kinds, key=lambda kind: kind == "null")
    )


def _mentions_reference(schema: Any) -> bool:
    return any(isinstance(node, dict) and "$ref" in node for _, node in schemas.walk(schema))


def _exact(value: Any) -> str:
    """A JSON value as text that differs where the value does: 1 is not true."""
    return json.dumps(value, sort_keys=True)


def _dotted(path: Path) -> str:
    return dotted(path) if path else ""


def _map(schema: dict[str, Any], keyword: str) -> dict[str, Any]:
    value = schema.get(keyword)
    return value if isinstance(value, dict) else {}


def _described(schema: dict[str, Any], path: Path) -> dict[str, Any]:
    """The properties of a schema. Of a whole message, those it says something about: Segment lists the others too."""
    found = _map(schema, "properties")
    return found if path else {key: node for key, node in found.items() if node not in _SAYS_NOTHING}


def _names(schema: dict[str, Any], keyword: str) -> list[str]:
    value = schema.get(keyword)
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
