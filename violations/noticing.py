"""How long until somebody acts on a violation, and until it is gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import Workspace
from trackingplans.models import Environment

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


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians over the last 30 days and how many violations they are of; None where there was none."""

    notice: timedelta | None  # from the first occurrence to the first act of a person
    noticed: int
    fix: timedelta | None  # from the first occurrence to being resolved, by people or by evidence
    fixed: int


def speed(workspace: Workspace, now: datetime) -> Speed:
    """Production only; what was there when a source got its first plan is left out."""
    wanted = (workspace.pk, Environment.PRODUCTION.value, now - WINDOW)
    with connection.cursor() as cursor:
        cursor.execute(NOTICE, wanted)
        notice, noticed = cursor.fetchone()
        cursor.execute(FIX, wanted)
        fix, fixed = cursor.fetchone()
    return Speed(notice, noticed, fix, fixed)
