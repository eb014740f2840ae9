"""A document becomes the plan's next version, at once live; old versions never change."""

from dataclasses import asdict
from typing import Any

from django.db import transaction

from accounts import auditing
from accounts.models import User, Workspace
from trackingplans import assembling, briefing, drafting
from trackingplans import live as versions
from trackingplans.domain import changes
from trackingplans.domain.legible import storable
from trackingplans.domain.plan import Plan, PlanError, Problem, from_document
from trackingplans.models import PlanVersion, TrackingPlan

LONGEST_NAME = 200
LONGEST_MESSAGE = 500


def create(
    workspace: Workspace, document: dict[str, Any], *, actor: User | None, message: str = ""
) -> PlanVersion:
    """A new plan with the document as its first version. Raises PlanError as `publish` does."""
    after = checked(document)
    with transaction.atomic():
        plan: TrackingPlan = TrackingPlan.objects.create(workspace=workspace, name=after.name)
        return _publish(plan, document, after, actor, message)


def publish(
    plan: TrackingPlan,
    document: dict[str, Any],
    *,
    actor: User | None,
    message: str = "",
    before: dict[str, Any] | None = None,
) -> PlanVersion:
    """The document as the plan's next version, live from now on. `before`: a published one that it shares schemas with.

    What equals the live version makes no new one: that one comes back. Raises PlanError naming every place that
    is wrong; then nothing was written.
    """
    return _publish(plan, document, checked(document, before), actor, message)


def _publish(
    plan: TrackingPlan, document: dict[str, Any], after: Plan, actor: User | None, message: str
) -> PlanVersion:
    with transaction.atomic():
        plans = TrackingPlan.objects.for_workspace(plan.workspace).select_related("workspace")
        locked = plans.select_for_update(of=("self",)).get(pk=plan.pk)
        live: PlanVersion | None = locked.live_version
        settings, digests = assembling.store(locked, document)
        if live is not None and (live.settings, live.rules) == (settings, digests):
            return live
        before = Plan() if live is None else versions.plan(live.pk)
        newest = locked.versions.order_by("-number").values_list("number", flat=True).first() or 0
        version: PlanVersion = PlanVersion.objects.create(
            workspace=plan.workspace,
            plan=locked,
            number=newest + 1,
            settings=settings,
            rules=digests,
            changes=[_stored(change) for change in changes.diff(before, after)],
            message=storable(message)[:LONGEST_MESSAGE],
            published_by=actor,
        )
        plan.live_version = locked.live_version = version
        plan.name = locked.name = after.name
        locked.save(update_fields=["live_version", "name"])
        auditing.record(plan.workspace, actor, "plan.published", plan.name, version=version.number)
        if live is not None:
            briefing.write_mail(locked, version)
        return version


def checked(document: dict[str, Any], before: dict[str, Any] | None = None) -> Plan:
    """The plan, if it can be published; `before`: see `drafting.usable`. Raises PlanError."""
    plan = from_document(document)
    problems: list[Problem] = []
    try:
        drafting.usable(document, before)
    except PlanError as error:
        problems = error.problems
    if not plan.name.strip():
        problems = [Problem("name", "A plan needs a name."), *problems]
    if len(plan.name) > LONGEST_NAME or plan.name != storable(plan.name):
        sentence = f"A plan's name is at most {LONGEST_NAME} ordinary characters long."
        problems = [Problem("name", sentence), *problems]
    if problems:
        raise PlanError(problems)
    return plan


def _stored(change: changes.Change) -> dict[str, Any]:
    stored = asdict(change)
    words = {"name": storable(change.name), "former": storable(change.former)}
    return stored | words | {"parts": [storable(part) for part in change.parts]}
