"""Renamed events on the move: how many of their messages still come under a former name, from which source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Max, Sum

from accounts.models import Workspace
from trackingplans.models import FormerNameDay, Source
from trackingplans.traffic import counting
from trackingplans.traffic.counting import Executes

KEPT = timedelta(days=90)
LOOKS_BACK = timedelta(days=7)


class Key(NamedTuple):
    """`name` is a former name that a message of the event came under."""

    workspace_id: int
    source_id: int
    day: date
    event: str
    name: str


@dataclass(frozen=True, slots=True)
class Move:
    """Of one source in the last days: all messages of the event, those under former names, and when those last came."""

    source: Source
    received: int
    formerly: int
    last_day: date | None
    names: tuple[str, ...]

    @property
    def moved(self) -> int:
        """How many came under the new name."""
        return max(0, self.received - self.formerly)

    @property
    def share(self) -> float:
        """How much of the traffic came under the new name, 0 to 1."""
        return self.moved / self.received if self.received else 1.0


@dataclass(frozen=True, slots=True)
class Together:
    """All sources of an event: how many messages came, how many of them under its new name, and who still sends an old
    one, the one furthest behind first."""

    received: int
    moved: int
    behind: tuple[str, ...]


def together(found: Sequence[Move]) -> Together:
    """The moves of all sources as one."""
    behind = tuple(move.source.name for move in found if move.formerly)
    return Together(sum(move.received for move in found), sum(move.moved for move in found), behind)


_UPSERT = """
INSERT INTO trackingplans_formernameday AS kept (workspace_id, source_id, day, event, name, received)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (source_id, event, day, name) DO UPDATE SET received = kept.received + excluded.received
"""


def write(cursor: Executes, rows: Mapping[Key, int]) -> None:
    """Add these counts to what is stored, sorted so that two writers never deadlock."""
    if rows:
        ordered = sorted(rows.items(), key=lambda item: (item[0].source_id, item[0].event, *item[0][2:]))
        columns = [list(column) for column in zip(*(key for key, _ in ordered), strict=True)]
        cursor.execute(_UPSERT, [*columns, [count for _, count in ordered]])


def moves(workspace: Workspace, sources: Sequence[Source], event: str, *, now: datetime) -> list[Move]:
    """How far each source has moved to the event's name in the last 7 days; the one furthest behind first.

    Sources that sent nothing are left out. [] when none of them sent a former name.
    """
    since = now - LOOKS_BACK
    rows = FormerNameDay.objects.for_workspace(workspace).filter(
        source__in=sources, event=event, day__gt=since.date()
    )
    old: dict[int, list[tuple[str, int, date]]] = {}
    for row in (
        rows.values("source_id", "name").annotate(all=Sum("received"), last=Max("day")).order_by("name")
    ):
        old.setdefault(row["source_id"], []).append((row["name"], row["all"], row["last"]))
    if not old:
        return []
    hours = counting.hours(workspace, sources=[source.pk for source in sources], since=since)
    sums = hours.filter(type="track", event=event).values("source_id")
    sent = {row["source_id"]: row["all"] for row in sums.annotate(all=Sum("received")).order_by()}
    found = [
        Move(
            source, sent[source.pk], sum(count for _, count, _ in old.get(source.pk, ())),
            max((last for _, _, last in old.get(source.pk, ())), default=None),
            tuple(name for name, _, _ in old.get(source.pk, ())),
        )
        for source in sources
        if sent.get(source.pk)
    ]  # fmt: skip
    return sorted(found, key=lambda move: (move.share, move.source.name))


def drop_old(today: date) -> int:
    """Drop what is kept no longer; returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM trackingplans_formernameday WHERE day < %s", [today - KEPT])
        return int(cursor.rowcount)
