"""Drafts: any number beside the live version, each a log of edits on the version it started from."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts import auditing
from accounts.models import User
from trackingplans import live
from trackingplans.domain import editing, narrating
from trackingplans.domain.legible import storable
from trackingplans.domain.plan import Plan, PlanError, Problem, from_document, to_document
from trackingplans.domain.validation import CompiledPlan, problems_of
from trackingplans.draft_models import Draft, DraftStatus, DraftStep
from trackingplans.models import PlanVersion, TrackingPlan

MOST_RULES = 10_000
LONGEST_NAME = 200
LONGEST_WHY = 500
MOST_EDITS = 100_000
SHOWN = 3  # edits in a sentence

Touched = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """What somebody else (or the same person elsewhere) did meanwhile to one thing."""

    thing: str
    author: str
    at: datetime
    edits: list[dict[str, Any]]

    @property
    def sentence(self) -> str:
        """Who did what."""
        done = "; ".join(narrating.sentence(edit) for edit in self.edits[:SHOWN])
        more = f" and {len(self.edits) - SHOWN} more" if len(self.edits) > SHOWN else ""
        return f"{self.author}: {done}{more}"


class Conflict(Exception):
    """Somebody changed the same rule since: `others` says what, `revision` the draft's newest."""

    def __init__(self, others: list[Other], revision: int) -> None:
        super().__init__("; ".join(f"{one.author} changed {one.thing}" for one in others))
        self.others, self.revision = others, revision


class NotOpen(Exception):
    """The draft was published or discarded: nothing in it can change."""


class NothingTo(Exception):
    """There is nothing (more) of this person to undo or redo."""


def start(plan: TrackingPlan, user: User | None, name: str = "") -> Draft:
    """A draft of the live version with no edits in it yet. Raises PlanError for a name that cannot be one."""
    draft: Draft = Draft.objects.create(
        workspace=plan.workspace,
        plan=plan,
        base=plan.live_version,
        name=_name(name or f"Draft of {plan.name}"[:LONGEST_NAME]),
        author=user,
    )
    auditing.record(plan.workspace, user, "draft.started", draft.name, plan=plan.name)
    return draft


@transaction.atomic
def rename(draft: Draft, user: User | None, name: str) -> Draft:
    """Raises PlanError for a name that cannot be one, NotOpen."""
    held = locked(draft)
    auditing.record(draft.workspace, user, "draft.renamed", name, was=held.name)
    held.name = _name(name)
    return moved_on(held)


@transaction.atomic
def discard(draft: Draft, user: User | None) -> Draft:
    """The draft leaves the list of open ones; its log stays. Raises NotOpen."""
    held = locked(draft)
    held.status = DraftStatus.DISCARDED
    auditing.record(draft.workspace, user, "draft.discarded", held.name, plan=draft.plan.name)
    return moved_on(held)


def document(draft: Draft) -> dict[str, Any]:
    """The plan document as the draft has it."""
    return editing.apply(base_document(draft.base), active_edits(draft))


def value(draft: Draft) -> Plan:
    """The plan that the draft's document is."""
    return from_document(document(draft))


@lru_cache(maxsize=32)
def compiled(draft_id: int, revision: int) -> CompiledPlan:  # noqa: ARG001  # what the answer is kept by
    """A draft (by its primary key) ready to check messages, as it is at this revision or became since."""
    return CompiledPlan(value(Draft.objects.select_related("base", "workspace").get(pk=draft_id)))


def base(draft: Draft) -> Plan:
    """The plan that the draft started from."""
    return live.plan(draft.base_id) if draft.base_id else Plan()


def grown(draft: Draft) -> tuple[dict[str, Any], dict[str, Any]]:
    """The documents of the version a draft started from and of the draft; what the draft left alone is shared."""
    ground = base_document(draft.base)
    return ground, editing.apply(ground, active_edits(draft))


def base_document(version: PlanVersion | None) -> dict[str, Any]:
    """The document of a version, parsed once a process: it is shared, and never changed in place."""
    return {"planwright": 1, "rules": []} if version is None else to_document(live.plan(version.pk))


@transaction.atomic
def change(
    draft: Draft, user: User | None, edits: Sequence[Any], *, expected: int | None = None, why: str = ""
) -> Draft:
    """The edits as one step of `user`.

    `expected`: the revision the person saw (None: whatever is there). Raises Conflict when one of the rules they
    touch was touched since, PlanError when they cannot be made or what they make of a rule cannot be used, NotOpen.
    """
    if not edits or len(edits) > MOST_EDITS:
        raise PlanError([Problem("changes", f"Send between 1 and {MOST_EDITS:,} changes.")])
    held = locked(draft)
    before = document(held)
    after = editing.apply(before, edits)
    things = list(dict.fromkeys(thing for edit in edits for thing in editing.touched(edit)))
    if expected is not None and expected != held.revision:
        _refuse_conflicts(held, things, expected)
    usable(after, before)
    newest = held.steps.order_by("-number").values_list("number", flat=True).first() or 0
    DraftStep.objects.create(
        workspace=held.workspace,
        draft=held,
        number=newest + 1,
        revision=held.revision + 1,
        author=user,
        edits=json.dumps(list(edits), separators=(",", ":")),
        touched=[json.dumps(thing) for thing in things],
        why=storable(why)[:LONGEST_WHY],
    )
    return moved_on(held)


@transaction.atomic
def undo(draft: Draft, user: User) -> Draft:
    """Takes back the last step of this person.

    Raises Conflict when somebody else built on it since, NothingTo, NotOpen.
    """
    held = locked(draft)
    steps = list(_active(held))
    own = next((step for step in reversed(steps) if step.author_id == user.pk), None)
    if own is None:
        raise NothingTo("There is nothing of yours to undo in this draft.")
    later = [step for step in steps if step.number > own.number and _shared(step, _things(own))]
    if later:
        raise Conflict([_other(step, _things(own)) for step in later], held.revision)
    ground = base_document(held.base)
    usable(editing.apply(ground, _edits(step for step in steps if step is not own)), ground)
    DraftStep.objects.for_workspace(held.workspace).filter(pk=own.pk).update(
        undone_by=user, undone_at=Now(), revision=held.revision + 1
    )
    return moved_on(held)


@transaction.atomic
def redo(draft: Draft, user: User) -> Draft:
    """Does again what this person undid last, if they did nothing else since.

    Raises Conflict when somebody changed the same rule meanwhile, NothingTo, NotOpen.
    """
    held = locked(draft)
    own = [step for step in _all(held) if step.author_id == user.pk]
    last = max((step.number for step in own if step.undone_at is None), default=0)
    undone = [step for step in own if step.undone_at is not None and step.number > last]
    if not undone:
        raise NothingTo("There is nothing of yours to do again in this draft.")
    step = min(undone, key=lambda one: one.number)
    _refuse_conflicts(held, _things(step), step.revision, but=user)
    steps = [one for one in _all(held) if one.undone_at is None or one.pk == step.pk]
    ground = base_document(held.base)
    usable(editing.apply(ground, _edits(steps)), ground)
    DraftStep.objects.for_workspace(held.workspace).filter(pk=step.pk).update(
        undone_by=None, undone_at=None, revision=held.revision + 1
    )
    return moved_on(held)


def usable(after: dict[str, Any], before: dict[str, Any] | None = None) -> Plan:
    """The plan a document is, when it can be used; `before`: schemas that are the same objects there are trusted.

    Raises PlanError naming every place.
    """
    plan = from_document(after)
    if len(plan.rules) > MOST_RULES:
        raise PlanError(
            [Problem("rules", f"A plan may have {MOST_RULES:,} rules; this has {len(plan.rules):,}.")]
        )
    known = {id(rule.get("schema")) for rule in (before or {}).get("rules", ())}
    fresh = [index for index, rule in enumerate(plan.rules) if id(rule.schema) not in known]
    problems = problems_of(Plan(rules=tuple(plan.rules[index] for index in fresh)))
    if problems:
        raise PlanError([Problem(_moved(one.path, fresh), one.message) for one in problems])
    return plan


def steps_since(draft: Draft, revision: int) -> list[DraftStep]:
    """What happened to the draft after a revision: steps done, undone and redone."""
    rows = DraftStep.objects.for_workspace(draft.workspace).filter(draft=draft, revision__gt=revision)
    return list(rows.select_related("author").order_by("number"))


def _refuse_conflicts(draft: Draft, things: list[Touched], since: int, but: User | None = None) -> None:
    """Raises Conflict for what was done to these things after a revision, by others than `but`."""
    steps = [step for step in steps_since(draft, since) if but is None or step.author_id != but.pk]
    others = [step for step in steps if _shared(step, things)]
    if others:
        raise Conflict([_other(step, things) for step in others], draft.revision)


def _other(step: DraftStep, things: list[Touched]) -> Other:
    mine = _shared(step, things)
    shared = [one for one in edits_of(step) if any(thing in mine for thing in editing.touched(one))]
    return Other(
        _called(mine[0]), str(step.author or "Planwright"), step.undone_at or step.created_at, shared
    )


def _shared(step: DraftStep, things: list[Touched]) -> list[Touched]:
    return [one for one in _things(step) if any(editing.overlap(one, thing) for thing in things)]


def _called(thing: Touched) -> str:
    if thing[0] == "plan":
        return f"the plan's {thing[1]}"
    return editing.named((str(thing[0]), str(thing[1]), int(thing[2])))


def _things(step: DraftStep) -> list[Touched]:
    return [tuple(json.loads(text)) for text in step.touched]


def edits_of(step: DraftStep) -> list[dict[str, Any]]:
    """The edits of one step."""
    found: list[dict[str, Any]] = json.loads(step.edits)
    return found


def active_edits(draft: Draft) -> list[dict[str, Any]]:
    """All edits that make the draft what it is, first first."""
    return _edits(_active(draft))


def _edits(steps: Iterable[DraftStep]) -> list[dict[str, Any]]:
    return [edit for step in steps for edit in edits_of(step)]


def _all(draft: Draft) -> list[DraftStep]:
    rows = DraftStep.objects.for_workspace(draft.workspace).filter(draft=draft, is_folded=False)
    return list(rows.select_related("author").order_by("number"))


def _active(draft: Draft) -> list[DraftStep]:
    """The steps that make the draft what it is, first first."""
    return [step for step in _all(draft) if step.undone_at is None]


def locked(draft: Draft) -> Draft:
    """The draft, nobody else's until the transaction ends. Raises NotOpen."""
    rows = Draft.objects.for_workspace(draft.workspace).select_for_update(of=("self",))
    rows = rows.select_related("plan", "base", "workspace")
    found: Draft = rows.defer("base__settings", "base__rules", "base__changes").get(pk=draft.pk)
    if found.status != DraftStatus.OPEN:
        raise NotOpen(f"This draft is {found.get_status_display().lower()}: start another one.")
    return found


def moved_on(draft: Draft) -> Draft:
    """Saves a draft to which something happened: its next revision."""
    draft.revision += 1
    draft.updated_at = Now()
    draft.save(update_fields=["name", "status", "base", "version", "revision", "updated_at"])
    draft.refresh_from_db(fields=["updated_at"])
    return draft


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or name != storable(name):
        sentence = f"A draft's name has between 1 and {LONGEST_NAME} ordinary characters."
        raise PlanError([Problem("name", sentence)])
    return name


def _moved(path: str, indexes: list[int]) -> str:
    """`rules.0.schema` of the fresh rules, as the place in the whole document."""
    parts = path.split(".")
    if len(parts) > 1 and parts[0] == "rules" and parts[1].isdecimal():
        parts[1] = str(indexes[int(parts[1])])
    return ".".join(parts)
