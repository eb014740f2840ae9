"""What a new version of a plan means for what went wrong before: which violations it can concern, and what a kept
message proves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from trackingplans.domain import changes
from trackingplans.domain.findings import undotted
from trackingplans.domain.folding import fold
from trackingplans.domain.masking import MASK
from trackingplans.domain.message import Message
from trackingplans.domain.messages import from_document
from trackingplans.domain.plan import Plan
from trackingplans.domain.validation import STAND_INS, CompiledPlan


class Proof(StrEnum):
    """What one kept message says about a violation under another version."""

    PASSES = "passes"  # wrong by the old version, no longer by the new one
    STILL_WRONG = "still wrong"
    NOTHING = "nothing"  # its value was masked, or it was not wrong by the old version either


@dataclass(frozen=True, slots=True)
class Wrong:
    """What makes two findings the same violation: family, code and field (indexes written `$`)."""

    family: str
    code: str
    field: str


@dataclass(frozen=True, slots=True)
class Concerned:
    """The messages that two versions of a plan may judge differently: all, all of some types, or track names."""

    everything: bool = False
    types: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.types or self.events)

    def includes(self, kind: str, event: str) -> bool:
        return self.everything or kind in self.types or (kind == "track" and event in self.events)


def concerned(before: Plan, after: Plan) -> Concerned:
    """What the changes between two versions reach. Page, screen, identify and group calls are told by type alone: one
    rule may speak for many of their names."""
    types: set[str] = set()
    events: set[str] = set()
    for change in changes.diff(before, after):
        if change.type == "common":
            return Concerned(everything=True)
        if change.type == "track":
            called = {change.name, change.former} - {""}
            events |= {name for one in called for name in _names(one, before, after)}
            types |= {kind for kind, name in STAND_INS.items() if name in called}
        elif change.type:
            types.add(change.type)
    return Concerned(types=frozenset(types), events=frozenset(events))


def proof(
    document: Any, wrong: Wrong, path: str, before: CompiledPlan, after: CompiledPlan, on: date | None = None
) -> Proof:
    """Whether a kept (masked) message that showed `wrong` at `path` is still wrong by another version.

    `on`: the day it was received, which ends former names.
    """
    message = from_document(document)
    if (
        not isinstance(message, Message)
        or is_masked(document, path)
        or not _shows(message, wrong, before, on)
    ):
        return Proof.NOTHING
    return Proof.STILL_WRONG if _shows(message, wrong, after, on) else Proof.PASSES


def together(proofs: Collection[Proof]) -> Proof:
    """What all kept messages say: one that is still wrong is enough; else one that passes."""
    for answer in (Proof.STILL_WRONG, Proof.PASSES):
        if answer in proofs:
            return answer
    return Proof.NOTHING


def is_masked(document: Any, path: str) -> bool:
    """Whether any part of the value at the path was hidden before the message was stored."""
    value = document
    for step in undotted(path):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return False
    return _holds_hidden(value)


def _holds_hidden(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_hidden(child) for child in value.values())
    if isinstance(value, list):
        return any(_holds_hidden(child) for child in value)
    return isinstance(value, str) and MASK in value


def _shows(message: Message, wrong: Wrong, compiled: CompiledPlan, on: date | None) -> bool:
    findings = compiled.check(message, on).findings
    return any(Wrong(found.family, found.code, found.field) == wrong for found in findings)


def _names(name: str, before: Plan, after: Plan) -> set[str]:
    """The names under which the messages of a track rule may have been counted: its own, and its former ones."""
    rules = [
        rule for plan in (before, after) for rule in plan.rules if rule.type == "track" and rule.name == name
    ]
    former = {one["name"] for rule in rules for one in rule.meta.get("former_names") or ()}
    return {form for one in {name, *former} for form in (one, fold(one))}
