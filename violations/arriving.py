"""What is new since somebody looked: rows that passed the threshold or came back after a moment."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from accounts.models import Workspace
from violations import querying
from violations.models import Turn, TurnKind
from violations.querying import Filters
from violations.routing import Routing

MOST = 99  # rows that are counted; beyond that it is "99+"


def since(
    workspace: Workspace, filters: Filters, routing: Routing, moment: datetime, now: datetime
) -> tuple[int, bool]:
    """How many rows (event, field and code) that the filters find are new or back since a moment, and whether that is
    all of them. Two queries, each by the index of what is asked."""
    rows = querying.narrowed(workspace, replace(filters, statuses=()), routing, now)
    back = Turn.objects.for_workspace(workspace).filter(kind=TurnKind.BACK, at__gt=moment, at__lte=now)
    keys: set[UUID] = set()
    for found in (
        rows.filter(is_settling=False, passed_at__gt=moment, passed_at__lte=now),
        rows.filter(pk__in=back.values("violation_id")),
    ):
        keys.update(found.order_by().values_list("key", flat=True)[: MOST + 1])
    return min(len(keys), MOST), len(keys) <= MOST
