"""Which unplanned names a source's traffic is counted under: the first 2,000; the rest are "(other)".

A sender that puts ids into event names would otherwise make the hour table grow without end.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction

CAP = 2_000
OTHER = "(other)"
TRUSTED_FOR = timedelta(minutes=5)  # then asked again: retention may have made room
_SOURCES_KEPT = 500

_known: OrderedDict[int, "_Names"] = OrderedDict()


@dataclass(slots=True)
class _Names:
    """What this process knows of one source's names, for a while."""

    expires: float
    admitted: set[str] = field(default_factory=set)


def admitted(workspace_id: int, source_id: int, names: set[str]) -> set[str]:
    """Those of `names` that are counted under themselves; new ones are admitted while there is room.

    Takes a short transaction of its own when a name is new: call it before the one that writes counts.
    """
    known = _known.pop(source_id, None)
    if known is None or known.expires < time.monotonic():
        known = _Names(time.monotonic() + TRUSTED_FOR.total_seconds())
    if not connection.in_atomic_block:  # an outer transaction may still take its names back
        _known[source_id] = known
        if len(_known) > _SOURCES_KEPT:
            _known.popitem(last=False)
    new = names - known.admitted
    if new and len(known.admitted) < CAP:
        known.admitted |= _admit(workspace_id, source_id, sorted(new))
    return names & known.admitted


def forget() -> None:
    """Ask the database again."""
    _known.clear()


def _admit(workspace_id: int, source_id: int, new: list[str]) -> set[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashint8(%s))", [_LOCK, source_id])
        cursor.execute("SELECT name FROM trackingplans_unplannedname WHERE source_id = %s", [source_id])
        stored = {name for (name,) in cursor.fetchall()}
        room = [name for name in new if name not in stored][: max(0, CAP - len(stored))]
        if room:
            cursor.execute(
                "INSERT INTO trackingplans_unplannedname (workspace_id, source_id, name) "
                "SELECT %s, %s, unnest(%s::text[])",
                [workspace_id, source_id, room],
            )
    return stored | set(room)


_LOCK = 0x6E616D65  # "name": keeps this lock apart from other advisory locks


def drop_unused() -> int:
    """Make room: forget the names that no kept hour counts any more. Returns how many were forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM trackingplans_unplannedname AS unused WHERE NOT EXISTS ("
            "SELECT FROM trackingplans_traffichour AS hour WHERE hour.source_id = unused.source_id "
            "AND hour.event = unused.name)"
        )
        return int(cursor.rowcount)
