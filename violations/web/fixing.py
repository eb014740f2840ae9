"""Who fixes a violation: the team it is routed to and why, its people, and whose source sends it."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Membership, Team
from violations.models import Violation
from violations.routing import Routing

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Fixers:
    """`reason`: what of it the team owns; `sender`: the team that owns the source, when that is another one."""

    team: Team | None
    reason: str
    people: Sequence[str]
    more: int
    sender: Team | None


def fixers(violation: Violation, owners: Routing) -> Fixers:
    """One query."""
    team = owners.team_of(violation)
    owner_id = owners.sources.get(violation.source_id)
    sender = next((one for one in owners.teams.values() if one.pk == owner_id), None)
    people = []
    if team is not None:
        members = Membership.objects.for_workspace(violation.workspace).filter(
            teams=team, user__is_active=True
        )
        people = [str(one.user) for one in members.select_related("user").order_by("user__name", "pk")]
    return Fixers(
        team, owners.reason(violation), people[:SHOWN], max(0, len(people) - SHOWN),
        sender if sender != team else None,
    )  # fmt: skip
