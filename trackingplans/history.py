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
from trackingplans.domain.paths import found, pointer_of, steps_of
from trackingplans.domain.renames import former_names
from trackingplans.draft_models import Draft, DraftStatus, DraftStep
from trackingplans.models import PlanVersion, StoredRule, TrackingPlan

MOST = 200
_PARTS = {"meta": "notes"}  # what people call the parts of a rule
SHOWN = 6  # sentences of one entry
MOST_COMPARED = 20  # versions that are looked into for one property


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
    pointers = {pointer}  # it was renamed: what stood at its former places is its history too
    if rules:
        for step in _steps(plan).filter(wanted).order_by("-pk")[:MOST]:
            edits = _edits_of(step, rules, pointers)
            if edits:
                entries.append(_changed(step, edits))
    entries += _imported(plan, rules, pointers) if pointer else _published(plan, rules)
    said = [one for one in commenting.of_rule(plan, rules)[:MOST] if not pointer or one.path in pointers]
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
    entries = []
    for version in (
        versions.filter(wanted).defer("settings", "rules").order_by("-number")[:MOST] if rules else ()
    ):
        told = [_told(one) for one in version.changes if (one["type"], one["name"]) in names]
        who = str(version.published_by or "Planwright")
        entries.append(Entry("published", version.published_at, who, version.message, told, version.number))
    return entries


def _imported(plan: TrackingPlan, rules: Sequence[Identity], pointers: set[str]) -> Iterator[Entry]:
    """The versions without a draft (imports, older ones) in which the property was another than before. Two queries."""
    wanted = Q()
    for kind, name, _ in rules:
        wanted |= Q(changes__contains=[{"type": kind, "name": name}])
    rows = PlanVersion.objects.for_workspace(plan.workspace).filter(plan=plan).defer("settings", "changes")
    made = list(
        rows.filter(wanted)
        .exclude(pk__in=Draft.objects.filter(plan=plan, version__isnull=False).values("version"))
        .select_related("published_by")
        .order_by("-number")[:MOST_COMPARED]
    )
    before = {one.number: one for one in rows.filter(number__in=[one.number - 1 for one in made])}
    pairs = [(one, _digests(one) - _digests(before.get(one.number - 1)),
              _digests(before.get(one.number - 1)) - _digests(one)) for one in made]  # fmt: skip
    wanted_rules = {digest for _, new, old in pairs for digest in (*new, *old)}
    stored = StoredRule.objects.for_workspace(plan.workspace).filter(digest__in=wanted_rules)
    documents = {digest: json.loads(text) for digest, text in stored.values_list("digest", "document")}
    documents = {digest: rule for digest, rule in documents.items() if identity_of(rule) in rules}
    for version, new, old in pairs:
        sides = [[documents[digest] for digest in digests if digest in documents] for digests in (old, new)]
        told = _difference(*(_places(side, pointers) for side in sides))
        if told:
            who = str(version.published_by or "Planwright")
            yield Entry("published", version.published_at, who, version.message, told, version.number)


def _digests(version: PlanVersion | None) -> set[str]:
    return set(version.rules) if version else set()


def _places(rules: Sequence[dict[str, Any]], pointers: set[str]) -> dict[str, Any]:
    """What stands at the places, with whether it is required."""
    found_there: dict[str, Any] = {}
    for rule in rules:
        for pointer in pointers:
            steps = steps_of(pointer)
            schema = found(rule.get("schema"), steps)
            if isinstance(schema, dict):
                parent = found(rule.get("schema"), steps[:-2])
                required = parent.get("required") if isinstance(parent, dict) else None
                is_required = isinstance(required, list) and steps[-1] in required
                found_there |= schema | {"required here": is_required}
    return found_there


def _difference(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    if bool(old) != bool(new):
        return ["Added" if new else "Removed"]
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    words = ["required" if key == "required here" else key for key in keys]
    return [f"Changed: {', '.join(dict.fromkeys(words))}"] if words else []


def _told(change: dict[str, Any]) -> str:
    former = f" from {change['former']}" if change.get("former") else ""
    parts = f": {', '.join(_PARTS.get(part, part) for part in change['parts'])}" if change["parts"] else ""
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


def _edits_of(step: DraftStep, rules: Sequence[Identity], pointers: set[str]) -> list[dict[str, Any]]:
    """The edits of a step that are of one of the rules and places. A former name of such a place joins `pointers`."""
    own = []
    for edit in reversed(drafting.edits_of(step)):
        if any(_is_of(edit, rules, pointer) for pointer in pointers):
            own.append(edit)
            if edit["op"] == "rename_property" and "" not in pointers:
                steps = steps_of(edit["at"])
                if pointer_of((*steps[:-1], edit["name"])) in pointers:
                    pointers.add(edit["at"])
    return own[::-1]


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
    numbers = [rule.version for rule in versions] or [1]
    former = [old for rule in versions for old in former_names(rule)]
    names = dict.fromkeys([name, *former, *_renamed(plan, kind, name)])
    return [(kind, called, number) for called in names for number in numbers]


def _renamed(plan: TrackingPlan, kind: str, name: str) -> Iterator[str]:
    """What an event was called in older versions, the newest name first."""
    rows = PlanVersion.objects.for_workspace(plan.workspace).filter(
        plan=plan, changes__contains=[{"kind": "renamed", "type": kind}]
    )
    for changes in rows.order_by("-number").values_list("changes", flat=True)[:MOST]:
        for change in changes:
            if change["kind"] == "renamed" and (change["type"], change["name"]) == (kind, name):
                name = change["former"]
                yield name
                break
