"""What differs between two plans, rule by rule."""

from dataclasses import dataclass
from enum import StrEnum

from trackingplans.domain.plan import Plan, Rule, to_document
from trackingplans.domain.renames import renames


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule (or, with an empty `type`, the plan's own settings) that came, went or changed in `parts`.

    `former`: what a renamed one was called; it may have changed in `parts` too.
    """

    kind: Kind
    type: str
    name: str
    version: int
    parts: tuple[str, ...] = ()
    former: str = ""


def diff(before: Plan, after: Plan) -> list[Change]:
    """The changes that lead from `before` to `after`: the plan's settings, then rules in `after`'s order.

    Where a rule came from (its `origin`) and the order of rules are no change.
    """
    old = {rule.identity: rule for rule in before.rules}
    new = {rule.identity: rule for rule in after.rules}
    moved = renames(old, new)
    left = set(moved.values())
    changes = []
    if parts := _differing(_settings(before), _settings(after)):
        changes.append(Change(Kind.CHANGED, "", "", 0, parts))
    for identity, rule in new.items():
        if identity in moved:
            former = old[moved[identity]]
            parts = _differing(_judged(former), _judged(rule))
            changes.append(Change(Kind.RENAMED, *identity, parts, former.name))
        elif identity not in old:
            changes.append(Change(Kind.ADDED, *identity))
        elif parts := _differing(_judged(old[identity]), _judged(rule)):
            changes.append(Change(Kind.CHANGED, *identity, parts))
    changes += [
        Change(Kind.REMOVED, *identity) for identity in old if identity not in new and identity not in left
    ]
    return changes


def _judged(rule: Rule) -> dict[str, object]:
    extra = {key: value for key, value in rule.extra.items() if key != "origin"}
    return {"schema": rule.schema, "meta": dict(rule.meta)} | extra


def _settings(plan: Plan) -> dict[str, object]:
    return {key: value for key, value in to_document(plan).items() if key not in {"rules", "origin"}}


def _differing(old: dict[str, object], new: dict[str, object]) -> tuple[str, ...]:
    keys = {**old, **new}
    return tuple(key for key in keys if (key in old) != (key in new) or old.get(key) != new.get(key))
