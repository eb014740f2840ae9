"""Adds to what violations came with: platforms, SDKs, releases, and what the bad values looked like."""

from collections.abc import Iterable, Sequence
from typing import Any

from trackingplans.domain.findings import Finding
from trackingplans.domain.likeness import likeness
from trackingplans.domain.masking import is_personal, pii_paths
from violations.cursor import Cursor
from violations.models import FacetKind
from violations.tallying import FACETS, OTHER, Group, Sighting

_KNOWN = "SELECT violation_id, kind, value FROM violations_facet WHERE violation_id = ANY(%s::bigint[])"
_ADD = """
INSERT INTO violations_facet AS f (workspace_id, violation_id, kind, value, count)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[])
    AS n (workspace_id, violation_id, kind, value, count)
ORDER BY n.violation_id, n.kind, n.value
ON CONFLICT (violation_id, kind, value) DO UPDATE SET count = f.count + excluded.count
"""
Place = tuple[int, str]  # violation id, kind
VALUELESS = ("unplanned_event", "unplanned_property", "required")  # codes that judge no value


def write_facets(cursor: Cursor, groups: Sequence[tuple[Group, int]]) -> None:
    """Adds the facets of groups, given with the id of their violation; beyond FACETS of a kind they are `(other)`.

    Their violations' rows are locked by this transaction, so nobody else adds facets to them.
    """
    cursor.execute(_KNOWN, ([violation_id for _, violation_id in groups],))
    known: dict[Place, set[str]] = {}
    for violation_id, kind, value in cursor.fetchall():
        known.setdefault((violation_id, kind), set()).add(value)
    rows: list[tuple[Any, ...]] = []
    for group, violation_id in groups:
        workspace_id = group.first.origin.workspace_id
        for (kind, value), count in _admitted(violation_id, _told(group), known).items():
            rows.append((workspace_id, violation_id, kind, value, count))
    if rows:
        cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])


def _admitted(
    violation_id: int, told: Iterable[tuple[str, str, int]], known: dict[Place, set[str]]
) -> dict[tuple[str, str], int]:
    """Facets under the names they are kept by, the most frequent first."""
    found: dict[tuple[str, str], int] = {}
    for kind, value, count in sorted(told, key=lambda one: (-one[2], one)):
        values = known.setdefault((violation_id, kind), set())
        if value not in values and len(values) >= FACETS:
            value = OTHER
        values.add(value)
        found[kind, value] = found.get((kind, value), 0) + count
    return found


def _told(group: Group) -> list[tuple[str, str, int]]:
    """Kind, value and count; values of messages only as what they look like."""
    hidden = is_hidden(group.last)
    told = [(kind, value, count) for (kind, value), count in group.facets.items()]
    if group.code in VALUELESS:
        return told
    kept: dict[str, int] = {}
    for actual, count in group.values.items():
        looks = OTHER if actual == OTHER else likeness(actual, hidden=hidden)
        kept[looks] = kept.get(looks, 0) + count
    return told + [(FacetKind.VALUE.value, looks, count) for looks, count in kept.items()]


def is_hidden(seen: Sighting) -> bool:
    """Whether the values at this place are a person's."""
    finding: Finding = seen.finding
    steps = tuple("$" if isinstance(step, int) else step for step in finding.steps)
    marked = pii_paths(seen.judgement.rule)
    return any(is_personal(step) for step in steps) or any(steps[: len(path)] == path for path in marked)
