"""Who changed what, when and why: of a plan, one of its events, or one property of an event."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from trackingplans import commenting, drafting, live
from trackingplans.domain import narrating
from trackingplans.domain.editing import Identity, identity_of
from trackingplans.domain.paths import steps_of
from trackingplans.domain.renames import former_names
from trackingplans.draft_models import DraftStatus, DraftStep
from trackingplans.models import PlanVersion, TrackingPlan

MOST = 200
SHOWN = 6  # sentences of one entry


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `kind`: published, changed or comment; `version`: what was published, or what a draft's
    change went live with; `draft`: the public id of the draft it happened in.
    """

    kind: str
    at: datetime
    who: str
    why: str
    sentences: Sequence[str]
    version: int | None = None
    draft: str = ""
    draft_name: str = ""
    is_undone: bool = False


def of_plan(plan: TrackingPlan) -> list[Entry]:
    """The newest that happened to a plan: its versions, and what was done in drafts."""
    steps = _steps(plan).order_by("-pk")[:MOST]
    return _sorted([*_versions(plan), *(_changed(step, drafting.edits_of(step)) for step in steps)])


def of_rule(plan: TrackingPlan, rules: Sequence[Identity], pointer: str = "") -> list[Entry]:
    """The newest that happened to an event (its versions and former names as `rules`), or to a property of it.

    `pointer`: of the property in the schema; '' for all of the event.
    """
    wanted = Q()
    for rule in rules:
        wanted |= Q(touched__contains=[json.dumps(rule)])
    entries = []
    if rules:
        for step in _steps(plan).filter(wanted).order_by("-pk")[:MOST]:
            edits = [edit for edit in drafting.edits_of(step) if _is_of(edit, rules, pointer)]
            if edits:
                entries.append(_changed(step, edits))
    if not pointer:
        entries += _published(plan, rules)
    said = [one for one in commenting.of_rule(plan, rules)[:MOST] if not pointer or one.path == pointer]
    entries += [
        Entry("comment", one.created_at, str(one.author or "Somebody"), "", [one.text],
              draft=one.draft.public_id if one.draft else "", draft_name=one.draft.name if one.draft else "")
        for one in said
    ]  # fmt: skip
    return _sorted(entries)


def _steps(plan: TrackingPlan) -> Any:
    rows = DraftStep.objects.for_workspace(plan.workspace).filter(draft__plan=plan)
    rows = rows.exclude(draft__status=DraftStatus.DISCARDED)
    return rows.select_related("author", "draft__version").defer(
        "draft__version__settings", "draft__version__rules", "draft__version__changes"
    )


def _changed(step: DraftStep, edits: Sequence[dict[str, Any]]) -> Entry:
    sentences = [narrating.sentence(edit) for edit in edits[:SHOWN]]
    if len(edits) > SHOWN:
        sentences.append(f"and {len(edits) - SHOWN:,} more")
    version = step.draft.version
    return Entry(
        "changed", step.created_at, str(step.author or "Planwright"), step.why, sentences,
        version.number if version else None, step.draft.public_id, step.draft.name, step.undone_at is not None,
    )  # fmt: skip


def _versions(plan: TrackingPlan) -> Iterator[Entry]:
    rows = PlanVersion.objects.for_workspace(plan.workspace).filter(plan=plan).select_related("published_by")
    for version in rows.defer("settings", "rules", "changes").order_by("-number")[:MOST]:
        who = str(version.published_by or "Planwright")
        yield Entry("published", version.published_at, who, version.message, [], version.number)


def _published(plan: TrackingPlan, rules: Sequence[Identity]) -> list[Entry]:
    """The versions that brought something to one of the rules, with what the version says of it."""
    wanted = Q()
    for kind, name, _ in rules:
        wanted |= Q(changes__contains=[{"type": kind, "name": name}])
    versions = (
        PlanVersion.objects.for_workspace(plan.workspace).filter(plan=plan).select_related("published_by")
    )
    names = {(kind, name) for kind, name, _ in rules}
    found = []
    for version in (
        versions.filter(wanted).defer("settings", "rules").order_by("-number")[:MOST] if rules else ()
    ):
        told = [_told(one) for one in version.changes if (one["type"], one["name"]) in names]
        who = str(version.published_by or "Planwright")
        found.append(Entry("published", version.published_at, who, version.message, told, version.number))
    return found


def _told(change: dict[str, Any]) -> str:
    former = f" from {change['former']}" if change.get("former") else ""
    parts = f": {', '.join(change['parts'])}" if change["parts"] else ""
    return f"{change['kind'].capitalize()}{former}{parts}"


def _is_of(edit: dict[str, Any], rules: Sequence[Identity], pointer: str) -> bool:
    """Whether an edit is of one of the rules and, with a pointer, of that property or what stands in it."""
    named = edit.get("of") or edit.get("rule")
    if not isinstance(named, dict) or (identity_of(named) not in rules and not _leads_to(edit, rules)):
        return False
    if not pointer or edit["op"] in {"add_rule", "replace_rule"}:
        return True
    at = edit.get("at")
    if at is None:
        return edit["op"] == "set_rule" and _below(
            tuple(str(key) for key in edit["path"][1:]), steps_of(pointer)
        )
    steps = steps_of(at)
    if edit["op"] == "add_property":
        steps = (*steps, "properties", edit["name"])
    renamed = (*steps[:-1], edit["name"]) if edit["op"] == "rename_property" else steps
    return _below(steps, steps_of(pointer)) or _below(renamed, steps_of(pointer))


def _leads_to(edit: dict[str, Any], rules: Sequence[Identity]) -> bool:
    if edit["op"] != "rename_rule":
        return False
    kind, _, version = identity_of(edit["of"])
    return (kind, edit["name"], version) in rules


def _below(steps: tuple[str, ...], place: tuple[str, ...]) -> bool:
    return steps[: len(place)] == place


def _sorted(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MOST]


def names_of(plan: TrackingPlan, kind: str, name: str) -> list[Identity]:
    """The rules that an event's history is made of: its versions, and what they were called before."""
    rules = live.plan(plan.live_version_id).rules if plan.live_version_id else ()
    versions = [rule for rule in rules if (rule.type, rule.name) == (kind, name)]
    found = [rule.identity for rule in versions] or [(kind, name, 1)]
    former = [(kind, old, rule.version) for rule in versions for old in former_names(rule)]
    return list(dict.fromkeys([*found, *former]))
