"""Which messages could have shown a violation, and when there were enough of them: SQL that the verbs share."""

from typing import Any

from django.db import connection

EVIDENCE = 50  # messages that could have shown it, and did not

MINE = "(%(workspace)s::bigint IS NULL OR v.workspace_id = %(workspace)s)"
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
# When, after `began.at`, so many messages had come. In the hour of that moment only the messages kept for Live say
# which came after it; later hours count whole.
_ENOUGH = """
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
"""


def changed(query: str, given: dict[str, Any]) -> list[int]:
    """Runs a query that returns the ids of what it changed. Rows that others write are skipped unless `given` says that
    it `waits`; all writers take them in the same order, so none waits for ever."""
    with connection.cursor() as cursor:
        cursor.execute(query.replace(" SKIP LOCKED", "") if given.get("waits") else query, given)
        return [row[0] for row in cursor.fetchall()]


def changed_in_scopes(query: str, given: dict[str, Any]) -> list[int]:
    """The same change for each kind of violation, so that each finds its messages by an index of its own."""
    ids: list[int] = []
    for which, scope in _SCOPES.items():
        parts = {
            "mine": MINE,
            "judged": _JUDGED,
            "scope": scope.format(t="t"),
            "scope_recent": scope.format(t="r"),
        }
        ids += changed(query.format(which=which, enough=_ENOUGH.format(**parts), **parts), given)
    return ids
