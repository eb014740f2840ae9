"""The call as it should have been sent: the certain put right, the missing added as an example, the rest as it is."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trackingplans.domain.explaining import MISSING, value_at
from trackingplans.domain.findings import Family, Finding, Step
from trackingplans.domain.plan import Rule
from trackingplans.domain.planned import Shape, whole_shape
from trackingplans.domain.sentences import kind_of, named, shown
from trackingplans.domain.validation import Judgement

EXAMPLES = {
    "date-time": "2026-11-22T09:00:00Z",
    "date": "2026-11-22",
    "time": "09:00:00Z",
    "duration": "PT5M",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "uuid": "9f4f1c52-6a8e-4f0e-9a53-2b7a3a1c0d11",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "hostname": "example.com",
}
_MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Corrected:
    """A call put right. `changes` says each change in a sentence."""

    document: dict[str, Any]
    changes: tuple[str, ...]


def corrected(document: dict[str, Any], judgement: Judgement, rule: Rule | None = None) -> Corrected | None:
    """The message with all that is certain put right; None when nothing is.

    Renames an event or property that was surely meant to be a planned one, converts texts to the types the
    rule asks for, takes the allowed value that was meant, and adds what is missing with an example value.
    `rule` is the rule it was judged by (default: the judgement's).
    """
    rule = rule or judgement.rule
    fixing = _Fixing(copy.deepcopy(document), whole_shape(rule.schema) if rule is not None else None)
    for finding in sorted(judgement.findings, key=lambda finding: finding.family != Family.UNPLANNED):
        fix = _FIXES.get(finding.code.removeprefix("common_schema."))
        if fix is not None and finding.family in (Family.VIOLATION, Family.UNPLANNED):
            fix(fixing, finding)
    return Corrected(fixing.document, tuple(fixing.changes)) if fixing.changes else None


class _Fixing:
    """One message being put right."""

    def __init__(self, document: dict[str, Any], shape: Shape | None) -> None:
        self.document = document
        self.shape = shape
        self.changes: list[str] = []

    def event(self, finding: Finding) -> None:
        """Take the planned name."""
        if finding.meant is not None:
            self.put(finding.steps, finding.meant, f"Renamed the event to {finding.meant}.")

    def property(self, finding: Finding) -> None:
        """Take the planned name, unless it is taken."""
        holder = value_at(self.document, finding.steps[:-1])
        key = finding.steps[-1]
        if (
            finding.meant is None
            or not isinstance(holder, dict)
            or finding.meant in holder
            or key not in holder
        ):
            return
        renamed = {finding.meant if name == key else name: value for name, value in holder.items()}
        holder.clear()
        holder.update(renamed)
        self.changes.append(f"Renamed {named(finding.steps)} to `{finding.meant}`.")

    def missing(self, finding: Finding) -> None:
        """Add an example."""
        holder = value_at(self.document, finding.steps[:-1])
        if not isinstance(holder, dict) or finding.steps[-1] in holder:
            return
        value = example(self.shape.below(finding.steps) if self.shape is not None else None)
        self.put(finding.steps, value, f"Added {named(finding.steps)}: put the real value in.")

    def type(self, finding: Finding) -> None:
        """Convert what can only be meant as the type that is asked for."""
        value = value_at(self.document, finding.steps)
        for kind in self.kinds(finding.steps):
            converted = _converted(value, kind)
            if converted is not MISSING:
                self.put(finding.steps, converted, f"{named(finding.steps)} is {shown(converted)} now.")
                return

    def allowed(self, finding: Finding) -> None:
        """Take the value that was meant, or the only one there is."""
        options = [
            node["const"]
            for node in self.schemas(finding.steps)
            if "const" in node and finding.code.endswith("const")
        ]
        value = finding.meant if finding.meant is not None else options[0] if options else MISSING
        if value is not MISSING:
            self.put(finding.steps, value, f"{named(finding.steps)} is {shown(value)} now.")

    def put(self, steps: tuple[Step, ...], value: Any, change: str) -> None:
        holder = value_at(self.document, steps[:-1])
        if not steps or not isinstance(holder, list if isinstance(steps[-1], int) else dict):
            return
        within: Any = holder
        within[steps[-1]] = value
        self.changes.append(change)

    def schemas(self, steps: tuple[Step, ...]) -> list[dict[str, Any]]:
        shape = self.shape.below(steps) if self.shape is not None else None
        return shape.schemas if shape is not None else []

    def kinds(self, steps: tuple[Step, ...]) -> list[str]:
        return _kinds(self.schemas(steps))


_FIXES: dict[str, Callable[[_Fixing, Finding], None]] = {
    "unplanned_event": _Fixing.event,
    "unplanned_property": _Fixing.property,
    "required": _Fixing.missing,
    "type": _Fixing.type,
    "enum": _Fixing.allowed,
    "const": _Fixing.allowed,
}


def example(shape: Shape | None, depth: int = 0) -> Any:
    """A value that a rule would take at a place: an example of its own if it has one, else the simplest."""
    nodes = shape.schemas if shape is not None else []
    for node in nodes:
        for keyword in ("const", "default"):
            if keyword in node:
                return node[keyword]
        for keyword in ("examples", "enum"):
            if isinstance(node.get(keyword), list) and node[keyword]:
                return node[keyword][0]
    kind = next(iter(_kinds(nodes)), "string")
    if kind == "object" and shape is not None and depth < _MAX_DEPTH:
        return {name: example(shape.at(name), depth + 1) for name in sorted(shape.required)}
    if kind == "array" and shape is not None and depth < _MAX_DEPTH:
        fewest = max((node.get("minItems", 0) for node in nodes), default=0)
        return [example(shape.element(index), depth + 1) for index in range(min(fewest, 3))]
    return _scalar(kind, nodes)


def _scalar(kind: str, nodes: list[dict[str, Any]]) -> Any:
    if kind in ("number", "integer"):
        return max(
            (node["minimum"] for node in nodes if isinstance(node.get("minimum"), int | float)), default=0
        )
    if kind == "boolean":
        return False
    if kind == "null":
        return None
    if kind in ("object", "array"):
        return {} if kind == "object" else []
    formats = [EXAMPLES[node["format"]] for node in nodes if node.get("format") in EXAMPLES]
    return formats[0] if formats else "…"


def _kinds(nodes: list[dict[str, Any]]) -> list[str]:
    """The types that are asked for, null last."""
    found: list[str] = []
    for node in nodes:
        kinds = node.get("type", [])
        found += kinds if isinstance(kinds, list) else [kinds]
    return sorted(dict.fromkeys(found), key=lambda kind: kind == "null")


def _converted(value: Any, kind: str) -> Any:
    """The value as the type, where only one reading is possible; a marker otherwise."""
    if kind_of(value) == "string":
        text = value.strip()
        if kind == "boolean" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if kind in ("number", "integer") and len(text) < 40:
            return _number(text, kind)
    if kind == "string" and isinstance(value, int | float):
        return "true" if value is True else "false" if value is False else shown(value)
    return MISSING


def _number(text: str, kind: str) -> Any:
    try:
        number = float(text)
        whole = int(number)
    except (ValueError, OverflowError):
        return MISSING
    if number == whole:
        return int(text) if text.lstrip("+-").isdecimal() else whole
    return number if kind == "number" else MISSING
