"""How long until somebody acts on a violation, and until it is gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import connection

from accounts.models import Team, Workspace
from trackingplans.models import Environment
from violations.models import Violation
from violations.routing import Routing

WINDOW = timedelta(days=30)

NOTICE = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY v.noticed_at - v.first_seen_at), count(*)
FROM violations_violation v
JOIN trackingplans_source s ON s.id = v.source_id
WHERE v.workspace_id = %s AND s.environment = %s AND NOT v.is_settling AND v.noticed_at >= %s
"""
FIX = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY v.resolved_at - v.first_seen_at), count(*)
FROM violations_violation v
JOIN trackingplans_source s ON s.id = v.source_id
WHERE v.workspace_id = %s AND s.environment = %s AND NOT v.is_settling
  AND v.state = 'resolved' AND v.resolved_at >= %s
"""


# The newest of each, with what tells whose they are.
BY_TEAM = """
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
MOST = 5_000  # violations of each kind that the medians of teams are made of


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


def by_team(workspace: Workspace, owners: Routing, now: datetime) -> list[TeamSpeed]:
    """The same for each team that noticed or fixed anything, by name. What nobody owns is left out."""
    wanted: dict[str, Any] = {
        "workspace": workspace.pk, "environment": Environment.PRODUCTION.value, "since": now - WINDOW, "most": MOST,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(BY_TEAM, wanted)
        rows = cursor.fetchall()
    found: dict[str, dict[str, list[timedelta]]] = {}
    for kind, source_id, plan_id, event_type, event, took in rows:
        team = owners.team_of(Violation(source_id=source_id, plan_id=plan_id, type=event_type, event=event))
        if team is not None:
            found.setdefault(team.slug, {"notice": [], "fix": []})[kind].append(took)
    told = [TeamSpeed(owners.teams[slug], _speed(**took)) for slug, took in found.items()]
    return sorted(told, key=lambda one: one.team.name.lower())


def _speed(notice: list[timedelta], fix: list[timedelta]) -> Speed:
    return Speed(_median(notice), len(notice), _median(fix), len(fix))


def _median(durations: list[timedelta]) -> timedelta | None:
    seconds = [one.total_seconds() for one in durations]
    return timedelta(seconds=median(seconds)) if seconds else None


def speed(workspace: Workspace, now: datetime) -> Speed:
    """Production only; what was there when a source got its first plan is left out."""
    wanted = (workspace.pk, Environment.PRODUCTION.value, now - WINDOW)
    with connection.cursor() as cursor:
        cursor.execute(NOTICE, wanted)
        notice, noticed = cursor.fetchone()
        cursor.execute(FIX, wanted)
        fix, fixed = cursor.fetchone()
    return Speed(notice, noticed, fix, fixed)
