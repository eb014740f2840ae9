"""What is not in the plan, taken into a draft: what was sampled of it, the names it could get, and the edits."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User, Workspace
from trackingplans import advising, drafting, live
from trackingplans.domain import allowing, inferring
from trackingplans.domain.findings import undotted
from trackingplans.domain.naming import Judgement
from trackingplans.domain.plan import PlanError, Problem
from trackingplans.domain.profiling import Profile
from trackingplans.draft_models import Draft
from trackingplans.models import TrackingPlan
from trackingplans.traffic import profiles
from violations import ruling
from violations.models import FoldedName, Violation
from violations.proposing import KEPT_FOR
from violations.tallying import OTHER

LOOKS_BACK = timedelta(days=7)  # from when it was last seen
MOST = 200  # rows at once
EVENT, PROPERTY = "unplanned_event", "unplanned_property"
WHY = "It came and was not in the plan"
_MADE = re.compile(r"<(?:number|id|uuid|date|email)>")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One row of what is not in the plan, in all of its sources: `violation` stands for it. `profile`: of its event.
    `obstacle`: why it cannot be added, '' when it can."""

    violation: Violation
    profile: Profile
    judged: Judgement | None
    obstacle: str

    @property
    def is_event(self) -> bool:
        return bool(self.violation.code == EVENT)

    @property
    def name(self) -> str:
        return str(self.violation.event if self.is_event else undotted(self.violation.path)[-1])

    @property
    def names(self) -> list[str]:
        """What it could be called: as it came, then what is better. A property keeps the name that it is sent by."""
        if not self.is_event:
            return [self.name]
        meant = self.violation.detail.get("meant")
        better = self.judged.suggestions if self.judged else ()
        return list(dict.fromkeys([self.name, *([meant] if meant else []), *better]))

    @property
    def schema(self) -> dict[str, Any]:
        """What fits all that was sampled."""
        if self.is_event:
            return inferring.inferred(self.profile, self.violation.type)
        return inferring.whole_at(self.profile, self.violation.path)

    @property
    def places(self) -> list[str]:
        """The places of the profile that are its own."""
        own = "" if self.is_event else self.violation.path
        found = sorted(path for path in self.profile.places if "." in path)
        return [path for path in found if not own or path == own or path.startswith(f"{own}.")]


def newcomers(workspace: Workspace, rows: Iterable[Violation], now: datetime) -> list[Newcomer]:
    """What there is to know of violations (with their plans and live versions) of what is not in the plan, one of each
    row. Three queries and the live plans."""
    asked = list({row.key: row for row in rows if row.code in (EVENT, PROPERTY)}.values())[:MOST]
    sources: dict[Any, set[int]] = defaultdict(set)
    known = Violation.objects.for_workspace(workspace).filter(key__in=[row.key for row in asked])
    for key, source in known.values_list("key", "source_id"):
        sources[key].add(source)
    folded = set(
        FoldedName.objects.for_workspace(workspace)
        .filter(violation__in=asked).values_list("violation_id", flat=True).distinct()
    )  # fmt: skip
    everywhere = {source for found in sources.values() for source in found}
    events = {(row.type, row.event) for row in asked}
    since = min([now, *(row.last_seen_at for row in asked)]) - LOOKS_BACK
    sampled = profiles.of_events(workspace, everywhere, events, since.date())
    return [
        Newcomer(
            violation=row,
            profile=sampled.get((row.type, row.event), Profile()),
            judged=judgement(row),
            obstacle=_obstacle(row, is_folded=row.pk in folded),
        )
        for row in asked
    ]  # fmt: skip


def judgement(row: Violation) -> Judgement | None:
    """What the plan's naming rules say to the name of an event or property that is not in it."""
    if row.plan is None or row.plan.live_version_id is None or OTHER in (row.event, row.path):
        return None
    if row.code == EVENT:
        return advising.advice(row.plan.live_version_id, "event").on(row.event)
    kind = "trait" if row.path.startswith("traits.") else "property"
    return advising.advice(row.plan.live_version_id, kind).on(undotted(row.path)[-1])


def add(
    chosen: Sequence[tuple[Newcomer, str]], drafts: Mapping[int, Draft], *, actor: User, now: datetime
) -> list[Draft]:
    """Takes newcomers, each under a name of its `names`, into drafts: those of `drafts` (by plan id), else new ones,
    one a plan. Either all of them or none. Raises what `drafting.change` raises, PlanError where nothing can be added.
    """
    by_plan: dict[TrackingPlan, list[tuple[Newcomer, str]]] = defaultdict(list)
    for one, name in chosen:
        if one.violation.plan is not None and not one.obstacle:
            by_plan[one.violation.plan].append((one, name))
    if not by_plan:
        raise PlanError([Problem("rows", "None of these can be added to a plan.")])
    changed = []
    with transaction.atomic():
        for plan, wanted in by_plan.items():
            draft = drafts.get(plan.pk) or drafting.start(plan, actor, _title(wanted))
            changed.append(drafting.change(draft, actor, edits(plan, wanted, now), why=WHY))
    return changed


def edits(plan: TrackingPlan, wanted: Sequence[tuple[Newcomer, str]], now: datetime) -> list[dict[str, Any]]:
    """The edits that add newcomers to the live version of their plan. An event that gets a planned name, or the name of
    another newcomer, becomes a former name of that one."""
    compiled = live.compiled(plan.live_version_id or 0)
    planned = {(rule.type, rule.name) for rule in compiled.plan.rules}
    until = (now + KEPT_FOR).date().isoformat()
    made: list[dict[str, Any]] = []
    former: dict[tuple[str, str], list[str]] = defaultdict(list)
    new: dict[tuple[str, str], Profile] = {}
    for one, name in wanted:
        row = one.violation
        if not one.is_event:
            judging = ruling.rule_of(compiled, row, [])
            made += allowing.added(judging, row.path, one.schema) if judging else []
            continue
        if (row.type, name) not in planned:
            new.setdefault((row.type, name), Profile()).merge(one.profile)
        if name != row.event:
            former[row.type, name].append(row.event)
    for (kind, name), profile in new.items():
        notes = {"former_names": [{"name": was, "until": until} for was in former.pop((kind, name), ())]}
        rule = {"type": kind, "name": name, "version": 1, "schema": inferring.inferred(profile, kind)}
        made.append({"op": "add_rule", "rule": rule | {"meta": notes if notes["former_names"] else {}}})
    for (kind, name), names in former.items():
        made += allowing.former_names(compiled.plan, kind, name, names, until)
    return made


def _obstacle(row: Violation, *, is_folded: bool) -> str:
    if row.plan is None or row.plan.live_version_id is None:
        return "Its source follows no plan."
    if OTHER in (row.event, row.path):
        return "It stands for all names beyond the limit."
    if is_folded or _MADE.search(row.event if row.code == EVENT else undotted(row.path)[-1]):
        return "It stands for names that are made at run time: send one name, and what differs as a property."
    compiled = live.compiled(row.plan.live_version_id)
    if row.code == EVENT:
        planned = any((rule.type, rule.name) == (row.type, row.event) for rule in compiled.plan.rules)
        return "The live version has it by now." if planned else ""
    rule = ruling.rule_of(compiled, row, [])
    if rule is None:
        return "The live version has no such event."
    return (
        ""
        if allowing.added(rule, row.path, {})
        else "The rule has it by now, or speaks of its place by a choice."
    )


def _title(wanted: Sequence[tuple[Newcomer, str]]) -> str:
    first = wanted[0][1]
    more = f" and {len(wanted) - 1} more" if len(wanted) > 1 else ""
    return f"Add {first[: drafting.LONGEST_NAME - 30]}{more}"


def written(schema: Mapping[str, Any]) -> str:
    """A schema as text."""
    return json.dumps(schema, ensure_ascii=False, indent=2)
