"""What traffic says about a rule: which of its properties could be required, should not be, or are of another kind.

A suggestion rests on enough messages, says on how many, and holds the edits that would follow it (`add_property`,
`set_property`, `set_required`), so that a person only has to agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trackingplans.domain import inferring
from trackingplans.domain.findings import dotted, undotted
from trackingplans.domain.inferring import ALWAYS, MANY
from trackingplans.domain.plan import Rule
from trackingplans.domain.profiling import Profile
from trackingplans.domain.sentences import listed, named, one_of

ONCE_IN_20 = 0.05
MOST = 50

Edit = dict[str, Any]
_SAYS_WHICH = ("enum", "const", "pattern", "format")
_SAYS_KIND = ("type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf", "not", "if")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`code`: require, optional, type, widen, enum, format or add. `path`: dotted, with `$` for any index.

    `share` of `base` messages (or objects around the property) speak for it.
    """

    code: str
    path: str
    sentence: str
    share: float
    base: int
    edits: tuple[Edit, ...]


def suggestions(profile: Profile, rule: Rule) -> list[Suggestion]:
    """What would make the rule fit what was sampled of its event; [] while too little was."""
    return [one for slot in _slots(rule.schema) for one in _about(slot, profile, rule)][:MOST]


def percent(share: float) -> str:
    """A share as people read it; only all of it is 100 %."""
    return "100 %" if share >= 1 else f"{min(share * 100, 99.9):.1f} %"


@dataclass(frozen=True, slots=True)
class _Slot:
    """An object of the schema: where its values stand in messages, and where it stands in the schema."""

    path: str
    pointer: str
    node: dict[str, Any]


def _slots(schema: Any) -> Iterator[_Slot]:
    waiting = []
    if isinstance(schema, dict):
        for area in ("properties", "traits"):
            node = (schema.get("properties") or {}).get(area)
            waiting.append(_Slot(area, f"/properties/{area}", node) if isinstance(node, dict) else None)
    for slot in waiting:
        if slot is None:
            continue
        yield slot
        for name, child in _properties(slot.node).items():
            waiting.append(
                _slot(f"{slot.path}.{_step(name)}", f"{slot.pointer}/properties/{_part(name)}", child)
            )
        if isinstance(slot.node.get("items"), dict):
            waiting.append(_Slot(f"{slot.path}.$", f"{slot.pointer}/items", slot.node["items"]))


def _slot(path: str, pointer: str, node: Any) -> _Slot | None:
    return _Slot(path, pointer, node) if isinstance(node, dict) else None


def _about(slot: _Slot, profile: Profile, rule: Rule) -> Iterator[Suggestion]:
    """What is to be said of the properties of one object."""
    of = {"type": rule.type, "name": rule.name, "version": rule.version}
    known, needed = _properties(slot.node), slot.node.get("required") or ()
    for name, node in known.items():
        path, pointer = f"{slot.path}.{_step(name)}", f"{slot.pointer}/properties/{_part(name)}"
        if profile.base(path) < MANY or not isinstance(node, dict):
            continue
        yield from _presence(profile, path, {"of": of, "at": pointer}, is_needed=name in needed)
        yield from _kinds(profile, path, node, {"op": "set_property", "of": of, "at": pointer})
    if known:
        yield from _unknown(profile, slot, {"op": "add_property", "of": of, "at": slot.pointer})


def _presence(profile: Profile, path: str, where: Edit, *, is_needed: bool) -> Iterator[Suggestion]:
    fill, base = profile.fill(path) or 0.0, profile.base(path)
    edit = {"op": "set_required", **where, "required": not is_needed}
    if fill >= ALWAYS and not is_needed:
        sentence = f"{_name(path)} came in {percent(fill)} of {base:,}: require it?"
        yield Suggestion("require", path, sentence, fill, base, (edit,))
    elif 1 - fill >= ONCE_IN_20 and is_needed:
        sentence = f"{percent(1 - fill)} of {base:,} lack {_name(path)}, which is required: make it optional?"
        yield Suggestion("optional", path, sentence, 1 - fill, base, (edit,))


def _kinds(profile: Profile, path: str, node: dict[str, Any], edit: Edit) -> Iterator[Suggestion]:
    place = profile.places.get(path)
    if place is None or place.seen < MANY:
        return
    kinds, seen = inferring.types_of(place), place.seen
    if not any(keyword in node for keyword in _SAYS_KIND):
        share = 1 - profile.misfits(path, kinds) / seen
        if len([kind for kind in kinds if kind != "null"]) == 1:
            value = kinds[0] if len(kinds) == 1 else kinds
            sentence = f"{_name(path)} was {one_of(kinds)} in {percent(share)} of {seen:,}: say so?"
            yield Suggestion(
                "type", path, sentence, share, seen, ({**edit, "path": ["type"], "value": value},)
            )
        return
    allowed = node.get("type", [])
    allowed = [allowed] if isinstance(allowed, str) else list(allowed)
    misfits = profile.misfits(path, allowed) if allowed else 0
    if misfits >= ONCE_IN_20 * seen:
        others = [
            kind for kind in kinds if kind not in allowed and (kind, "number") != ("integer", *allowed[:1])
        ]
        sentence = (
            f"{_name(path)} was {one_of(others)} in {percent(misfits / seen)} of {seen:,}: allow that too?"
        )
        value = [*allowed, *others]
        yield Suggestion(
            "widen", path, sentence, misfits / seen, seen, ({**edit, "path": ["type"], "value": value},)
        )
    elif "string" in allowed and not any(keyword in node for keyword in _SAYS_WHICH):
        yield from _forms(profile, path, edit, may_be_null="null" in allowed)


def _forms(profile: Profile, path: str, edit: Edit, *, may_be_null: bool) -> Iterator[Suggestion]:
    place = profile.places[path]
    form, values = inferring.format_of(place), inferring.enum_of(place)
    if form is not None:
        share = place.forms[form] / max(1, place.kinds["string"])
        sentence = f"{_name(path)} had the format {form} in {percent(share)} of {place.seen:,}: ask for it?"
        yield Suggestion(
            "format", path, sentence, share, place.seen, ({**edit, "path": ["format"], "value": form},)
        )
    elif values is not None:
        sentence = f"{_name(path)} was one of {listed(values)} in all of {place.seen:,}: allow only these?"
        value = [*values, *([None] if may_be_null else [])]
        yield Suggestion(
            "enum", path, sentence, 1.0, place.seen, ({**edit, "path": ["enum"], "value": value},)
        )


def _unknown(profile: Profile, slot: _Slot, edit: Edit) -> Iterator[Suggestion]:
    """Properties that come and are not in the plan."""
    known = _properties(slot.node)
    for path in profile.places:
        steps = undotted(path)
        if dotted(steps[:-1]) != slot.path or len(steps) < 2 or steps[-1] == "$" or steps[-1] in known:
            continue
        fill, base = profile.fill(path) or 0.0, profile.base(path)
        if base >= MANY and fill >= ONCE_IN_20:
            schema = inferring.schema_at(profile, path)
            sentence = f"{_name(path)} came in {percent(fill)} of {base:,} and is not in the plan: add it?"
            add = {**edit, "name": steps[-1], "schema": schema, "required": False}
            yield Suggestion("add", path, sentence, fill, base, (add,))


def _properties(node: dict[str, Any]) -> dict[str, Any]:
    found = node.get("properties")
    return found if isinstance(found, dict) else {}


def _name(path: str) -> str:
    return named(undotted(path))


def _step(name: str) -> str:
    return dotted((name,))


def _part(name: str) -> str:
    """A name as a step of a JSON Pointer."""
    return name.replace("~", "~0").replace("/", "~1")
