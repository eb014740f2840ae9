"""Plan problems that people live with for a while: a mute is a change of the plan, published like any other."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from trackingplans import assembling, live, publishing
from trackingplans.domain.linting import muting
from trackingplans.domain.linting.muting import Mute
from trackingplans.domain.linting.problem import Problem
from trackingplans.models import PlanVersion, TrackingPlan

Entries = list[Any]


def mute(
    plan: TrackingPlan, problem: Problem, *, reason: str, until: date, whole_rule: bool, actor: User
) -> PlanVersion:
    """A version in which the problem (or every one of its rule) is muted to the end of the day `until`."""
    entry = {"code": problem.code} if whole_rule else muting.place_of(problem)
    entry |= {"reason": reason, "owner": str(actor), "until": until.isoformat()}
    what = f"every {problem.code}" if whole_rule else f"{problem.code} of {problem.event or 'the plan'}"
    message = f"Muted {what} until {until.isoformat()}: {reason}"
    return _change(plan, lambda entries: [*entries, entry], message, actor)


def unmute(plan: TrackingPlan, found: Mute, *, actor: User) -> PlanVersion:
    """A version without this mute of the live one; others that came since stay."""
    entry = live.plan(plan.live_version_id or 0).lint["mutes"][found.index]
    what = " of ".join(filter(None, (found.code, found.name or found.type)))
    return _change(
        plan, lambda entries: [one for one in entries if one != entry], f"No longer muted: {what}", actor
    )


def _change(
    plan: TrackingPlan, change: Callable[[Entries], Entries], message: str, actor: User
) -> PlanVersion:
    with transaction.atomic():
        plans = TrackingPlan.objects.for_workspace(plan.workspace).select_for_update(of=("self",))
        locked = plans.select_related("live_version__workspace").get(pk=plan.pk)
        document = assembling.document(locked.live_version)
        settings = document.get("lint") or {}
        entries = settings.get("mutes")
        settings = {**settings, "mutes": change(entries if isinstance(entries, list) else [])}
        return publishing.publish(plan, {**document, "lint": settings}, actor=actor, message=message)
