"""A draft goes live: when nothing stands in the way, its document becomes the plan's next version."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from trackingplans import drafting, linting, publishing, reviewing
from trackingplans.domain.plan import PlanError, Problem, from_document
from trackingplans.draft_models import Draft, DraftStatus
from trackingplans.models import PlanVersion, Source, TrackingPlan


class Blocked(Exception):
    """Something stands in the way of publishing; `standing.blockers` says what."""

    def __init__(self, standing: reviewing.Standing) -> None:
        super().__init__(" ".join(standing.blockers))
        self.standing = standing


@transaction.atomic
def release(draft: Draft, user: User, *, now: datetime, message: str = "") -> PlanVersion:
    """The draft's document as the next version, live from now on; its sources follow the plan again.

    Raises Blocked, PlanError when it cannot be used or changes nothing, drafting.NotOpen.
    """
    held = drafting.locked(draft)
    plans = TrackingPlan.objects.for_workspace(draft.workspace).select_related("live_version", "workspace")
    held.plan = plans.select_for_update(of=("self",)).get(pk=draft.plan_id)
    ground, document = drafting.grown(held)
    after = from_document(document)
    standing = reviewing.standing(held, after, on=now.date())
    if not standing.may_publish:
        raise Blocked(standing)
    version = publishing.publish(
        held.plan, document, actor=user, message=message.strip() or held.name, before=ground
    )
    linting.remember(version.pk, standing.problems)
    if version.pk == held.base_id:
        raise PlanError([Problem("", "The draft changes nothing yet.")])
    held.status, held.version = DraftStatus.PUBLISHED, version
    drafting.moved_on(held)
    Source.objects.for_workspace(draft.workspace).filter(draft=held).update(draft=None)
    return version
