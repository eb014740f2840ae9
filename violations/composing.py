"""What a team's digest says: numbers and lines, all of a closed stretch of time, as they are stored and mailed.

The pages that its links open ask the same questions of the same hours and turns, so they show the same numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, Sum

from accounts.models import Team, Workspace
from trackingplans.domain.findings import ROOT, Family
from trackingplans.models import Environment, Source
from trackingplans.traffic import counting
from violations import copying, inbox, querying, renaming, tracing, triage
from violations.changing import CHANGES
from violations.grouping import Group, grouped
from violations.models import Sample, Violation, ViolationHour
from violations.querying import Filters, Window
from violations.routing import Routing, routing

TOLD = ("new", "back", "growing", "unmuted", "fixed")
COUNTED = ("debt", "rare", "open")  # a line each with their number
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


class Shared:
    """What the digests of one run have in common, read once a workspace."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._routings: dict[int, Routing] = {}
        self._traffic: dict[tuple[int, datetime, datetime], dict[str, Any]] = {}
        self._assessed: set[int] = set()

    def assess(self, workspace: Workspace) -> None:
        """Stores the changes of state that are due, the first time it is asked."""
        if workspace.pk not in self._assessed:
            triage.assess(self.now, workspace)
            self._assessed.add(workspace.pk)

    def routing(self, workspace: Workspace) -> Routing:
        if workspace.pk not in self._routings:
            self._routings[workspace.pk] = routing(workspace)
        return self._routings[workspace.pk]

    def traffic(self, workspace: Workspace, since: datetime, until: datetime) -> dict[str, Any]:
        key = (workspace.pk, since, until)
        if key not in self._traffic:
            self._traffic[key] = _traffic(workspace, since, until)
        return self._traffic[key]


def compose(
    team: Team, since: datetime, until: datetime, now: datetime, shared: Shared | None = None
) -> dict[str, Any]:
    """The digest of a team as JSON: `checked`, `sources`, `silent`, `changes` (by kind), `open`, `open_since`, `copied`
    and `lines`.

    Production sources only. `triage.assess` must have run at `now` or later.
    """
    workspace, window = team.workspace, Window(since, until)
    shared = shared or Shared(now)
    owners = shared.routing(workspace)
    filters = Filters(environments=(Environment.PRODUCTION,), teams=(team.slug,), window=window)

    def groups(filters: Filters) -> Told:
        return Told.of(grouped(inbox.entries(workspace, filters, owners, window, now)))

    told = {kind: groups(replace(filters, changes=(kind,))) for kind in TOLD}
    changes = {kind: found.numbers() for kind, found in told.items()}
    for kind in COUNTED:
        changes[kind] = _counted(workspace, replace(filters, changes=(kind,)), owners, window, now)
    copied = groups(replace(filters, teams=(), changes=copying.KINDS, copied=(team.slug,)))
    room = LINES - sum(_several(changes[kind]) > 0 for kind in COUNTED) - bool(_several(copied.numbers()))
    return {
        **shared.traffic(workspace, since, until),
        "changes": {kind: changes[kind] for kind in CHANGES},
        "open": changes["open"]["violations"],
        "open_since": changes["open"].pop("since", None),
        "copied": copied.numbers(),
        "lines": _lines(team, told, until, room),
    }


def _several(numbers: dict[str, Any]) -> int:
    return int(numbers["violations"]) + int(numbers["not_in_plan"])


def _counted(
    workspace: Workspace, filters: Filters, owners: Routing, window: Window, now: datetime
) -> dict[str, Any]:
    """The numbers of one kind without looking at each row; `since`: when the oldest was first seen."""
    rows = querying.narrowed(workspace, filters, owners, now).order_by()
    is_unplanned = Q(family=Family.UNPLANNED)
    found = rows.aggregate(
        violations=Count("key", distinct=True, filter=~is_unplanned),
        not_in_plan=Count("key", distinct=True, filter=is_unplanned),
        since=Min("first_seen_at", filter=~is_unplanned),
    )
    hours = ViolationHour.objects.filter(
        violation_id__in=rows.values("pk"), hour__gte=window.first_hour, hour__lt=window.until
    )
    found["occurrences"] = int(hours.aggregate(n=Sum("count", default=0))["n"])
    since = found.pop("since")
    if "open" in filters.changes:
        found["since"] = since.isoformat() if since else None
    return found


def has_news(numbers: dict[str, Any]) -> bool:
    """Whether anything changed that is worth a mail; what is rare alone is not."""
    changes = numbers["changes"]
    told = [changes.get(kind, NONE) for kind in (*TOLD, "debt")]  # older digests know fewer kinds
    return any(_several(one) for one in (*told, numbers.get("copied", NONE)))


def _traffic(workspace: Workspace, since: datetime, until: datetime) -> dict[str, Any]:
    """How many messages were held against a plan, in how many sources, and which of these sent nothing."""
    sources = Source.objects.for_workspace(workspace).filter(
        environment=Environment.PRODUCTION, plan__isnull=False
    )
    names: dict[int, str] = dict(sources.order_by("name", "id").values_list("pk", "name"))
    hours = counting.hours(workspace, sources=names, since=since, until=until)
    by_source = counting.per_source(hours)
    return {
        "checked": sum(totals.judged for totals in by_source.values()),
        "sources": len(names),
        "silent": [name for pk, name in names.items() if not (pk in by_source and by_source[pk].received)],
    }


def _lines(team: Team, told: dict[str, Told], until: datetime, room: int) -> list[dict[str, Any]]:
    """The lines people read, best first, `room` at most with one for the rest of them: violations new, back, growing
    and no longer muted, what is not in the plan, then fixed."""
    open_kinds = [kind for kind in TOLD if kind != "fixed"]
    sections: list[tuple[str, Sequence[Group]]] = [
        *((kind, told[kind].violations) for kind in open_kinds),
        *((kind, told[kind].not_in_plan) for kind in open_kinds),
        ("fixed", (*told["fixed"].violations, *told["fixed"].not_in_plan)),
    ]
    several = sum(len(groups) for _, groups in sections)
    chosen = _chosen(sections, room if several <= room else room - 1)
    ids = [entry.id for _, group in chosen for entry in group.entries]
    rows = Violation.objects.for_workspace(team.workspace).filter(pk__in=ids).select_related("source")
    known: dict[int, Violation] = {row.pk: row for row in rows}
    renames = {
        violation.pk: rename
        for rename in renaming.find(team.workspace, list(known.values()), until)
        for violation in rename.violations
    }
    lines = [_line(kind, group, known, renames) for kind, group in chosen]
    return sorted(lines, key=lambda line: not line["renamed"])


def _chosen(sections: Sequence[tuple[str, Sequence[Group]]], room: int) -> list[tuple[str, Group]]:
    """The best of each section; then more of each in order, `room` in all."""
    left = room - sum(bool(groups) for _, groups in sections)
    chosen = []
    for kind, groups in sections:
        more = min(max(0, left), max(0, len(groups) - 1))
        left -= more
        chosen += [(kind, group) for group in groups[: 1 + more]]
    return chosen[:room]


def _line(
    kind: str, group: Group, known: dict[int, Violation], renames: dict[int, renaming.Rename]
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
        "example": example(first) if kind != "fixed" else "",
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


def example(violation: Violation) -> str:
    """The value at the offending place of the newest sample, as JSON text; '' when it is missing, masked or long."""
    if violation.family == Family.UNPLANNED:
        return ""
    sample: Sample | None = violation.samples.order_by("-id").first()
    text = tracing.got(sample) if sample else ""
    return text if len(text) <= EXAMPLE_LENGTH and MASKED not in text else ""
