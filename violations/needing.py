"""What needs one person: drafts they shall review, what is assigned to them, what is new for their teams, what of
theirs stands still."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Membership, Team
from delivery.models import Target
from trackingplans.draft_models import DraftStatus, Review, ReviewState
from trackingplans.models import Environment
from violations import triage
from violations.models import State, Violation
from violations.routing import Routing

SHOWN = 3
REVIEWS_SHOWN = 5
LOOKED_AT = 2_000  # violations that are new or back


@dataclass(frozen=True, slots=True)
class Needs:
    """`reviews`: the newest asked of them; `assigned`: the newest of `several`;
    `teams`: each with how many are new or back; `paused`: targets."""

    reviews: Sequence[Review]
    assigned: Sequence[Violation]
    several: int
    teams: Sequence[tuple[Team, int]]
    paused: Sequence[Target]

    def __bool__(self) -> bool:
        return bool(self.reviews or self.assigned or self.teams or self.paused)


def needs(membership: Membership, owners: Routing, now: datetime) -> Needs:
    """What waits for this person, in any environment what is assigned, in production what is their teams'."""
    workspace = membership.workspace
    rows = Violation.objects.for_workspace(workspace).exclude(state=State.RESOLVED)
    assigned = rows.filter(assignee=membership.user).exclude(triage.has_status(triage.MUTED, now))
    newest = list(assigned.select_related("source").order_by("-last_seen_at")[:SHOWN])
    mine = {team.pk for team in membership.teams.all()}
    paused = Target.objects.for_workspace(workspace).filter(paused_at__isnull=False, enabled=True)
    own_targets = paused.filter(Q(set_by=membership.user) | Q(source__owner__in=mine))
    asked = Review.objects.for_workspace(workspace).filter(
        reviewer=membership.user, state=ReviewState.ASKED, draft__status=DraftStatus.OPEN
    )
    return Needs(
        reviews=list(asked.select_related("draft__plan", "asked_by").order_by("-asked_at")[:REVIEWS_SHOWN]),
        assigned=newest,
        several=assigned.count() if len(newest) == SHOWN else len(newest),
        teams=_of_teams(rows, mine, owners, now) if mine else [],
        paused=list(own_targets.select_related("source").order_by("source__name")),
    )


def _of_teams(
    rows: QuerySet[Violation], mine: set[int], owners: Routing, now: datetime
) -> list[tuple[Team, int]]:
    """How many rows (event, field and code) are new or back for each of these teams."""
    fresh = rows.filter(
        triage.has_status(triage.NEW, now) | triage.has_status(triage.REGRESSED, now),
        source__environment=Environment.PRODUCTION,
    )
    columns = ("key", "source_id", "plan_id", "type", "event")
    places = set()
    for key, source_id, plan_id, kind, event in fresh.order_by("-rank").values_list(*columns)[:LOOKED_AT]:
        team = owners.team_of(Violation(source_id=source_id, plan_id=plan_id, type=kind, event=event))
        if team is not None and team.pk in mine:
            places.add((team.slug, key))
    counts = Counter(slug for slug, _ in places)
    return [(owners.teams[slug], count) for slug, count in sorted(counts.items())]
