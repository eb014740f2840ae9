"""Ends mutes: when their time is over, so many occurrences came, a release shows it again, or a version is live."""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.models import Workspace
from trackingplans.models import PlanVersion
from violations import evidence, releases
from violations.evidence import MINE
from violations.models import State, Violation

_UNMUTE = f"""
WITH found AS (
    SELECT v.id, v.workspace_id, ended.at FROM violations_violation v
    LEFT JOIN unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS told (id, at) ON told.id = v.id,
    LATERAL (SELECT least(
        CASE WHEN v.muted_until <= %(now)s THEN v.muted_until END,
        CASE WHEN v.count >= v.muted_count + (v.mute ->> 'count')::bigint THEN v.last_seen_at END,
        told.at
    ) AS at) AS ended
    WHERE v.state = 'muted' AND ended.at IS NOT NULL AND {MINE}
    ORDER BY v.source_id, v.key FOR UPDATE OF v SKIP LOCKED
), changed AS (
    UPDATE violations_violation v SET state = 'open', reopened_at = found.at, muted_at = NULL, muted_until = NULL,
        muted_count = NULL, mute = '{{}}'
    FROM found WHERE v.id = found.id
)
INSERT INTO violations_turn (workspace_id, violation_id, kind, at)
SELECT workspace_id, id, 'unmuted', at FROM found RETURNING violation_id
"""  # noqa: S608  # put together from our own text


def version_number(text: str) -> int | None:
    """14 for `14` and `v14`; None for what is no version."""
    match = re.fullmatch(r"[vV]?(\d{1,9})", text.strip())
    return int(match[1]) if match else None


def unmute(now: datetime, workspace: Workspace | None, *, waits: bool) -> list[int]:
    """Opens what has been muted long enough, as of the moment that ended it; returns the ids."""
    ended = _by_release(workspace) | _by_version(workspace)
    given: dict[str, Any] = {
        "now": now,
        "waits": waits,
        "workspace": workspace.pk if workspace else None,
        "ids": list(ended),
        "moments": list(ended.values()),
    }
    return evidence.changed(_UNMUTE, given)


def _muted(workspace: Workspace | None) -> Any:
    rows = Violation.objects.for_workspace(workspace) if workspace else Violation.objects.all()
    return rows.filter(state=State.MUTED)


def _by_release(workspace: Workspace | None) -> dict[int, datetime]:
    rows = _muted(workspace).filter(mute__has_key="release", last_seen_at__gt=F("muted_at"))
    return releases.first_reached(
        ((row, row.muted_at, row.mute["release"]) for row in rows), releases.has_come
    )


def _by_version(workspace: Workspace | None) -> dict[int, datetime]:
    rows = list(_muted(workspace).filter(mute__has_key="version", plan__isnull=False))
    published: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    versions = PlanVersion.objects.filter(plan__in={row.plan_id for row in rows})
    for plan_id, number, at in versions.values_list("plan_id", "number", "published_at"):
        published[plan_id].append((number, at))
    ended: dict[int, datetime] = {}
    for row in rows:
        wanted = version_number(row.mute["version"])
        reached = [at for number, at in published[row.plan_id] if wanted is not None and number >= wanted]
        if reached:
            ended[row.pk] = max(min(reached), row.muted_at or min(reached))
    return ended
