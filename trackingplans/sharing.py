"""A plan for people without an account: a secret link to its live version, which can be switched off."""

from django.db import transaction

from accounts import auditing
from accounts.models import User
from trackingplans.models import TrackingPlan
from trackingplans.sheet_models import PlanLink


@transaction.atomic
def share(plan: TrackingPlan, user: User) -> PlanLink:
    """A new link; one that was there before stops working."""
    PlanLink.objects.for_workspace(plan.workspace).filter(plan=plan).delete()
    link: PlanLink = PlanLink.objects.create(workspace=plan.workspace, plan=plan, author=user)
    auditing.record(plan.workspace, user, "plan.shared", plan.name)
    return link


@transaction.atomic
def withdraw(plan: TrackingPlan, user: User) -> bool:
    """The link stops working at once; whether there was one."""
    count, _ = PlanLink.objects.for_workspace(plan.workspace).filter(plan=plan).delete()
    if count:
        auditing.record(plan.workspace, user, "plan.unshared", plan.name)
    return bool(count)


def link_of(plan: TrackingPlan) -> PlanLink | None:
    """The plan's link, while it is switched on."""
    found: PlanLink | None = (
        PlanLink.objects.for_workspace(plan.workspace).filter(plan=plan).select_related("author").first()
    )
    return found


def found(secret: str) -> TrackingPlan | None:
    """The plan that a link leads to; None for a link that was never made or is switched off."""
    link = (
        PlanLink.objects.filter(secret=secret)
        .select_related("plan__live_version", "plan__workspace")
        .defer("plan__live_version__settings", "plan__live_version__rules", "plan__live_version__changes")
        .first()
    )
    return link.plan if link else None
