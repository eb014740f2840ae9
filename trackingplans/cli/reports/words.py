"""What is found, in words for people and in the order in which they want it."""

from collections.abc import Iterable
from dataclasses import dataclass

from trackingplans.cli.events.tally import OTHER, Group
from trackingplans.cli.reports.report import Total
from trackingplans.domain.findings import ROOT, Family

_WHOLE = (ROOT, "event", "name", OTHER)
_QUIET = (Family.QUALITY.value, Family.NAMING.value, Family.PII.value)
VERDICTS = {
    "conforming": "conform",
    "violating": "violate",
    "unplanned": "not in plan",
    "rejected": "rejected",
    "unchecked": "not checked",
}


@dataclass(frozen=True, slots=True)
class Row:
    """The same thing wrong, in one event or in several, the one where it is most frequent first."""

    groups: list[Group]
    count: int

    @property
    def first(self) -> Group:
        return self.groups[0]


def rows(groups: Iterable[Group], fails_on: frozenset[str]) -> list[Row]:
    """What makes the command fail first, then the most frequent."""
    alike: dict[tuple[object, ...], list[Group]] = {}
    for group in sorted(groups, key=lambda group: -group.count):
        field = group.event if group.field in _WHOLE else group.field
        alike.setdefault((fails(group, fails_on), group.code, field, group.message), []).append(group)
    found = [Row(same, sum(group.count for group in same)) for same in alike.values()]
    return sorted(found, key=lambda row: (not fails(row.first, fails_on), -row.count, title(row)))


def fails(group: Group, fails_on: frozenset[str]) -> bool:
    """Whether this is (part of) why the command fails."""
    return group.verdict in fails_on and group.family not in _QUIET and not _is_extra(group)


def _is_extra(group: Group) -> bool:
    """An extra property beside what is wrong. In a closed plan it may be all that is wrong."""
    return group.code == "unplanned_property" and group.verdict != "violating"


def title(row: Row) -> str:
    """What it is about: `Order Completed · properties.total`, or how many events it is about."""
    group = row.first
    event = group.event or group.type or "No message"
    if len(row.groups) > 1:
        event = f"{len(row.groups)} events"
    return event if group.field in _WHOLE else f"{event} · {group.field}"


def sentence(row: Row) -> str:
    """What is wrong, and what to do."""
    group = row.first
    return f"{group.message} {group.suggestion}" if group.suggestion else group.message


def events(row: Row) -> str:
    """The events it is about where there are several: the first three, and how many more."""
    if len(row.groups) < 2:
        return ""
    named = [f"{group.event or group.type or 'no message'} ({group.count:,})" for group in row.groups[:3]]
    more = len(row.groups) - len(named)
    return ", ".join([*named, f"{more} more"] if more else named)


def place(row: Row) -> str:
    """Where it is first."""
    return f"{row.first.name}:{row.first.line}"


def summary(total: Total) -> str:
    """The closing line: all of it, never one number that hides the rest."""
    count = total.messages
    if not count:
        return "No messages."
    shares = [
        f"{_share(total.verdicts[verdict], count)} {words}"
        for verdict, words in VERDICTS.items()
        if total.verdicts[verdict] or verdict in ("conforming", "violating", "unplanned")
    ]
    return f"{count:,} message{'s' if count > 1 else ''}: {' · '.join(shares)}"


def _share(part: int, whole: int) -> str:
    """A share that never rounds something to nothing or nearly all to all."""
    if part == whole or not part:
        return f"{100 * part // whole} %"
    return f"{min(max(100 * part / whole, 0.1), 99.9):.1f} %"
