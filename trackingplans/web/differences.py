"""Changes as the pages show them: old and new side by side, property by property, in words that are no JSON Schema."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from trackingplans.comparing import Difference, Judged
from trackingplans.domain.changes import Kind
from trackingplans.domain.legible import shortened
from trackingplans.domain.plan import Plan, Rule, to_document
from trackingplans.domain.renames import former_names
from trackingplans.outlining import NAMELESS
from trackingplans.web import tree
from trackingplans.web.values import LONGEST, told_value

SHOWN = 300
LINES_SHOWN = 60
_META = {"former_names": "former names", "since_release": "since release"}


@dataclass(slots=True)
class Line:
    """One property or note: what it was, what it is ('' where it is not there)."""

    label: str
    was: str
    now: str
    path: str = ""
    effects: list[Judged] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shown:
    """One change. `summary`: of a rule that came or went; `general`: effects of no line; `more`: lines left out."""

    difference: Difference
    title: str
    summary: str
    lines: Sequence[Line]
    general: Sequence[Judged]
    more: int

    @property
    def drops_name(self) -> bool:
        """Whether it is a rename after which messages under the old name are no longer understood."""
        rule, former = self.difference.after, self.difference.impact.former
        return bool(former) and rule is not None and former not in former_names(rule)

    @property
    def anchor(self) -> str:
        kind, name, version = self.difference.identity
        return f"{kind}-{name}-{version}" if kind else "plan"


def shown(found: Sequence[Difference], before: Plan, after: Plan) -> list[Shown]:
    """The first changes as pages show them."""
    return [_shown(one, before, after) for one in found[:SHOWN]]


def _shown(one: Difference, before: Plan, after: Plan) -> Shown:
    impact, summary = one.impact, ""
    if not impact.type:
        lines = list(_settings(before, after))
    elif impact.kind in (Kind.ADDED, Kind.REMOVED):
        lines = []
        summary = _summary(one.after or one.before)
    else:
        lines = list(lines_of(one.before, one.after))
    general: list[Judged] = []
    by_path = {line.path: line for line in reversed(lines) if line.path}
    for judged in one.effects:
        line = by_path.get(judged.effect.path.replace("\\", "")) if judged.effect.path else None
        (general if line is None else line.effects).append(judged)
    title = impact.name or NAMELESS.get(impact.type, "The plan itself")
    return Shown(one, title, summary, lines[:LINES_SHOWN], general, max(0, len(lines) - LINES_SHOWN))


def _summary(rule: Rule | None) -> str:
    """A rule that came or went, in a line: its purpose, and the names of its properties."""
    if rule is None:
        return ""
    names = [path.removeprefix("properties.").removeprefix("traits.") for path in properties(rule)]
    purpose = rule.meta.get("purpose")
    parts = [purpose] if isinstance(purpose, str) and purpose else []
    return " ".join([*parts, shortened(f"Properties: {', '.join(names) or 'none'}.", LONGEST)])


def lines_of(before: Rule | None, after: Rule | None) -> Iterator[Line]:
    """What differs between two states of a rule, property by property, then its notes."""
    old, new = properties(before), properties(after)
    for path in {**new, **old}:
        was, now = old.get(path, ""), new.get(path, "")
        if was != now:
            label = path.removeprefix("properties.").removeprefix("traits.")
            yield Line(label, was, now, path)
    notes = [dict(rule.meta) if rule else {} for rule in (before, after)]
    yield from _keys(notes[0], notes[1])


def _settings(before: Plan, after: Plan) -> Iterator[Line]:
    old, new = (
        {
            key: value
            for key, value in to_document(plan).items()
            if key not in {"rules", "origin", "planwright"}
        }
        for plan in (before, after)
    )
    yield from _keys(old, new)


def _keys(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Line]:
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            yield Line(_META.get(key, key), told_value(old.get(key)), told_value(new.get(key)))


def properties(rule: Rule | None) -> dict[str, str]:
    """Each property in words, by its path."""
    if rule is None:
        return {}
    section = "traits" if rule.type in {"identify", "group"} else "properties"
    own, beside = tree.rows(rule.schema, section, rule.meta.get("properties") or {})
    return {row.path: _words(row) for row in [*own, *beside]}


def _words(row: tree.Property) -> str:
    parts = [row.kind, "required" if row.is_required else "optional", *row.rules]
    if row.is_pii:
        parts.append("personal")
    said = f" · {row.description}" if row.description else ""
    return shortened(", ".join(parts) + said, LONGEST)
