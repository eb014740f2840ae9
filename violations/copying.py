"""Violations of other teams' events that come mostly from a team's own sources: that team hears of them, too."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, Sum

from accounts.models import Team, Workspace
from trackingplans.models import Environment, Source
from violations import changing
from violations.models import Violation, ViolationHour
from violations.routing import Routing

MOSTLY = 0.8  # of the occurrences in that time, in production
KINDS = ("new", "back", "growing", "unmuted")


def condition(
    workspace: Workspace, teams: Iterable[Team], routing: Routing, since: datetime, until: datetime
) -> Q:
    """The violations that are copied to one of these teams: changed in that time, in a production source of theirs,
    another team's, and more than MOSTLY of the occurrences of the same problem come from their sources."""
    found: set[int] = set()
    for team in teams:
        found |= _copied(workspace, team, routing, since, until)
    return Q(pk__in=found)


def _copied(workspace: Workspace, team: Team, routing: Routing, since: datetime, until: datetime) -> set[int]:
    own = Source.objects.for_workspace(workspace).filter(owner=team, environment=Environment.PRODUCTION)
    mine = set(own.values_list("pk", flat=True))
    if not mine:
        return set()
    rows = (
        Violation.objects.for_workspace(workspace).filter(source__in=mine).exclude(routing.belongs_to(team))
    )
    keys = dict(changing.changed(rows, KINDS, since, until).values_list("pk", "key"))
    if not keys:
        return set()
    others = Violation.objects.for_workspace(workspace).filter(
        key__in=set(keys.values()), source__environment=Environment.PRODUCTION
    )
    places = {pk: (key, source) for pk, key, source in others.values_list("pk", "key", "source_id")}
    hours = ViolationHour.objects.filter(violation_id__in=list(places), hour__gte=since, hour__lt=until)
    ours: dict[object, int] = {}
    everyones: dict[object, int] = {}
    for pk, count in hours.order_by().values_list("violation_id").annotate(count=Sum("count")):
        key, source = places[pk]
        everyones[key] = everyones.get(key, 0) + count
        ours[key] = ours.get(key, 0) + (count if source in mine else 0)
    return {pk for pk, key in keys.items() if ours.get(key, 0) > MOSTLY * everyones.get(key, 0)}
