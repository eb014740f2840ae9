"""Violations of other teams' events that come mostly from a team's own sources: that team hears of them, too."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from accounts.models import Team, Workspace
from trackingplans.models import Environment, Source
from violations import changing
from violations.models import Violation
from violations.routing import Routing

MOSTLY = 0.8  # of the occurrences in that time, in production
_COUNTS = """
SELECT v.key, v.source_id, sum(h.count)::bigint FROM violations_violation v
JOIN violations_violationhour h ON h.violation_id = v.id AND h.hour >= %(since)s AND h.hour < %(until)s
WHERE v.workspace_id = %(workspace)s AND v.key = ANY(%(keys)s::uuid[]) AND v.source_id = ANY(%(sources)s::bigint[])
AND v.last_hour >= %(since)s
GROUP BY 1, 2
"""
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
    owned = owners.owners_of_sources()
    everyones: Counter[UUID] = Counter()
    theirs: Counter[tuple[UUID, str]] = Counter()
    for key, source, count in _counts(workspace, {one.key for one in candidates}, since, until):
        everyones[key] += count
        theirs[key, owned.get(source, "")] += count
    found: dict[str, set[int]] = defaultdict(set)
    for one in candidates:
        if theirs[one.key, one.owner] > MOSTLY * everyones[one.key]:
            found[one.owner].add(one.id)
    return found


def production(workspace: Workspace) -> list[int]:
    """The ids of the production sources: named one by one, so that the database looks at all of them together."""
    sources = Source.objects.for_workspace(workspace).filter(environment=Environment.PRODUCTION)
    return list(sources.order_by("pk").values_list("pk", flat=True))


def _counts(
    workspace: Workspace, keys: Iterable[UUID], since: datetime, until: datetime
) -> list[tuple[UUID, int, int]]:
    """How often each problem occurred in each production source: key, source, count."""
    given: dict[str, Any] = {
        "workspace": workspace.pk,
        "keys": list(keys),
        "sources": production(workspace),
        "since": since,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, given)
        return list(cursor.fetchall())
