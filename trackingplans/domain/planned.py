"""Which properties a rule speaks of, at any depth: what comes beyond them is not in the plan.

Everything that may describe a value counts (each branch of an `anyOf`, both arms of an `if`), so a property
is only called unplanned when no reading of the rule knows it. Where a rule lists no properties, it says
nothing about extras.
"""

from typing import Any

from trackingplans.domain import engine, schemas
from trackingplans.domain.findings import Step
from trackingplans.domain.legible import storable
from trackingplans.domain.nearest import Vocabulary

MAX_FOUND = 200
_HOLDERS = (dict, list)
_UNKNOWN_REFERENCES = ("$recursiveRef", "$dynamicRef")
_BRANCHES = ("allOf", "anyOf", "oneOf")
_DEPENDENT = ("dependencies", "dependentSchemas")
_ARMS = ("if", "then", "else")


class Shape:
    """What one place of the message may hold, as the union of all schemas that describe it.

    `is_open`: extras are fine here (nothing is listed, or extras are explicitly allowed).
    """

    __slots__ = (
        "_elements",
        "_is_opaque",
        "_known",
        "_patterns",
        "_root",
        "_spare",
        "_vocabulary",
        "is_open",
        "names",
        "required",
        "schemas",
    )

    def __init__(self, root: Any, described_by: list[Any]) -> None:
        self._root = root
        self.schemas, self._is_opaque = applying(root, described_by, surely=False)
        self._known: dict[str, Shape | None] = {}
        self._elements: Shape | None = None
        self._patterns = [
            (_matcher(pattern), child)
            for node in self.schemas
            for pattern, child in _map(node, "patternProperties")
        ]
        self._spare = [
            node["additionalProperties"]
            for node in self.schemas
            if isinstance(node.get("additionalProperties"), dict)
        ]
        self.names = {name for node in self.schemas for name, _ in _map(node, "properties")}
        self._vocabulary: Vocabulary | None = None
        self.required = {
            name
            for node in self.schemas
            for name in (node["required"] if isinstance(node.get("required", "schemas"), list) else ())
            if isinstance(name, str)
        }
        self.is_open = self._is_open()

    def _is_open(self) -> bool:
        if (
            self._is_opaque
            or self._spare
            or any(node.get("additionalProperties") is True for node in self.schemas)
        ):
            return True
        return not any(isinstance(node.get("properties"), dict) for node in self.schemas)

    def meant(self, key: str) -> str | None:
        """The listed property that another name was surely meant to be."""
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(self.names)
        return self._vocabulary.nearest(key)

    def knows(self, key: str) -> bool:
        """Whether the rule speaks of this property."""
        return (
            key in self.names
            or key in self.required
            or any(match(storable(key)) for match, _ in self._patterns)
        )

    def at(self, key: str) -> "Shape | None":
        """The shape of the value under a key; None when nothing is said about it."""
        if key not in self._known:
            found = [dict(_map(node, "properties"))[key] for node in self.schemas if key in _names(node)]
            found += [child for match, child in self._patterns if match(storable(key))]
            if len(self._known) > MAX_FOUND:
                self._known.clear()
            self._known[key] = Shape(self._root, found or self._spare) if found or self._spare else None
        return self._known[key]

    def knows_path(self, steps: tuple[Step, ...]) -> bool:
        """Whether the rule speaks of the property at the end of this path."""
        here = self.below(steps[:-1])
        return here is not None and isinstance(steps[-1], str) and here.knows(steps[-1])

    def below(self, steps: tuple[Step, ...]) -> "Shape | None":
        """The shape of the value at this path; None when the rule says nothing about it."""
        here: Shape | None = self
        for step in steps:
            here = here and (here.elements() if isinstance(step, int) else here.at(step))
        return here

    def elements(self) -> "Shape":
        """The shape of the items of a list."""
        if self._elements is None:
            found: list[Any] = []
            for node in self.schemas:
                for keyword in ("items", "prefixItems", "additionalItems", "contains", "unevaluatedItems"):
                    value = node.get(keyword)
                    found += value if isinstance(value, list) else [value]
            self._elements = Shape(self._root, found)
        return self._elements


def extras(shape: Shape, value: Any, steps: tuple[Step, ...]) -> list[tuple[Step, ...]]:
    """The paths of properties that the rule does not speak of, outermost first, at most `MAX_FOUND`."""
    found: list[tuple[Step, ...]] = []
    waiting: list[tuple[Shape, Any, tuple[Step, ...]]] = [(shape, value, steps)]
    for here, current, path in waiting:
        if len(found) >= MAX_FOUND:
            break
        if isinstance(current, dict):
            names, is_open = here.names, here.is_open
            for key, child in current.items():
                if key not in names and not is_open and not here.knows(key):
                    found.append((*path, key))
                elif child.__class__ in _HOLDERS:
                    below = here.at(key)
                    if below is not None:
                        waiting.append((below, child, (*path, key)))
        elif isinstance(current, list):
            elements = here.elements()
            waiting.extend(
                (elements, child, (*path, index))
                for index, child in enumerate(current)
                if child.__class__ in _HOLDERS
            )
    return found[:MAX_FOUND]


def applying(root: Any, described_by: list[Any], *, surely: bool) -> tuple[list[dict[str, Any]], bool]:
    """All schemas that describe the same value, and whether one of them is out of sight (a reference that cannot be
    followed here). `surely`: only those that always apply, no branches of `anyOf`, `oneOf`, `if` or dependencies.
    """
    found: list[dict[str, Any]] = []
    seen: set[int] = set()
    waiting = list(described_by)
    is_opaque = False
    for node in waiting:
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        found.append(node)
        is_opaque = is_opaque or any(keyword in node for keyword in _UNKNOWN_REFERENCES)
        if "$ref" in node:
            target = schemas.local(root, node["$ref"])
            is_opaque = is_opaque or target is None
            waiting.append(target)
        for keyword in ("allOf",) if surely else _BRANCHES:
            branches = node.get(keyword)
            waiting += branches if isinstance(branches, list) else []
        if not surely:
            waiting += [node[arm] for arm in _ARMS if arm in node]
            waiting += [child for keyword in _DEPENDENT for _, child in _map(node, keyword)]
    return found, is_opaque


def _map(node: dict[str, Any], keyword: str) -> list[tuple[str, Any]]:
    value = node.get(keyword)
    return list(value.items()) if isinstance(value, dict) else []


def _names(node: dict[str, Any]) -> Any:
    value = node.get("properties")
    return value if isinstance(value, dict) else ()


def _matcher(pattern: str) -> Any:
    """Whether a key fits a pattern, in the engine's own dialect."""
    try:
        return engine.validator({"pattern": pattern}).is_valid
    except engine.UnusableSchema:
        return _always


def _always(_key: str) -> bool:
    return True
