"""The names that a plan has: of its events, of their properties, of its people's and groups' traits."""

from collections.abc import Iterator
from typing import Any

from trackingplans.domain import schemas
from trackingplans.domain.naming import Support, infer_convention
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.rules import AREAS

_AREA_OF = {"property": "properties", "trait": "traits"}


def planned_names(plan: Plan, kind: str) -> list[str]:
    """The names of a plan's events, properties or traits (`kind`), each once, in the plan's order."""
    if kind == "event":
        return list(dict.fromkeys(rule.name for rule in plan.rules if rule.type == "track"))
    found: dict[str, None] = dict.fromkeys(plan.properties if kind == "property" else ())
    for rule in plan.rules:
        if AREAS.get(rule.type) == _AREA_OF[kind]:
            found.update(dict.fromkeys(_keys(rule)))
    return list(found)


def inferred_naming(plan: Plan) -> tuple[dict[str, Any], list[str]]:
    """The naming rules that most of a plan's names follow, as its document has them, and how many follow each."""
    events = infer_convention(planned_names(plan, "event"))
    keys = infer_convention(planned_names(plan, "property"), "property")
    said: list[Support] = [*events.support.values(), *keys.support.values()]
    document = events.convention.to_document() | keys.convention.to_document()
    return document, [str(one) for one in said]


def _keys(rule: Rule) -> Iterator[str]:
    """The keys that a rule names below its properties or traits, at any depth."""
    area = AREAS[rule.type]
    paths = (_path(pointer) for pointer, _ in schemas.walk(rule.schema))
    return (path[-1] for path in sorted(set(paths)) if len(path) > 1 and path[0] == area)


def _path(pointer: schemas.Pointer) -> tuple[str, ...]:
    """The names of properties on the way to a subschema."""
    path: list[str] = []
    is_name = False
    for step in pointer:
        if is_name:
            path.append(str(step))
        is_name = not is_name and step == "properties"
    return tuple(path)
