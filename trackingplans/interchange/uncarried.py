"""What of a plan document another format has no place for, in words for people."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

META_WORDS = {
    "purpose": "why an event exists",
    "trigger": "when it fires",
    "owner": "who owns an event",
    "importance": "which events are critical",
    "status": "the status of an event",
    "metrics": "which metrics an event serves",
    "links": "links",
    "code": "code samples",
    "sources": "which sources send an event",
    "since_release": "since which release it is sent",
    "former_names": "former names",
    "properties": "notes on properties (personal data, owner, shared)",
}
PLAN_WORDS = {
    "owner": "who owns the plan",
    "naming": "the naming convention",
    "closed": "that properties outside of the plan are violations",
    "metrics": "metrics and their funnels",
    "lint": "the settings of plan problems",
    "properties": "shared properties",
    "groups": "property groups",
}
_CARRIED_OF_PLAN = {"planwright", "name", "description", "rules", "origin"}
_CARRIED_OF_RULE = {"type", "name", "version", "schema", "meta", "origin"}


@dataclass(slots=True)
class Losses:
    """Collects what was left behind, each kind once with how many rules had it."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, lost: Iterable[str]) -> None:
        self.counts.update(lost)

    def sentences(self) -> list[str]:
        return [f"{what} ({times} rules)" if times > 1 else what for what, times in self.counts.items()]


def of_rule(rule: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """What stands in the rule beside its schema; `known` is the `meta` that the format says its own way."""
    meta = rule.get("meta") or {}
    lost = [
        META_WORDS.get(key, f"the note “{key}” of an event")
        for key, value in meta.items()
        if value not in (None, "", [], {}) and known.get(key) != value
    ]
    return lost + [f"the key “{key}” of a rule" for key in rule if key not in _CARRIED_OF_RULE]


def of_plan(document: dict[str, Any]) -> list[str]:
    return [
        PLAN_WORDS.get(key, f"the key “{key}” of the plan")
        for key, value in document.items()
        if key not in _CARRIED_OF_PLAN and value not in (None, "", [], {}, False)
    ]
