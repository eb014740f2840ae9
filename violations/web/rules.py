"""The rule behind a violation as its page shows it: what it says of the field, and what changed since."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trackingplans.domain.findings import undotted
from trackingplans.domain.plan import Rule
from trackingplans.web import differences
from trackingplans.web.differences import Line
from violations.ruling import Ruling

LINES = 20
KNOWN = 12
MOST_TEXT = 4_000  # characters of a schema


@dataclass(frozen=True, slots=True)
class Shown:
    """`words`: what the rule says of the field, '' where it does not speak of it; then `known` are the properties it
    has, and `more` of them. `changed`: its lines since the violation was last seen. `schema`: of the field, as text."""

    number: int
    former_number: int
    label: str
    words: str
    known: Sequence[str]
    more: int
    changed: Sequence[Line]
    schema: str


def shown(ruling: Ruling, field: str) -> Shown:
    """A ruling about a field (indexes written `$`)."""
    told = differences.properties(ruling.rule)
    words = told.get(field, "")
    names = [_inner(path) for path in told]
    changed = list(differences.lines_of(ruling.former, ruling.rule)) if ruling.has_changed else []
    changed.sort(key=lambda line: line.path != field)
    return Shown(
        number=ruling.number,
        former_number=ruling.former_number,
        label=_inner(field),
        words=words,
        known=names[:KNOWN] if not words else (),
        more=max(0, len(names) - KNOWN),
        changed=changed[:LINES],
        schema=_schema(ruling.rule, field) if words else "",
    )


def _inner(path: str) -> str:
    return path.removeprefix("properties.").removeprefix("traits.")


def _schema(rule: Rule | None, field: str) -> str:
    """The part of the rule's schema that speaks of the field; '' where a reference or a choice stands between."""
    found: Any = rule.schema if rule else None
    for step in undotted(field):
        inner = found.get("items") if step == "$" else (found.get("properties") or {}).get(step)
        if not isinstance(inner, dict):
            return ""
        found = inner
    text = json.dumps(found, ensure_ascii=False, indent=2)
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}\n…"
