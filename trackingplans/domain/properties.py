"""The properties that a rule's schema names: where each stands, by JSON Pointer, and what is said of it there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trackingplans.domain.paths import MISSING, found, pointer_of, steps_of
from trackingplans.domain.plan import Rule
from trackingplans.domain.rules import AREAS

DEEPEST = 12
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Property:
    """One property. `at` and `parent` are JSON Pointers into the rule's schema; `path` is as people write it
    (`products.$.sku`, below the properties or traits); `schema` is what is said of it ({} where it is no object)."""

    name: str
    at: str
    parent: str
    path: str
    depth: int
    schema: Mapping[str, Any]
    is_required: bool


def area_of(rule: Rule) -> str:
    """The part of the message that people mean by a rule's properties."""
    return AREAS.get(rule.type, "properties")


def area_pointer(rule: Rule) -> str:
    """Where the schema of the rule's properties (or traits) stands, whether or not it is there yet."""
    return f"/properties/{area_of(rule)}"


def properties(rule: Rule) -> list[Property]:
    """The properties (or traits) of a rule, those of objects and lists after their owner; at most 5,000."""
    root = at(rule.schema, area_pointer(rule))
    listed = _below(root, area_pointer(rule), (), 0)
    return [one for one, _ in zip(listed, range(MOST), strict=False)]


def property_at(rule: Rule, pointer: str) -> Property | None:
    """The property whose schema stands at a pointer; None where there is none."""
    node = at(rule.schema, pointer)
    steps = steps_of(pointer) if pointer.startswith("/") else ()
    if len(steps) < 2 or steps[-2] != "properties" or node is None:
        return None
    parent = pointer_of(steps[:-2])
    owner = at(rule.schema, parent)
    required = owner.get("required") if isinstance(owner, dict) else None
    names = [step for is_name, step in _marked(steps) if is_name]
    return Property(
        name=steps[-1],
        at=pointer,
        parent=parent,
        path=".".join(names[1:] or names),
        depth=len(names) - 2,
        schema=node if isinstance(node, dict) else {},
        is_required=isinstance(required, list) and steps[-1] in required,
    )


def at(schema: Any, pointer: str) -> Any:
    """What stands at a JSON Pointer; None where nothing does."""
    node = found(schema, steps_of(pointer)) if pointer.startswith("/") else MISSING
    return None if node is MISSING else node


def below(parent: str, name: str) -> str:
    """The pointer of a property of the object at `parent`."""
    return f"{parent}/properties{pointer_of((name,))}"


def _marked(steps: tuple[str, ...]) -> Iterator[tuple[bool, str]]:
    """Each step with whether it names a property; the items of a list are `$`."""
    is_name = False
    for step in steps:
        if is_name:
            yield True, step
        elif step == "items":
            yield True, "$"
        is_name = not is_name and step == "properties"


def _below(node: Any, pointer: str, path: tuple[str, ...], depth: int) -> Iterator[Property]:
    if not isinstance(node, dict) or depth > DEEPEST:
        return
    required = node.get("required")
    members = node.get("properties")
    for name, child in members.items() if isinstance(members, dict) else ():
        place = below(pointer, name)
        schema = child if isinstance(child, dict) else {}
        is_required = isinstance(required, list) and name in required
        yield Property(name, place, pointer, ".".join((*path, name)), depth, schema, is_required)
        yield from _below(schema, place, (*path, name), depth + 1)
    items = node.get("items")
    if isinstance(items, dict):
        yield from _below(items, f"{pointer}/items", (*path, "$"), depth)
