"""Whose a violation is: the team that owns its event in the live plan, else its source, else its plan.

What has no owner by any of these belongs to the workspace's only team, where there is but one.
"""

from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import or_

from django.db.models import Q

from accounts.models import Team, Workspace
from trackingplans import live
from trackingplans.models import Source, TrackingPlan
from violations.models import Violation

STAND_INS = {"page": "track", "screen": "track"}  # calls that a track rule of their name may speak for


@dataclass(frozen=True, slots=True)
class Owned:
    """What a plan's live version says about owners, as team slugs. `events`: (type, name) -> slug."""

    plan: str = ""
    events: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Routing:
    """Who owns what in a workspace at this moment. `sources`: source id -> team id; `plans`: plan id -> owners."""

    teams: dict[str, Team]  # by slug
    sources: dict[int, int]
    plans: dict[int, Owned]

    def team_of(self, violation: Violation) -> Team | None:
        return self.owner_of(violation.plan_id, violation.source_id, (violation.type, violation.event))

    def reason(self, violation: Violation) -> str:
        """Why it is that team's: what of it the team owns; '' when it is nobody's."""
        return self._owner(violation.plan_id, violation.source_id, (violation.type, violation.event))[1]

    def owner_of(
        self, plan_id: int | None, source_id: int | None, named: tuple[str, str] | None
    ) -> Team | None:
        """Whose an event of a source is; either may be unknown."""
        return self._owner(plan_id, source_id, named)[0]

    def _owner(
        self, plan_id: int | None, source_id: int | None, named: tuple[str, str] | None
    ) -> tuple[Team | None, str]:
        plan = self.plans.get(plan_id or 0, Owned())
        kind, event = named or ("", "")
        slug = plan.events.get((kind, event)) or plan.events.get((STAND_INS.get(kind, kind), event), "")
        if slug in self.teams:
            return self.teams[slug], "owns the event"
        owner_id = self.sources.get(source_id or 0)
        if owner_id is not None:
            return next(
                (team for team in self.teams.values() if team.pk == owner_id), None
            ), "owns the source"
        if plan.plan in self.teams:
            return self.teams[plan.plan], "owns the plan"
        only = self._only_team()
        return only, "is the only team" if only else ""

    def owners_of_sources(self) -> dict[int, str]:
        """The slug of the team that owns each source that has an owner."""
        slugs = {team.pk: team.slug for team in self.teams.values()}
        return {source: slugs[team] for source, team in self.sources.items() if team in slugs}

    def belongs_to(self, team: Team) -> Q:
        """The condition for `team_of(violation) == team`."""
        mine = self._events_of({team.slug})
        anyones = self._events_of(set(self.teams))
        own_sources = [source for source, owner in self.sources.items() if owner == team.pk]
        others = ~Q(source_id__in=list(self.sources)) & self._by_plan(team)
        return mine | (~anyones & (Q(source_id__in=own_sources) | others))

    def _by_plan(self, team: Team) -> Q:
        """What only its plan, or nothing, gives an owner."""
        owned = {plan: owners.plan for plan, owners in self.plans.items() if owners.plan in self.teams}
        mine = Q(plan_id__in=[plan for plan, slug in owned.items() if slug == team.slug])
        if self._only_team() != team:
            return mine
        return mine | Q(plan_id=None) | ~Q(plan_id__in=list(owned))

    def _events_of(self, slugs: set[str]) -> Q:
        """Violations of events that these teams own."""
        parts = [Q(pk__in=[])]
        for plan_id, owners in self.plans.items():
            names: dict[str, list[str]] = {}
            for (kind, name), slug in owners.events.items():
                if slug in slugs:
                    names.setdefault(kind, []).append(name)
                    for stood_in, by in STAND_INS.items():
                        if by == kind and (stood_in, name) not in owners.events:
                            names.setdefault(stood_in, []).append(name)
            kinds: dict[tuple[str, ...], list[str]] = {}
            for kind, events in names.items():
                kinds.setdefault(tuple(events), []).append(kind)
            parts += [Q(plan_id=plan_id, type__in=types, event__in=events) for events, types in kinds.items()]
        return reduce(or_, parts)

    def _only_team(self) -> Team | None:
        return next(iter(self.teams.values())) if len(self.teams) == 1 else None


def routing(workspace: Workspace) -> Routing:
    """Reads who owns what in a workspace: three queries, and the live plans when they are not in memory."""
    teams = {team.slug: team for team in Team.objects.for_workspace(workspace)}
    sources = Source.objects.for_workspace(workspace).filter(owner__isnull=False)
    plans = TrackingPlan.objects.for_workspace(workspace).filter(live_version__isnull=False)
    return Routing(
        teams=teams,
        sources=dict(sources.values_list("pk", "owner_id")),
        plans={
            plan_id: owned(version_id) for plan_id, version_id in plans.values_list("pk", "live_version_id")
        },
    )


@lru_cache(maxsize=live.KEPT)
def owned(version_id: int) -> Owned:
    """The owners that a version names. It never changes, so neither does this."""
    plan = live.plan(version_id)
    events = {
        (rule.type, rule.name): str(rule.meta["owner"])
        for rule in sorted(plan.rules, key=lambda rule: rule.version)
        if rule.meta.get("owner")
    }
    return Owned(plan.owner, events)
