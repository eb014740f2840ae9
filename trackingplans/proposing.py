"""What somebody wants a plan to be without having written it in a draft: an import, an older version, another name.

It is judged by the plan's policy as a draft is, or becomes a draft.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import auditing
from accounts.models import User
from trackingplans import assembling, drafting, linting, live, publishing, reviewing
from trackingplans.domain import differing
from trackingplans.domain.legible import shortened, storable
from trackingplans.domain.plan import Plan, PlanError, Problem
from trackingplans.draft_models import Draft
from trackingplans.models import PlanVersion, TrackingPlan
from trackingplans.releasing import Blocked

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    """The whole document, and what its version says of it."""

    document: dict[str, Any]
    message: str


def earlier(version: PlanVersion) -> Proposal:
    """The plan as an old version has it."""
    return Proposal(assembling.document(version), f"Back to version {version.number}")


def renamed(plan: TrackingPlan, name: str) -> Proposal:
    """The live plan under another name."""
    document = {} if plan.live_version is None else assembling.document(plan.live_version)
    return Proposal({**document, "name": name.strip()}, f"Renamed to {name.strip()}")


def standing(
    plan: TrackingPlan, proposal: Proposal, user: User | None, *, now: datetime
) -> reviewing.Standing:
    """What the policy says to it; nothing, where it changes nothing. Raises PlanError for what is no plan."""
    after = publishing.checked(proposal.document)
    if not differing.edits(_live(plan), after):
        return reviewing.Standing(0)
    return reviewing.unreviewed(plan, after, user, on=now.date())


@transaction.atomic
def publish(
    plan: TrackingPlan, proposal: Proposal, user: User | None, *, now: datetime, override: str = ""
) -> PlanVersion:
    """The proposal as the plan's next version; what equals the live one makes none, and that one comes back.

    `override`: why an admin publishes against the policy; version and history say so. Raises releasing.Blocked where
    the policy stands in the way, PlanError for a document that cannot be used.
    """
    plans = TrackingPlan.objects.for_workspace(plan.workspace).select_related("live_version", "workspace")
    held = plans.select_for_update(of=("self",)).get(pk=plan.pk)
    judged, message = standing(held, proposal, user, now=now), proposal.message
    if not judged.may_publish:
        override = shortened(storable(override.strip()), LONGEST_REASON)
        if not override:
            raise Blocked(judged)
        message = f"{message[:250]} (published without review: {override})"
        auditing.record(
            plan.workspace, user, "plan.review_overridden", plan.name, reason=override,
            stood_in_the_way=list(judged.blockers),
        )  # fmt: skip
    version = publishing.publish(plan, proposal.document, actor=user, message=message)
    if judged.problems:
        linting.remember(version.pk, judged.problems)
    return version


@transaction.atomic
def as_draft(plan: TrackingPlan, proposal: Proposal, user: User | None, name: str = "") -> Draft:
    """A draft that makes the live plan what is proposed. Raises PlanError, also where nothing would change."""
    edits = differing.edits(_live(plan), publishing.checked(proposal.document))
    if not edits:
        raise PlanError([Problem("", "That is what the plan says already.")])
    draft = drafting.start(plan, user, name or shortened(proposal.message, drafting.LONGEST_NAME))
    return drafting.change(draft, user, edits, why=proposal.message)


def _live(plan: TrackingPlan) -> Plan:
    return live.plan(plan.live_version_id) if plan.live_version_id else Plan()
