"""What would let the plan accept a violation: edits made for it, what they say, and what they would change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from trackingplans import drafting, live
from trackingplans.domain import allowing, editing, narrating, rejudging
from trackingplans.domain.findings import undotted
from trackingplans.domain.plan import from_document, to_document
from trackingplans.domain.rejudging import Proof, Wrong
from trackingplans.domain.validation import CompiledPlan
from trackingplans.draft_models import Draft
from violations import ruling, tracing
from violations.models import Sample, Violation

ACCEPT, FORMER_NAME = "accept", "former"
KEPT_FOR = timedelta(days=90)  # a former name


@dataclass(frozen=True, slots=True)
class Proposal:
    """`passing` of `samples` kept messages would pass then; `masked`: of the others, those whose value was hidden."""

    how: str
    edits: Sequence[dict[str, Any]]
    sentences: Sequence[str]
    samples: int
    passing: int
    masked: int


def propose(violation: Violation, how: str, now: datetime) -> Proposal | None:
    """The edits that make the live version accept it (`accept`), or take it for an event's former name (`former`);
    None where nothing can be proposed."""
    plan = violation.plan
    if plan is None or plan.live_version_id is None:
        return None
    before = live.compiled(plan.live_version_id)
    samples = tracing.samples(violation.workspace, violation)
    documents = [json.loads(sample.message) for sample in samples]
    if how == FORMER_NAME:
        until = (now + KEPT_FOR).date().isoformat()
        meant = violation.detail.get("meant") or ""
        edits = allowing.former_names(before.plan, violation.type, meant, [violation.event], until)
    else:
        rule = ruling.rule_of(before, violation, documents)
        values = [
            value for sample, one in zip(samples, documents, strict=True) for value in _at(one, sample.path)
        ]
        edits = allowing.edits(rule, violation.code, violation.path, values) if rule else []
    if not edits:
        return None
    after = CompiledPlan(from_document(editing.apply(to_document(before.plan), edits)))
    proofs = _proofs(violation, samples, documents, before, after)
    return Proposal(
        how=how,
        edits=edits,
        sentences=[narrating.sentence(edit) for edit in edits],
        samples=len(samples),
        passing=proofs.count(Proof.PASSES),
        masked=proofs.count(Proof.NOTHING),
    )


@transaction.atomic
def add_to_draft(violation: Violation, proposal: Proposal, draft: Draft | None, *, actor: User) -> Draft:
    """The edits as one step of a draft, a new one when none is given. Raises what `drafting.change` raises."""
    assert violation.plan is not None  # noqa: S101  # a proposal has been made for its plan
    subject = violation.event or violation.type
    chosen = draft or drafting.start(violation.plan, actor, f"Accept {subject}"[: drafting.LONGEST_NAME])
    why = f"{subject}: {violation.message}"
    return drafting.change(chosen, actor, list(proposal.edits), why=why)


def _at(document: Any, path: str) -> list[Any]:
    """The value at a path, if there is one."""
    value = document
    for step in undotted(path):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return []
    return [value]


def _proofs(
    violation: Violation,
    samples: Sequence[Sample],
    documents: Sequence[Any],
    before: CompiledPlan,
    after: CompiledPlan,
) -> list[Proof]:
    wrong = Wrong(violation.family, violation.code, violation.path)
    return [
        rejudging.proof(document, wrong, sample.path, before, after, sample.received_at.date())
        for sample, document in zip(samples, documents, strict=True)
    ]
