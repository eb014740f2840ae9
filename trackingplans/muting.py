"""Plan problems that people live with for a while: a mute is a change of the plan.

The mute of one problem that is live is published at once: no rule changes, and no draft is let through by it. The mute
of a whole rule would let drafts through that bring new problems of it: the plan's policy judges it like any change.
"""

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
from trackingplans.proposing import Proposal

Entries = list[Any]


def mute(plan: TrackingPlan, problem: Problem, *, reason: str, until: date, actor: User) -> PlanVersion:
    """A version in which the problem is muted to the end of the day `until`."""
    entry = muting.place_of(problem) | _said(reason, until, actor)
    what = f"{problem.code} of {problem.event or 'the plan'}"
    return _change(plan, lambda entries: [*entries, entry], _message(what, reason, until), actor)


def of_rule(plan: TrackingPlan, code: str, *, reason: str, until: date, actor: User) -> Proposal:
    """The plan with every problem of a lint rule muted to the end of the day `until`."""
    entry = {"code": code} | _said(reason, until, actor)
    document = _document(plan.live_version, lambda entries: [*entries, entry])
    return Proposal(document, _message(f"every {code}", reason, until))


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
        document = _document(locked.live_version, change)
        return publishing.publish(plan, document, actor=actor, message=message)


def _document(version: PlanVersion | None, change: Callable[[Entries], Entries]) -> dict[str, Any]:
    document: dict[str, Any] = {} if version is None else assembling.document(version)
    settings = document.get("lint") or {}
    entries = settings.get("mutes")
    settings = {**settings, "mutes": change(entries if isinstance(entries, list) else [])}
    return {**document, "lint": settings}


def _said(reason: str, until: date, actor: User) -> dict[str, str]:
    return {"reason": reason, "owner": str(actor), "until": until.isoformat()}


def _message(what: str, reason: str, until: date) -> str:
    return f"Muted {what} until {until.isoformat()}: {reason}"
