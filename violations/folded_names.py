"""Keeps what a folded event was called, so that a page can say "318 names like `Product <id> Viewed`"."""

from trackingplans.domain.legible import shortened, storable
from violations.cursor import Cursor
from violations.tallying import NAME_LIMIT, NAMES, OTHER, Group

_COUNT = """
SELECT violation_id, count(*) FROM violations_foldedname WHERE violation_id = ANY(%s::bigint[]) GROUP BY 1
"""
_INSERT = """
INSERT INTO violations_foldedname (workspace_id, violation_id, name)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[])
ON CONFLICT (violation_id, name) DO NOTHING
"""


def is_folded(group: Group) -> bool:
    """Whether the group stands for events of several names; a former name of a planned event is not folded."""
    return group.code == "unplanned_event" and bool(group.names) and group.event != OTHER


def write_names(cursor: Cursor, groups: list[tuple[Group, int]]) -> None:
    """Adds the names of groups, given with the id of their violation, up to NAMES for each violation.

    Their violations' rows are locked by this transaction, so nobody else adds names to them.
    """
    if not groups:
        return
    cursor.execute(_COUNT, (sorted({violation_id for _, violation_id in groups}),))
    known: dict[int, int] = dict(cursor.fetchall())
    rows = [
        (group.first.origin.workspace_id, violation_id, shortened(storable(name), NAME_LIMIT))
        for group, violation_id in groups
        for name in sorted(group.names)[: max(0, NAMES - known.get(violation_id, 0))]
    ]
    if rows:
        cursor.execute(_INSERT, [list(column) for column in zip(*rows, strict=True)])
