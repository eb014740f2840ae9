"""Hourly counts of messages: written by upserts that only add, read by pages, digests and REST.

The books of an hour balance: received = conforming + violating + unplanned + unchecked + duplicate
+ rejected, and conforming + violating + unplanned + unchecked = passed + omitted + blocked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from django.db.models import Q, QuerySet, Sum

from accounts.models import Workspace
from trackingplans.models import TrafficHour
from trackingplans.traffic import partitions

TABLE = "trackingplans_traffichour"
VERDICTS = ("conforming", "violating", "unplanned", "unchecked")
ACTIONS = ("passed", "omitted", "blocked")
FATES = (*VERDICTS, "duplicate", "rejected")
COLUMNS = ("received", *FATES, *ACTIONS)
POSITION = {name: position for position, name in enumerate(COLUMNS)}


class Executes(Protocol):
    """A cursor of Django or of psycopg."""

    def execute(self, query: Any, params: Any = None, /) -> Any: ...


class Copies(Protocol):
    def copy(self, statement: Any, /) -> Any: ...


class Key(NamedTuple):
    """Where messages are counted; `type` and `event` are '' where a message had none."""

    workspace_id: int
    source_id: int
    hour: datetime
    type: str
    event: str


@dataclass(slots=True)
class Counts:
    """Messages counted in memory; `rows` holds one number for each of COLUMNS."""

    rows: dict[Key, list[int]] = field(default_factory=dict)

    def add(self, key: Key, fate: str, action: str = "", count: int = 1) -> None:
        """`fate`: one of FATES; `action`: one of ACTIONS when the fate is a verdict, '' otherwise."""
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = [0] * len(COLUMNS)
        row[0] += count
        row[POSITION[fate]] += count
        if action:
            row[POSITION[action]] += count


@dataclass(frozen=True, slots=True)
class Totals:
    received: int = 0
    conforming: int = 0
    violating: int = 0
    unplanned: int = 0
    unchecked: int = 0
    duplicate: int = 0
    rejected: int = 0
    passed: int = 0
    omitted: int = 0
    blocked: int = 0

    @property
    def judged(self) -> int:
        """Messages held against a plan: the base of the shares in the headline."""
        return self.conforming + self.violating + self.unplanned

    def share(self, verdict: str) -> float | None:
        """The share of judged messages with this verdict, 0 to 1; None when nothing was judged."""
        return float(getattr(self, verdict) / self.judged) if self.judged else None


def hour_of(moment: datetime) -> datetime:
    """The start of the UTC hour that holds `moment`."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def ensure(hours: Iterable[datetime]) -> None:
    """Make the partitions these hours are counted in; call it before the transaction that writes."""
    partitions.ensure_months(TABLE, hours)


_UPSERT = f"""
INSERT INTO {TABLE} AS kept (workspace_id, source_id, hour, type, event, {", ".join(COLUMNS)})
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[]
    {", %s::bigint[]" * len(COLUMNS)})
ON CONFLICT (source_id, hour, type, event) DO UPDATE SET
    {", ".join(f"{name} = kept.{name} + excluded.{name}" for name in COLUMNS)}
"""  # noqa: S608  # names of our own columns


def write(cursor: Executes, rows: Mapping[Key, Sequence[int]]) -> None:
    """Add these counts to what is stored, sorted by key so that two writers never deadlock."""
    if not rows:
        return
    ordered = sorted(rows.items(), key=lambda item: item[0][1:])
    keys: list[list[Any]] = [list(column) for column in zip(*(key for key, _ in ordered), strict=True)]
    numbers = [list(column) for column in zip(*(counts for _, counts in ordered), strict=True)]
    cursor.execute(_UPSERT, [*keys, *numbers])


def hours(
    workspace: Workspace,
    *,
    sources: Iterable[int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[TrafficHour]:
    """The stored hours of a workspace: of these sources (None: all), from `since` up to before `until`."""
    wanted = Q(workspace_id=workspace.pk)
    if sources is not None:
        wanted &= Q(source_id__in=list(sources))
    if since is not None:
        wanted &= Q(hour__gte=since)
    if until is not None:
        wanted &= Q(hour__lt=until)
    return TrafficHour.objects.filter(wanted)


def totals(rows: QuerySet[TrafficHour]) -> Totals:
    """The sums over some of `hours`."""
    sums = rows.aggregate(**{name: Sum(name, default=0) for name in COLUMNS})
    return Totals(**sums)


def per_event(rows: QuerySet[TrafficHour]) -> dict[tuple[str, str], Totals]:
    """The sums for each (type, event), most received first."""
    return {
        (row.pop("type"), row.pop("event")): Totals(**row)
        for row in _grouped(rows, "type", "event").order_by("-received", "type", "event")
    }


def per_source(rows: QuerySet[TrafficHour]) -> dict[int, Totals]:
    """The sums for each source."""
    return {row.pop("source_id"): Totals(**row) for row in _grouped(rows, "source_id").order_by("source_id")}


def per_hour(rows: QuerySet[TrafficHour], since: datetime, until: datetime) -> list[tuple[datetime, Totals]]:
    """The sums for every hour from `since` up to before `until`, empty ones too, oldest first."""
    found = {row.pop("hour"): Totals(**row) for row in _grouped(rows, "hour").order_by("hour")}
    first = hour_of(since)
    wanted = (first + timedelta(hours=n) for n in range(max(0, -((first - until) // timedelta(hours=1)))))
    return [(hour, found.get(hour, Totals())) for hour in wanted]


def _grouped(rows: QuerySet[TrafficHour], *columns: str) -> QuerySet[TrafficHour, dict[str, Any]]:
    grouped: QuerySet[TrafficHour, dict[str, Any]] = rows.order_by().values(*columns)
    return grouped.annotate(**{name: Sum(name) for name in COLUMNS})
