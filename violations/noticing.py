"""How long until somebody acts on a violation, and until it is gone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import connection

from accounts.models import Team, Workspace
from trackingplans.models import Environment
from violations.routing import Routing

WINDOW = timedelta(days=30)

# The newest of each, with what tells whose they are.
_TOOK = """
(SELECT 'notice', v.source_id, v.plan_id, v.type, v.event, v.noticed_at - v.first_seen_at
 FROM violations_violation v JOIN trackingplans_source s ON s.id = v.source_id
 WHERE v.workspace_id = %(workspace)s AND s.environment = %(environment)s AND NOT v.is_settling
 AND v.noticed_at >= %(since)s ORDER BY v.noticed_at DESC LIMIT %(most)s)
UNION ALL
(SELECT 'fix', v.source_id, v.plan_id, v.type, v.event, v.resolved_at - v.first_seen_at
 FROM violations_violation v JOIN trackingplans_source s ON s.id = v.source_id
 WHERE v.workspace_id = %(workspace)s AND s.environment = %(environment)s AND NOT v.is_settling
 AND v.state = 'resolved' AND v.resolved_at >= %(since)s ORDER BY v.resolved_at DESC LIMIT %(most)s)
"""
MOST = 2_000  # violations of each kind, the newest, that medians are made of


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians over the last 30 days and how many violations they are of; None where there was none."""

    notice: timedelta | None  # from the first occurrence to the first act of a person
    noticed: int
    fix: timedelta | None  # from the first occurrence to being resolved, by people or by evidence
    fixed: int


@dataclass(frozen=True, slots=True)
class TeamSpeed:
    """How fast one team is."""

    team: Team
    speed: Speed


@dataclass(frozen=True, slots=True)
class Speeds:
    """How fast a workspace is, and each of its teams that noticed or fixed anything, by name."""

    all: Speed
    teams: list[TeamSpeed]


class _Took:
    """How long each took."""

    def __init__(self) -> None:
        self.by_kind: dict[str, list[timedelta]] = {"notice": [], "fix": []}

    def speed(self) -> Speed:
        notice, fix = self.by_kind["notice"], self.by_kind["fix"]
        return Speed(_median(notice), len(notice), _median(fix), len(fix))


def speeds(workspace: Workspace, owners: Routing, now: datetime) -> Speeds:
    """Production only; what was there when a source got its first plan is left out, and of teams what nobody owns."""
    wanted: dict[str, Any] = {
        "workspace": workspace.pk, "environment": Environment.PRODUCTION.value, "since": now - WINDOW, "most": MOST,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TOOK, wanted)
        rows = cursor.fetchall()
    everybody, by_team = _Took(), defaultdict[str, _Took](_Took)
    for kind, source_id, plan_id, event_type, event, took in rows:
        everybody.by_kind[kind].append(took)
        team = owners.owner_of(plan_id, source_id, (event_type, event))
        if team is not None:
            by_team[team.slug].by_kind[kind].append(took)
    teams = [TeamSpeed(owners.teams[slug], took.speed()) for slug, took in by_team.items()]
    return Speeds(everybody.speed(), sorted(teams, key=lambda one: one.team.name.lower()))


def _median(durations: list[timedelta]) -> timedelta | None:
    seconds = [one.total_seconds() for one in durations]
    return timedelta(seconds=median(seconds)) if seconds else None
