"""Up to when everything that was received has been processed."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

_OLDEST = "SELECT workspace_id, min(received_at) FROM ingest_inboxrow GROUP BY workspace_id"


def watermarks(now: datetime) -> Callable[[int], datetime]:
    """For a workspace's id: the time its oldest waiting row was received, `now` when none waits.

    Dead rows are left out: one that is retried counts in the hour of its retry. All workspaces are read at once, before
    anything is told of them: what is processed meanwhile only adds to hours that are not told yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        oldest: dict[int, datetime] = dict(cursor.fetchall())
    return lambda workspace_id: min(now, oldest.get(workspace_id, now))
