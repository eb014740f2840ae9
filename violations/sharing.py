"""What the digests of one run have in common. Read once a workspace and stretch of time, told apart by team in memory:
fifty teams cost hardly more than one."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum

from accounts.models import Workspace
from trackingplans.models import Environment, Source
from trackingplans.traffic import counting
from violations import changing, copying, triage
from violations.copying import Candidate
from violations.models import Violation, ViolationHour
from violations.routing import Routing, routing

COLUMNS = ("pk", "key", "family", "first_seen_at", "source_id", "plan_id", "type", "event")
COUNTED = ("debt", "rare", "open")  # kinds of change that are only counted, with their occurrences

Stretch = tuple[int, datetime, datetime]  # a workspace's id, since, until


@dataclass(frozen=True, slots=True)
class Found:
    """A violation that changed, of a production source."""

    id: int
    key: UUID
    family: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in one stretch of time: `by_team` by slug ('' is nobody's) and kind; `copied` by slug;
    `occurrences` of what is only counted, by id."""

    by_team: Mapping[str, Mapping[str, list[Found]]]
    copied: Mapping[str, list[Found]]
    occurrences: Mapping[int, int]


class Shared:
    """`triage.assess` runs through here, at most once a workspace."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._routings: dict[int, Routing] = {}
        self._traffic: dict[Stretch, dict[str, Any]] = {}
        self._changes: dict[Stretch, Changes] = {}
        self._assessed: set[int] = set()

    def assess(self, workspace: Workspace) -> None:
        """Stores the changes of state that are due, the first time it is asked."""
        if workspace.pk not in self._assessed:
            triage.assess(self.now, workspace)
            self._assessed.add(workspace.pk)

    def routing(self, workspace: Workspace) -> Routing:
        if workspace.pk not in self._routings:
            self._routings[workspace.pk] = routing(workspace)
        return self._routings[workspace.pk]

    def traffic(self, workspace: Workspace, since: datetime, until: datetime) -> dict[str, Any]:
        """How many messages were held against a plan, in how many sources, and which of these sent nothing."""
        key = (workspace.pk, since, until)
        if key not in self._traffic:
            self._traffic[key] = _traffic(workspace, since, until)
        return self._traffic[key]

    def changes(self, workspace: Workspace, since: datetime, until: datetime) -> Changes:
        key = (workspace.pk, since, until)
        if key not in self._changes:
            self._changes[key] = _changes(workspace, self.routing(workspace), since, until)
        return self._changes[key]


def _changes(workspace: Workspace, owners: Routing, since: datetime, until: datetime) -> Changes:
    rows = Violation.objects.for_workspace(workspace).filter(source__environment=Environment.PRODUCTION)
    owned = owners.owners_of_sources()
    slugs: dict[tuple[Any, ...], str] = {}
    by_team: dict[str, dict[str, list[Found]]] = defaultdict(lambda: defaultdict(list))
    candidates: dict[int, Candidate] = {}
    found: dict[int, Found] = {}
    for kind in changing.CHANGES:
        listed = changing.changed(rows, (kind,), since, until).order_by().values_list(*COLUMNS)
        for pk, key, family, first_seen_at, source_id, *place in listed:
            whose = (source_id, *place)
            if whose not in slugs:
                slugs[whose] = _slug(owners, whose)
            one = found[pk] = Found(pk, key, family, first_seen_at)
            by_team[slugs[whose]][kind].append(one)
            owner = owned.get(source_id, "")
            if kind in copying.KINDS and owner not in ("", slugs[whose]):
                candidates[pk] = Candidate(pk, key, owner)
    copies = copying.mostly(workspace, owners, list(candidates.values()), since, until)
    copied = {slug: [found[pk] for pk in ids] for slug, ids in copies.items()}
    counted = [one.id for kinds in by_team.values() for kind in COUNTED for one in kinds[kind]]
    counted += [one.id for listed in copied.values() for one in listed]
    return Changes(by_team, copied, _occurrences(counted, since, until))


def _slug(owners: Routing, whose: tuple[Any, ...]) -> str:
    source_id, plan_id, kind, event = whose
    team = owners.team_of(Violation(source_id=source_id, plan_id=plan_id, type=kind, event=event))
    return team.slug if team else ""


def _occurrences(ids: list[int], since: datetime, until: datetime) -> dict[int, int]:
    first_hour = since.replace(minute=0, second=0, microsecond=0)
    hours = ViolationHour.objects.filter(
        violation_id__in=ids, hour__gte=first_hour, hour__lt=until
    ).order_by()
    return dict(hours.values_list("violation_id").annotate(count=Sum("count")))


def _traffic(workspace: Workspace, since: datetime, until: datetime) -> dict[str, Any]:
    sources = Source.objects.for_workspace(workspace).filter(
        environment=Environment.PRODUCTION, plan__isnull=False
    )
    names: dict[int, str] = dict(sources.order_by("name", "id").values_list("pk", "name"))
    hours = counting.hours(workspace, sources=names, since=since, until=until)
    by_source = counting.per_source(hours)
    return {
        "checked": sum(totals.judged for totals in by_source.values()),
        "sources": len(names),
        "silent": [name for pk, name in names.items() if not (pk in by_source and by_source[pk].received)],
    }
