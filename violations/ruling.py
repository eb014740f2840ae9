"""The rule that speaks of a violation: as it stands, and as it stood when the violation was last seen."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trackingplans import live
from trackingplans.domain.message import Message
from trackingplans.domain.messages import from_document as message_of
from trackingplans.domain.plan import Rule
from trackingplans.domain.validation import CompiledPlan, Judgement
from trackingplans.models import PlanVersion
from violations.models import Sample, Violation


@dataclass(frozen=True, slots=True)
class Ruling:
    """`rule` of the live version, None when it has none for the event; `former`: the same then. A number is 0 where
    there was no version."""

    rule: Rule | None
    number: int
    former: Rule | None
    former_number: int

    @property
    def has_changed(self) -> bool:
        return self.former_number > 0 and self.rule != self.former


def ruling(violation: Violation, samples: Sequence[Sample]) -> Ruling | None:
    """None when the plan is gone, has no version, or never spoke of the event. At most one query, and the versions."""
    plan = violation.plan
    if plan is None or plan.live_version is None:
        return None
    current = plan.live_version
    then = current if current.published_at <= violation.last_seen_at else _before(violation)
    documents = [json.loads(sample.message) for sample in samples]
    rule = rule_of(live.compiled(current.pk), violation, documents)
    former = rule_of(live.compiled(then.pk), violation, documents) if then else None
    if rule is None and former is None:
        return None
    return Ruling(rule, current.number, former, then.number if then else 0)


def _before(violation: Violation) -> PlanVersion | None:
    """The version that was live when it was last seen."""
    versions = PlanVersion.objects.for_workspace(violation.workspace).filter(
        plan=violation.plan, published_at__lte=violation.last_seen_at
    )
    found: PlanVersion | None = versions.only("pk", "number").order_by("-number").first()
    return found


def rule_of(compiled: CompiledPlan, violation: Violation, documents: Sequence[Any]) -> Rule | None:
    """The rule that judges it: that of a kept message, else the event's oldest one."""
    for document in documents:
        judged = judgement_of(compiled, document)
        if judged is not None and judged.rule is not None:
            return judged.rule
    named = [
        rule for rule in compiled.plan.rules if (rule.type, rule.name) == (violation.type, violation.event)
    ]
    return min(named, key=lambda rule: rule.version, default=None)


def judgement_of(compiled: CompiledPlan, document: Any) -> Judgement | None:
    """A kept message judged; None for one that cannot be read."""
    message = message_of(document)
    return compiled.check(message) if isinstance(message, Message) else None
