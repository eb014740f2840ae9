"""Violations of other teams' events that come mostly from a team's own sources: that team hears of them, too."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, Sum

from accounts.models import Team, Workspace
from trackingplans.models import Environment, Source
from violations import changing
from violations.models import Violation, ViolationHour
from violations.routing import Routing

MOSTLY = 0.8  # of the occurrences in that time, in production
KINDS = ("new", "back", "growing", "unmuted")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A violation that changed and belongs to another team than its source. `owner`: the source's, as a slug."""

    id: int
    key: UUID
    owner: str


def condition(
    workspace: Workspace, teams: Iterable[Team], owners: Routing, since: datetime, until: datetime
) -> Q:
    """The violations that are copied to one of these teams: changed in that time, in a production source of theirs,
    another team's, and more than MOSTLY of the occurrences of the same problem come from their sources."""
    candidates: list[Candidate] = []
    for team in teams:
        own = Source.objects.for_workspace(workspace).filter(owner=team, environment=Environment.PRODUCTION)
        rows = (
            Violation.objects.for_workspace(workspace).filter(source__in=own).exclude(owners.belongs_to(team))
        )
        changed = changing.changed(rows, KINDS, since, until).values_list("pk", "key")
        candidates += [Candidate(pk, key, team.slug) for pk, key in changed]
    found = mostly(workspace, owners, candidates, since, until)
    return Q(pk__in=[pk for ids in found.values() for pk in ids])


def mostly(
    workspace: Workspace, owners: Routing, candidates: Sequence[Candidate], since: datetime, until: datetime
) -> dict[str, set[int]]:
    """Of the candidates those whose problem comes mostly from their owner's sources, by owner."""
    if not candidates:
        return {}
    others = Violation.objects.for_workspace(workspace).filter(
        key__in={one.key for one in candidates}, source__environment=Environment.PRODUCTION
    )
    places = {pk: (key, source) for pk, key, source in others.values_list("pk", "key", "source_id")}
    hours = ViolationHour.objects.filter(violation_id__in=list(places), hour__gte=since, hour__lt=until)
    owned = owners.owners_of_sources()
    everyones: Counter[UUID] = Counter()
    theirs: Counter[tuple[UUID, str]] = Counter()
    for pk, count in hours.order_by().values_list("violation_id").annotate(count=Sum("count")):
        key, source = places[pk]
        everyones[key] += count
        theirs[key, owned.get(source, "")] += count
    found: dict[str, set[int]] = defaultdict(set)
    for one in candidates:
        if theirs[one.key, one.owner] > MOSTLY * everyones[one.key]:
            found[one.owner].add(one.id)
    return found
