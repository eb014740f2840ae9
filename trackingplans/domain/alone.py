"""The judge of properties (or traits) where the rule of a message only speaks of them.

One pass of the engine over the closed variant of their schema tells everything: what breaks the rule, what is not in
the plan, which required field holds a placeholder. What the rule did not say itself was added by `closing`.
"""

from typing import Any, NamedTuple

import jsonschema_rs

from trackingplans.domain.explaining import Explainer, unexpected, value_at
from trackingplans.domain.findings import Finding, Step
from trackingplans.domain.planned import MAX_FOUND, PLACEHOLDERS, Shape

_MOST_REMEMBERED = 2000

Path = tuple[Step, ...]


class Seen(NamedTuple):
    """What there is to say about one value: `extras` and `placeholders` are paths in the message."""

    violations: list[Finding]
    extras: list[Path]
    placeholders: list[Path]


class Alone:
    """`validator`: of the closed variant; `schema`: what the rule itself says of the area `area`."""

    __slots__ = ("_added", "_area", "_explain", "_iter_errors", "_schema", "_shape", "is_fine")

    def __init__(self, validator: jsonschema_rs.Validator, schema: Any, area: str, shape: Shape) -> None:
        self.is_fine = validator.is_valid
        self._iter_errors = validator.iter_errors
        self._schema = schema
        self._area = area
        self._shape = shape
        self._explain = Explainer(root=(area,)).said
        self._added: dict[Path, bool] = {}

    def seen(self, value: dict[str, Any]) -> Seen:
        """Everything there is to say about a value."""
        violations: dict[tuple[object, ...], Finding] = {}
        extras: list[Path] = []
        placeholders: dict[Path, None] = {}
        for error in self._iter_errors(value):
            kind, path, here = error.kind, tuple(error.schema_path), tuple(error.instance_path)
            at = value_at(value, here)
            names = unexpected(kind, path, at)
            if names is not None:
                extras += [(self._area, *here, name) for name in names]
            is_added = self._is_added(path)
            if at.__class__ is str and at in PLACEHOLDERS and (is_added or self._is_needed(here)):
                placeholders[(self._area, *here)] = None
            if not is_added:
                for finding in self._explain(kind, here, path, at):
                    violations.setdefault((finding.code, finding.steps, finding.segment_text), finding)
            if len(violations) >= MAX_FOUND or len(extras) >= MAX_FOUND:
                break
        found = sorted(violations.values(), key=_is_no_gap)
        return Seen(found, sorted(extras, key=len), list(placeholders))

    def _is_added(self, path: Path) -> bool:
        """Whether `closing` said what stands at this place of the closed variant."""
        known = self._added.get(path)
        if known is None:
            if len(self._added) >= _MOST_REMEMBERED:
                self._added.clear()
            known = self._added[path] = _leads_nowhere(self._schema, path)
        return known

    def _is_needed(self, here: Path) -> bool:
        parent = self._shape.below((self._area, *here[:-1]))
        return parent is not None and here[-1] in parent.needed


def _is_no_gap(finding: Finding) -> bool:
    """Sorts what is missing to the front: the engine names errors in an order of its own."""
    return finding.code != "required"


def _leads_nowhere(node: Any, path: Path) -> bool:
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return True
    return False
