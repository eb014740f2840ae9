"""What is new since somebody looked: rows that passed the threshold or came back after a moment."""

from dataclasses import replace
from datetime import datetime

from accounts.models import Workspace
from violations import inbox, querying
from violations.models import Turn, TurnKind
from violations.querying import Filters
from violations.routing import Routing

MOST = 99  # rows that are counted; beyond that it is "99+"


def since(
    workspace: Workspace,
    filters: Filters,
    routing: Routing,
    moment: datetime,
    now: datetime,
    *,
    folds: bool = False,
) -> tuple[int, bool]:
    """How many rows (as in `inbox.Wanted`) that the filters find are new or back since a moment, and whether that is
    all of them. Two queries, each by the index of what is asked."""
    rows = querying.narrowed(workspace, replace(filters, statuses=()), routing, now)
    back = Turn.objects.for_workspace(workspace).filter(kind=TurnKind.BACK, at__gt=moment, at__lte=now)
    both = [
        list(found.order_by().values_list(*inbox.NAMED)[: MOST + 1])
        for found in (
            rows.filter(is_settling=False, passed_at__gt=moment, passed_at__lte=now),
            rows.filter(pk__in=back.values("violation_id")),
        )
    ]
    count = len(inbox.keys_of_rows((*both[0], *both[1]), folds=folds))
    return min(count, MOST), max(count, *map(len, both)) <= MOST
