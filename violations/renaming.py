"""Planned events that stopped in a source while an unplanned event with a name close to theirs began."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.models import Workspace
from trackingplans.models import TrackingPlan
from violations import wording
from violations.models import Violation

DAYS_BEFORE = 7
REAL_TRAFFIC = 5  # messages in the week before: fewer may well stop by chance

TRAFFIC = """
SELECT asked.violation_id,
       coalesce(sum(t.received - t.duplicate) FILTER (WHERE t.hour < asked.began), 0),
       coalesce(sum(t.received - t.duplicate) FILTER (WHERE t.hour > asked.began), 0)
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[])
     AS asked (violation_id, source_id, type, event, began)
JOIN trackingplans_traffichour t
  ON t.source_id = asked.source_id AND t.type = asked.type AND t.event = asked.event
 AND t.hour >= asked.began - %s * interval '1 day' AND t.hour <= %s
WHERE t.workspace_id = %s
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class PlannedTraffic:
    """Messages of the suggested event in the violation's own source, around the hour the violation began."""

    before: int  # in the seven days before that hour
    since: int  # after that hour

    @property
    def stopped(self) -> bool:
        return self.before >= REAL_TRAFFIC and self.since == 0


@dataclass(frozen=True, slots=True)
class Rename:
    """One event under a new name: `violations` are its rows, one a source, oldest first."""

    planned: str
    unplanned: str
    type: str
    violations: tuple[Violation, ...]
    metric: str  # the metric whose funnel the planned event is a step of; '' when none

    @property
    def count(self) -> int:
        return sum(violation.count for violation in self.violations)

    @property
    def first_seen_at(self) -> datetime:
        return self.violations[0].first_seen_at

    @property
    def release(self) -> str:
        return next((v.first_release for v in self.violations if v.first_release), "")

    @property
    def sentence(self) -> str:
        sources = [violation.source.name for violation in self.violations]
        return wording.renamed(self.planned, sources, self.release, in_funnel=bool(self.metric))


def traffic(
    workspace: Workspace, violations: Sequence[Violation], now: datetime
) -> dict[int, PlannedTraffic]:
    """By violation id, what became of the planned event that each unplanned one is close to.

    Takes any violations; those that are no unplanned event or have no suggestion are not in the answer.
    """
    asked = [v for v in violations if meant(v)]
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            TRAFFIC,
            [
                [v.pk for v in asked],
                [v.source_id for v in asked],
                [v.type for v in asked],
                [meant(v) for v in asked],
                [v.first_seen_at.replace(minute=0, second=0, microsecond=0) for v in asked],
                DAYS_BEFORE,
                now,
                workspace.pk,
            ],
        )
        found = {key: PlannedTraffic(int(before), int(since)) for key, before, since in cursor.fetchall()}
    return {v.pk: found.get(v.pk, PlannedTraffic(0, 0)) for v in asked}


def find(workspace: Workspace, violations: Sequence[Violation], now: datetime) -> list[Rename]:
    """Renames among `violations` (their sources loaded), most occurrences first."""
    known = traffic(workspace, violations, now)
    pairs: dict[tuple[str, str, str], list[Violation]] = {}
    for violation in violations:
        if violation.pk in known and known[violation.pk].stopped:
            pairs.setdefault((violation.type, violation.event, meant(violation)), []).append(violation)
    steps = _funnel_steps(workspace, [v for rows in pairs.values() for v in rows])
    renames = [
        Rename(
            planned=planned,
            unplanned=event,
            type=kind,
            violations=tuple(sorted(rows, key=lambda row: row.first_seen_at)),
            metric=next((steps[row.plan_id, planned] for row in rows if (row.plan_id, planned) in steps), ""),
        )
        for (kind, event, planned), rows in pairs.items()
    ]
    return sorted(renames, key=lambda rename: (not rename.metric, -rename.count))


def meant(violation: Violation) -> str:
    """The planned event an unplanned one may have meant; '' for none, and for every other code."""
    if violation.code != "unplanned_event":
        return ""
    return str(violation.detail.get("meant") or "")


def _funnel_steps(workspace: Workspace, violations: Sequence[Violation]) -> dict[tuple[int | None, str], str]:
    """(plan id, event) -> the metric whose funnel it is a step of; the north star first."""
    ids = {violation.plan_id for violation in violations}
    if not ids:
        return {}
    plans = TrackingPlan.objects.for_workspace(workspace).filter(id__in=ids, live_version__isnull=False)
    steps: dict[tuple[int | None, str], str] = {}
    for plan in plans.select_related("live_version"):
        metrics = json.loads(plan.live_version.settings).get("metrics") or []
        for metric in sorted(metrics, key=lambda metric: not metric.get("north_star")):
            for event in metric.get("funnel") or []:
                steps.setdefault((plan.pk, event), metric.get("name") or "the funnel")
    return steps
