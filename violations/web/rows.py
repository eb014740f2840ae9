"""Groups of violations as pages list them: sentence, trend, sources, owner."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Count, prefetch_related_objects

from accounts.models import Team, Workspace
from trackingplans.domain.findings import Family
from trackingplans.domain.naming import Judgement
from violations import adopting, inbox, renaming, spreading, tallying, wording
from violations.grouping import Entry, Group
from violations.models import FoldedName, Resolution, Violation
from violations.querying import Window
from violations.renaming import PlannedTraffic
from violations.routing import Routing

COLUMNS = 24  # of a sparkline
# What rows show. Lists are opened often and long, so nothing else is read.
_NEEDED = (
    "public_id", "workspace_id", "source_id", "plan_id", "family", "code", "type", "event", "path", "message", "detail",
    "count", "first_seen_at", "last_seen_at", "first_release", "last_release", "people", "resolution", "muted_until",
    "source__name", "assignee__name", "assignee__email",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One source of a row."""

    entry: Entry
    violation: Violation


@dataclass(frozen=True)
class Row:
    """`parts` as in the group, most occurrences first; `hours`: its occurrences, oldest first."""

    group: Group
    parts: Sequence[Part]
    hours: Sequence[int]
    names: int  # that its folded event stands for; 0 when it is no pattern
    team: Team | None
    planned: PlannedTraffic | None  # of the event an unplanned one is close to
    judged: Judgement | None = None  # the name of what is not in the plan
    inner: Sequence["Row"] = ()  # the rows that are folded into this one

    @property
    def state(self) -> str:
        """What the row's badge says: its status, and for an open or resolved one what is special about it."""
        status = self.group.status
        if status == "open":
            return "growing" if self.group.is_growing else "quiet" if self.group.is_quiet else "open"
        if status == "resolved" and self.violation.resolution == Resolution.FIXED:
            return "fixed"
        return status

    @property
    def muted_until(self) -> datetime | None:
        return self.violation.muted_until if self.group.status == "muted" else None

    @property
    def names_words(self) -> str:
        """`318 names`; one more than are kept is `1,000+ names`."""
        return f"{self.names:,}{'+' if self.names >= tallying.NAMES else ''} names"

    @cached_property
    def meant(self) -> str:
        """The planned event that it may have been meant to be."""
        return renaming.meant(self.violation)

    @property
    def better(self) -> str:
        """A name that the plan would rather have."""
        found = self.judged.suggestions if self.judged else ()
        return next((name for name in found if name != self.meant), "")

    @property
    def verdict(self) -> str:
        """What is wrong with its name, in a sentence; '' when nothing is."""
        return self.judged.issues[0].message if self.judged and self.judged.issues else ""

    @cached_property
    def key_name(self) -> str:
        """The property that it is about."""
        return self.violation.path.removeprefix("properties.").removeprefix("traits.")

    @cached_property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(part.violation.source.name for part in self.parts))

    @cached_property
    def violation(self) -> Violation:
        return self.parts[0].violation

    @property
    def is_event(self) -> bool:
        """Whether it is an event that is not in the plan."""
        return bool(self.violation.code == adopting.EVENT)

    @cached_property
    def name(self) -> str:
        """The event, or the call where it has none."""
        return self.violation.event or self.violation.type

    @property
    def ids(self) -> str:
        """Of the violations of all its sources, as the list's form sends them."""
        return ",".join(part.violation.public_id for part in self.parts)

    @cached_property
    def people(self) -> int:
        """About how many people it ever concerned."""
        return spreading.affected([part.violation for part in self.parts])

    @property
    def assignees(self) -> str:
        return wording.listed(
            sorted({str(part.violation.assignee) for part in self.parts if part.violation.assignee})
        )

    @cached_property
    def where(self) -> str:
        return wording.listed(self.sources)

    @cached_property
    def first_release(self) -> str:
        """The release in which it was seen first, of the source that showed it first."""
        first = min(self.parts, key=lambda part: part.violation.first_seen_at)
        return first.violation.first_release

    @cached_property
    def last_release(self) -> str:
        last = max(self.parts, key=lambda part: part.violation.last_seen_at)
        return last.violation.last_release


def rows(workspace: Workspace, groups: Sequence[Group], routing: Routing, window: Window) -> list[Row]:
    """Five queries at the most, however many groups."""
    ids = [entry.id for group in groups for entry in group.entries]
    loaded = (
        Violation.objects.for_workspace(workspace)
        .filter(pk__in=ids)
        .select_related("source", "assignee")
        .only(*_NEEDED)
        .in_bulk()
    )
    unplanned = [one for one in loaded.values() if one.family == Family.UNPLANNED]
    prefetch_related_objects(unplanned, "plan")  # whose names theirs are held against
    hours = inbox.hours(workspace, ids, window, COLUMNS)
    names = _names(workspace, ids)
    planned = renaming.traffic(workspace, list(loaded.values()), window.until)
    listed = []
    for group in groups:
        parts = [Part(entry, loaded[entry.id]) for entry in group.entries if entry.id in loaded]
        if parts:  # else it was deleted with its source a moment ago
            listed.append(
                Row(
                    group=group,
                    parts=parts,
                    hours=[sum(at) for at in zip(*(hours[part.entry.id] for part in parts), strict=True)],
                    names=names.get((group.first.type, group.first.event), 0),
                    team=routing.team_of(parts[0].violation),
                    planned=planned.get(parts[0].violation.pk),
                    judged=adopting.judgement(parts[0].violation)
                    if group.first.family == Family.UNPLANNED
                    else None,
                )
            )
    return listed


def folded(listed: Sequence[Row]) -> list[Row]:
    """Rows of properties with those of one event as one, where the first of them stands."""
    by_event: dict[tuple[str, str], list[Row]] = {}
    for row in listed:
        by_event.setdefault((row.violation.type, row.violation.event), []).append(row)
    return [_together(rows) if len(rows) > 1 else rows[0] for rows in by_event.values()]


def _together(rows: Sequence[Row]) -> Row:
    """Several rows as one: counts and hours add up, the first says whose it is."""
    return replace(
        rows[0],
        group=Group([entry for row in rows for entry in row.group.entries]),
        parts=[part for row in rows for part in row.parts],
        hours=[sum(at) for at in zip(*(row.hours for row in rows), strict=True)],
        judged=None,
        inner=rows,
    )


def _names(workspace: Workspace, ids: Sequence[int]) -> dict[tuple[str, str], int]:
    """How many names each folded event, a pair of type and event, stands for in all of its sources."""
    rows = FoldedName.objects.for_workspace(workspace).filter(violation_id__in=ids).order_by()
    counts = rows.values_list("violation__type", "violation__event").annotate(Count("name", distinct=True))
    return {(kind, event): names for kind, event, names in counts}
