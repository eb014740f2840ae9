"""What the changes between two plans do to the apps that send events and to whatever reads them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from trackingplans.domain import schema_impact
from trackingplans.domain.changes import Change, Kind, diff
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.renames import former_names
from trackingplans.domain.rules import NAMED
from trackingplans.domain.schema_impact import Breaks, Effect, Severity

_ORDER = (Severity.BREAKING, Severity.RISKY, Severity.SAFE)
_SETTINGS = {
    "name": "the plan's name",
    "description": "the plan's description",
    "owner": "who owns the plan",
    "naming": "the naming convention",
    "metrics": "the metrics",
    "lint": "the settings of plan problems",
    "properties": "the shared properties",
    "groups": "the property groups",
}


@dataclass(frozen=True, slots=True)
class Impact:
    """One change of a rule (of the plan's own settings where `type` is empty) and what it does.

    `kind`: added, removed, changed or renamed; then `former` is the old name.
    """

    kind: Kind
    type: str
    name: str
    version: int
    effects: tuple[Effect, ...]
    former: str = ""

    @property
    def severity(self) -> Severity:
        """The worst of what it does."""
        found = {effect.severity for effect in self.effects}
        return next((severity for severity in _ORDER if severity in found), Severity.SAFE)


def impacts(before: Plan, after: Plan) -> list[Impact]:
    """What each change from `before` to `after` does, the worst first, else in the order of the diff."""
    comparing = _Comparing(before, after)
    found = [comparing.impact(change) for change in diff(before, after)]
    return sorted(found, key=lambda one: _ORDER.index(one.severity))


class _Comparing:
    """Two plans side by side."""

    def __init__(self, before: Plan, after: Plan) -> None:
        self.before, self.after = before, after
        self.old = {rule.identity: rule for rule in before.rules}
        self.new = {rule.identity: rule for rule in after.rules}

    def impact(self, change: Change) -> Impact:
        identity = change.type, change.name, change.version
        if not change.type:
            return Impact(change.kind, "", "", 0, tuple(self.settings(change.parts)))
        if change.kind == Kind.REMOVED:
            return Impact(change.kind, *identity, (self.removed(identity),))
        if change.kind == Kind.CHANGED:
            return Impact(change.kind, *identity, tuple(_changed(self.old[identity], self.new[identity])))
        if change.kind == Kind.RENAMED:
            former, rule = self.old[change.type, change.former, change.version], self.new[identity]
            effects = (_renamed(former, rule), *_changed(former, rule))
            return Impact(change.kind, *identity, effects, change.former)
        return Impact(change.kind, *identity, (self.added(self.new[identity]),))

    def added(self, rule: Rule) -> Effect:
        if rule.type == "common":
            return Effect(Severity.BREAKING, "", "Every message is held against a new rule.", Breaks.SENDERS)
        others = _versions(self.old, rule)
        if others and rule.version < min(others):
            reason = f"Apps that name no version are judged by version {rule.version} now, the oldest."
            return Effect(Severity.RISKY, "", reason, Breaks.SENDERS)
        if others:
            return Effect(Severity.SAFE, "", "Only apps that name this version are judged by it.")
        if not any(known.type == rule.type for known in self.before.rules):
            reason = f"No {rule.type} call was checked before; all of them are now."
            return Effect(Severity.RISKY, "", reason, Breaks.SENDERS)
        return Effect(Severity.SAFE, "", "It was not in the plan before.")

    def removed(self, identity: tuple[str, str, int]) -> Effect:
        kind, _, version = identity
        if kind == "common":
            return Effect(Severity.SAFE, "", "Everything that was right stays right.")
        others = _versions(self.new, self.old[identity])
        if others:
            reason = f"Apps that name version {version} are judged by version {min(others)} now."
            return Effect(Severity.RISKY, "", reason, Breaks.SENDERS)
        if kind in NAMED:
            reason = (
                "Apps that still send it send something that is not in the plan; what reads it gets no more."
            )
            return Effect(Severity.BREAKING, "", reason, Breaks.READERS)
        return Effect(Severity.RISKY, "", f"{kind.title()} calls are not checked any more.", Breaks.READERS)

    def settings(self, parts: tuple[str, ...]) -> list[Effect]:
        effects = []
        for part in parts:
            if part == "closed":
                effects.append(_closed(is_closed=self.after.closed))
            else:
                effects.append(Effect(Severity.SAFE, part, f"Only {_SETTINGS.get(part, part)} changed."))
        return effects


def _closed(*, is_closed: bool) -> Effect:
    if is_closed:
        reason = "The plan is closed now: every property that is not in it violates it."
        return Effect(Severity.BREAKING, "closed", reason, Breaks.SENDERS)
    return Effect(Severity.SAFE, "closed", "Properties beyond the plan violate it no more.")


def _versions(rules: dict[tuple[str, str, int], Rule], rule: Rule) -> list[int]:
    """The versions of a rule's event among these."""
    return [version for kind, name, version in rules if (kind, name) == (rule.type, rule.name)]


def _renamed(former: Rule, rule: Rule) -> Effect:
    until = former_names(rule).get(former.name)
    if until is None:
        reason = f"Apps that still send {former.name} send something that is not in the plan."
        return Effect(Severity.BREAKING, "", reason, Breaks.SENDERS)
    end = f" until {until}" if until else ""
    reason = f"{former.name} is understood{end}; what reads that name gets less with every app that moves."
    return Effect(Severity.RISKY, "", reason, Breaks.READERS)


def _changed(old: Rule, new: Rule) -> list[Effect]:
    effects = schema_impact.effects(old.schema, new.schema)
    effects += _former_names_lost(old, new)
    if old.meta.get("status") != new.meta.get("status") and new.meta.get("status") == "deprecated":
        effects.append(Effect(Severity.RISKY, "", "It is deprecated now: it is going to go.", Breaks.READERS))
    noted = sorted(_differing(dict(old.meta), dict(new.meta)) - {"former_names"})
    if noted:
        effects.append(Effect(Severity.SAFE, "", f"Notes changed: {', '.join(noted)}."))
    return effects or [Effect(Severity.SAFE, "", "Nothing that is checked changed.")]


def _former_names_lost(old: Rule, new: Rule) -> list[Effect]:
    before, after = former_names(old), former_names(new)
    effects = []
    for name, until in before.items():
        if name not in after and name != new.name:
            reason = f"Apps that still send it as {name} send something that is not in the plan."
            effects.append(Effect(Severity.BREAKING, "", reason, Breaks.SENDERS))
        elif name in after and _ends_earlier(until, after[name]):
            reason = f"It is known as {name} until {after[name]} only."
            effects.append(Effect(Severity.RISKY, "", reason, Breaks.SENDERS))
    return effects


def _ends_earlier(before: str, after: str) -> bool:
    try:
        return bool(after) and (
            not before or date.fromisoformat(after[:10]) < date.fromisoformat(before[:10])
        )
    except ValueError:
        return False


def _differing(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    return {key for key in {**old, **new} if old.get(key) != new.get(key)}
