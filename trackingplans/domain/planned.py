"""Which properties a rule speaks of and needs, at any depth: what comes beyond them is not in the plan.

Everything that may describe a value counts (each branch of an `anyOf`, both arms of an `if`), so a property is only
called unplanned when no reading of the rule knows it. Where a rule lists no properties, it says nothing about extras.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from trackingplans.domain import engine, schemas
from trackingplans.domain.findings import Step
from trackingplans.domain.legible import storable
from trackingplans.domain.nearest import Vocabulary

PLACEHOLDERS = frozenset(("", "null", "undefined", "NaN", "[object Object]"))
MAX_FOUND = 200
_MOST_REMEMBERED = 500
_HOLDERS = (dict, list)
_UNKNOWN_REFERENCES = ("$recursiveRef", "$dynamicRef")
_ANY_ITEM = ("contains", "unevaluatedItems")

Path = tuple[Step, ...]
Node = dict[str, Any]


class Shape:
    """What one place of a message may hold, as the union of all schemas that describe it.

    `names`: the properties that are listed. `is_open`: others are fine here (nothing is listed, or they are explicitly
    allowed). `needed`: properties that are required whatever else holds, and may not hold a placeholder.
    """

    __slots__ = (
        "_elements", "_known", "_listed", "_patterns", "_root", "_spare", "_sure", "_vocabulary", "is_open", "names",
        "needed", "required", "schemas",
    )  # fmt: skip

    def __init__(self, root: "Root", described_by: Iterable[Any], surely_by: Iterable[Any]) -> None:
        self._root = root
        self.schemas, is_opaque = root.applying(described_by, surely=False)
        self._sure, _ = root.applying(surely_by, surely=True)
        self._known: dict[str, Shape | None] = {}
        self._elements: dict[int, Shape] = {}
        self._listed = max((len(_listed(node)) for node in self.schemas), default=0)
        self._vocabulary: Vocabulary | None = None
        self._patterns = [
            (_matcher(pattern), child)
            for node in self.schemas
            for pattern, child in _map(node, "patternProperties").items()
        ]
        self._spare = [
            node["additionalProperties"] for node in self.schemas if _is_said(node, "additionalProperties")
        ]
        self.names = frozenset(name for node in self.schemas for name in _map(node, "properties"))
        self.required = frozenset(name for node in self.schemas for name in _texts(node, "required"))
        self.needed = frozenset(
            name for node in self._sure for name in _texts(node, "required") if self._is_free(name)
        )
        self.is_open = (
            is_opaque
            or bool(self._spare)
            or any(node.get("additionalProperties") is True for node in self.schemas)
            or not any(isinstance(node.get("properties"), dict) for node in self.schemas)
        )

    def _is_free(self, name: str) -> bool:
        """Whether no schema says itself which values a property may have."""
        described = (_map(node, "properties").get(name) for node in self.schemas)
        return not any(isinstance(node, dict) and ("enum" in node or "const" in node) for node in described)

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
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            found = [
                *_under(self.schemas, key),
                *(child for match, child in self._patterns if match(storable(key))),
            ]
            found = found or self._spare
            self._known[key] = self._root.shape(found, list(_under(self._sure, key))) if found else None
        return self._known[key]

    def element(self, index: int) -> "Shape":
        """The shape of an item of a list."""
        index = min(index, self._listed)  # those beyond the listed ones are all alike
        if index not in self._elements:
            sure = [node["items"] for node in self._sure if isinstance(node.get("items"), dict)]
            self._elements[index] = self._root.shape(list(_item(self.schemas, index)), sure)
        return self._elements[index]

    def below(self, steps: Path) -> "Shape | None":
        """The shape of the value at this path; None when the rule says nothing about it."""
        here: Shape | None = self
        for step in steps:
            here = here and (here.element(step) if isinstance(step, int) else here.at(step))
        return here

    def knows_path(self, steps: Path) -> bool:
        """Whether the rule speaks of the property at the end of this path."""
        here = self.below(steps[:-1])
        return here is not None and isinstance(steps[-1], str) and here.knows(steps[-1])


class Root:
    """A whole schema, and the shapes of its places: one for each set of subschemas, however they are reached."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._made: dict[tuple[int, ...], Shape] = {}

    def whole(self) -> Shape:
        """The shape of the whole message."""
        return self.shape([self._schema], [self._schema])

    def shape(self, described_by: list[Any], surely_by: list[Any]) -> Shape:
        key = (*map(id, described_by), 0, *map(id, surely_by))
        if key not in self._made:
            self._made[key] = Shape(self, described_by, surely_by)
        return self._made[key]

    def applying(self, described_by: Iterable[Any], *, surely: bool) -> tuple[list[Node], bool]:
        """All schemas about the same value, and whether one is out of sight (a reference that cannot be followed).

        `surely`: only those that always apply, no branches of `anyOf`, `oneOf`, `if` or dependencies.
        """
        found: dict[int, Node] = {}
        waiting = list(described_by)
        is_opaque = False
        for node in waiting:
            if not isinstance(node, dict) or id(node) in found:
                continue
            found[id(node)] = node
            is_opaque = is_opaque or any(keyword in node for keyword in _UNKNOWN_REFERENCES)
            if "$ref" in node:
                target = schemas.local(self._schema, node["$ref"])
                is_opaque = is_opaque or target is None
                waiting.append(target)
            waiting += _beside(node, surely=surely)
        return list(found.values()), is_opaque


def whole_shape(schema: Any) -> Shape:
    """The shape of the messages that a rule's schema describes."""
    return Root(schema).whole()


class Look:
    """What there is to see in one message beside violations: `extras`, the paths of properties that the rule does not
    speak of, in the area where that is asked; `placeholders`, the paths of required fields that hold one.
    """

    __slots__ = ("extras", "placeholders")

    def __init__(self, shape: Shape, message: Any, area: str) -> None:
        self.extras: list[Path] = []
        self.placeholders: list[Path] = []
        waiting: list[tuple[Shape, Any, Path, bool]] = [(shape, message, (), False)]
        for here, value, path, is_area in waiting:
            if value.__class__ is list:
                waiting.extend(
                    (here.element(index), child, (*path, index), is_area)
                    for index, child in enumerate(value)
                    if child.__class__ in _HOLDERS
                )
            elif value.__class__ is dict:
                waiting.extend(self._into(here, value, path, area, is_area=is_area))
            if len(self.extras) >= MAX_FOUND:
                break

    def _into(
        self, here: Shape, value: dict[str, Any], path: Path, area: str, *, is_area: bool
    ) -> Iterator[tuple[Shape, Any, Path, bool]]:
        names, needed, may_have_extras = here.names, here.needed, is_area and not here.is_open
        for key, child in value.items():
            if may_have_extras and key not in names and not here.knows(key):
                self.extras.append((*path, key))
            elif child.__class__ in _HOLDERS:
                below = here.at(key)
                if below is not None:
                    yield below, child, (*path, key), is_area or (not path and key == area)
            elif key in needed and child.__class__ is str and child in PLACEHOLDERS:
                self.placeholders.append((*path, key))


def _beside(node: Node, *, surely: bool) -> Iterator[Any]:
    """The schemas inside of one that are about the same value."""
    for keyword in ("allOf",) if surely else ("allOf", "anyOf", "oneOf"):
        branches = node.get(keyword)
        yield from branches if isinstance(branches, list) else ()
    if not surely:
        arms = ("if", "then", "else") if "if" in node else ()
        yield from (node[arm] for arm in arms if arm in node)
        for keyword in ("dependencies", "dependentSchemas"):
            yield from _map(node, keyword).values()


def _under(nodes: list[Node], key: str) -> Iterator[Any]:
    for node in nodes:
        properties = _map(node, "properties")
        if key in properties:
            yield properties[key]


def _listed(node: Node) -> list[Any]:
    """The schemas of the first items of a list, one each."""
    listed = node.get("prefixItems", node.get("items"))
    return listed if isinstance(listed, list) else []


def _item(nodes: list[Node], index: int) -> Iterator[Any]:
    for node in nodes:
        listed = _listed(node)
        if index < len(listed):
            yield listed[index]
        else:
            yield node.get("items")
            yield node.get("additionalItems") if listed else None
        yield from (node.get(keyword) for keyword in _ANY_ITEM)


def _map(node: Node, keyword: str) -> dict[str, Any]:
    value = node.get(keyword)
    return value if isinstance(value, dict) else {}


def _texts(node: Node, keyword: str) -> list[str]:
    value = node.get(keyword)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _is_said(node: Node, keyword: str) -> bool:
    return isinstance(node.get(keyword), dict)


def _matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a key fits a pattern, in the engine's own dialect; every key when the pattern cannot be used."""
    try:
        return engine.validator({"pattern": pattern}).is_valid
    except engine.UnusableSchema:
        return lambda _key: True
