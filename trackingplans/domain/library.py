"""Shared properties: one definition for a property that stands in many events, and where the events say otherwise.

An event uses a definition when its note on the property says so (`meta.properties[pointer].shared`). Whether it may be
null or is required is the event's own choice; all else should be as defined.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.properties import properties

MOST_CANDIDATES = 50
OFTEN = 3  # events that hold a property of one name before it is worth a definition

Schema = dict[str, Any]
Edit = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Use:
    """A property of an event. `differs`: the event says something else than the definition."""

    rule: Rule
    pointer: str
    path: str
    schema: Schema
    differs: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """A definition and the events that use it. `groups`: those it belongs to."""

    name: str
    schema: Schema
    uses: tuple[Use, ...]
    groups: tuple[str, ...] = ()

    @property
    def conflicts(self) -> int:
        return sum(use.differs for use in self.uses)


@dataclass(frozen=True, slots=True)
class Library:
    """`shared` by name; `candidates`: names that stand in several events without a definition, most frequent first,
    each with what most of them say."""

    shared: tuple[Shared, ...]
    candidates: tuple[Shared, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]


def library(plan: Plan) -> Library:
    """All shared properties of a plan, and those that could be."""
    uses: dict[str, list[tuple[Rule, str, str, Schema]]] = defaultdict(list)
    loose: dict[str, list[tuple[Rule, str, str, Schema]]] = defaultdict(list)
    for rule in plan.rules:
        notes = rule.meta.get("properties")
        for one in properties(rule):
            note = notes.get(one.at) if isinstance(notes, Mapping) else None
            name = note.get("shared") if isinstance(note, Mapping) else None
            kept = (rule, one.at, one.path, dict(one.schema))
            if isinstance(name, str) and name in plan.properties:
                uses[name].append(kept)
            elif one.name not in plan.properties:
                loose[one.name].append(kept)
    groups = [(name, tuple(_texts(members))) for name, members in plan.groups.items()]
    shared = [
        _shared(name, dict(schema) if isinstance(schema, Mapping) else {}, uses[name], groups)
        for name, schema in plan.properties.items()
    ]
    often = sorted((name for name, found in loose.items() if _events(found) >= OFTEN),
                   key=lambda name: (-_events(loose[name]), name))  # fmt: skip
    candidates = [_shared(name, _usual(loose[name]), loose[name], groups) for name in often[:MOST_CANDIDATES]]
    return Library(tuple(sorted(shared, key=lambda one: one.name)), tuple(candidates), tuple(groups))


def edits_to_define(plan: Plan, one: Shared, schema: Schema, *, everywhere: bool) -> list[Edit]:
    """What gives a property this definition: events that said the old one follow, others only when `everywhere`.

    For a candidate, the events that follow are noted as users of the definition.
    """
    edits: list[Edit] = []
    if plan.properties.get(one.name) != schema:
        edits.append({"op": "set_plan", "path": ["properties", one.name], "value": schema})
    for use in one.uses:
        if use.differs and not everywhere:
            continue
        kind, name, version = use.rule.identity
        of = {"type": kind, "name": name, "version": version}
        wanted = with_null(schema) if allows_null(use.schema) else schema
        if use.schema != wanted:
            edits.append({"op": "set_property", "of": of, "at": use.pointer, "path": [], "value": wanted})
        notes = use.rule.meta.get("properties")
        note = notes.get(use.pointer, {}) if isinstance(notes, Mapping) else {}
        if note.get("shared") != one.name:
            path = ["meta", "properties", use.pointer, "shared"]
            edits.append({"op": "set_rule", "of": of, "path": path, "value": one.name})
    return edits


def _shared(
    name: str,
    schema: Schema,
    found: Iterable[tuple[Rule, str, str, Schema]],
    groups: list[tuple[str, tuple[str, ...]]],
) -> Shared:
    wanted = _core(schema)
    uses = tuple(Use(rule, at, path, said, _core(said) != wanted) for rule, at, path, said in found)
    return Shared(name, schema, uses, tuple(group for group, members in groups if name in members))


def _usual(found: list[tuple[Rule, str, str, Schema]]) -> Schema:
    """What most of them say, null left out."""
    counted = Counter(_core(schema) for _, _, _, schema in found)
    usual: Schema = json.loads(counted.most_common(1)[0][0])
    return usual


def _core(schema: Schema) -> str:
    """A schema as text that is the same whether or not null is allowed."""
    return json.dumps(_without_null(schema), sort_keys=True)


def _without_null(schema: Schema) -> Schema:
    kinds = schema.get("type")
    found = dict(schema)
    if isinstance(kinds, list) and "null" in kinds and len(kinds) > 1:
        rest = [kind for kind in kinds if kind != "null"]
        found["type"] = rest[0] if len(rest) == 1 else rest
        if isinstance(schema.get("enum"), list):
            found["enum"] = [value for value in schema["enum"] if value is not None]
    return found


def says_the_same(one: Schema, other: Schema) -> bool:
    """Whether two schemas agree in all but whether null is allowed."""
    return _core(one) == _core(other)


def with_null(schema: Schema) -> Schema:
    """The schema, null allowed too."""
    kinds = schema.get("type")
    if kinds is None or allows_null(schema):
        return schema
    found = {**schema, "type": [*(kinds if isinstance(kinds, list) else [kinds]), "null"]}
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        found["enum"] = [*schema["enum"], None]
    return found


def allows_null(schema: Schema) -> bool:
    """Whether null is one of the types that a schema names."""
    kinds = schema.get("type")
    return isinstance(kinds, list) and "null" in kinds


def _events(found: list[tuple[Rule, str, str, Schema]]) -> int:
    return len({rule.identity for rule, _, _, _ in found})


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
