"""What a group of rows is judged by, read once for the group: sources, the live versions of their plans, targets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from trackingplans import drafting, live
from trackingplans.domain.validation import CompiledPlan
from violations.recording import Origin

_READ = """
SELECT source.id, source.workspace_id, source.plan_id, source.environment, source.plan_attached_at,
       source.settling_hours, plan.live_version_id, target.id, draft.id, draft.revision
FROM trackingplans_source AS source
LEFT JOIN trackingplans_trackingplan AS plan ON plan.id = source.plan_id
LEFT JOIN trackingplans_draft AS draft ON draft.id = source.draft_id AND draft.plan_id = source.plan_id
    AND draft.status = 'open' AND source.environment = 'development'
LEFT JOIN delivery_target AS target ON target.source_id = source.id AND target.enabled
WHERE source.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Home:
    """A source as its messages see it. `settles_until`: when its settling in is over; None without a plan."""

    workspace_id: int
    source_id: int
    plan_id: int | None
    environment: str
    settles_until: datetime | None
    plan: CompiledPlan | None
    target_id: int | None

    def origin(self, received_at: datetime) -> Origin:
        settling = self.settles_until is not None and received_at < self.settles_until
        return Origin(
            self.workspace_id, self.source_id, self.plan_id, self.environment, settling, self.target_id
        )


def read(source_ids: Iterable[int]) -> dict[int, Home]:
    """The sources as they are now. A published version reaches every worker by this: it is never cached."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [sorted(set(source_ids))])
        rows = cursor.fetchall()
    homes = {}
    for row in rows:
        source_id, workspace_id, plan_id, environment, attached_at, hours, version_id, target_id, *draft = row
        homes[source_id] = Home(
            workspace_id, source_id, plan_id, environment,
            attached_at + timedelta(hours=hours) if attached_at else None,
            _judge(version_id, *draft), target_id,
        )  # fmt: skip
    return homes


def _judge(version_id: int | None, draft_id: int | None, revision: int | None) -> CompiledPlan | None:
    """The draft that a development source follows; else what is live."""
    if draft_id is not None and revision is not None:
        return drafting.compiled(draft_id, revision)
    return live.compiled(version_id) if version_id else None
