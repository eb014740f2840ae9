"""What a team's digest says: numbers and lines, all of a closed stretch of time, as they are stored and mailed.

The pages that its links open ask the same questions of the same hours and turns, so they show the same numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts.models import Team
from trackingplans.domain.findings import ROOT, Family
from trackingplans.models import Environment, Source
from trackingplans.traffic import counting
from violations import inbox, querying, renaming, tracing, triage
from violations.changing import CHANGES
from violations.grouping import Group, grouped
from violations.models import Sample, Violation
from violations.querying import Filters, Window
from violations.routing import Routing, routing

TOLD = ("new", "back", "growing", "fixed")
LINES = 7  # of problems; what is left over, starting debt and what is rare have a line each: ten in all
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


def compose(team: Team, since: datetime, until: datetime, now: datetime) -> dict[str, Any]:
    """The digest of a team as JSON: `checked`, `sources`, `silent`, `changes` (by kind), `open` and `lines`.

    Production sources only. `triage.assess` must have run at `now` or later.
    """
    workspace, window = team.workspace, Window(since, until)
    owners = routing(workspace)
    filters = Filters(environments=(Environment.PRODUCTION,), teams=(team.slug,), window=window)
    told = {
        kind: Told.of(
            grouped(inbox.entries(workspace, replace(filters, changes=(kind,)), owners, window, now))
        )
        for kind in CHANGES
    }
    return {
        **_traffic(team, since, until),
        "changes": {kind: found.numbers() for kind, found in told.items()},
        "open": _open(team, owners, now),
        "lines": _lines(team, told, until),
    }


def has_news(numbers: dict[str, Any]) -> bool:
    """Whether anything changed that is worth a mail; what is rare alone is not."""
    changes = numbers["changes"]
    return any(changes[kind]["violations"] or changes[kind]["not_in_plan"] for kind in (*TOLD, "debt"))


def _traffic(team: Team, since: datetime, until: datetime) -> dict[str, Any]:
    """How many messages were held against a plan, in how many sources, and which of these sent nothing."""
    sources = Source.objects.for_workspace(team.workspace).filter(
        environment=Environment.PRODUCTION, plan__isnull=False
    )
    names: dict[int, str] = dict(sources.order_by("name", "id").values_list("pk", "name"))
    hours = counting.hours(team.workspace, sources=names, since=since, until=until)
    by_source = counting.per_source(hours)
    return {
        "checked": sum(totals.judged for totals in by_source.values()),
        "sources": len(names),
        "silent": [name for pk, name in names.items() if not (pk in by_source and by_source[pk].received)],
    }


def _open(team: Team, owners: Routing, now: datetime) -> int:
    """How many violations are open at `now`, whenever last seen: what an all-clear must not hide."""
    filters = Filters(
        environments=(Environment.PRODUCTION,), teams=(team.slug,), statuses=triage.UNSOLVED,
        families=tuple(family for family in Family if family is not Family.UNPLANNED),
    )  # fmt: skip
    rows = querying.found(team.workspace, filters, owners, now)
    return int(rows.values("type", "event", "path", "family", "code").distinct().count())


def _lines(team: Team, told: dict[str, Told], until: datetime) -> list[dict[str, Any]]:
    """The lines people read, best first: violations new, back and growing, what is not in the plan, then fixed."""
    sections: list[tuple[str, Sequence[Group]]] = [
        *((kind, told[kind].violations) for kind in ("new", "back", "growing")),
        *((kind, told[kind].not_in_plan) for kind in ("new", "back", "growing")),
        ("fixed", (*told["fixed"].violations, *told["fixed"].not_in_plan)),
    ]
    chosen = _chosen(sections)
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


def _chosen(sections: Sequence[tuple[str, Sequence[Group]]]) -> list[tuple[str, Group]]:
    """The best of each section; then more of each in order, LINES in all."""
    left = LINES - sum(bool(groups) for _, groups in sections)
    chosen = []
    for kind, groups in sections:
        more = min(left, max(0, len(groups) - 1))
        left -= more
        chosen += [(kind, group) for group in groups[: 1 + more]]
    return chosen


def _line(
    kind: str, group: Group, known: dict[int, Violation], renames: dict[int, renaming.Rename]
) -> dict[str, Any]:
    rows = [known[entry.id] for entry in group.entries]
    first, rename = rows[0], renames.get(rows[0].pk)
    moments: dict[str, list[datetime | None]] = {
        "new": [row.first_seen_at for row in rows],
        "back": [row.regressed_at for row in rows],
        "growing": [row.first_seen_at for row in rows],
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
