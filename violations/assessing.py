"""The changes of state that nobody makes: passing by share, coming back, fixed by evidence, the end of a mute.

`assess` may run at any time, as often as one likes, on many workers; it skips rows that are being written and never
waits. The times it stores say when something became true, not when it was noticed: a closed stretch of time never
changes afterwards.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from accounts.models import Workspace
from violations.models import Resolution, Violation

FIXED_AFTER = timedelta(hours=24)  # without an occurrence
EVIDENCE = 50  # messages meanwhile that could have shown it
SHARE_WINDOW = timedelta(hours=24)
IN_HUNDRED = 1  # per cent of its event that make an open violation a new one, below five occurrences too

_MINE = "(%(workspace)s::bigint IS NULL OR v.workspace_id = %(workspace)s)"
_JUDGED = "t.conforming + t.violating + t.unplanned + t.unchecked"
# The messages that could show a violation: of its event, or (what concerns every message) of its source.
_OF_EVENT = "{t}.type = v.type AND {t}.event = v.event"
_OF_TYPE = "{t}.type = v.type"
_OF_SOURCE = "true"
_SCOPES = {
    "v.code <> 'unplanned_event' AND v.code NOT LIKE 'common\\_schema.%%'": _OF_EVENT,
    "v.code = 'unplanned_event'": _OF_TYPE,
    "v.code LIKE 'common\\_schema.%%'": _OF_SOURCE,
}

_UNMUTE = f"""
UPDATE violations_violation SET state = 'open', reopened_at = muted_until, muted_until = NULL, mute = '{{}}'
WHERE id IN (
    SELECT v.id FROM violations_violation v WHERE v.state = 'muted' AND v.muted_until <= %(now)s AND {_MINE}
    ORDER BY v.source_id, v.key FOR UPDATE SKIP LOCKED
) RETURNING id
"""  # noqa: S608  # put together from our own text
_BACK = f"""
WITH found AS (
    SELECT v.id, v.workspace_id, greatest(v.resolved_at, least(v.last_seen_at, (
        SELECT min(h.hour) FROM violations_violationhour h WHERE h.violation_id = v.id AND h.hour > v.resolved_at
    ))) AS at
    FROM violations_violation v
    WHERE v.state = 'resolved' AND {_MINE} AND (
        (v.resolution = 'release' AND v.id = ANY(%(released)s::bigint[]))
        OR (v.resolution <> 'release' AND v.last_seen_at > v.resolved_at)
        OR (v.resolution = 'fixed' AND v.last_seen_at > v.resolved_at - %(fixed_after)s)
    )
    ORDER BY v.source_id, v.key FOR UPDATE SKIP LOCKED
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
    AND {mine} AND {which}
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
# Evidence counts from the last occurrence on. In the hour of that occurrence only the messages kept for Live say
# which came after it; later hours count whole.
_FIXED = """
WITH found AS MATERIALIZED (
    SELECT v.id, greatest(began.at + %(fixed_after)s, enough.at) AS at
    FROM violations_violation v,
    LATERAL (SELECT greatest(v.last_seen_at, v.reopened_at) AS at) AS began,
    LATERAL (
        SELECT least(grown.at, %(now)s) AS at FROM (
            SELECT counted.at, sum(counted.messages) OVER (ORDER BY counted.at) AS so_far FROM (
                SELECT date_trunc('hour', began.at) + interval '1 hour' AS at, count(*) AS messages
                FROM trackingplans_recentmessage r
                WHERE r.source_id = v.source_id AND {scope_recent} AND r.received_at > began.at
                AND r.received_at < date_trunc('hour', began.at) + interval '1 hour'
                AND r.verdict IN ('conforming', 'violating', 'unplanned', 'unchecked')
                UNION ALL
                SELECT t.hour + interval '1 hour', {judged} FROM trackingplans_traffichour t
                WHERE t.source_id = v.source_id AND {scope} AND t.hour > began.at
            ) AS counted
        ) AS grown WHERE grown.so_far >= %(evidence)s ORDER BY grown.at LIMIT 1
    ) AS enough
    WHERE v.state = 'open' AND v.last_seen_at <= %(now)s - %(fixed_after)s AND began.at <= %(now)s - %(fixed_after)s
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
    back: list[int]
    fixed: list[int]


def assess(now: datetime, workspace: Workspace | None = None) -> Assessed:
    """Stores every change of state that is due at `now`, of one workspace or (None) of all."""
    given: dict[str, Any] = {
        "now": now,
        "workspace": workspace.pk if workspace else None,
        "fixed_after": FIXED_AFTER,
        "share_window": SHARE_WINDOW,
        "evidence": EVIDENCE,
        "in_hundred": IN_HUNDRED,
    }
    return Assessed(
        unmuted=_changed(_UNMUTE, given),
        passed=_changed_in_scopes(_SHARE, given),
        back=_changed(_BACK, given | {"released": _back_in_a_release(workspace)}),
        fixed=_changed_in_scopes(_FIXED, given),
    )


def _changed(query: str, given: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return [row[0] for row in cursor.fetchall()]


def _changed_in_scopes(query: str, given: dict[str, Any]) -> list[int]:
    """The same change for each kind of violation, so that each finds its messages by an index of its own."""
    ids: list[int] = []
    for which, scope in _SCOPES.items():
        parts = {
            "which": which,
            "mine": _MINE,
            "judged": _JUDGED,
            "scope": scope.format(t="t"),
            "scope_recent": scope.format(t="r"),
        }
        ids += _changed(query.format(**parts), given)
    return ids


def _back_in_a_release(workspace: Workspace | None) -> list[int]:
    """Violations resolved in a release that were seen since in that release or a later one."""
    rows = Violation.objects.for_workspace(workspace) if workspace else Violation.objects.all()
    suspects = rows.filter(state="resolved", resolution=Resolution.RELEASE, last_seen_at__gt=F("resolved_at"))
    found = []
    for violation in suspects.iterator():
        later = violation.samples.filter(received_at__gt=violation.resolved_at).values_list(
            "release", flat=True
        )
        if any(not is_older(seen, violation.resolved_in) for seen in {*later, violation.last_release}):
            found.append(violation.pk)
    return found


def is_older(release: str, than: str) -> bool:
    """Whether a release surely came before another: `2.9` before `2.10`. One without a number never is."""
    left, right = _numbers(release), _numbers(than)
    length = max(len(left), len(right))
    padded = [part + [0] * (length - len(part)) for part in (left, right)]
    return bool(left and right) and padded[0] < padded[1]


def _numbers(release: str) -> list[int]:
    """The numbers a release begins with: `v2.4.0-rc1` -> [2, 4, 0]."""
    match = re.match(r"\D{0,10}(\d{1,9}(?:\.\d{1,9})*)", release)
    return [int(part) for part in match[1].split(".")] if match else []
