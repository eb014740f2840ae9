"""One row per event, field and code, the sources folded inside, and which row comes first. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

# What a group of several sources is called: the first of these that one of its sources is.
ORDER_OF_STATES = ("new", "regressed", "open", "muted", "resolved")
SORTS = ("rank", "count", "share", "first_seen", "last_seen")


@dataclass(frozen=True, slots=True)
class Entry:
    """One violation (of one source) inside the stretch of time that is looked at."""

    id: int
    family: str
    code: str
    type: str
    event: str
    path: str
    count: int  # occurrences inside it
    status: str
    is_quiet: bool  # nothing came for a day, and too little traffic to call it fixed
    is_critical: bool
    passed_at: datetime | None  # None: below the threshold that makes something new; it is rare
    first_seen_at: datetime
    last_seen_at: datetime
    base: int  # messages of its event in its source inside it
    is_growing: bool

    @property
    def place(self) -> tuple[str, str, str, str, str]:
        """What rows of different sources have in common."""
        return self.type, self.event, self.path, self.family, self.code


@dataclass(frozen=True, slots=True)
class Group:
    """The same problem in one or more sources; `entries` most occurrences first."""

    entries: Sequence[Entry]

    @property
    def first(self) -> Entry:
        return self.entries[0]

    @property
    def count(self) -> int:
        return sum(entry.count for entry in self.entries)

    @property
    def base(self) -> int:
        return sum(entry.base for entry in self.entries)

    @property
    def share(self) -> float:
        """The share of the event's messages that show it; 1 for all of them, 0 when nobody counted."""
        return min(1.0, self.count / self.base) if self.base else 0.0

    @property
    def status(self) -> str:
        found = {entry.status for entry in self.entries}
        return next((state for state in ORDER_OF_STATES if state in found), self.first.status)

    @property
    def is_critical(self) -> bool:
        return any(entry.is_critical for entry in self.entries)

    @property
    def is_growing(self) -> bool:
        return any(entry.is_growing for entry in self.entries)

    @property
    def is_quiet(self) -> bool:
        return all(entry.is_quiet for entry in self.entries)

    @property
    def has_passed(self) -> bool:
        return any(entry.passed_at is not None for entry in self.entries)

    @property
    def first_seen_at(self) -> datetime:
        return min(entry.first_seen_at for entry in self.entries)

    @property
    def last_seen_at(self) -> datetime:
        return max(entry.last_seen_at for entry in self.entries)


def grouped(entries: Iterable[Entry], sort: str = "rank") -> list[Group]:
    """Entries folded by place, in the order `sort` (one of SORTS) asks for."""
    places: dict[tuple[str, str, str, str, str], list[Entry]] = {}
    for entry in entries:
        places.setdefault(entry.place, []).append(entry)
    groups = [Group(sorted(rows, key=lambda row: (-row.count, row.id))) for rows in places.values()]
    return sorted(groups, key=lambda group: (*_key(group, sort), group.first.id))


def _key(group: Group, sort: str) -> tuple[float, ...]:
    if sort == "count":
        return (-group.count,)
    if sort == "share":
        return -group.share, -group.count
    if sort == "first_seen":
        return (-group.first_seen_at.timestamp(),)
    if sort == "last_seen":
        return (-group.last_seen_at.timestamp(),)
    return (
        not group.is_critical,
        group.status not in {"new", "regressed"},
        -group.share * group.count,
        not group.is_growing,
    )
