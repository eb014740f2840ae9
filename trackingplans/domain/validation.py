"""The judge: one message against one plan."""

from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import UNSET

from trackingplans.domain import addresses, legible, rules
from trackingplans.domain.explaining import value_at
from trackingplans.domain.findings import Family, Finding, Step, Verdict
from trackingplans.domain.folding import fold
from trackingplans.domain.message import Message
from trackingplans.domain.nearest import Vocabulary
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.planned import Look, Shape
from trackingplans.domain.rules import Compiled, Slot
from trackingplans.domain.schema_problems import problems_of
from trackingplans.domain.sentences import named, shown
from trackingplans.domain.shapes import Context, Item, event_version_of

__all__ = ["CompiledPlan", "Judgement", "problems_of", "unjudged"]

STAND_INS = {"page": "Page Viewed", "screen": "Screen Viewed"}
MAX_FINDINGS = 200
_MOST_REMEMBERED = 5000
_NOTHING: dict[str, Any] = {}
_STANDS_IN = "\0"  # no message has a name like this: names are storable
_CALLED = {"track": "event", "page": "page", "screen": "screen"}


class Judgement(msgspec.Struct, frozen=True, gc=False):
    """What a check says about one message.

    `event` is the name as planned, or the folded name of one that is not in the plan, '' where the call has
    no name. `rule` is the one it was judged by; None when there was none.
    """

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    event: str = ""
    rule: Rule | None = None
    is_critical: bool = False


class _Judged:
    """A rule of the plan and what is needed to judge by it."""

    __slots__ = ("also_known", "conforming", "rule", "slot")

    def __init__(self, rule: Rule, also_known: tuple[str, ...]) -> None:
        area = rules.AREAS.get(rule.type, "")
        self.rule = rule
        self.also_known = also_known
        self.slot: Slot = rules.slot_for(rule.schema, area, also_known)
        self.conforming = Judgement(Verdict.CONFORMING, (), rule.name, rule, rule.is_critical)


class _Versions:
    """The versions of one event; a message that names none of them is judged by the oldest."""

    __slots__ = ("by_number", "oldest", "only")

    def __init__(self) -> None:
        self.by_number: dict[int, _Judged] = {}

    def add(self, judged: _Judged) -> None:
        self.by_number[judged.rule.version] = judged
        self.oldest = self.by_number[min(self.by_number)]
        self.only = judged if len(self.by_number) == 1 else None

    def pick(self, version: int | None) -> _Judged:
        return self.oldest if version is None else self.by_number.get(version, self.oldest)


class CompiledPlan:
    """A plan that judges. Cheap to make: a rule is compiled when its first message comes."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._planned: dict[str, dict[str, _Versions]] = {}
        self._former: dict[tuple[str, str], list[tuple[str, _Versions]]] = {}
        self._types = {rule.type for rule in plan.rules}
        self._common = _common_slot(plan)
        for rule in plan.rules:
            if rule.type != "common":
                self._add(rule.type, rule)
            if rule.type == "track":
                for kind, name in STAND_INS.items():
                    if rule.name == name:
                        self._add(kind, rule, _STANDS_IN)
        self._vocabularies: dict[str, Vocabulary] = {}
        self._unplanned: dict[tuple[str, str], tuple[str, Finding]] = {}

    def accepted(self, item: Item, common: Context | None) -> Judgement | Literal[False] | None:
        """The judgement of a track call that its bytes show to be fine in every way; otherwise only `check` can tell.

        `common` is the context of its batch. None: it could not be asked; False: it probably is not fine.
        """
        versions = self._planned.get("track", _NOTHING).get(item.event)
        if versions is None or self._common is not None or "@" in (item.user_id or ""):
            return None
        judged: _Judged = versions.only or versions.pick(event_version_of(item.context, common))
        slot = judged.slot
        slot.was_used = True
        compiled = slot.ready or slot.compiled()
        accepts = compiled and compiled.accepts
        if not accepts or item.properties is UNSET or item.traits is not UNSET:
            return None
        return accepts(item.properties) and judged.conforming

    def check(self, message: Message, on: date | None = None) -> Judgement:
        """Judge one message. `on`: the day it was received, which ends former names; None: none has ended."""
        planned = self._planned.get(message.type, _NOTHING)
        versions = planned.get(message.event or "") or self._otherwise(message, on)
        if versions is None:
            return self._without_rule(message)
        judged = versions.only or versions.pick(message.event_version)
        slot = judged.slot
        slot.was_used = True
        compiled = slot.ready or slot.compiled()
        if compiled is None:
            return self._told(judged, None, message, is_fine=True)
        alone = compiled.alone
        if alone is not None:
            value = message.properties if compiled.area == "properties" else message.traits
            if type(value) is dict:
                # What was shown to `accepts` in vain is rarely fine.
                is_fine = not message.is_odd and message.accepted is None and alone.is_fine(value)
            else:
                is_fine = value is UNSET and compiled.is_absence_fine
        else:
            is_surely_fine = compiled.is_surely_fine
            is_fine = is_surely_fine is not None and is_surely_fine(instance_of(compiled, message))
        user_id = message.user_id
        if is_fine and self._common is None and (user_id is None or "@" not in user_id):
            return judged.conforming
        return self._told(judged, compiled, message, is_fine=is_fine)

    def _add(self, kind: str, rule: Rule, name: str | None = None) -> None:
        planned = self._planned.setdefault(kind, {})
        versions = planned.setdefault(rule.name if name is None else name, _Versions())
        versions.add(_Judged(rule, rules.SENT_BY_SDKS.get(kind, ())))
        for former in (rule.meta.get("former_names") or ()) if name is None else ():
            self._former.setdefault((kind, former["name"]), []).append((former.get("until") or "", versions))

    def _otherwise(self, message: Message, on: date | None) -> _Versions | None:
        """The rule for a message whose name has none of its own."""
        for until, versions in self._former.get((message.type, message.event or ""), ()):
            if on is None or not until or on.isoformat() <= until[:10]:
                return versions
        if message.type not in STAND_INS:
            return None
        planned = self._planned.get(message.type, _NOTHING)
        return planned.get("") or planned.get(_STANDS_IN)

    def _without_rule(self, message: Message) -> Judgement:
        if message.type == "alias":
            return Judgement(Verdict.UNCHECKED)
        name = ""
        findings = self._common_findings(message) + _about_ids(message)
        has_rules = message.type in self._types
        if message.type in rules.NAMED:
            name, finding = self._unplanned_event(message.type, message.event or "")
            findings = [finding, *findings] if has_rules else findings
        return Judgement(_verdict(findings, has_rules=has_rules), tuple(findings), name)

    def _told(
        self, judged: _Judged, compiled: Compiled | None, message: Message, *, is_fine: bool
    ) -> Judgement:
        """The judgement by a rule that has to be looked at, or (None) that cannot be used."""
        findings = [] if is_fine or compiled is None else self._about_rule(judged, compiled, message)
        findings += self._common_findings(message) + _about_ids(message)
        if not findings and compiled is not None:
            return judged.conforming
        rule = judged.rule
        verdict = _verdict(findings, has_rules=compiled is not None, closed=self.plan.closed)
        return Judgement(verdict, tuple(findings[:MAX_FINDINGS]), rule.name, rule, rule.is_critical)

    def _about_rule(self, judged: _Judged, compiled: Compiled, message: Message) -> list[Finding]:
        instance = instance_of(compiled, message)
        alone, value = compiled.alone, instance.get(compiled.area)
        if alone is not None and type(value) is dict:
            seen = alone.seen(value)
            violated, extras, placeholders = seen.violations, seen.extras, seen.placeholders
        else:
            look = Look(compiled.shape, instance, compiled.area)
            violated, extras, placeholders = violations(compiled, instance), look.extras, look.placeholders
        return [
            *violated,
            *(
                _unplanned_property(steps, compiled.shape)
                for steps in extras
                if not self._is_known(judged, steps)
            ),
            *(_placeholder(steps, instance) for steps in placeholders),
        ]

    def _is_known(self, judged: _Judged, steps: tuple[Step, ...]) -> bool:
        """Whether an SDK adds the property by itself, or the common rule speaks of it."""
        if len(steps) == 2 and steps[1] in judged.also_known:
            return True
        common = self._common.compiled() if self._common is not None else None
        return common is not None and common.shape.knows_path(steps)

    def _common_findings(self, message: Message) -> list[Finding]:
        compiled = self._common.compiled() if self._common is not None else None
        if compiled is None:
            return []
        instance = instance_of(compiled, message)
        if compiled.is_surely_fine is not None and compiled.is_surely_fine(instance):
            return []
        look = Look(compiled.shape, instance, "")
        return [
            *violations(compiled, instance),
            *(_placeholder(steps, instance) for steps in look.placeholders),
        ]

    def _vocabulary(self, kind: str) -> Vocabulary:
        if kind not in self._vocabularies:
            names = self._planned.get(kind, ())
            self._vocabularies[kind] = Vocabulary(name for name in names if name and name != _STANDS_IN)
        return self._vocabularies[kind]

    def _unplanned_event(self, kind: str, name: str) -> tuple[str, Finding]:
        """The folded name and the finding, remembered: such events come in thousands."""
        known = self._unplanned.get((kind, name))
        if known is None:
            if len(self._unplanned) >= _MOST_REMEMBERED:
                self._unplanned.clear()
            meant = self._vocabulary(kind).nearest(name)
            finding = Finding(
                family=Family.UNPLANNED,
                code="unplanned_event",
                steps=("event" if kind == "track" else "name",),
                message=f"This {_CALLED[kind]} is not in the plan.",
                actual=shown(name) if name else None,
                suggestion=f"Did you mean {meant}?" if meant is not None else None,
                meant=meant,
            )
            known = self._unplanned[kind, name] = (fold(name), finding)
        return known


def unjudged(message: Message) -> Judgement:
    """What is said about a message of a source that has no plan."""
    return Judgement(Verdict.UNCHECKED, (), fold(message.event) if message.event else "")


def instance_of(compiled: Compiled, message: Message) -> Any:
    """The part of the message that a rule reads, as the engine can take it."""
    if message.is_odd:
        return legible.cleaned(message.document())
    if compiled.reads_areas:
        instance: dict[str, Any] = {}
        if message.properties is not UNSET:
            instance["properties"] = message.properties
        if message.traits is not UNSET:
            instance["traits"] = message.traits
        return instance
    return message.document()


def violations(compiled: Compiled, instance: Any) -> list[Finding]:
    """Every way in which the schema is broken, each once."""
    found: dict[tuple[object, ...], Finding] = {}
    explain = compiled.explainer.explained
    for error in compiled.iter_errors(instance):
        for finding in explain(error, instance):
            found.setdefault((finding.code, finding.steps, finding.segment_text), finding)
        if len(found) >= MAX_FINDINGS:
            break
    return list(found.values())


def _placeholder(steps: tuple[Step, ...], instance: Any) -> Finding:
    return Finding(
        family=Family.QUALITY,
        code="placeholder_value",
        steps=steps,
        message=f"{named(steps)} is required and holds a placeholder instead of a value.",
        expected="a value",
        actual=shown(value_at(instance, steps)),
    )


def _common_slot(plan: Plan) -> Slot | None:
    common = [rule for rule in plan.rules if rule.type == "common"]
    return rules.slot_for(min(common, key=lambda rule: rule.version).schema, "", ()) if common else None


def _about_ids(message: Message) -> list[Finding]:
    if not addresses.is_email(message.user_id):
        return []
    return [
        Finding(
            family=Family.QUALITY,
            code="user_id_email",
            steps=("userId",),
            message="The user id is an e-mail address.",
            expected="an id that says nothing about the person",
            actual=shown(message.user_id),
            suggestion="Send the id of your own database, and the address as the trait `email`.",
        )
    ]


def _unplanned_property(steps: tuple[Step, ...], shape: Shape) -> Finding:
    beside = shape.below(steps[:-1])
    meant = beside.meant(str(steps[-1])) if beside is not None else None
    return Finding(
        family=Family.UNPLANNED,
        code="unplanned_property",
        steps=steps,
        message=f"{named(steps)} is not in the plan.",
        suggestion=f"Did you mean {meant}?" if meant is not None else None,
        meant=meant,
    )


def _verdict(findings: list[Finding], *, has_rules: bool, closed: bool = False) -> Verdict:
    """Violating, unplanned, unchecked, conforming: the first that fits."""
    verdict = Verdict.CONFORMING if has_rules else Verdict.UNCHECKED
    for finding in findings:
        if finding.family is Family.VIOLATION or (closed and finding.code == "unplanned_property"):
            return Verdict.VIOLATING
        if finding.code == "unplanned_event":
            verdict = Verdict.UNPLANNED
    return verdict
