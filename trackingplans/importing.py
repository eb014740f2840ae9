"""A plan that somebody else wrote comes in: read, checked, and published as it stands."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import auditing
from accounts.models import User, Workspace
from trackingplans import assembling, live, proposing, publishing
from trackingplans.domain.changes import Change, diff
from trackingplans.domain.plan import Plan, PlanError, Problem
from trackingplans.interchange import formats
from trackingplans.interchange.carrying import Carried, origin_of
from trackingplans.interchange.formats import Format
from trackingplans.models import PlanVersion, TrackingPlan
from trackingplans.proposing import Proposal
from trackingplans.reviewing import Standing

UNNAMED = "Imported plan"
_SAID_BY_SEGMENT = {"planwright", "name", "description", "rules", "origin"}


@dataclass(frozen=True, slots=True)
class Imported:
    plan: TrackingPlan
    version: PlanVersion
    format: str
    losses: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would bring; any problem keeps it out. `format` is None for a text that cannot be read.

    `standing`: what the policy of the plan that it would replace says to it; None where it replaces none.
    """

    format: Format | None
    document: dict[str, Any]
    losses: list[str]
    problems: list[Problem]
    changes: list[Change]
    standing: Standing | None = None

    @property
    def rules(self) -> list[dict[str, Any]]:
        return list(self.document.get("rules", []))


def import_plan(
    workspace: Workspace,
    raw: bytes | str,
    *,
    name: str = "",
    unnamed: str = UNNAMED,
    actor: User | None,
    plan: TrackingPlan | None = None,
    message: str = "",
    override: str = "",
) -> Imported:
    """Publishes the text (any of `formats.FORMATS`, told by its content) as a new plan or `plan`'s next version.

    `name` wins over the one in the text; where neither says one, a replaced plan keeps its own and a new one is
    called `unnamed`. A plan is replaced where its policy lets it be (`override`: see `proposing.publish`). Raises
    PlanError naming every place that is wrong, releasing.Blocked; then nothing was written.
    """
    return bring_in(
        workspace,
        formats.detect(raw),
        name=name,
        unnamed=unnamed,
        actor=actor,
        plan=plan,
        message=message,
        override=override,
    )


def bring_in(
    workspace: Workspace,
    carried: Carried,
    *,
    name: str = "",
    unnamed: str = UNNAMED,
    actor: User | None,
    plan: TrackingPlan | None = None,
    message: str = "",
    override: str = "",
) -> Imported:
    """`import_plan` for what is read already."""
    wanted = proposal(carried, name=name, unnamed=unnamed, plan=plan, message=message)
    with transaction.atomic():
        if plan is None:
            version = publishing.create(workspace, wanted.document, actor=actor, message=wanted.message)
        else:
            version = proposing.publish(plan, wanted, actor, now=timezone.now(), override=override)
        auditing.record(workspace, actor, "plan.imported", version.plan.name, format=carried.format)
    return Imported(version.plan, version, carried.format, carried.losses)


def proposal(
    carried: Carried,
    *,
    name: str = "",
    unnamed: str = UNNAMED,
    plan: TrackingPlan | None = None,
    message: str = "",
) -> Proposal:
    """What an import makes of a plan, or of nothing; names as in `import_plan`."""
    document = _named(carried.document, name, plan.name if plan else unnamed)
    if plan is not None:
        document = _with_what_segment_leaves_out(document, plan)
    return Proposal(document, message or f"Imported from {formats.FORMATS[carried.format].words}")


def preview(
    raw: bytes | str,
    *,
    name: str = "",
    unnamed: str = UNNAMED,
    actor: User | None = None,
    plan: TrackingPlan | None = None,
) -> Preview:
    """What `import_plan` would do; writes nothing."""
    try:
        carried = formats.detect(raw)
    except PlanError as error:
        return Preview(None, {}, [], error.problems, [])
    wanted = proposal(carried, name=name, unnamed=unnamed, plan=plan)
    format = formats.FORMATS[carried.format]
    try:
        after = publishing.checked(wanted.document)
    except PlanError as error:
        return Preview(format, wanted.document, carried.losses, error.problems, [])
    if plan is None:
        return Preview(format, wanted.document, carried.losses, [], diff(Plan(), after))
    standing = proposing.standing(plan, wanted, actor, now=timezone.now())
    before = live.plan(plan.live_version_id) if plan.live_version_id else Plan()
    return Preview(format, wanted.document, carried.losses, [], diff(before, after), standing)


def _named(document: dict[str, Any], name: str, otherwise: str) -> dict[str, Any]:
    """The document under its name here. An export says the file's own name until the plan is renamed."""
    said = document.get("name")
    chosen = name.strip() or (said if isinstance(said, str) and said.strip() else otherwise)
    if chosen == said:
        return document
    named = {**document, "name": chosen}
    if "frame" in origin_of(document):
        named["origin"] = {**document["origin"], "named": chosen}
    return named


def _with_what_segment_leaves_out(document: dict[str, Any], plan: TrackingPlan) -> dict[str, Any]:
    """Purposes, owners, metrics and what else Segment's formats cannot say stay as they are live."""
    if "frame" not in origin_of(document) or plan.live_version is None:
        return document
    before = assembling.document(plan.live_version)
    metas = {_identity(rule): rule.get("meta") or {} for rule in before["rules"]}
    rules = []
    for rule in document["rules"]:
        meta = metas.get(_identity(rule), {}) | rule.get("meta", {})
        rules.append({**rule, "meta": meta} if meta else rule)
    kept = {key: value for key, value in before.items() if key not in _SAID_BY_SEGMENT}
    return {**document, **kept, "rules": rules}


def _identity(rule: dict[str, Any]) -> tuple[str, str, int]:
    return rule["type"], rule.get("name") or "", rule.get("version") or 1
