"""What the digests of one run have in common. Read once a workspace and stretch of time, told apart by team in memory:
fifty teams cost hardly more than one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum

from accounts.models import Team, Workspace
from trackingplans.models import Environment, Source
from trackingplans.traffic import counting
from violations import changing, copying, inbox, triage
from violations.copying import Candidate, production
from violations.grouping import Entry
from violations.models import Violation, ViolationHour
from violations.querying import Window, among
from violations.routing import Routing, routing

COLUMNS = ("pk", "key", "family", "first_seen_at", "last_hour", "source_id", "plan_id", "type", "event")
TOLD = ("new", "back", "growing", "unmuted", "fixed")  # kinds of change that have lines
COUNTED = ("debt", "rare", "open")  # kinds of change that are only counted, with their occurrences

Stretch = tuple[int, datetime, datetime]  # a workspace's id, since, until


@dataclass(frozen=True, slots=True)
class Found:
    """A violation that changed, of a production source."""

    id: int
    key: UUID
    family: str
    first_seen_at: datetime
    last_hour: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in one stretch of time: `by_team` by slug ('' is nobody's) and kind; `copied` by slug;
    `occurrences` of what is only counted, by id; `entries` of what is told, by id."""

    by_team: Mapping[str, Mapping[str, list[Found]]]
    copied: Mapping[str, list[Found]]
    occurrences: Mapping[int, int]
    entries: Mapping[int, Entry]


class Shared:
    """`triage.assess` runs through here, at most once a workspace. `team`: only what this one is told is read."""

    def __init__(self, now: datetime, team: Team | None = None) -> None:
        self.now = now
        self._team = team
        self._routings: dict[int, Routing] = {}
        self._traffic: dict[Stretch, dict[str, Any]] = {}
        self._changes: dict[Stretch, Changes] = {}
        self._assessed: set[int] = set()

    def assess(self, workspace: Workspace) -> None:
        """Stores the changes of state that are due, the first time it is asked."""
        if workspace.pk not in self._assessed:
            triage.assess(self.now, workspace, waits=True)
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
            owners = self.routing(workspace)
            self._changes[key] = _changes(workspace, owners, Window(since, until), self.now, self._team)
        return self._changes[key]


def _changes(
    workspace: Workspace, owners: Routing, window: Window, now: datetime, team: Team | None
) -> Changes:
    rows = Violation.objects.for_workspace(workspace).filter(source_id__in=production(workspace))
    if team is not None:
        rows = rows.filter(owners.belongs_to(team) | Q(source__owner=team))
    owned = owners.owners_of_sources()
    slugs: dict[tuple[Any, ...], str] = {}
    by_team: dict[str, dict[str, list[Found]]] = defaultdict(lambda: defaultdict(list))
    candidates: dict[int, Candidate] = {}
    found: dict[int, Found] = {}
    for kind in changing.CHANGES:
        listed = changing.changed(rows, (kind,), window.since, window.until).order_by().values_list(*COLUMNS)
        for pk, key, family, first_seen_at, last_hour, *whose in listed:
            place = tuple(whose)
            if place not in slugs:
                slugs[place] = _slug(owners, *place)
            one = found[pk] = Found(pk, key, family, first_seen_at, last_hour)
            by_team[slugs[place]][kind].append(one)
            owner = owned.get(place[0], "")
            if kind in copying.KINDS and owner not in ("", slugs[place]):
                candidates[pk] = Candidate(pk, key, owner)
    copies = copying.mostly(workspace, owners, list(candidates.values()), window.since, window.until)
    copied = {slug: [found[pk] for pk in ids] for slug, ids in copies.items()}
    counted = [one for kinds in by_team.values() for kind in COUNTED for one in kinds[kind]]
    counted += [one for listed in copied.values() for one in listed]
    told = {one.id for kinds in by_team.values() for kind in TOLD for one in kinds[kind]}
    entries = inbox.entries_of(workspace, told, window, now) if told else []
    return Changes(by_team, copied, _occurrences(counted, window), {entry.id: entry for entry in entries})


def _slug(owners: Routing, source_id: int, plan_id: int | None, kind: str, event: str) -> str:
    team = owners.owner_of(plan_id, source_id, (kind, event))
    return team.slug if team else ""


def _occurrences(counted: Iterable[Found], window: Window) -> dict[int, int]:
    """How often these occurred. What was not seen since is not looked up."""
    ids = {one.id for one in counted if one.last_hour >= window.first_hour}
    hours = ViolationHour.objects.filter(
        violation_id__in=among(ids), hour__gte=window.first_hour, hour__lt=window.until
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
