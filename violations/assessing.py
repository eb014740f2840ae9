"""The changes of state that nobody makes: passing by share, coming back, fixed by evidence, the end of a mute,
accepted by a newer version of the plan.

`assess` may run at any time, as often as one likes, on many workers; it skips rows that are being written, and waits
for them only when a digest is about to tell what changed. The times it stores say when something became true, not when
it was noticed: a closed stretch of time never changes afterwards.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from accounts.models import Workspace
from violations import accepting, attributing, evidence, releases, unmuting
from violations.evidence import EVIDENCE, MINE
from violations.models import Resolution, Violation

FIXED_AFTER = timedelta(hours=24)  # without an occurrence
SHARE_WINDOW = timedelta(hours=24)
IN_HUNDRED = 1  # per cent of its event that make an open violation a new one, below five occurrences too

_BACK = f"""
WITH found AS (
    SELECT v.id, v.workspace_id, coalesce(released.at, greatest(v.resolved_at, least(v.last_seen_at, (
        SELECT min(h.hour) FROM violations_violationhour h WHERE h.violation_id = v.id AND h.hour > v.resolved_at
    )))) AS at
    FROM violations_violation v
    LEFT JOIN unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS released (id, at) ON released.id = v.id
    WHERE v.state = 'resolved' AND {MINE} AND (
        (v.resolution = 'release' AND released.at IS NOT NULL)
        OR (v.resolution IN ('fixed', 'manual') AND v.last_seen_at > v.resolved_at)
        OR (v.resolution = 'accepted' AND v.last_seen_at > v.resolved_at + %(everywhere)s)
        OR (v.resolution = 'fixed' AND v.last_seen_at > v.resolved_at - %(fixed_after)s)
    )
    ORDER BY v.source_id, v.key FOR UPDATE OF v SKIP LOCKED
), changed AS (
    UPDATE violations_violation v SET state = 'open', regressed_at = found.at, resolved_at = NULL, resolution = NULL,
        resolved_in = ''
    FROM found WHERE v.id = found.id
)
INSERT INTO violations_turn (workspace_id, violation_id, kind, at)
SELECT workspace_id, id, 'back', at FROM found RETURNING violation_id
"""  # noqa: S608  # put together from our own text
_SHARE = """
WITH found AS MATERIALIZED (
    SELECT v.id FROM violations_violation v
    WHERE v.state = 'open' AND v.passed_at IS NULL AND v.last_seen_at > %(now)s - %(share_window)s
    AND v.last_hour > %(now)s - %(share_window)s - interval '1 hour' AND {mine} AND {which}
    AND (
        SELECT coalesce(sum(h.count), 0) FROM violations_violationhour h WHERE h.violation_id = v.id
        AND h.hour > v.last_seen_at - %(share_window)s - interval '1 hour' AND h.hour <= v.last_seen_at
    ) * 100 >= %(in_hundred)s * (
        SELECT coalesce(sum({judged}), 0) FROM trackingplans_traffichour t WHERE t.source_id = v.source_id AND {scope}
        AND t.hour > v.last_seen_at - %(share_window)s - interval '1 hour' AND t.hour <= v.last_seen_at
    )
)
UPDATE violations_violation SET passed_at = last_seen_at WHERE id IN (
    SELECT v.id FROM violations_violation v WHERE v.id IN (SELECT id FROM found) AND v.passed_at IS NULL
    ORDER BY v.source_id, v.key FOR UPDATE SKIP LOCKED
) RETURNING id
"""
_FIXED = """
WITH found AS MATERIALIZED (
    SELECT v.id, greatest(began.at + %(fixed_after)s, enough.at) AS at
    FROM violations_violation v,
    LATERAL (SELECT greatest(v.last_seen_at, v.reopened_at) AS at) AS began,
    LATERAL ({enough}) AS enough
    WHERE v.state = 'open' AND v.last_hour <= %(now)s - %(fixed_after)s
    AND v.last_seen_at <= %(now)s - %(fixed_after)s AND began.at <= %(now)s - %(fixed_after)s
    AND {mine} AND {which}
), locked AS (
    SELECT v.id, v.workspace_id, found.at FROM violations_violation v JOIN found ON found.id = v.id
    WHERE v.state = 'open' AND v.last_seen_at <= %(now)s - %(fixed_after)s
    ORDER BY v.source_id, v.key FOR UPDATE OF v SKIP LOCKED
), changed AS (
    UPDATE violations_violation v SET state = 'resolved', resolution = 'fixed', resolved_at = locked.at,
        resolved_in = ''
    FROM locked WHERE v.id = locked.id
)
INSERT INTO violations_turn (workspace_id, violation_id, kind, at)
SELECT workspace_id, id, 'fixed', at FROM locked RETURNING violation_id
"""


@dataclass(frozen=True, slots=True)
class Assessed:
    """Ids of the violations whose state changed."""

    unmuted: list[int]
    passed: list[int]
    accepted: list[int]
    back: list[int]
    fixed: list[int]


def assess(now: datetime, workspace: Workspace | None = None, *, waits: bool = False) -> Assessed:
    """Stores every change of state that is due at `now`, of one workspace or (None) of all. `waits`: none is left out
    because somebody writes its row; without it such a row is for the next time."""
    given: dict[str, Any] = {
        "now": now,
        "waits": waits,
        "workspace": workspace.pk if workspace else None,
        "fixed_after": FIXED_AFTER,
        "share_window": SHARE_WINDOW,
        "everywhere": accepting.EVERYWHERE,
        "evidence": EVIDENCE,
        "in_hundred": IN_HUNDRED,
    }
    unmuted = unmuting.unmute(now, workspace, waits=waits)
    passed = evidence.changed_in_scopes(_SHARE, given)
    accepted = accepting.accept(now, workspace, waits=waits)
    released = _back_in_a_release(workspace)
    given |= {"ids": list(released), "moments": list(released.values())}
    assessed = Assessed(
        unmuted, passed, accepted, evidence.changed(_BACK, given), evidence.changed_in_scopes(_FIXED, given)
    )
    attributing.attribute(now, workspace)
    return assessed


def _back_in_a_release(workspace: Workspace | None) -> dict[int, datetime]:
    """When violations resolved in a release were first seen since in that release or a later one."""
    rows = Violation.objects.for_workspace(workspace) if workspace else Violation.objects.all()
    suspects = rows.filter(state="resolved", resolution=Resolution.RELEASE, last_seen_at__gt=F("resolved_at"))
    promised = ((row, row.resolved_at, row.resolved_in) for row in suspects)
    return releases.first_reached(promised, releases.may_hold)
