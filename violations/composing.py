"""What a team's digest says: numbers and lines, all of a closed stretch of time, as they are stored and mailed.

The pages that its links open ask the same questions of the same hours and turns, so they show the same numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Team
from trackingplans.domain.findings import ROOT, Family
from violations import renaming, tracing
from violations.changing import CHANGES
from violations.grouping import Group, grouped
from violations.models import Sample, Violation
from violations.sharing import COUNTED, TOLD, Changes, Found, Shared

OPEN = ("new", "back", "growing", "unmuted")  # those of them that somebody has to do something about
LINES = 10  # in all
NONE = {"violations": 0, "not_in_plan": 0}
EXAMPLE_LENGTH = 40
MASKED = "•"


@dataclass(frozen=True, slots=True)
class Told:
    """What one kind of change adds up to."""

    violations: Sequence[Group]
    not_in_plan: Sequence[Group]

    @classmethod
    def of(cls, groups: Iterable[Group]) -> "Told":
        listed = list(groups)
        return cls(
            [group for group in listed if group.first.family != Family.UNPLANNED],
            [group for group in listed if group.first.family == Family.UNPLANNED],
        )

    def numbers(self) -> dict[str, int]:
        return {
            "violations": len(self.violations),
            "not_in_plan": len(self.not_in_plan),
            "occurrences": sum(group.count for group in (*self.violations, *self.not_in_plan)),
        }


def compose(
    team: Team, since: datetime, until: datetime, now: datetime, shared: Shared | None = None
) -> dict[str, Any]:
    """The digest of a team as JSON: `checked`, `sources`, `silent`, `changes` (by kind), `open`, `open_since`,
    `copied`, `together` and `lines`.

    Production sources only. `triage.assess` must have run at `now` or later.
    """
    shared = shared or Shared(now, team)
    changes = shared.changes(team.workspace, since, until)
    mine = changes.by_team.get(team.slug, {})
    told = {kind: Told.of(grouped(changes.entries[one.id] for one in mine.get(kind, ()))) for kind in TOLD}
    copied = _counted(changes.copied.get(team.slug, ()), changes)
    numbers = {kind: told[kind].numbers() for kind in TOLD} | {
        kind: _counted(mine.get(kind, ()), changes) for kind in COUNTED
    }
    still_open = [one.first_seen_at for one in mine.get("open", ()) if one.family != Family.UNPLANNED]
    room = LINES - sum(_several(numbers[kind]) > 0 for kind in COUNTED) - bool(_several(copied))
    chosen = _chosen(told, room)
    return {
        **shared.traffic(team.workspace, since, until),
        "changes": {kind: numbers[kind] for kind in CHANGES},
        "open": numbers["open"]["violations"],
        "open_since": min(still_open).isoformat() if still_open else None,
        "copied": copied,
        "together": _together(told, chosen),
        "lines": _lines(team, chosen, until),
    }


def _together(told: dict[str, Told], chosen: Iterable[tuple[str, Group]]) -> dict[str, int]:
    """Rows of all kinds that have lines. A row that is new in one source and back in another is one of them."""
    every = {group.first.place for one in told.values() for group in (*one.violations, *one.not_in_plan)}
    unplanned = {group.first.place for kind in OPEN for group in told[kind].not_in_plan}
    lined = {group.first.place for _, group in chosen}
    return {"all": len(every), "not_in_plan": len(unplanned), "more": len(every - lined)}


def _counted(found: Iterable[Found], changes: Changes) -> dict[str, int]:
    """The numbers of a kind that has no lines."""
    listed = list(found)
    return {
        "violations": len({one.key for one in listed if one.family != Family.UNPLANNED}),
        "not_in_plan": len({one.key for one in listed if one.family == Family.UNPLANNED}),
        "occurrences": sum(changes.occurrences.get(one.id, 0) for one in listed),
    }


def _several(numbers: dict[str, Any]) -> int:
    return int(numbers["violations"]) + int(numbers["not_in_plan"])


def has_news(numbers: dict[str, Any]) -> bool:
    """Whether anything changed that is worth a mail; what is rare alone is not."""
    changes = numbers["changes"]
    told = [changes.get(kind, NONE) for kind in (*TOLD, "debt")]  # older digests know fewer kinds
    return any(_several(one) for one in (*told, numbers.get("copied", NONE)))


def _chosen(told: dict[str, Told], room: int) -> list[tuple[str, Group]]:
    """What gets a line, best first, `room` at most with one for the rest: the best of each section (violations new,
    back, growing and no longer muted, what is not in the plan, then fixed), then more of each in this order."""
    sections: list[tuple[str, Sequence[Group]]] = [
        *((kind, told[kind].violations) for kind in OPEN),
        *((kind, told[kind].not_in_plan) for kind in OPEN),
        ("fixed", (*told["fixed"].violations, *told["fixed"].not_in_plan)),
    ]
    if sum(len(groups) for _, groups in sections) > room:
        room -= 1
    left = room - sum(bool(groups) for _, groups in sections)
    chosen = []
    for kind, groups in sections:
        more = min(max(0, left), max(0, len(groups) - 1))
        left -= more
        chosen += [(kind, group) for group in groups[: 1 + more]]
    return chosen[:room]


def _lines(team: Team, chosen: Sequence[tuple[str, Group]], until: datetime) -> list[dict[str, Any]]:
    """The lines people read; an event that was renamed comes first."""
    ids = [entry.id for _, group in chosen for entry in group.entries]
    rows = Violation.objects.for_workspace(team.workspace).filter(pk__in=ids).select_related("source")
    known: dict[int, Violation] = {row.pk: row for row in rows}
    renames = {
        violation.pk: rename
        for rename in renaming.find(team.workspace, list(known.values()), until)
        for violation in rename.violations
    }
    examples = _examples(known[group.first.id] for kind, group in chosen if kind != "fixed")
    lines = [_line(kind, group, known, renames, examples) for kind, group in chosen]
    return sorted(lines, key=lambda line: not line["renamed"])


def _line(
    kind: str,
    group: Group,
    known: dict[int, Violation],
    renames: dict[int, renaming.Rename],
    examples: dict[int, str],
) -> dict[str, Any]:
    rows = [known[entry.id] for entry in group.entries]
    first, rename = rows[0], renames.get(rows[0].pk)
    moments: dict[str, list[datetime | None]] = {
        "new": [row.first_seen_at for row in rows],
        "back": [row.regressed_at for row in rows],
        "growing": [row.first_seen_at for row in rows],
        "unmuted": [row.reopened_at for row in rows],
        "fixed": [row.resolved_at for row in rows],
    }
    began = [moment for moment in moments[kind] if moment is not None]
    return {
        "change": kind,
        "violation": first.public_id,
        "not_in_plan": first.family == Family.UNPLANNED,
        "title": title(first),
        "sentence": first.message,
        "meant": first.detail.get("meant") or "",
        "renamed": rename.sentence if rename else "",
        "example": examples.get(first.pk, ""),
        "changed_by": first.changed_by if kind == "new" else None,
        "count": group.count,
        "base": group.base,
        "critical": group.is_critical,
        "sources": [row.source.name for row in rows],
        "release": {"new": first.first_release, "fixed": ""}.get(kind, first.last_release),
        "since": min(began, default=first.first_seen_at).isoformat(),
    }


def title(violation: Violation) -> str:
    """`Order Completed › total`: the event, and the field without where every field is."""
    event = violation.event or violation.type
    if violation.code == "unplanned_event" or violation.path == ROOT:
        return event
    area, _, field = violation.path.partition(".")
    return f"{event} › {field if field and area in ('properties', 'traits') else violation.path}"


def _examples(rows: Iterable[Violation]) -> dict[int, str]:
    """The value at the offending place of the newest sample of each, as JSON text; those that are missing, masked or
    long are left out."""
    ids = [row.pk for row in rows if row.family != Family.UNPLANNED]
    newest = (
        Sample.objects.filter(violation_id__in=ids).order_by("violation_id", "-id").distinct("violation_id")
    )
    values = {sample.violation_id: tracing.got(sample) for sample in newest}
    return {pk: text for pk, text in values.items() if len(text) <= EXAMPLE_LENGTH and MASKED not in text}
