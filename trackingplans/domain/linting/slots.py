"""The properties that a rule speaks of: each place of the message once, with every schema that describes it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from trackingplans.domain import schemas
from trackingplans.domain.findings import dotted
from trackingplans.domain.plan import Rule
from trackingplans.domain.rules import AREAS

ITEM = "$"  # any item of a list, as in the paths of violations
ANY_KEY = "*"  # any key of an object that is a map
KIND_OF_AREA = {"properties": "property", "traits": "trait"}
MOST_SLOTS = 2_000  # of one rule
_DEEPEST = 12
_SAME_VALUE = frozenset(("allOf", "anyOf", "oneOf", "if", "then", "else", "dependencies", "dependentSchemas"))
_LEADS_ON = schemas.SUBSCHEMAS | {"$ref", "required"}
_ITEMS = frozenset(("items", "prefixItems", "additionalItems", "contains", "unevaluatedItems"))

Path = tuple[str, ...]
# A schema that is waiting: the path of its value, its own place, and the targets of references on the way to it.
_Step = tuple[Path, schemas.Pointer, Any, frozenset[int]]


@dataclass(slots=True)
class Slot:
    """One property of one rule. `path` leads to it from the message's root; `steps` to its first schema in the rule's
    document. `nodes`: all schemas about it, the ones behind references too. `is_required`: in some reading of the rule.
    """

    rule: Rule
    path: Path
    steps: schemas.Pointer
    is_required: bool = False
    nodes: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def inner(self) -> str:
        """The path without the leading properties or traits: `products.$.sku`."""
        return dotted(self.path[1:])

    @property
    def is_refused(self) -> bool:
        """Whether all of its schemas are false: it must not come."""
        return self.nodes[0] is False and all(node is False for node in self.nodes)

    def says(self, keyword: str) -> Iterator[Any]:
        """What the schemas about it say under a keyword."""
        return (node[keyword] for node in self.nodes if isinstance(node, dict) and keyword in node)


def area_of(rule: Rule) -> str:
    """The field of a message that a rule's properties stand in; '' for the common rule."""
    return AREAS.get(rule.type, "")


@dataclass(frozen=True, slots=True)
class Described:
    """A rule and its properties (or traits), at any depth, in the order it names them.

    `undeclared`: paths that it requires and nowhere describes, with the place where it requires them.
    """

    rule: Rule
    slots: list[Slot]
    undeclared: dict[Path, schemas.Pointer]


def described(rule: Rule) -> Described:
    """What a rule says of its properties; nothing for the common rule, whose fields are Segment's."""
    area = area_of(rule)
    if not area:
        return Described(rule, [], {})
    walk = _Walk(rule)
    walk.go()
    within = [path for path in walk.slots if path[0] == area and len(path) > 1]
    missing = [
        path
        for path in walk.required
        if path[0] == area
        and len(path) > 1
        and path not in walk.slots
        and (*path[:-1], ANY_KEY) not in walk.slots
    ]
    return Described(
        rule,
        [walk.slots[path] for path in within if path[-1] not in (ITEM, ANY_KEY)],
        {path: walk.required[path] for path in missing},
    )


class _Walk:
    """One pass over a rule's schema, following references inside of it."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self.slots: dict[Path, Slot] = {}
        self.required: dict[Path, schemas.Pointer] = {}
        self._seen: set[tuple[int, Path]] = set()

    def go(self) -> None:
        waiting: list[_Step] = [((), ("schema",), self._rule.schema, frozenset())]
        for path, steps, node, through in waiting:  # grows while it is walked
            if len(self.slots) > MOST_SLOTS or len(path) > _DEEPEST:
                continue
            if path:
                slot = self.slots.get(path)
                if slot is None:
                    slot = self.slots[path] = Slot(self._rule, path, steps)
                slot.nodes.append(node)
            if not isinstance(node, dict) or node.keys().isdisjoint(_LEADS_ON):
                continue
            if (id(node), path) not in self._seen:
                self._seen.add((id(node), path))
                self._require(path, steps, node)
                waiting += self._inner(path, steps, node, through)
        for path in self.required.keys() & self.slots.keys():
            self.slots[path].is_required = True

    def _inner(
        self, path: Path, steps: schemas.Pointer, node: dict[str, Any], through: frozenset[int]
    ) -> Iterator[_Step]:
        if "$ref" in node:
            target = schemas.local(self._rule.schema, node["$ref"])
            if isinstance(target, dict) and id(target) not in through:
                yield path, ("schema", *_steps_of(node["$ref"])), target, through | {id(target)}
        for step, child in schemas.children(node):
            below = _below(step, path)
            if below is not None:
                yield below, steps + step, child, through

    def _require(self, path: Path, steps: schemas.Pointer, node: dict[str, Any]) -> None:
        required = node.get("required")
        for at, name in enumerate(required if isinstance(required, list) else ()):
            if isinstance(name, str):
                self.required.setdefault((*path, name), (*steps, "required", at))


def _below(step: schemas.Pointer, path: Path) -> Path | None:
    """The path of the value that a subschema is about; None where it is about none."""
    keyword = step[0]
    if keyword in _SAME_VALUE:
        return path
    if keyword == "properties":
        return (*path, str(step[1]))
    if keyword in _ITEMS:
        return (*path, ITEM)
    if keyword in ("additionalProperties", "patternProperties", "unevaluatedProperties"):
        return (*path, ANY_KEY)
    return None


def _steps_of(reference: str) -> schemas.Pointer:
    return tuple(schemas.unescaped(part) for part in reference[2:].split("/")) if len(reference) > 1 else ()
