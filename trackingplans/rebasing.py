"""A draft is brought up to the live version: three-way, contradictions chosen about rule by rule."""

import json
from collections.abc import Mapping

from django.db import transaction

from accounts import auditing
from accounts.models import User
from trackingplans import drafting, live
from trackingplans.domain import differing, editing
from trackingplans.domain.merging import Choice, Conflict, Merged, merge
from trackingplans.domain.paths import same
from trackingplans.domain.plan import Plan, PlanError, to_document
from trackingplans.draft_models import Draft, DraftStep


class Contradicts(Exception):
    """Both sides changed the same things in different ways; `conflicts` are not chosen about yet."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        super().__init__(f"{len(conflicts)} things contradict the live version")
        self.conflicts = conflicts


def preview(draft: Draft, choices: Mapping[str, Choice] | None = None) -> Merged:
    """What the draft would be on the live version. Ours is the draft, theirs what is live."""
    theirs = live.plan(draft.plan.live_version_id) if draft.plan.live_version_id else Plan()
    return merge(drafting.base(draft), drafting.value(draft), theirs, choices)


@transaction.atomic
def update(draft: Draft, user: User, choices: Mapping[str, Choice] | None = None) -> Draft:
    """The draft on the live version.

    Its steps stay as they are where they lead to the same on the new ground; else they are folded into one step that
    does. Raises Contradicts for conflicts without a choice, PlanError for an outcome that cannot be used,
    drafting.NotOpen. Nothing to update changes nothing.
    """
    locked = drafting.locked(draft)
    target = locked.plan.live_version
    if target is None or locked.base_id == target.pk:
        return locked
    merged = preview(locked, choices)
    if merged.conflicts:
        raise Contradicts(merged.conflicts)
    ground = drafting.base_document(target)
    after = drafting.usable(
        merged.document, {"rules": [*ground["rules"], *drafting.document(locked)["rules"]]}
    )
    if not _leads_there(locked, ground, after):
        _fold(locked, user, live.plan(target.pk), after)
    locked.base = target
    auditing.record(locked.workspace, user, "draft.updated", locked.name, version=target.number)
    return drafting.moved_on(locked)


def _leads_there(draft: Draft, ground: dict[str, object], after: Plan) -> bool:
    try:
        replayed = editing.apply(ground, drafting.active_edits(draft))
    except PlanError:
        return False
    return same(replayed, to_document(after))


def _fold(draft: Draft, user: User, ground: Plan, after: Plan) -> None:
    steps = DraftStep.objects.for_workspace(draft.workspace).filter(draft=draft)
    edits = differing.edits(ground, after)
    number = (steps.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    steps.update(is_folded=True)
    if edits:
        things = dict.fromkeys(thing for edit in edits for thing in editing.touched(edit))
        DraftStep.objects.create(
            workspace=draft.workspace, draft=draft, number=number, revision=draft.revision + 1, author=user,
            edits=json.dumps(edits, separators=(",", ":")), touched=[json.dumps(thing) for thing in things],
            why="Brought together with the live version",
        )  # fmt: skip
